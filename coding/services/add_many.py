"""Adding codes that come as a set, from an earlier visit or from the provider."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from django.db import transaction

from coding.grammar import TypedLine
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.selectors import undotted
from coding.services.diagnoses import add_diagnosis
from coding.services.lines import add_line, standing_lines
from core.errors import ApplicationError

Row = TypeVar("Row")


@dataclass
class Taken:
    """How many codes were added, and why each other one was not."""

    count: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """One sentence for the coder, one more for each code that was refused."""
        said = f"{self.count} code{'s' if self.count != 1 else ''} taken."
        return " ".join([said, *(f"Not taken: {why}" for why in self.refused)])

    def attempt(self, code: str, add: Callable[[], Row]) -> Row | None:
        """What `add` made; None, with the reason kept, where it was refused."""
        try:
            with transaction.atomic():
                made = add()
        except ApplicationError as error:
            self.refused.append(f"{code}: {error.message}")
            return None
        self.count += 1
        return made


def add_many(
    *,
    case: CodingCase,
    diagnoses: Sequence[str],
    lines: Sequence[TypedLine],
    left_out: Collection[str] = (),
) -> Taken:
    """Add diagnoses, then lines whose pointers count within `diagnoses` (1 is its first).

    What is there already, a diagnosis or a line with the same code and modifiers, is not added
    again, and that is no refusal. Those `left_out` count for the pointers but
    are not added. Call it within `one_act`.
    """
    taken = Taken()
    places: dict[int, int] = {}
    for number, code in enumerate(diagnoses, 1):
        row = CaseDiagnosis.everywhere.filter(case=case, code=undotted(code)).first()
        if row is None and code not in left_out:
            row = taken.attempt(code, partial(add_diagnosis, case=case, code=code))
        if row is not None:
            places[number] = row.position
    standing = Counter(map(_kind, standing_lines(case)))
    for line in lines:
        if standing[_kind(line)]:
            standing[_kind(line)] -= 1  # it is there already
            continue
        pointers = tuple(places[one] for one in line.pointers if one in places)
        if line.pointers and not pointers:
            # Without letters a line points to all diagnoses, which nobody said of this one.
            taken.refused.append(f"{line.procedure_code}: the diagnosis it points to is not here.")
            continue
        here = replace(line, pointers=pointers)
        taken.attempt(line.procedure_code, partial(add_line, case=case, typed=here))
    return taken


def _kind(line: TypedLine | ChargeLine) -> tuple[str, tuple[str, ...]]:
    return line.procedure_code, tuple(line.modifiers)
