"""Registration, coverage, encounter and import forms."""

import re
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxLengthValidator

from core import clock
from core.errors import ApplicationError
from core.forms import DateField
from patients import note_files
from patients.choices import Rank, Relationship, Sex, VisitKind
from patients.models import (
    Appointment,
    BillingProvider,
    Case,
    Coverage,
    Guarantor,
    Patient,
    PayerPlan,
    Provider,
    ServiceFacility,
)
from patients.signatures import FIELDS as SIGNATURES
from patients.signatures import check_days_of_signatures

MOST_BYTES = 8 * 1024 * 1024
_NOT_A_DIGIT = re.compile(r"\D")


class AddressClean(forms.ModelForm):
    """ZIP and phone as people write them, kept as digits."""

    def clean_zip_code(self) -> str:
        return str(self.cleaned_data["zip_code"]).replace("-", "").replace(" ", "")

    def clean_phone(self) -> str:
        digits = _NOT_A_DIGIT.sub("", str(self.cleaned_data.get("phone") or ""))
        if digits and len(digits) == 11 and digits[0] == "1":
            digits = digits[1:]
        if digits and len(digits) != 10:
            raise forms.ValidationError("A phone number has 10 digits.")
        return digits


def _loose(form: forms.ModelForm) -> None:
    """Let dashes and brackets through to the clean methods above."""
    for name, length in (("zip_code", 10), ("phone", 20)):
        field = form.fields[name]
        field.validators = []
        field.max_length = length  # type: ignore[attr-defined]
        field.validators.append(MaxLengthValidator(length))
        field.widget.attrs["maxlength"] = str(length)
        field.widget.attrs["inputmode"] = "tel" if name == "phone" else "numeric"


def _choose(form: forms.BaseForm, name: str) -> None:
    """Say "Choose" where Django draws dashes."""
    field: Any = form.fields[name]
    field.choices = [("", "Choose"), *(one for one in field.choices if one[0])]


