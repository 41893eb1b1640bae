"""A clinical note as sections to read: headings and paragraphs, however it was typed."""

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r"([A-Z][A-Za-z /,&-]{2,50}):?\s*$")
_LEAD_IN = re.compile(r"([A-Z][A-Za-z /&-]{2,40}):\s+(\S.*)$")


@dataclass
class Section:
    """A heading, which may be empty, and what stands under it."""

    heading: str = ""
    paragraphs: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing to show."""
        return not (self.heading or self.paragraphs or self.items)


def sections_of(text: str) -> list[Section]:
    """Split by headings: a line that is only a heading, or "Exam: …" at the start of a line."""
    found = [Section()]
    for line in map(str.strip, text.splitlines()):
        if not line:
            continue
        lead_in = _LEAD_IN.match(line)
        if lead_in:
            found.append(Section(lead_in[1], [lead_in[2]]))
        elif line.endswith(":") and _HEADING.match(line):
            found.append(Section(line.rstrip(":")))
        elif line.startswith(("- ", "* ", "\N{BULLET} ")):
            found[-1].items.append(line[2:].strip())
        else:
            found[-1].paragraphs.append(line)
    return [section for section in found if not section.is_empty]
