"""Tenancy: every business row belongs to a practice, and unscoped queries are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.db.models import Q

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


class PracticeQuerySet(models.QuerySet[_M], Generic[_M]):
    """Rows of one practice. Made where none is in scope, it waits for one and refuses without.

    Forms and admin pages make their querysets at import; they are asked within a request.
    """

    _waits = False

    def waiting(self) -> Self:
        """This queryset, to be narrowed to the practice in scope when it is asked."""
        self._waits = True
        return self

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._waits = self._waits
        if _practice_id.get() is not None:
            clone._narrow()
        return clone

    def _narrow(self) -> None:
        if self._waits:
            self.query.add_q(Q(practice_id=current_practice_id()))
            self._waits = False

    def _fetch_all(self) -> None:
        self._narrow()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[_M]:
        """As Django's, narrowed first."""
        self._narrow()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """As Django's, narrowed first."""
        self._narrow()
        return super().count()

    def exists(self) -> bool:
        """As Django's, narrowed first."""
        self._narrow()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django's, narrowed first."""
        self._narrow()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """As Django's, narrowed first."""
        self._narrow()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """As Django's, narrowed first."""
        self._narrow()
        return super().delete()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """A subquery is narrowed too."""
        self._narrow()
        return super().resolve_expression(*args, **kwargs)


class PracticeManager(models.Manager[_M], Generic[_M]):
    """Rows of the practice in scope, and no others."""

    def get_queryset(self) -> PracticeQuerySet[_M]:
        """A queryset that is narrowed now, or waits for a practice."""
        queryset: PracticeQuerySet[_M] = PracticeQuerySet(self.model, using=self._db)
        practice_id = _practice_id.get()
        if practice_id is None:
            return queryset.waiting()
        return queryset.filter(practice_id=practice_id)


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
