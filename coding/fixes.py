"""Fixes as buttons: the id that a finding carries, and what its button says.

An id is a name, and for most a value behind a colon. `coding/services/apply_fix.py` does them.
"""

from dataclasses import dataclass, replace

from core.findings import Finding

ADD_MODIFIER, REPLACE = "add_modifier", "replace"
_WORDS = {
    "move_down": "Move it down",
    "move_first": "Move it to A",
    "remove": "Remove it",
    "remove_line": "Remove the line",
    "point_to_all": "Point to all diagnoses",
    "point_here": "Point line 1 to it",
    "drop_repeated_modifier": "Drop the repeated modifier",
    "order_modifiers": "Put the modifiers in order",
}
_WITH_VALUE = {
    ADD_MODIFIER: "Add {}",
    "remove_modifier": "Drop {}",
    "units": "Make it {} units",
    "replace_code": "Replace by {}",
    "fee": "Charge {}",
}


# Findings whose fix makes a diagnosis more specific than it was typed.
_SPECIFICITY = frozenset({"ICD-13"})
# Modifiers that say something happened which is in no code: a notice, a requirement met.
_ATTESTING = frozenset({"GA", "GX", "GY", "GZ", "KX", "CR"})


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to put a finding right. `id` and `field` are sent back when its button is pressed.

    One of `is_judgment` says something that only the note, or a paper, can say: a more specific
    condition, a notice that was signed. It has a button, and no key.
    """

    id: str
    field: str
    label: str
    is_judgment: bool = False

    def titled(self, title: str) -> "Fix":
        """The same with what its code is called."""
        return replace(self, label=f"{self.label}, {title}") if title else self

    @property
    def code(self) -> str:
        """The diagnosis that it would put there; its title stands on the button."""
        name, _, value = self.id.partition(":")
        return value.partition("=")[2] or value if name in {REPLACE, "join"} else ""


def fixes_of(finding: Finding) -> list[Fix]:
    """The buttons of a finding, the likeliest first. Several ids stand apart by `|`."""
    fixes = []
    for one in filter(None, finding.fix.split("|")):
        label = _label(one)
        if label:
            fixes.append(Fix(one, finding.field, label, _is_judgment(finding, one)))
    return fixes


def _is_judgment(finding: Finding, fix: str) -> bool:
    name, _, value = fix.partition(":")
    is_said = name in {ADD_MODIFIER, "swap_modifier"} and value.rpartition(">")[2] in _ATTESTING
    return is_said or (name == REPLACE and finding.code in _SPECIFICITY)


def _label(fix: str) -> str:
    name, colon, value = fix.partition(":")
    if name in _WITH_VALUE and value:
        label = _WITH_VALUE[name].format(value)
        return label.removesuffix("s") if (name, value) == ("units", "1") else label
    if name == REPLACE and value:
        return f"Replace by {_dotted(value)}"
    if name == "move_behind" and value:
        return f"Move it behind {_dotted(value)}"
    if name == "swap_modifier" and value:
        return "{} instead of {}".format(*reversed(value.split(">")))
    if name == "join" and value:
        return f"Replace both by {_dotted(value.partition('=')[2])}"
    if name == "place" and colon:
        return f"Place {value}" if value else "Take the visit's place"
    if name == "point_first" and value:
        return "Point to it first"
    return _WORDS.get(name, "")


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
