"""How views are described in the OpenAPI file: by what the views themselves say."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from core.api.idempotency import HEADER, LONGEST
from core.api.views import ApiListView

KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Your name for this request. Sent again with the same body, it has one effect and"
    " gets the first answer; with another body it is refused.",
)


class ApiTokenScheme(OpenApiAuthenticationExtension):
    """A bearer token with scopes."""

    target_class = "core.api.authentication.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """HTTP bearer."""
        return {"type": "http", "scheme": "bearer", "description": "An API key: `clk_…`"}


class Schema(AutoSchema):
    """Filters, the idempotency key, the scope and the shape of lists are read from the view."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        """The checked query string of a list; the header of what may be sent twice."""
        if self.method == "GET" and getattr(self.view, "filter_class", None):
            return [self.view.filter_class]
        return [KEY] if self._is_idempotent() else []

    def get_response_serializers(self) -> Any:
        """Of a list, its rows."""
        if self.method == "GET" and isinstance(self.view, ApiListView):
            serializer: Any = self.view.serializer_class
            return serializer(many=True)
        return super().get_response_serializers()

    def get_description(self) -> str:  # type: ignore[override]  # as the library has it
        """Of a list first what it holds: how pages are followed is the same for all."""
        words = str(super().get_description())
        if self.method == "GET" and isinstance(self.view, ApiListView):
            return f"{(self.view.__doc__ or '').strip().splitlines()[0]} {words}"
        return words

    def get_extensions(self) -> Any:
        """The scope that a key needs."""
        scope = getattr(self.view, "scopes", {}).get(self.method)
        return {"x-scope": scope} if scope else {}

    def _is_idempotent(self) -> bool:
        handler = getattr(self.view, str(self.method).lower(), None)
        return getattr(handler, "is_idempotent", False)
