"""What a reader of official files gives, and the small words that all of them need."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member

QUARTER_OF_MONTH = {"JAN": 1, "APR": 2, "JUL": 3, "OCT": 4}
PROCEDURE = re.compile(r"[0-9A-Z][0-9A-Z]{4}", re.ASCII)


@dataclass(frozen=True)
class Options:
    """What the person who loads says: overrides of what the file names tell, and the licence."""

    label: str = ""
    variant: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    keep_texts: bool = False


@dataclass(frozen=True)
class Reading:
    """A release that is ready to be stored. The rows of `tables` are read while they are stored."""

    label: str
    effective_from: date
    effective_to: date | None
    tables: list[Table]
    variant: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def with_options(self, options: Options) -> "Reading":
        """What the person said wins over what the file said."""
        return replace(
            self,
            label=(options.label or self.label)[:60],
            effective_from=options.effective_from or self.effective_from,
            effective_to=options.effective_to or self.effective_to,
            variant=options.variant or self.variant,
        )


def pick(found: Iterable[Member], pattern: str, *endings: str) -> list[Member]:
    """Members whose base name has `pattern`, of the first ending of `endings` that has any."""
    wanted = re.compile(pattern, re.IGNORECASE)
    named = [one for one in found if wanted.search(one.base)]
    for ending in endings:
        if chosen := [one for one in named if one.ending == ending]:
            return sorted(chosen, key=lambda one: one.base.lower())
    return []


def quarter(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    begin = date(year, 3 * number - 2, 1)
    following = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return begin, following - timedelta(days=1)


def day(text: str, where: str = "") -> date | None:
    """A date as YYYYMMDD, YYYYDDD, MM/DD/YYYY or YYYY-MM-DD; None for empty and for `*`.

    Raises BadFile for anything else.
    """
    text = text.strip()
    if text in {"", "*", "0", "00000000", "99999999"}:
        return None
    if len(text) == 8 and text.isdigit():
        try:  # the common form, without the slow strptime
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError as error:
            raise BadFile(f"{where}{text} is no date.") from error
    forms = ["%Y%j"] if len(text) == 7 else ["%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"]
    for form in forms:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise BadFile(f"{where}{text} is no date.")


def number(text: str, where: str) -> Decimal:
    """A decimal; empty is zero. Raises BadFile for anything else."""
    text = text.strip().replace(",", "")
    try:
        return Decimal(text) if text else Decimal(0)
    except InvalidOperation as error:
        raise BadFile(f"{where}{text} is no number.") from error


def columns_of(header: list[str], **names: str) -> dict[str, int]:
    """Where the wanted columns stand, by a pattern for each; a name with `_` in front is optional.

    Raises BadFile naming the missing ones.
    """
    plain = [re.sub(r"[^a-z0-9]+", " ", cell.lower()).strip() for cell in header]
    found: dict[str, int] = {}
    for name, pattern in names.items():
        wanted = re.compile(pattern)
        place = next((index for index, cell in enumerate(plain) if wanted.search(cell)), None)
        if place is not None:
            found[name.lstrip("_")] = place
        elif not name.startswith("_"):
            raise BadFile(f"The header has no column for {name.replace('_', ' ')}.")
    return found


def at(row: list[str], columns: dict[str, int], name: str) -> str:
    """A cell by its column's name, trimmed; empty where there is none."""
    place = columns.get(name, -1)
    return row[place].strip() if 0 <= place < len(row) else ""
