"""A clinical note as sections to read: headings and passages, with the words that are quoted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

_HEADING = re.compile(r"([A-Z][A-Za-z /,&-]{2,50}):?\s*$")
_LEAD_IN = re.compile(r"([A-Z][A-Za-z /&-]{2,40}):\s+(\S.*)$")
_BULLETS = ("- ", "* ", "\N{BULLET} ")


@dataclass(frozen=True)
class Passage:
    """A run of words and the place in the note's text where it starts."""

    text: str
    start: int

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Mark:
    """A span of the note that something rests on; `label` is what is shown behind it."""

    start: int
    end: int
    label: str
    is_open: bool = False
    adds: str = ""


@dataclass(frozen=True)
class Run:
    """A piece of a passage with the marks that lie over it; `ends` are those that end with it."""

    text: str
    start: int
    marks: tuple[Mark, ...]
    ends: tuple[Mark, ...]

    @property
    def is_open(self) -> bool:
        """Whether nothing but suggestions lies over it."""
        return bool(self.marks) and all(mark.is_open for mark in self.marks)


@dataclass
class Section:
    """A heading, which may be empty, and what stands under it."""

    heading: str = ""
    paragraphs: list[Passage] = field(default_factory=list)
    items: list[Passage] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing to show."""
        return not (self.heading or self.paragraphs or self.items)


def sections_of(text: str) -> list[Section]:
    """Split by headings: a line that is only a heading, or "Exam: …" at the start of a line."""
    found = [Section()]
    at = 0
    for raw in text.splitlines(keepends=True):
        line = raw.strip()
        start = at + raw.index(line) if line else at
        at += len(raw)
        if not line:
            continue
        lead_in = _LEAD_IN.match(line)
        if lead_in:
            passage = Passage(lead_in[2], start + lead_in.start(2))
            found.append(Section(lead_in[1], [passage]))
        elif line.endswith(":") and _HEADING.match(line):
            found.append(Section(line.rstrip(":")))
        elif line.startswith(_BULLETS):
            words = line[2:].strip()
            found[-1].items.append(Passage(words, start + line.index(words, 2)))
        else:
            found[-1].paragraphs.append(Passage(line, start))
    return [section for section in found if not section.is_empty]


def runs_of(passage: Passage, marks: Iterable[Mark]) -> list[Run]:
    """The passage cut where a mark begins or ends."""
    last = passage.start + len(passage.text)
    here = [mark for mark in marks if mark.start < last and mark.end > passage.start]
    cuts = {passage.start, last}
    for mark in here:
        cuts |= {max(mark.start, passage.start), min(mark.end, last)}
    places = sorted(cuts)
    return [
        Run(
            passage.text[begin - passage.start : end - passage.start],
            begin,
            tuple(mark for mark in here if mark.start <= begin and mark.end >= end),
            tuple(mark for mark in here if mark.end == end),
        )
        for begin, end in pairwise(places)
    ]
