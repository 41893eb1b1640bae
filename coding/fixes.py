"""Fixes as buttons: the id that a finding carries, and what its button says."""

from dataclasses import dataclass

from core.findings import Finding

ADD_MODIFIER, REPLACE = "add_modifier", "replace"
_WORDS = {
    "move_down": "Move it down",
    "move_first": "Move it to A",
    "remove": "Remove it",
    "point_to_all": "Point to all diagnoses",
    "point_here": "Point line 1 to it",
    "drop_repeated_modifier": "Drop the repeated modifier",
}


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to put a finding right. `id` and `field` are sent back when its button is pressed."""

    id: str
    field: str
    label: str


def fixes_of(finding: Finding) -> list[Fix]:
    """The buttons of a finding, the likeliest first. Several ids stand apart by `|`."""
    fixes = []
    for one in filter(None, finding.fix.split("|")):
        label = _label(one)
        if label:
            fixes.append(Fix(one, finding.field, label))
    return fixes


def _label(fix: str) -> str:
    name, _, value = fix.partition(":")
    if name == ADD_MODIFIER and value:
        return f"Add {value}"
    if name == REPLACE and value:
        dotted = f"{value[:3]}.{value[3:]}" if len(value) > 3 else value
        return f"Replace by {dotted}"
    return _WORDS.get(name, "")
