"""Forms of the desk: a person's preferences, and what is done with a work item."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from billing.choices import PaymentMethod
from billing.forms import no_card_number
from core.choices import ContactMethod
from core.forms import DateField, MoneyField
from desk.call_outcomes import Outcome
from desk.choices import Density, Theme
from patients.models import BillingProvider


class PreferenceForm(forms.Form):
    theme = forms.ChoiceField(
        choices=Theme.choices, required=False, widget=forms.RadioSelect, label="Theme"
    )
    density = forms.ChoiceField(
        choices=Density.choices, required=False, widget=forms.RadioSelect, label="Rows of tables"
    )
    single_keys = forms.BooleanField(
        required=False,
        label="Single-letter keys",
        help_text="j, k, n and others outside of fields. Turn off where they disturb speech input.",
    )


class AssignForm(forms.Form):
    owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Owner")

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "Nobody yet"), *people]  # type: ignore[attr-defined]


class SnoozeForm(forms.Form):
    until = DateField(label="Back on")
    reason = forms.CharField(max_length=300, label="Why it can wait")


class NoteForm(forms.Form):
    text = forms.CharField(
        max_length=4000,
        label="Note",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write something first."},
    )


class ContactForm(forms.Form):
    method = forms.ChoiceField(choices=ContactMethod.choices, label="How")
    with_whom = forms.CharField(max_length=120, label="With whom")
    reference = forms.CharField(max_length=60, required=False, label="Reference number")
    outcome = forms.CharField(max_length=300, label="What came of it")
    next_on = DateField(required=False, label="Follow up on")


class DoneForm(forms.Form):
    outcome = forms.CharField(
        max_length=300,
        label="What came of it",
        error_messages={"required": "Say in a few words what came of it."},
    )


class CheckInForm(forms.Form):
    """The patient is here: who bills the visit, and the copay that is paid now."""

    amount = MoneyField(
        label="Copay taken", required=False, least=Decimal("0.01"), help_text="Empty: none is taken"
    )
    method = forms.ChoiceField(
        label="Paid by", choices=[("", "Choose"), *PaymentMethod.choices], required=False
    )
    reference = forms.CharField(
        label="Reference",
        required=False,
        max_length=40,
        help_text="Check number or the terminal's receipt. Never a card number.",
    )
    billing_provider = forms.ModelChoiceField(
        BillingProvider.everywhere.none(),
        label="Billed by",
        empty_label="Choose",
        error_messages={"required": "Choose who bills the visit."},
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = BillingProvider.objects.filter(is_active=True)
        field: Any = self.fields["billing_provider"]
        field.queryset = rows
        only = list(rows[:2])
        field.initial = only[0].pk if len(only) == 1 else None

    def clean_reference(self) -> str:
        """A long run of digits may be a card number: it must not reach us."""
        return no_card_number(self.cleaned_data["reference"])

    def clean(self) -> dict[str, Any]:
        """Money has a way it came."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("amount") and not values.get("method"):
            self.add_error("method", "Choose how it was paid.")
        return values


class CallForm(forms.Form):
    """One call about one claim or patient. Who spoke and the number stand for the whole call."""

    outcome = forms.ChoiceField(
        label="What came of it",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it."},
    )
    with_whom = forms.CharField(
        max_length=120, label="Who spoke", error_messages={"required": "Say who spoke."}
    )
    reference = forms.CharField(max_length=60, required=False, label="Reference number")
    next_on = DateField(
        required=False, label="Again on", help_text="Empty: the day beside the outcome"
    )
    note = forms.CharField(max_length=200, required=False, label="Note")

    def __init__(self, *args: Any, outcomes: Sequence[Outcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, one.label) for one in outcomes]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
