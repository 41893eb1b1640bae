"""The fee tester's question, and the upload of a payer's rates."""

from typing import Any

from django import forms

from coding.selectors import places_on
from core.forms import DateField
from patients.models import Payer, PayerPlan

MOST_BYTES = 4 * 1024 * 1024


class FeeQuestionForm(forms.Form):
    """Which services, for whom, when and where. It holds nothing of a patient."""

    plan = forms.ModelChoiceField(
        PayerPlan.everywhere.none(),
        label="Plan",
        required=False,
        empty_label="Nobody: what we charge",
        to_field_name="public_id",
    )
    on = DateField(label="Date of service")
    place = forms.ChoiceField(label="Place of service")
    lines = forms.CharField(
        label="Services",
        max_length=300,
        help_text="As on the coding screen, a semicolon between them: 27447-rt; 20610-lt x1",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    non_physician = forms.BooleanField(
        label="Done by a nurse practitioner or physician assistant", required=False
    )

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan, place = self.fields["plan"], self.fields["place"]
        assert isinstance(plan, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(place, forms.ChoiceField)  # noqa: S101
        plan.queryset = PayerPlan.objects.filter(is_active=True).select_related("payer")
        place.choices = [(row.code, str(row)) for row in places_on(today)] or [("11", "11")]


class ContractImportForm(forms.Form):
    """A file of rates, and the contract it is for."""

    payer = forms.ModelChoiceField(
        Payer.everywhere.none(), label="Payer", empty_label="Choose a payer",
        to_field_name="public_id",
    )  # fmt: skip
    plan = forms.ModelChoiceField(
        PayerPlan.everywhere.none(), label="Plan", required=False, empty_label="All its plans",
        to_field_name="public_id",
    )  # fmt: skip
    name = forms.CharField(label="Name of the contract", max_length=60)
    effective_from = DateField(
        label="In force from", help_text="The contract before it ends on the day before"
    )
    file = forms.FileField(
        label="CSV file", widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payer, plan = self.fields["payer"], self.fields["plan"]
        assert isinstance(payer, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(plan, forms.ModelChoiceField)  # noqa: S101
        payer.queryset = Payer.objects.filter(is_active=True)
        plan.queryset = PayerPlan.objects.filter(is_active=True).select_related("payer")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        plan, payer = values.get("plan"), values.get("payer")
        if plan is not None and payer is not None and plan.payer_id != payer.pk:
            self.add_error("plan", "That plan is another payer's.")
        return values

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 4 MB.")
        return bytes(upload.read())
