"""How an app describes a list: columns, filters, buckets, where a row leads. No request in here."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    from core.lists.filters import Filter

KINDS = frozenset({"text", "link", "code", "money", "number", "date", "datetime", "chip"})
NUMERIC = frozenset({"money", "number"})
Where = Q | Callable[[HttpRequest], Q]


@dataclass(frozen=True)
class Column:
    """One column.

    `value` is a path of attributes ("patient.mrn") or a function of the row; `sub` a second,
    quieter line in the same cell. `template` draws the cell instead (it gets `row`), but only
    `value` is exported. `sort` is an ORM path or several. Priority 3 folds while the peek is open;
    an `extra` one is shown only to those who choose it.
    """

    key: str
    label: str
    value: str | Callable[[Any], Any] | None = None
    sub: str | Callable[[Any], Any] | None = None
    sub_label: str = ""
    template: str = ""
    sort: str | tuple[str, ...] = ()
    kind: str = "text"
    choices: Any = None
    priority: int = 1
    total: bool = False
    css: str = ""
    extra: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.key}: no kind {self.kind}")
        if self.value is None and not self.template:
            raise ValueError(f"column {self.key}: needs a value or a template")

    @property
    def order_by(self) -> tuple[str, ...]:
        """The ORM paths to sort by."""
        return (self.sort,) if isinstance(self.sort, str) else self.sort

    @property
    def numeric(self) -> bool:
        """Right-aligned."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Bucket:
    """A named share of the list with a live count. `act` marks what someone must act on now;
    `sort` is its own order, where the list's would be of no use or too slow; `money_total` what
    its rows are summed by, where that is not the list's.
    """

    key: str
    label: str
    where: Where = field(default_factory=Q)
    group: str = ""
    act: bool = False
    done: str = "Nothing is left here."
    sort: str = ""
    money_total: str = ""


@dataclass(frozen=True)
class Empty:
    """What a list says before it has anything: what will be here, and what fills it."""

    title: str
    text: str = ""
    icon: str = "check"
    label: str = ""
    url: Callable[[], str] | None = None


@dataclass(frozen=True)
class BulkAction:
    """Something to do with the selected rows: posts their public ids as `ids` to a URL name, with
    the act's own name as `bulk` and the list's state as `list`.
    """

    key_name: str
    label: str
    url_name: str
    key: str = ""
    roles: Collection[str] = ()


@dataclass(frozen=True)
class ListSpec:
    """Everything one list is made of. See core.lists.view.list_view.

    `patient_ids` says whose data a row shows: a page of such rows is a read in the audit log.
    `prepare` gets the rows that are about to be shown, to look up for all what each needs.
    `page_queryset` is what the rows of one page are read from by id, where choosing and sorting
    needs facts that no cell shows.
    `tallies` counts the buckets, (count, sum) by key, where one pass over all rows is too slow.
    """

    name: str
    title: str
    columns: Sequence[Column]
    queryset: Callable[[HttpRequest], QuerySet[Any]]
    default_sort: str
    noun: str = "row,rows"
    lead: str = ""
    filters: Sequence["Filter"] = ()
    buckets: Sequence[Bucket] = ()
    default_bucket: str = ""
    money_total: str = ""
    row_url: Callable[[Any], str] | None = None
    peek_url: Callable[[Any], str] | None = None
    row_id: Callable[[Model], str] = lambda row: str(getattr(row, "public_id", row.pk))
    row_label: Callable[[Any], str] = str
    patient_ids: Callable[[Any], Iterable[int | None]] | None = None
    prepare: Callable[[Sequence[Any]], None] | None = None
    page_queryset: Callable[[HttpRequest], QuerySet[Any]] | None = None
    tallies: Callable[[HttpRequest], Mapping[str, tuple[int, Any]]] | None = None
    empty: Empty = Empty("Nothing here yet")
    bulk: Sequence[BulkAction] = ()
    primary: tuple[str, str] | None = ("Open first", "n")

    def __post_init__(self) -> None:
        for keys in ([c.key for c in self.columns], [f.key for f in self.filters]):
            if len(set(keys)) != len(keys):
                raise ValueError(f"list {self.name}: a key is used twice in {keys}")
        if self.default_sort.lstrip("-") not in {c.key for c in self.columns if c.order_by}:
            raise ValueError(f"list {self.name}: cannot sort by {self.default_sort}")

    def money_of(self, bucket: Bucket | None) -> str:
        """What the rows of a bucket are summed by."""
        return bucket.money_total if bucket and bucket.money_total else self.money_total

    def sort_of(self, bucket: Bucket | None) -> str:
        """The order in which a bucket opens."""
        return bucket.sort if bucket and bucket.sort else self.default_sort

    def column(self, key: str) -> Column | None:
        """The column with this key."""
        return next((one for one in self.columns if one.key == key), None)

    def bucket(self, key: str) -> Bucket | None:
        """The bucket asked for, or the one a list opens with; None when it has no buckets."""
        if not self.buckets:
            return None
        found = next((one for one in self.buckets if one.key == key), None)
        first = next((b for b in self.buckets if b.key == self.default_bucket), self.buckets[0])
        return found or first
