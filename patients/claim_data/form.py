"""A form of claim data, made from the catalogue: a section for each group, opened when needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from core.forms import DateInput
from patients.choices import State
from patients.claim_data.fields import Fact, Group, Kind
from patients.claim_data.reading import Problem, Values, read_values

_STATES = [("", "Choose"), *State.choices]


@dataclass(frozen=True, slots=True)
class Section:
    """One group on the page, with the fields of each of its rows."""

    group: Group
    rows: tuple[tuple[BoundField, ...], ...]
    is_open: bool
    is_filled: bool


class ClaimDataForm(forms.Form):
    """Shows `kept` values of `groups`; `cleaned_data["values"]` are the new ones.

    The fields take anything: what is wrong is said by the one reader of claim data, at the field.
    """

    def __init__(
        self, groups: Sequence[Group], kept: Values, *, data: Any = None, opened: str = ""
    ) -> None:
        super().__init__(data, prefix="", auto_id="id_%s")
        self._groups, self._kept, self._opened = groups, kept, opened
        self._rows = {group.key: self._rows_of(group) for group in groups}
        for group in groups:
            for number in range(self._rows[group.key]):
                row = kept.get(group.key, [])[number : number + 1]
                for fact in group.facts:
                    field = _field(fact)
                    field.initial = _shown(fact, row[0].get(fact.key) if row else None)
                    self.fields[field_name(group.key, number, fact.key)] = field

    def clean(self) -> dict[str, Any]:
        """Read what was typed; each problem goes to its field."""
        raw = {
            group.key: [
                {
                    fact.key: self.cleaned_data.get(field_name(group.key, number, fact.key))
                    for fact in group.facts
                }
                for number in range(self._rows[group.key])
            ]
            for group in self._groups
        }
        read = read_values(self._groups, raw)
        for problem in read.problems:
            self.add_problem(problem)
        return {"values": read.values}

    def add_problem(self, problem: Problem) -> None:
        """Say what is wrong at its field, or on top."""
        name = field_name(problem.group, problem.row, problem.fact)
        self.add_error(name if name in self.fields else None, problem.message)

    def sections(self) -> list[Section]:
        """Every group with its rows: open where there is something, or something to put right."""
        return [self._section(group) for group in self._groups]

    def _section(self, group: Group) -> Section:
        names = [
            [field_name(group.key, number, fact.key) for fact in group.facts]
            for number in range(self._rows[group.key])
        ]
        is_filled = bool(self._kept.get(group.key))
        has_error = self.is_bound and any(name in self.errors for row in names for name in row)
        is_typed = self.is_bound and any(self.data.get(name) for row in names for name in row)
        return Section(
            group,
            tuple(tuple(self[name] for name in row) for row in names),
            is_filled or has_error or is_typed or group.key == self._opened,
            is_filled,
        )

    def _rows_of(self, group: Group) -> int:
        """Those that are kept, and empty ones beside them; as many as were sent."""
        count = max(group.shown, len(self._kept.get(group.key, [])) + (group.most > 1))
        while self.is_bound and any(
            self.data.get(field_name(group.key, count, fact.key)) for fact in group.facts
        ):
            count += 1
            if count >= group.most:
                break
        return min(count, group.most)


def field_name(group: str, row: int, fact: str) -> str:
    """The name of a field: hospital-0-admitted."""
    return f"{group}-{row}-{fact}"


def _field(fact: Fact) -> forms.Field:
    common: dict[str, Any] = {
        "label": fact.label, "required": False, "help_text": _hint(fact),
    }  # fmt: skip
    if fact.kind == Kind.CHOICE:
        choices = [("", "Choose"), *((code, f"{words} ({code})") for code, words in fact.choices)]
        return forms.ChoiceField(choices=choices, **common)
    if fact.kind == Kind.STATE:
        return forms.ChoiceField(choices=_STATES, **common)
    if fact.kind == Kind.CHOICES:
        return forms.MultipleChoiceField(
            choices=[(code, f"{words} ({code})") for code, words in fact.choices],
            widget=forms.CheckboxSelectMultiple,
            **common,
        )
    if fact.kind == Kind.FLAG:
        return forms.BooleanField(**common)
    if fact.kind == Kind.DATE:
        return forms.CharField(widget=DateInput(), **common)
    numeric = fact.kind in {Kind.MONEY, Kind.NUMBER}
    attributes = {"autocomplete": "off", **({"inputmode": "decimal"} if numeric else {})}
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs=attributes), **common)


def _hint(fact: Fact) -> str:
    box = f"Box {fact.box}" if fact.box else ""
    return ". ".join(filter(None, (fact.help, box)))


def _shown(fact: Fact, value: Any) -> Any:
    if fact.kind == Kind.CODES and value:
        return " ".join(value)
    return value == "Y" if fact.kind == Kind.FLAG else value
