"""From checked values to conditions: a filter that was not given asks for nothing."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

Lookups = Mapping[str, str]


def narrowed(rows: "QuerySet[Any]", values: Mapping[str, Any], lookups: Lookups) -> Any:
    """`rows` narrowed by each of `values` that has a lookup: {"state": "current__state"}."""
    wanted = {lookups[name]: value for name, value in values.items() if name in lookups}
    return rows.filter(Q(**wanted)) if wanted else rows
