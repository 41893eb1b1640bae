"""Pages by cursor: a page never shifts while rows are added."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response


class IdCursorPagination(CursorPagination):
    """Oldest first by row id; `?limit=` up to 200; `next` is followed as given."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "id"
    invalid_cursor_message = "Follow `next` and `previous` as they were given."

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place to go on from. Raises NotFound for a cursor that is none of ours."""
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor and cursor.position is not None and not _is_id(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_paginated_response(self, data: Any) -> Response:
        """`data`, and where the pages before and after it are."""
        return Response(
            {"data": data, "next": self.get_next_link(), "previous": self.get_previous_link()}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The same for OpenAPI."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["data", "next", "previous"],
            "properties": {
                "data": schema,
                "next": link,
                "previous": link,
            },
        }


def _is_id(position: str) -> bool:
    return position.isascii() and position.isdigit() and len(position) <= 18
