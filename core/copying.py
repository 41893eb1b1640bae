"""Writing very many new rows at once: by COPY, not by one placeholder for each value."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import Error, connection, models
from psycopg2.extras import Json

_ROWS, _FEW = 2000, 20
_AS_PRINTED = frozenset({int, Decimal, UUID, date, datetime})
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert `rows`, each with a value for every one of `columns` (names in the database); returns
    how many there were.

    Values are what the database takes as text: numbers, dates, text, UUIDs, None. Triggers and
    constraints hold as for any insert; no id is read back. `rows` may be an iterator: a few
    thousand are in memory at a time. Raises what the rows raise, and django.db.Error where the
    table refuses one; the caller's transaction then undoes all.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return 0
    text = _Text(chain([first], waiting))
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(statement, text)
    except Error as error:
        # The driver says only that reading failed; what the rows said is what people need.
        raise (text.failure or error) from None
    return text.count


def copy_models(rows: Sequence[models.Model], *, with_ids: bool = False) -> None:
    """Insert new instances of one model. Afterwards they still have no id, or those that they have
    already: `with_ids`.
    """
    if not rows:
        return
    left_out = models.GeneratedField if with_ids else models.AutoField | models.GeneratedField
    fields = [field for field in rows[0]._meta.concrete_fields if not isinstance(field, left_out)]
    values = [_reader(field) for field in fields]
    copy_rows(
        type(rows[0]),
        [str(field.column) for field in fields],
        ([value(row) for value in values] for row in rows),
    )


def insert_models(rows: Sequence[models.Model]) -> None:
    """Insert new instances of one model whose ids nobody asks for: few by INSERT, which a reader of
    the statements understands; many by COPY.
    """
    if len(rows) > _FEW:
        copy_models(rows)
    elif rows:
        type(rows[0])._base_manager.bulk_create(rows)


def insert_with_ids(rows: Sequence[models.Model]) -> None:
    """Insert new instances of one model that others will point to: few by INSERT, many by COPY
    under ids that are drawn before.
    """
    if len(rows) <= _FEW:
        if rows:
            type(rows[0])._base_manager.bulk_create(rows)
        return
    for row, pk in zip(rows, _drawn(type(rows[0]), len(rows)), strict=True):
        row.pk = pk
    copy_models(rows, with_ids=True)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as Django's own


def _drawn(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, str(model._meta.pk.column if model._meta.pk else "id"), count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _reader(field: Any) -> Callable[[models.Model], Any]:
    """What reads the value of `field` from a row: as it stands where Django does nothing to it."""
    is_plain = type(field).pre_save is models.Field.pre_save
    if is_plain and not isinstance(field, models.JSONField | ArrayField):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)


class _Text:
    """Rows as the text that COPY reads, made while it is read."""

    def __init__(self, rows: Iterator[Sequence[Any]]) -> None:
        self._rows, self._left = rows, ""
        self.count = 0
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> str:
        """The next `size` characters, or what there is; "" at the end."""
        try:
            return self._read(size)
        except Exception as error:
            self.failure = error
            raise

    def _read(self, size: int) -> str:
        parts, length = [self._left], len(self._left)
        while length < size or size < 0:
            lines = ["\t".join(map(_text, row)) + "\n" for row in islice(self._rows, _ROWS)]
            if not lines:
                break
            self.count += len(lines)
            parts += lines
            length += sum(map(len, lines))
        whole = "".join(parts)
        cut = len(whole) if size < 0 else size
        self._left = whole[cut:]
        return whole[:cut]


def _text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return value.translate(_ESCAPES)
    if kind in _AS_PRINTED:
        return str(value)
    return "\\N" if value is None else _other_text(value)


def _other_text(value: Any) -> str:
    if isinstance(value, str):  # a choice
        return str.translate(value, _ESCAPES)
    if isinstance(value, Json):
        return value.dumps(value.adapted).translate(_ESCAPES)
    if isinstance(value, list | tuple):
        return _array(value).translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes | memoryview):
        raise TypeError("bytes are not copied as text")
    return str(value)


def _array(values: Sequence[Any]) -> str:
    """An array of one dimension, each element quoted."""
    return "{" + ",".join("NULL" if one is None else _quoted(str(one)) for one in values) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
