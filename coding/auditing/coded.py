"""An encounter's codes as an audit keeps and compares them: codes only, pointers by their codes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from coding.edits.patterns import dotted

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CodedLine:
    """One line; `pointers` are diagnosis codes, the main one first."""

    procedure_code: str
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    pointers: tuple[str, ...] = ()

    @property
    def code_with_modifiers(self) -> str:
        """As coders write it: 99214-25."""
        return "-".join([self.procedure_code, *self.modifiers])

    @property
    def reasons(self) -> str:
        """The diagnoses pointed to, with their dots."""
        return " ".join(map(dotted, self.pointers))


@dataclass(frozen=True, slots=True)
class Coded:
    """Diagnoses in their order, and lines."""

    diagnoses: tuple[str, ...] = ()
    lines: tuple[CodedLine, ...] = ()

    @property
    def dotted(self) -> list[str]:
        """The diagnoses as they are shown."""
        return [dotted(code) for code in self.diagnoses]

    def as_plain(self) -> Plain:
        """As JSON keeps it."""
        return {
            "diagnoses": list(self.diagnoses),
            "lines": [
                {
                    "code": line.procedure_code,
                    "modifiers": list(line.modifiers),
                    "units": f"{line.units.normalize():f}",
                    "pointers": list(line.pointers),
                }
                for line in self.lines
            ],
        }

    @classmethod
    def from_plain(cls, plain: Plain) -> "Coded":
        """What `as_plain` made."""
        return cls(
            tuple(plain["diagnoses"]),
            tuple(
                CodedLine(
                    line["code"],
                    tuple(line["modifiers"]),
                    Decimal(line["units"]),
                    tuple(line["pointers"]),
                )
                for line in plain["lines"]
            ),
        )
