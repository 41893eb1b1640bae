"""JSON as the API takes it: UTF-8, one meaning or none (see core.strict_json)."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from core.strict_json import NotSound, read_object


class StrictJSONParser(BaseParser):
    """One JSON object. Refuses a key named twice, deep nesting and text no database keeps: 400."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The object. Another character set than UTF-8 is refused with 415."""
        _check_charset(media_type or "")
        try:
            return read_object(stream.read())
        except NotSound as error:
            raise ParseError(f"The body is not a JSON object as we read it: {error}.") from error


def _check_charset(media_type: str) -> None:
    for parameter in media_type.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "charset" and value.strip('" ').lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type)
