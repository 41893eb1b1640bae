"""Pages by cursor: a page never shifts while rows are added."""

from typing import Any

from rest_framework.pagination import CursorPagination
from rest_framework.response import Response


class IdCursorPagination(CursorPagination):
    """Oldest first by row id; `?limit=` up to 200; `next` is followed as given."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "id"

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
