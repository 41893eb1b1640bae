"""Forms of the coding team's pages: rules, who gets what, audits, and periods."""

from typing import Any

from django import forms

from coding.choices import AuditTrigger
from coding.selectors import coders_of
from coding.services.assignment_rules import MOST_OPEN
from coding.services.audits import MOST_DRAWN
from core.forms import DateField
from core.models import Practice, User
from patients.choices import VisitKind
from patients.models import Payer, Provider

LONGEST_PERIOD = 366


class RuleForm(forms.Form):
    """Which visits, and who gets them."""

    name = forms.CharField(
        label="Name", max_length=60, error_messages={"required": "Give the rule a name."}
    )
    provider = forms.ModelChoiceField(
        Provider.everywhere.none(), label="Provider", required=False, empty_label="Any provider",
        to_field_name="public_id",
    )  # fmt: skip
    visit_kind = forms.ChoiceField(
        label="Visit", required=False, choices=[("", "Any visit"), *VisitKind.choices]
    )
    payer = forms.ModelChoiceField(
        Payer.everywhere.none(), label="Payer", required=False, empty_label="Any payer",
        to_field_name="public_id", help_text="The primary one on the day of service",
    )  # fmt: skip
    coders = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Coders", widget=forms.CheckboxSelectMultiple,
        to_field_name="public_id",
        help_text="Several take turns: the one with the fewest to code is next",
        error_messages={"required": "Choose at least one coder."},
    )  # fmt: skip
    open_cap = forms.IntegerField(
        label="Cap", min_value=1, max_value=MOST_OPEN, initial=20,
        help_text="Encounters to code a coder may have. Who has as many gets no more by this rule",
    )  # fmt: skip

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["provider"], Provider.objects.filter(is_active=True))
        _offer(self.fields["payer"], Payer.objects.filter(is_active=True))
        _offer(self.fields["coders"], coders_of(practice))


class AssignForm(forms.Form):
    """Whose the chosen encounters shall be."""

    coder = forms.ModelChoiceField(
        User.objects.none(), label="Give to", required=False, blank=True,
        widget=forms.RadioSelect, empty_label="Nobody: anyone may take it",
        to_field_name="public_id",
    )  # fmt: skip

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["coder"], coders_of(practice))


class DrawForm(forms.Form):
    """Which sample to draw."""

    name = forms.CharField(
        label="Name", max_length=60, error_messages={"required": "Give the audit a name."}
    )
    finished_from = DateField(label="Coding finished from")
    finished_to = DateField(label="Until, last day included")
    coder = forms.ModelChoiceField(
        User.objects.none(), label="Coder", required=False,
        empty_label="All coders, as many of each",
        to_field_name="public_id",
    )  # fmt: skip
    provider = forms.ModelChoiceField(
        Provider.everywhere.none(), label="Provider", required=False, empty_label="Any provider",
        to_field_name="public_id",
    )  # fmt: skip
    trigger = forms.ChoiceField(label="Drawn from", choices=AuditTrigger.choices)
    size = forms.IntegerField(
        label="Encounters", min_value=1, max_value=MOST_DRAWN, initial=10,
        help_text="A rate says much from 30 lines a coder and quarter on",
    )  # fmt: skip

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["coder"], coders_of(practice))
        _offer(self.fields["provider"], Provider.objects.filter(is_active=True))


class SecondCodingForm(forms.Form):
    """The auditor's own codes, from the note alone."""

    diagnoses = forms.CharField(
        label="Diagnoses", max_length=400, help_text="In their order: the first is A",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "mono"}),
        error_messages={"required": "Type the diagnoses, in their order."},
    )  # fmt: skip
    lines = forms.CharField(
        label="Lines", max_length=4000,
        help_text="One a row, as on the coding screen: 99214-25 /ab",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "mono"}),
        error_messages={"required": "Type the lines, one a row."},
    )  # fmt: skip


class PeriodForm(forms.Form):
    """From a day to a day, both included."""

    first = DateField(label="From")
    last = DateField(label="Until")

    def clean(self) -> dict[str, Any]:
        """In order, and not longer than a year."""
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", "It ends before it begins.")
        elif first and last and (last - first).days > LONGEST_PERIOD:
            self.add_error("last", "Choose at most a year.")
        return values


class SettingsForm(forms.Form):
    """How the team's work is steered."""

    take_unassigned = forms.BooleanField(
        label="Code next also opens encounters that are nobody's", required=False,
        help_text="Off: coders get only what a rule or a lead gave them",
    )  # fmt: skip
    days_to_code = forms.IntegerField(
        label="Days to code", min_value=0, max_value=90,
        help_text="From the service. What is older and not coded counts as stuck",
    )  # fmt: skip


def _offer(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
    field.queryset = rows
