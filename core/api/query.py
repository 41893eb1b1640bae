"""Query strings as checked values: what is not known or cannot be read is refused at its name."""

from typing import Any

from rest_framework import serializers

from core.api.pagination import IdCursorPagination

_UNKNOWN = "There is no such parameter here."


class StrictQuery(serializers.Serializer):
    """Refuses names that nobody listens to: a misspelt filter must not give everything."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values of the names that are known."""
        unknown = {name: [_UNKNOWN] for name in data if name not in self.fields}
        if unknown:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Query(StrictQuery):
    """What every list takes; a list adds its filters as fields."""

    limit = serializers.IntegerField(
        min_value=1,
        required=False,
        help_text=f"Rows on a page, {IdCursorPagination.max_page_size} at most",
    )
    cursor = serializers.CharField(
        required=False, max_length=500, help_text="From `next` or `previous` of a page"
    )
