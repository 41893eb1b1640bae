"""The one list engine: a spec in, a page, fragment, CSV or XLSX out."""

from core.lists.filters import (
    ChoiceFilter,
    DateRangeFilter,
    Filter,
    PersonFilter,
    TextFilter,
    ToggleFilter,
)
from core.lists.spec import Bucket, BulkAction, Column, Empty, ListSpec
from core.lists.view import list_view

__all__ = [
    "Bucket",
    "BulkAction",
    "ChoiceFilter",
    "Column",
    "DateRangeFilter",
    "Empty",
    "Filter",
    "ListSpec",
    "PersonFilter",
    "TextFilter",
    "ToggleFilter",
    "list_view",
]
