"""What a search gives back: a code, why it was found, and what a coder should know at a glance."""

import re
from dataclasses import dataclass, replace

_SIDE = re.compile(r"\b(right|left|bilateral)\b", re.IGNORECASE)
_SEVENTH = re.compile(r", (initial|subsequent) encounter|, sequela", re.IGNORECASE)
_NEVER_FIRST = re.compile(r"in (other )?diseases classified elsewhere", re.IGNORECASE)
_UNSPECIFIED = re.compile(r"\bunspecified\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """One code that fits what was typed.

    `path` is the phrase it was found by where that is not its title: an entry of the Alphabetic
    Index ("Fibrillation > atrial or auricular"), an inclusion term, or everyday words. `score` is
    how well it fits beside the other hits of the same search; an exact code needs none.
    """

    code: str
    title: str
    is_billable: bool
    path: str = ""
    mark: str = ""
    score: float = 0.0
    is_exact: bool = False

    @property
    def dotted(self) -> str:
        """As it is shown."""
        return f"{self.code[:3]}.{self.code[3:]}" if len(self.code) > 3 else self.code

    @property
    def chips(self) -> tuple[str, ...]:
        """Short words for the row: what is missing, how specific it is, who uses it."""
        found = []
        if not self.is_billable:
            needs_seventh = len(self.code) == 6
            found.append("needs 7th character" if needs_seventh else "opens its codes")
        elif _UNSPECIFIED.search(self.title):
            found.append("unspecified")
        if self.is_billable and (side := _SIDE.search(self.title)):
            found.append(side.group(1).lower())
        if self.is_billable and (encounter := _SEVENTH.search(self.title)):
            found.append(encounter.group(0).lstrip(", ").lower())
        if self.code[0] in "VWXY" or _NEVER_FIRST.search(self.title):
            found.append("not first")  # an external cause, or a manifestation (ICD-07)
        if self.mark:
            found.append(self.mark)
        return tuple(found)

    def marked(self, mark: str) -> "Hit":
        """The same, with a word about who uses it."""
        return replace(self, mark=mark)
