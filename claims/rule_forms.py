"""The builder of payer rules: groups and rows of plain selects and boxes, without a script."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from claims.models import PayerRuleVersion
from claims.payer_rules.fields import FIELDS, Kind
from claims.payer_rules.grammar import (
    MOST_CONDITIONS,
    MOST_GROUPS,
    OP_LABELS,
    Condition,
    Match,
    Op,
    RuleError,
    Where,
    parse,
    typed_values,
)
from claims.services.save_payer_rule import WantedRule
from core.findings import Severity
from core.forms import DateField
from patients.models import Payer, PayerPlan

FIRST_ROWS = 3
SEVERITIES = (
    (Severity.ERROR, "Stop the claim"),
    (Severity.OVERRIDABLE, "Stop it until somebody gives a reason"),
    (Severity.WARNING, "Warn, and let it go"),
    (Severity.INFORMATION, "Only say so"),
)
_WHERES = (
    ("This line", Where.THIS, True),
    ("The claim", Where.THIS, False),
    ("Another line", Where.ANOTHER, True),
    ("No other line", Where.NONE, True),
)
_MATCHES = ((Match.ALL, "all hold"), (Match.ANY, "at least one holds"))
_MANY = ("payers", "plans")


def _control(widget: type[forms.Widget]) -> forms.Widget:
    """A control of a row: as tall as its neighbours, and spelled by nobody."""
    return widget(attrs={"class": "input input-s", "autocomplete": "off", "spellcheck": "false"})


def _what_choices() -> list[Any]:
    groups: list[Any] = [("", "Choose what is asked about")]
    for title, where, is_of_line in _WHERES:
        fields = [one for one in FIELDS.values() if one.is_of_line == is_of_line]
        options = [
            (f"{where}|{one.key}", one.label if title == "The claim" else f"{title}: {one.label}")
            for one in fields
        ]
        groups.append((title, options))
    return groups


@dataclass(frozen=True, slots=True)
class Row:
    """The three controls of one condition."""

    number: int
    what: BoundField
    op: BoundField
    values: BoundField

    @property
    def errors(self) -> list[str]:
        """What is wrong with any of them."""
        return [str(one) for part in (self.what, self.op, self.values) for one in part.errors]


@dataclass(frozen=True, slots=True)
class Rows:
    """One group as the page draws it."""

    number: int
    match: BoundField
    rows: list[Row]
    may_grow: bool


class RuleForm(forms.Form):
    """A payer rule as it is typed. `sizes` says how many rows each group shows."""

    name = forms.CharField(
        label="Name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give the rule a name."},
    )  # fmt: skip
    payers = forms.ModelMultipleChoiceField(
        Payer.everywhere.none(), label="Payers", required=False, to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple, help_text="None chosen, and no plan: for all",
    )  # fmt: skip
    plans = forms.ModelMultipleChoiceField(
        PayerPlan.everywhere.none(), label="Single plans", required=False,
        to_field_name="public_id", widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    effective_from = DateField(
        label="For services from", required=False, help_text="By the first day of service"
    )
    effective_to = DateField(label="Until", required=False)
    match = forms.ChoiceField(label="The rule fires when", choices=[
        (Match.ALL, "every group holds"), (Match.ANY, "one group holds"),
    ])  # fmt: skip
    severity = forms.ChoiceField(label="Then", choices=SEVERITIES, initial=Severity.OVERRIDABLE)
    message = forms.CharField(
        label="What it says", max_length=200, help_text="To whoever has to put it right",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say what is wrong with such a claim."},
    )  # fmt: skip
    field = forms.ChoiceField(label="Field to put right")
    modifier = forms.RegexField(
        r"(?i)^[a-z0-9]{2}$", label="Offer to add a modifier", required=False, max_length=2,
        help_text="Two characters, such as GP; only for a rule about lines",
        error_messages={"invalid": "A modifier has two letters or digits."},
    )  # fmt: skip
    advice = forms.CharField(
        label="What to do", max_length=150, required=False, help_text="In words, besides",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, sizes: Sequence[int] = (FIRST_ROWS,), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sizes = tuple(sizes)
        self._query("payers").queryset = Payer.objects.filter(is_active=True)
        plans = PayerPlan.objects.filter(is_active=True).select_related("payer")
        self._query("plans").queryset = plans
        target = self.fields["field"]
        assert isinstance(target, forms.ChoiceField)  # noqa: S101 - for the type checker
        target.choices = [(one.key, one.label) for one in FIELDS.values()]
        whats = _what_choices()
        for group, size in enumerate(self.sizes):
            self.fields[f"g{group}_match"] = forms.ChoiceField(
                label="Of these conditions", choices=_MATCHES
            )
            for row in range(size):
                self._add_row(f"g{group}c{row}", whats)

    def _query(self, name: str) -> forms.ModelMultipleChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ModelMultipleChoiceField)  # noqa: S101
        return found

    def _add_row(self, name: str, whats: list[Any]) -> None:
        self.fields[f"{name}_what"] = forms.ChoiceField(
            label="What is asked about",
            choices=whats,
            required=False,
            widget=_control(forms.Select),
        )
        self.fields[f"{name}_op"] = forms.ChoiceField(
            label="Question", choices=list(OP_LABELS.items()), required=False,
            widget=_control(forms.Select),
        )  # fmt: skip
        self.fields[f"{name}_values"] = forms.CharField(
            label="Compared with", required=False, max_length=400,
            widget=_control(forms.TextInput),
        )  # fmt: skip

    @property
    def groups(self) -> Iterator[Rows]:
        """The groups with their rows, as the page draws them."""
        for group, size in enumerate(self.sizes):
            rows = [
                Row(row + 1, *(self[f"g{group}c{row}_{part}"] for part in ("what", "op", "values")))
                for row in range(size)
            ]
            yield Rows(group, self[f"g{group}_match"], rows, size < MOST_CONDITIONS)

    @property
    def may_grow(self) -> bool:
        """Whether another group fits."""
        return len(self.sizes) < MOST_GROUPS

    def clean(self) -> dict[str, Any]:
        """Read the rows; whatever is wrong with one is said at its box."""
        values = super().clean() or {}
        groups, is_wrong = [], False
        for group, size in enumerate(self.sizes):
            conditions = []
            for row in range(size):
                try:
                    one = self._condition(f"g{group}c{row}", values)
                except RuleError as wrong:
                    is_wrong = True
                    self.add_error(f"g{group}c{row}_values", wrong.words)
                else:
                    conditions += [one] if one else []
            if conditions:
                match = values.get(f"g{group}_match", Match.ALL)
                groups.append({"match": match, "conditions": conditions})
        if not is_wrong:
            self._read({"match": values.get("match", Match.ALL), "groups": groups}, values)
        return values

    def _condition(self, name: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
        what, text = values.get(f"{name}_what", ""), values.get(f"{name}_values", "")
        if f"{name}_what" in self.errors or f"{name}_op" in self.errors:
            return None
        if not what:
            if text:
                raise RuleError("Choose what is asked about.")
            return None
        where, _, key = what.partition("|")
        op = Op(values.get(f"{name}_op") or Op.IS)
        typed = typed_values(FIELDS[key], op, text)
        said = {"field": key, "where": where, "op": str(op), "values": list(typed)}
        # Read on its own, so that what is wrong is said at this row.
        parse({"match": "all", "groups": [{"match": "all", "conditions": [said]}]})
        return said

    def _read(self, raw: dict[str, Any], values: dict[str, Any]) -> None:
        try:
            values["definition"] = parse(raw)
        except RuleError as wrong:
            self.add_error("g0c0_what", wrong.words)

    def wanted(self) -> WantedRule:
        """What was typed, for the service; only of a valid form."""
        given = self.cleaned_data
        return WantedRule(
            name=given["name"], severity=given["severity"], definition=given["definition"],
            message=given["message"], field=given["field"], advice=given["advice"],
            modifier=given["modifier"].upper(), effective_from=given["effective_from"],
            effective_to=given["effective_to"], payers=list(given["payers"]),
            plans=list(given["plans"]),
        )  # fmt: skip

    def scope_names(self) -> list[str]:
        """Whom it is for, in words."""
        given = self.cleaned_data
        return [one.name for name in _MANY for one in given[name]]


class BackTestForm(forms.Form):
    """Which of the past a rule is tried on."""

    service_from = DateField(label="Services from")
    service_to = DateField(label="To")
    payer = forms.ModelChoiceField(
        Payer.everywhere.none(), label="Payer", required=False, to_field_name="public_id",
        empty_label="All that the rule is for",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payer = self.fields["payer"]
        assert isinstance(payer, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        payer.queryset = Payer.objects.filter(is_active=True)


def sizes_of(data: QueryDict) -> list[int]:
    """How many rows each group has, as the page last said; never more than the grammar takes."""
    sizes = [
        min(int(one), MOST_CONDITIONS)
        for one in data.get("sizes", "").split(",")[:MOST_GROUPS]
        if one.isdecimal() and int(one)
    ]
    return sizes or [FIRST_ROWS]


def typed(data: QueryDict) -> dict[str, Any]:
    """What stands in the boxes, to show it again unjudged."""
    return {name: data.getlist(name) if name in _MANY else data.get(name) for name in data}


def initial_of(version: PayerRuleVersion) -> tuple[dict[str, Any], list[int]]:
    """A version as the builder shows it, and the rows of its groups, with a spare one each."""
    definition = parse(version.definition)
    scopes = version.scopes.all()
    names = ("name", "severity", "effective_from", "effective_to", "message", "field", "advice",
             "modifier")  # fmt: skip
    found: dict[str, Any] = {name: getattr(version, name) for name in names}
    found["match"] = definition.match
    found["payers"] = [one.payer.public_id for one in scopes if one.payer]
    found["plans"] = [one.plan.public_id for one in scopes if one.plan]
    sizes = []
    for number, group in enumerate(definition.groups):
        found[f"g{number}_match"] = group.match
        for row, condition in enumerate(group.conditions):
            found |= _shown(f"g{number}c{row}", condition)
        sizes.append(min(len(group.conditions) + 1, MOST_CONDITIONS))
    return found, sizes


def _shown(name: str, one: Condition) -> dict[str, str]:
    values = list(one.values)
    if one.field.kind == Kind.DATE:
        values = [f"{date.fromisoformat(day):%m/%d/%Y}" for day in values]
    joint = " to " if one.op in {Op.IN_RANGE, Op.NOT_IN_RANGE, Op.BETWEEN} else ", "
    return {
        f"{name}_what": f"{one.where}|{one.field.key}",
        f"{name}_op": str(one.op),
        f"{name}_values": joint.join(values),
    }
