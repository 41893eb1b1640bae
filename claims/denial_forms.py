"""What people type about denials, appeals and letters."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from claims.denial_choices import (
    AppealOutcome,
    CountedFrom,
    DenialCategory,
    DenialStep,
    SendMethod,
)
from core.forms import DateField, MoneyField
from patients import note_files
from patients.models import Coverage, Payer


class StepForm(forms.Form):
    """Another step than the suggested one, and why."""

    step = forms.ChoiceField(label="Do this instead", choices=DenialStep.choices)
    reason = forms.CharField(label="Why not what is suggested", max_length=200, required=False)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = steps  # type: ignore[attr-defined]


class WaitForm(forms.Form):
    """What was sent or asked, and when the denial comes back."""

    waits_for = forms.CharField(
        label="What is waited for", max_length=200,
        error_messages={"required": "Say what is waited for."},
    )  # fmt: skip
    reference = forms.CharField(
        label="Reference", max_length=60, required=False,
        help_text="Tracking, fax or call number", widget=forms.TextInput(attrs={"class": "mono"}),
    )  # fmt: skip
    follow_up_on = DateField(
        label="Back on", error_messages={"required": "Say when to look again."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "wait_%s")
        super().__init__(*args, **kwargs)


class AsideForm(forms.Form):
    """Why nothing can be won."""

    reason = forms.CharField(
        label="Why nothing can be won", max_length=200,
        error_messages={"required": "Say why nothing can be won."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "aside_%s")
        super().__init__(*args, **kwargs)


class RerouteForm(forms.Form):
    """Whom to bill in place of the payer that refused."""

    coverage = forms.ModelChoiceField(
        Coverage.everywhere.none(), label="Coverage", to_field_name="public_id",
        empty_label="Choose a coverage",
    )  # fmt: skip
    reason = forms.CharField(
        label="Why this one", max_length=300, error_messages={"required": "Say why."}
    )

    def __init__(self, *args: Any, coverages: list[Coverage], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "reroute_%s")
        super().__init__(*args, **kwargs)
        field = self.fields["coverage"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = Coverage.objects.filter(
            pk__in=[one.pk for one in coverages]
        ).select_related("plan__payer")
        field.choices = [("", field.empty_label or ""), *[
            (str(one.public_id), f"{one.plan.payer.name}, {one.plan.name}") for one in coverages
        ]]  # fmt: skip


class DraftForm(forms.Form):
    """An appeal as it is written."""

    recipient = forms.CharField(
        label="To", max_length=300, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
    )
    letter = forms.CharField(
        label="Letter", max_length=12_000,
        error_messages={"required": "The letter is empty."},
        widget=forms.Textarea(attrs={"rows": 22, "class": "letter-text"}),
    )  # fmt: skip
    signed_by = forms.CharField(
        label="Signed by", max_length=120, error_messages={"required": "Say who signs it."}
    )


class SendForm(forms.Form):
    """How the packet went."""

    method = forms.ChoiceField(label="Sent by", choices=SendMethod.choices)
    sent_on = DateField(label="Sent on", error_messages={"required": "Say on which day."})
    tracking_number = forms.CharField(
        label="Tracking number", max_length=60, required=False,
        help_text="Certified mail, fax confirmation or portal number",
        widget=forms.TextInput(attrs={"class": "mono"}),
    )  # fmt: skip


class FileForm(forms.Form):
    """A file that goes along."""

    label = forms.CharField(
        label="What it is", max_length=120,
        error_messages={"required": "Say what it is, for the index."},
        help_text="As the index names it: Operative note, Letter of the referring physician",
    )  # fmt: skip
    file = forms.FileField(
        label="File", help_text="PDF, PNG or JPEG, at most 15 MB",
        widget=forms.ClearableFileInput(attrs={"accept": note_files.ACCEPT}),
        error_messages={"required": "Choose a file."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "file_%s")
        super().__init__(*args, **kwargs)


class OutcomeForm(forms.Form):
    """What the payer decided on an appeal."""

    outcome = forms.ChoiceField(
        label="Decision",
        choices=[("", "Choose"), *[c for c in AppealOutcome.choices if c[0]]],
        error_messages={"required": "Say what was decided."},
    )
    decided_on = DateField(
        label="Decided on", help_text="The day on the notice: the next limit runs from it",
        error_messages={"required": "Say on which day."},
    )  # fmt: skip
    reference = forms.CharField(label="Their reference", max_length=60, required=False)
    note = forms.CharField(label="What they said", max_length=300, required=False)


class LetterForm(forms.Form):
    """A letter of the practice's own."""

    name = forms.CharField(
        label="Name", max_length=80, error_messages={"required": "Give the letter a name."}
    )
    category = forms.ChoiceField(
        label="For", required=False, choices=[("", "Any denial"), *DenialCategory.choices]
    )
    payer = forms.ModelChoiceField(
        Payer.everywhere.none(), label="Payer", required=False, to_field_name="public_id",
        empty_label="Any payer",
    )  # fmt: skip
    is_active = forms.BooleanField(label="In use", required=False, initial=True)
    body = forms.CharField(
        label="Letter", max_length=8000, strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "letter-text"}),
        error_messages={"required": "The letter is empty."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payer = self.fields["payer"]
        assert isinstance(payer, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        payer.queryset = Payer.objects.filter(is_active=True)


class LevelForm(forms.Form):
    """One level of appeal at a payer; without a name the row is left out."""

    name = forms.CharField(label="Level", max_length=40, required=False)
    days = forms.IntegerField(label="Days to ask", min_value=1, max_value=2000, required=False)
    counted_from = forms.ChoiceField(
        label="Counted from", choices=CountedFrom.choices, required=False
    )
    decision_days = forms.IntegerField(
        label="Days to decide", min_value=1, max_value=2000, required=False
    )
    least_amount = MoneyField(label="At stake, $", least=Decimal(0), required=False)
    method = forms.ChoiceField(label="Sent by", choices=SendMethod.choices, required=False)
    form = forms.CharField(label="Form", max_length=40, required=False)
    goes_to = forms.CharField(
        label="Address, fax or portal", max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A named level needs its days; days need a name."""
        values = super().clean() or {}
        if values.get("name") and not values.get("days") and "days" not in self.errors:
            self.add_error("days", "Say how many days there are.")
        if values.get("days") and not values.get("name"):
            self.add_error("name", "Name the level.")
        return values


LevelFormSet: Any = forms.formset_factory(LevelForm, extra=0, max_num=5, validate_max=True)


class BulkWaitForm(forms.Form):
    """What several denials wait for, and until when."""

    waits_for = forms.CharField(
        label="What is waited for", max_length=200,
        error_messages={"required": "Say what is waited for."},
    )  # fmt: skip
    until = DateField(label="Back on", error_messages={"required": "Say when to look again."})

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_until(self) -> date:
        """Today or a day to come."""
        day: date = self.cleaned_data["until"]
        if day < self._today:
            raise forms.ValidationError("Choose today or a day to come.")
        return day


class ReportForm(forms.Form):
    """Which weeks, and sorted by what."""

    weeks = forms.TypedChoiceField(
        label="Weeks", coerce=int,
        choices=[(4, "4 weeks"), (12, "12 weeks"), (26, "26 weeks"), (52, "52 weeks")],
    )  # fmt: skip
    by = forms.ChoiceField(label="By", choices=[("count", "How many"), ("amount", "Dollars")])
