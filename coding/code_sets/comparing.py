"""What a staged release changes: counts and samples against the release that is used now.

One query over both releases, whatever their size. A row is known by the columns of its model's
unique key, less the release, or by those that the set names; it is changed when another differs.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.db.models import Model, UniqueConstraint

from coding.models import CodeSetRelease

_SAMPLE = 12
# Numbers that mean something within one release only, and where a code stands: a release without
# the tabular list does not say.
_NOT_COMPARED = {"id", "release_id", "rationale_code", "position", "block"}


@dataclass(frozen=True)
class Comparison:
    """How many rows are new, different, or gone, with the first few keys of each."""

    against: str
    added: int
    changed: int
    retired: int
    added_sample: list[str]
    changed_sample: list[str]
    retired_sample: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For the release's facts."""
        return asdict(self)


def compare(
    model: type[Model],
    release: CodeSetRelease,
    old: CodeSetRelease | None,
    known_by: Sequence[str] = (),
) -> Comparison | None:
    """`release` against `old`; None where there is nothing to compare with. Of rows that are the
    same by `known_by` the first is compared.
    """
    if old is None or old.pk == release.pk:
        return None
    keys = [_column(model, name) for name in known_by] or keys_of(model)
    joined = _joined(model, keys)
    added, changed, retired = _counts(joined, release.pk, old.pk)
    samples = [
        _sample(joined, keys, release.pk, old.pk, which) if count else []
        for which, count in (("added", added), ("changed", changed), ("retired", retired))
    ]
    return Comparison(old.label, added, changed, retired, *samples)


def differing(
    model: type[Model], release: CodeSetRelease, old: CodeSetRelease, codes: Sequence[str]
) -> set[str]:
    """Those of `codes` (a first key column's values) whose rows are not the same in both."""
    if not codes:
        return set()
    keys = keys_of(model)
    key = keys[0]
    sql = f"""
        SELECT DISTINCT {key} FROM ({_joined(model, keys, f"AND {key} = ANY(%(codes)s)")}) both_
        WHERE kind <> 'same'
    """  # noqa: S608 - names of our own columns
    with connection.cursor() as cursor:
        cursor.execute(sql, {"new": release.pk, "old": old.pk, "codes": list(codes)})
        return {row[0] for row in cursor.fetchall()}


def keys_of(model: type[Model]) -> list[str]:
    """The columns that name a row within a release."""
    unique = next(one for one in model._meta.constraints if isinstance(one, UniqueConstraint))
    return [_column(model, name) for name in unique.fields if name != "release"]


def _column(model: type[Model], name: str) -> str:
    return f'"{model._meta.get_field(name).column}"'  # type: ignore[union-attr]


def _joined(model: type[Model], keys: list[str], only: str = "") -> str:
    """Rows of both releases side by side, each said to be added, changed, retired or same."""
    names = [f'"{field.column}"' for field in model._meta.concrete_fields]
    values = [name for name in names if name not in keys and name.strip('"') not in _NOT_COMPARED]
    table = model._meta.db_table
    first = "" if keys == keys_of(model) else f"DISTINCT ON ({', '.join(keys)})"
    new_values = ", ".join(f"new.{name}" for name in values) or "1"
    old_values = ", ".join(f"old.{name}" for name in values) or "1"
    return f"""
        SELECT {", ".join(keys)}, CASE
            WHEN old.id IS NULL THEN 'added' WHEN new.id IS NULL THEN 'retired'
            WHEN ({new_values}) IS DISTINCT FROM ({old_values}) THEN 'changed'
            ELSE 'same' END AS kind
        FROM (SELECT {first} * FROM {table} WHERE release_id = %(new)s {only}) new
        FULL JOIN (SELECT {first} * FROM {table} WHERE release_id = %(old)s {only}) old
        USING ({", ".join(keys)})
    """  # noqa: S608 - names of our own columns


def _counts(joined: str, new: int, old: int) -> tuple[int, int, int]:
    sql = f"SELECT kind, count(*) FROM ({joined}) both_ GROUP BY kind"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {"new": new, "old": old})
        found = dict(cursor.fetchall())
    return found.get("added", 0), found.get("changed", 0), found.get("retired", 0)


def _sample(joined: str, keys: list[str], new: int, old: int, which: str) -> list[str]:
    sql = f"""
        SELECT {", ".join(keys)} FROM ({joined}) both_
        WHERE kind = %(which)s LIMIT {_SAMPLE}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {"new": new, "old": old, "which": which})
        return sorted(" / ".join(str(cell) for cell in row if cell != "") for row in cursor)