class PatientForm(AddressClean):
    """Who the patient is and how to reach them."""

    birth_date = DateField(label="Birth date")
    deceased_on = DateField(label="Died on", required=False)
    release_signed_on = DateField(label="Signed on", required=False)
    benefits_signed_on = DateField(label="Signed on", required=False)

    class Meta:
        model = Patient
        fields = [
            "first_name", "middle_name", "last_name", "suffix", "birth_date", "sex", "phone",
            "email", "address_line1", "address_line2", "city", "state_code", "zip_code",
            "deceased_on", *SIGNATURES,
        ]  # fmt: skip
        help_texts = {
            "release_code": "Box 12: without it no claim goes out",
            "benefits_code": "Box 13: whom the insurer pays",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _loose(self)
        for name in ("release_code", "benefits_code"):
            field: Any = self.fields[name]
            field.choices = [("", "Nothing on file"), *(one for one in field.choices if one[0])]
        self.fields["sex"] = forms.ChoiceField(
            label="Sex", choices=[("", "Choose"), *Sex.choices], help_text="As the insurer has it"
        )
        self.fields["zip_code"].label = "ZIP code"
        _choose(self, "state_code")
        if not self.instance.pk:
            del self.fields["deceased_on"]

    def clean(self) -> dict[str, Any]:
        """Said at the field, before the database's constraint says it of the whole form."""
        values = super().clean() or {}
        try:
            check_days_of_signatures(values)
        except ApplicationError as error:
            self.add_error(error.field, error.message)
        return values


class GuarantorForm(AddressClean):
    """Who is billed, when it is not the patient."""

    class Meta:
        model = Guarantor
        fields = [
            "first_name", "last_name", "phone", "address_line1", "address_line2", "city",
            "state_code", "zip_code",
        ]  # fmt: skip

    prefix = "guarantor"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _loose(self)
        _choose(self, "state_code")


class CoverageForm(forms.Form):
    """One coverage as printed on the card. The service checks periods and member ids.

    No ModelForm: that would judge the database's constraints before the service can name the field.
    """

    NAMES = (
        "plan", "rank", "member_id", "group_number", "effective_from", "effective_to",
        "relationship_code", "subscriber_first_name", "subscriber_middle_name",
        "subscriber_last_name", "subscriber_birth_date", "subscriber_sex",
        "subscriber_address_line1", "subscriber_city", "subscriber_state_code",
        "subscriber_zip_code", "case", "employment_code",
        "employee_count", "entitlement_code", "kidney_from", "insurance_type_code",
    )  # fmt: skip

    _CHOSEN = (
        "subscriber_sex", "subscriber_state_code", "employment_code", "entitlement_code",
        "insurance_type_code",
    )  # fmt: skip

    subscriber_birth_date = DateField(label="Subscriber's birth date", required=False)
    effective_from = DateField(label="In force from")
    effective_to = DateField(label="In force until", required=False, help_text="Empty: no end")
    kidney_from = DateField(label="Kidney failure: Medicare since", required=False)

    def __init__(
        self, *args: Any, coverage: Coverage | None = None, patient: Patient | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        if coverage is not None:
            kwargs["initial"] = forms.model_to_dict(coverage, self.NAMES)
        super().__init__(*args, **kwargs)
        plain = forms.fields_for_model(
            Coverage,
            [name for name in self.NAMES if name not in self.fields],
            labels={
                "relationship_code": "The patient is the subscriber's",
                "subscriber_first_name": "Subscriber's first name",
                "subscriber_middle_name": "Subscriber's middle name",
                "subscriber_last_name": "Subscriber's last name",
                "subscriber_sex": "Subscriber's sex",
                "subscriber_address_line1": "Subscriber's address",
                "subscriber_city": "City",
                "subscriber_state_code": "State",
                "subscriber_zip_code": "ZIP code",
                "employment_code": "The plan comes from",
                "employee_count": "How many people work there",
                "entitlement_code": "Medicare because of",
                "insurance_type_code": "Medicare is second because",
            },
            help_texts={
                "member_id": "As on the card; spaces do not matter",
                "employee_count": "20 and 100 are the borders that Medicare asks about",
                "insurance_type_code": "Empty: worked out from the other answers",
            },
        )
        self.fields.update(plain)
        plans = PayerPlan.objects.filter(is_active=True, payer__is_active=True)
        self.fields["plan"] = forms.ModelChoiceField(
            plans.select_related("payer"), label="Plan", empty_label="Choose a plan"
        )
        self.fields["rank"] = forms.TypedChoiceField(
            label="Billed", choices=Rank.choices, coerce=int, initial=Rank.PRIMARY
        )
        self.fields["relationship_code"].initial = Relationship.SELF
        self.fields["case"] = forms.ModelChoiceField(
            Case.objects.filter(patient=patient), required=False, label="Pays only for",
            empty_label="Everything: it belongs to no case",
        )  # fmt: skip
        self.fields["subscriber_zip_code"].max_length = 10  # type: ignore[attr-defined]
        self.fields["subscriber_zip_code"].validators = [MaxLengthValidator(10)]
        self.fields["subscriber_zip_code"].widget.attrs["maxlength"] = "10"
        for name in self._CHOSEN:
            _choose(self, name)
        self.order_fields(self.NAMES)


class OrderForm(forms.Form):
    """The day on which one wants to know who pays first."""

    on = DateField(label="On")


class EncounterForm(forms.Form):
    """A visit: who, where, when, and the note."""

    service_date_from = DateField(label="Service date")
    service_date_to = DateField(label="Until", required=False, help_text="For more than one day")
    rendering_provider = forms.ModelChoiceField(
        Provider.everywhere.none(), label="Provider", empty_label="Choose"
    )
    facility = forms.ModelChoiceField(ServiceFacility.everywhere.none(), label="Where")
    billing_provider = forms.ModelChoiceField(BillingProvider.everywhere.none(), label="Billed by")
    place_of_service_code = forms.RegexField(
        r"^\d{2}$",
        label="Place of service",
        required=False,
        help_text="Empty: that of the place above",
        error_messages={"invalid": "A place of service has two digits, such as 11."},
    )
    visit_kind = forms.ChoiceField(
        label="Kind of visit", choices=VisitKind.choices, initial=VisitKind.OFFICE
    )
    referring_provider = forms.ModelChoiceField(
        Provider.everywhere.none(), label="Referred by", required=False, empty_label="Nobody"
    )
    external_number = forms.CharField(
        label="Number in the other system", max_length=40, required=False
    )
    note_text = forms.CharField(
        label="Clinical note",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Without a signed note the encounter waits for one before it can be coded",
    )
    note_file = forms.FileField(
        label="Note as a file",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": note_files.ACCEPT}),
        help_text="PDF, PNG or JPEG, up to 15 MB",
    )
    note_author = forms.CharField(
        label="Written by", max_length=120, required=False, help_text="Empty: the provider"
    )
    note_is_signed = forms.BooleanField(label="The note is signed", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active: dict[str, Any] = {
            "rendering_provider": Provider, "referring_provider": Provider,
            "facility": ServiceFacility, "billing_provider": BillingProvider,
        }  # fmt: skip
        for name, model in active.items():
            rows = model.objects.filter(is_active=True)
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            if name in {"facility", "billing_provider"}:
                only = list(rows[:2])
                field.initial = only[0].pk if len(only) == 1 else None

    def clean_note_file(self) -> bytes:
        upload = self.cleaned_data.get("note_file")
        if not upload:
            return b""
        content = bytes(upload.read(note_files.MOST_BYTES + 1))
        try:
            note_files.read_note_file(content)
        except ApplicationError as error:
            raise forms.ValidationError(error.message) from None
        return content


class TimeField(forms.TimeField):
    """A time of day, typed or picked: 14:30, 2:30 PM."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        kwargs["input_formats"] = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p"]
        kwargs["error_messages"] = {"invalid": "Enter a time like 14:30 or 2:30 PM."}
        super().__init__(**kwargs)


class AppointmentForm(forms.Form):
    """A visit to come. Times are those of the practice."""

    day = DateField(label="Day")
    at = TimeField(label="At")
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=720, initial=15)
    provider = forms.ModelChoiceField(
        Provider.everywhere.none(), label="Provider", empty_label="Choose"
    )
    facility = forms.ModelChoiceField(ServiceFacility.everywhere.none(), label="Where")
    visit_kind = forms.ChoiceField(
        label="Kind of visit", choices=VisitKind.choices, initial=VisitKind.OFFICE
    )
    reason = forms.CharField(
        label="Reason", max_length=200, required=False, help_text="In a few words, for the day list"
    )

    def __init__(
        self, *args: Any, practice: Any, appointment: Appointment | None = None, **kwargs: Any
    ) -> None:
        if appointment is not None:
            kwargs["initial"] = _as_typed(appointment)
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(practice.time_zone)
        chosen: dict[str, Any] = {"provider": Provider, "facility": ServiceFacility}
        for name, model in chosen.items():
            rows = model.objects.filter(is_active=True)
            field: Any = self.fields[name]
            field.queryset = rows
            only = list(rows[:2])
            field.initial = only[0].pk if len(only) == 1 else None

    def values(self) -> dict[str, Any]:
        """What was typed as the arguments of book_appointment."""
        typed = dict(self.cleaned_data)
        day, at = typed.pop("day"), typed.pop("at")
        return typed | {"starts_at": datetime.combine(day, at, self.zone)}


def _as_typed(appointment: Appointment) -> dict[str, Any]:
    start = clock.local(appointment.starts_at, appointment.practice)
    same = ("minutes", "provider", "facility", "visit_kind", "reason")
    typed = forms.model_to_dict(appointment, same)
    return typed | {"day": start.date(), "at": time(start.hour, start.minute)}


class ImportForm(forms.Form):
    """The CSV file."""

    file = forms.FileField(
        label="CSV file", widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 8 MB: send it in parts.")
        return bytes(upload.read())
