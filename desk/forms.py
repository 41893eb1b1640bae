"""Forms of the desk: a person's preferences, and what is done with a work item."""

from collections.abc import Sequence
from typing import Any

from django import forms

from core.choices import ContactMethod
from core.forms import DateField
from desk.call_outcomes import Outcome
from desk.choices import Density, Theme


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
