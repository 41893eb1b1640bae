"""What a search gives back: a code, why it was found, and what a coder should know at a glance."""

import re
from dataclasses import dataclass, replace

from coding.edits.diagnoses import never_stands_first

_SIDE = re.compile(r"\b(right|left|bilateral)\b", re.IGNORECASE)
_SEVENTH = re.compile(r", (initial|subsequent) encounter|, sequela", re.IGNORECASE)
_UNSPECIFIED = re.compile(r"\bunspecified\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """One code that fits what was typed.

    `path` is the phrase it was found by where that is not its title: an entry of the Alphabetic
    Index ("Fibrillation > atrial or auricular"), an inclusion term, or everyday words. `score` is
    how well it fits beside the other hits of the same search; an exact code needs none. `cautions`
    are what speaks against it at the case that is being coded.
    """

    code: str
    title: str
    is_billable: bool
    path: str = ""
    mark: str = ""
    cautions: tuple[str, ...] = ()
    score: float = 0.0
    is_exact: bool = False

    @property
    def dotted(self) -> str:
        """As it is shown."""
        return f"{self.code[:3]}.{self.code[3:]}" if len(self.code) > 3 else self.code

    @property
    def chips(self) -> tuple[str, ...]:
        """Short words for the row: what speaks against it, what is missing, how specific it is,
        who uses it.
        """
        found = list(self.cautions)
        if not self.is_billable:
            needs_seventh = len(self.code) == 6
            found.append("needs 7th character" if needs_seventh else "opens its codes")
        elif _UNSPECIFIED.search(self.title):
            found.append("unspecified")
        if self.is_billable and (side := _SIDE.search(self.title)):
            found.append(side.group(1).lower())
        if self.is_billable and (encounter := _SEVENTH.search(self.title)):
            found.append(encounter.group(0).lstrip(", ").lower())
        if not self.cautions and never_stands_first(self.code, self.title):
            found.append("not first")
        if self.mark:
            found.append(self.mark)
        return tuple(found)

    def cautioned(self, cautions: tuple[str, ...]) -> "Hit":
        """The same, with what speaks against it at a case."""
        return replace(self, cautions=cautions)

    def marked(self, mark: str) -> "Hit":
        """The same, with a word about who uses it."""
        return replace(self, mark=mark)
