"""Tenancy: every business row belongs to a practice, and unscoped queries are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import models

from core.ids import uuid7

_practice_id: ContextVar[int | None] = ContextVar("practice_id", default=None)
_M = TypeVar("_M", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """Business rows were asked for while no practice was in scope."""


@contextmanager
def practice_scope(practice: Any) -> Iterator[None]:
    """Within the block, `Model.objects` of every business model means this practice's rows."""
    token = _practice_id.set(practice.pk)
    try:
        yield
    finally:
        _practice_id.reset(token)


@contextmanager
def no_practice() -> Iterator[None]:
    """Within the block no practice is in scope (a sweeper between two practices)."""
    token = _practice_id.set(None)
    try:
        yield
    finally:
        _practice_id.reset(token)


def current_practice_id() -> int:
    """The id of the practice in scope. Raises UnscopedQuery when there is none."""
    practice_id = _practice_id.get()
    if practice_id is None:
        raise UnscopedQuery("no practice is in scope: use practice_scope() or Model.everywhere")
    return practice_id


class PracticeManager(models.Manager[_M], Generic[_M]):
    """Rows of the practice in scope, and no others."""

    def get_queryset(self) -> models.QuerySet[_M]:
        return super().get_queryset().filter(practice_id=current_practice_id())


class PracticeModel(models.Model):
    """A row that belongs to one practice and has a public id for URLs, APIs and files.

    `objects` holds the rows of the practice in scope. `everywhere` is the deliberate way round,
    for sweepers and the admin site.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    practice = models.ForeignKey("core.Practice", on_delete=models.PROTECT, related_name="+")

    objects = PracticeManager()
    everywhere = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "everywhere"
