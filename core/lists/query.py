"""Asking the database: a constant number of queries, however many rows or buckets there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, F, Model, OrderBy, Q, QuerySet, Sum
from django.http import HttpRequest

from core.lists.spec import Bucket, ListSpec
from core.lists.state import ListState
from core.money import ZERO


@dataclass(frozen=True)
class Tally:
    """How many rows, and what they sum to."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class BucketTally:
    """A bucket with its live numbers."""

    bucket: Bucket
    tally: Tally
    current: bool
    url: str


def condition(where: Any, request: HttpRequest) -> Q:
    """A Q, or what a function of the request returns."""
    found: Q = where(request) if callable(where) else where
    return _countable(found)


def _countable(where: Q) -> Q:
    """The same condition without "in nothing".

    Django drops a whole aggregate over a subquery when one of its filters is known to be empty: a
    bucket that can never hold a row would make every other bucket count nothing, too.
    """
    never = ("pk__isnull", True)
    children = [
        _countable(child) if isinstance(child, Q) else never if _in_nothing(child) else child
        for child in where.children
    ]
    return Q(*children, _connector=where.connector, _negated=where.negated)


def _in_nothing(child: Any) -> bool:
    if not isinstance(child, tuple) or not child[0].endswith("__in"):
        return False
    values = child[1]
    return isinstance(values, list | tuple | set | frozenset | dict) and not values


def bucket_tallies(request: HttpRequest, spec: ListSpec, state: ListState) -> list[BucketTally]:
    """Counts and sums of all buckets, whatever the filters, in one query."""
    if not spec.buckets:
        return []
    if spec.tallies is not None:
        return _bucket_rows(spec, state, spec.tallies(request))
    totals: dict[str, Any] = {}
    for index, bucket in enumerate(spec.buckets):
        where = condition(bucket.where, request) or None
        totals[f"n{index}"] = Count("pk", filter=where)
        if money := spec.money_of(bucket):
            totals[f"s{index}"] = Sum(money, filter=where)
    numbers = spec.queryset(request).order_by().aggregate(**totals)
    found = {
        bucket.key: (numbers[f"n{index}"], numbers.get(f"s{index}"))
        for index, bucket in enumerate(spec.buckets)
    }
    return _bucket_rows(spec, state, found)


def _bucket_rows(
    spec: ListSpec, state: ListState, found: Mapping[str, tuple[int, Any]]
) -> list[BucketTally]:
    clean = state.without(*state.values)
    return [
        BucketTally(
            bucket,
            Tally(found[bucket.key][0], found[bucket.key][1] or ZERO),
            state.bucket == bucket,
            clean.to(bucket=bucket, sort=spec.sort_of(bucket)).url(),
        )
        for bucket in spec.buckets
    ]


def narrowed(request: HttpRequest, state: ListState) -> QuerySet[Any]:
    """The rows of the bucket and the filters, sorted; equal ones by id, so that pages never mix."""
    rows = state.spec.queryset(request)
    if state.bucket:
        rows = rows.filter(condition(state.bucket.where, request))
    for one, value in state.active:
        rows = rows.filter(one.where(value, request))
    paths = state.sort_column.order_by
    if state.descending:
        return rows.order_by(*[_descending(rows.model, path) for path in paths], "-pk")
    return rows.order_by(*[F(path).asc(nulls_last=True) for path in paths], "pk")


def _descending(model: type[Model], path: str) -> OrderBy:
    """Unknowns last; said only where there can be any: an index read backwards has them first."""
    return F(path).desc(nulls_last=True) if _may_be_null(model, path) else F(path).desc()


def _may_be_null(model: type[Model], path: str) -> bool:
    """Whether some row may have nothing there; what is no plain column may."""
    for name in path.split("__"):
        try:
            field: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        if field.is_relation:
            model = field.related_model
        if getattr(field, "null", True):
            return True
    return False


def tally(spec: ListSpec, rows: QuerySet[Any], bucket: Bucket | None = None) -> Tally:
    """Count and sum of exactly these rows."""
    totals: dict[str, Any] = {"n": Count("pk")}
    if money := spec.money_of(bucket):
        totals["s"] = Sum(money)
    numbers = rows.order_by().aggregate(**totals)
    return Tally(numbers["n"], numbers.get("s") or ZERO)
