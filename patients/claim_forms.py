"""Forms of a case and of an authorization."""

import re
from typing import Any

from django import forms

from core.forms import DateField
from patients.choices import AuthorizationKind, AuthorizationUnit, State
from patients.models import Case, Payer, PriorAuthorization, Provider

_PARTED = re.compile(r"[\s,;]+")
_NOT_A_DIGIT = re.compile(r"\D")


class CaseForm(forms.Form):
    """An accident or a work injury. The service judges what belongs together."""

    NAMES = (
        "name", "is_work", "is_auto", "is_other_accident", "accident_on", "accident_at",
        "state_code", "employer", "claim_number", "adjuster_name", "adjuster_phone", "closed_on",
    )  # fmt: skip

    accident_on = DateField(
        label="Day of the accident", required=False, help_text="Or when the illness of work began"
    )
    accident_at = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": "Enter a time like 13:45."},
    )  # fmt: skip
    closed_on = DateField(label="Closed on", required=False, help_text="Empty: open")

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        if case is not None:
            kwargs["initial"] = forms.model_to_dict(case, self.NAMES)
        super().__init__(*args, **kwargs)
        plain = forms.fields_for_model(
            Case,
            [name for name in self.NAMES if name not in self.fields],
            labels={
                "name": "What the office calls it", "is_work": "It happened at work",
                "is_auto": "Auto accident", "is_other_accident": "Another accident",
                "state_code": "State of the accident",
                "adjuster_phone": "Adjuster's phone",
            },
        )  # fmt: skip
        self.fields.update(plain)
        phone = self.fields["adjuster_phone"]
        phone.validators = []
        phone.max_length = 20  # type: ignore[attr-defined]
        self.fields["state_code"] = forms.ChoiceField(
            label="State of the accident", required=False,
            choices=[("", "Choose"), *State.choices],
        )  # fmt: skip
        self.order_fields(self.NAMES)

    def clean_adjuster_phone(self) -> str:
        """Ten digits, however they are typed."""
        digits = _NOT_A_DIGIT.sub("", str(self.cleaned_data.get("adjuster_phone") or ""))
        if digits and len(digits) != 10:
            raise forms.ValidationError("A phone number has 10 digits.")
        return digits


class AuthorizationForm(forms.Form):
    """What a payer has allowed beforehand, as its letter says."""

    NAMES = (
        "payer", "kind", "number", "effective_from", "effective_to", "codes", "unit",
        "allowed_quantity", "provider", "cancelled_on",
    )  # fmt: skip

    effective_from = DateField(label="Valid from")
    effective_to = DateField(label="Valid until", required=False, help_text="Empty: no end")
    codes = forms.CharField(
        label="Procedure codes", required=False, max_length=400,
        help_text="Parted by blanks; empty: any service",
    )  # fmt: skip
    allowed_quantity = forms.DecimalField(
        label="How many", required=False, min_value=0, max_digits=9, decimal_places=3,
        help_text="Empty: as many as it takes",
    )  # fmt: skip
    cancelled_on = DateField(label="Cancelled on", required=False)

    def __init__(
        self, *args: Any, authorization: PriorAuthorization | None = None, **kwargs: Any
    ) -> None:
        if authorization is not None:
            kwargs["initial"] = forms.model_to_dict(authorization, self.NAMES) | {
                "codes": " ".join(authorization.codes)
            }
        super().__init__(*args, **kwargs)
        self.fields["payer"] = forms.ModelChoiceField(
            Payer.objects.filter(is_active=True), label="Payer", empty_label="Choose"
        )
        self.fields["kind"] = forms.ChoiceField(label="Kind", choices=AuthorizationKind.choices)
        self.fields["number"] = forms.CharField(label="Number", max_length=50)
        self.fields["unit"] = forms.ChoiceField(
            label="It counts", choices=AuthorizationUnit.choices
        )
        self.fields["provider"] = forms.ModelChoiceField(
            Provider.objects.filter(is_active=True), label="Only for", required=False,
            empty_label="Any provider",
        )  # fmt: skip
        self.order_fields(self.NAMES)

    def clean_codes(self) -> list[str]:
        """The codes one by one."""
        return [code for code in _PARTED.split(self.cleaned_data["codes"].strip()) if code]
