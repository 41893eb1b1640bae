"""What people type about payers: filing settings, enrolments, sending times."""

import re
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from django import forms

from claims.models import Enrolment, PayerFilingSettings, SendSchedule, TradingPartner
from claims.payer_choices import EnrolmentState, EnrolmentSubject
from core.forms import DateField
from patients.models import BillingProvider, Payer, Provider

_DAYS = [(0, "Mon"), (1, "Tue"), (2, "Wed"), (3, "Thu"), (4, "Fri"), (5, "Sat"), (6, "Sun")]
_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico",
)  # fmt: skip
_ZONE_CHOICES = [(zone, zone.replace("_", " ")) for zone in _ZONES]
_TIME = re.compile(r"^([01]?\d|2[0-3]):?([0-5]\d)$")
MOST_BYTES = 2 * 1024 * 1024


class FilingForm(forms.ModelForm):
    """How claims for one payer are filed."""

    class Meta:
        model = PayerFilingSettings
        fields = (
            "partner", "payer_id_on_route", "paper_totals", "correction_mode",
            "corrected_limit_days", "filing_limit_days", "files_by_calendar_year",
            "appeal_limit_days", "splits_months", "splits_years", "splits_rendering",
            "splits_authorizations", "assignment_code", "authorization_codes", "needs_referral",
            "requires_referring", "enrolment_check", "wants_provider_number", "posts",
            "limit_from_discharge", "requires_taxonomy", "attachment_codes",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner = self.fields["partner"]
        assert isinstance(partner, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        partner.queryset = TradingPartner.objects.filter(is_active=True)
        partner.label = "Route"
        partner.empty_label = "Choose the road of its claims"
        partner.help_text = "Electronic or paper: the partner's transport decides"
        self.fields["posts"].label = "Its remittances are posted"
        self.fields["authorization_codes"].label = "Codes that need a prior authorization"
        self.fields["needs_referral"].label = "pays only with a referral"
        self.fields["needs_referral"].help_text = ""
        self.fields["filing_limit_days"].label = "Limit for first claims, days"

    def clean_authorization_codes(self) -> list[str]:
        """The beginnings of codes, in capitals, each once."""
        return self._beginnings("authorization_codes")

    def clean_attachment_codes(self) -> list[str]:
        """The same of what goes with an attachment."""
        return self._beginnings("attachment_codes")

    def _beginnings(self, name: str) -> list[str]:
        given: list[str] = self.cleaned_data[name]
        codes = list(dict.fromkeys(code.strip().upper() for code in given if code.strip()))
        wrong = [code for code in codes if not code.isalnum() or not code.isascii()]
        if wrong:
            raise forms.ValidationError(f"No code begins so: {', '.join(wrong)}.")
        return codes


class EnrolmentForm(forms.Form):
    """Who may bill which payer, from when to when, under which number."""

    payer = forms.ModelChoiceField(Payer.everywhere.none(), empty_label="Choose the payer")
    provider = forms.ModelChoiceField(
        Provider.everywhere.none(), label="Rendering provider", required=False,
        empty_label="None", help_text="Who gives the service, or",
    )  # fmt: skip
    billing_provider = forms.ModelChoiceField(
        BillingProvider.everywhere.none(), label="Billing provider", required=False,
        empty_label="None", help_text="who is paid: one of the two",
    )  # fmt: skip
    effective_from = DateField(label="From")
    effective_to = DateField(label="Until", required=False, help_text="Empty while it has no end")
    payer_provider_number = forms.CharField(
        label="The payer's number for the provider", max_length=30, required=False,
        help_text="Goes on claims where the payer's settings ask for it",
    )  # fmt: skip

    def __init__(self, *args: Any, enrolment: Enrolment | None = None, **kwargs: Any) -> None:
        if enrolment is not None:
            kwargs["initial"] = {
                name: getattr(enrolment, name)
                for name in (
                    "payer", "provider", "billing_provider", "effective_from", "effective_to",
                    "payer_provider_number",
                )
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        for name, model in (
            ("payer", Payer), ("provider", Provider), ("billing_provider", BillingProvider),
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = model.objects.all()

    def clean(self) -> dict[str, Any]:
        """Exactly one provider."""
        values = super().clean() or self.cleaned_data
        chosen = [values.get("provider"), values.get("billing_provider")]
        if all(chosen):
            self.add_error("billing_provider", "Choose one of the two, not both.")
        elif not any(chosen) and not {"provider", "billing_provider"} & set(self.errors):
            self.add_error("provider", "Choose who is enrolled.")
        return values


class StepForm(forms.Form):
    """How far one exchange is."""

    subject = forms.ChoiceField(choices=EnrolmentSubject.choices, widget=forms.HiddenInput)
    state = forms.ChoiceField(label="State", choices=EnrolmentState.choices)
    requested_on = DateField(label="Requested", required=False)
    approved_on = DateField(label="Approved", required=False)

    def __init__(self, *args: Any, subject: str = "", **kwargs: Any) -> None:
        # Four of them stand on one page.
        kwargs.setdefault("auto_id", f"{subject}_%s")
        super().__init__(*args, **kwargs)


class EnrolmentImportForm(forms.Form):
    """A list of enrolments as CSV."""

    file = forms.FileField(label="File", help_text="CSV, at most 2 MB")

    def clean_file(self) -> bytes:
        """The bytes, no more than a list of enrolments needs."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("A file of at most 2 MB, please.")
        content: bytes = file.read()
        return content


class ScheduleForm(forms.Form):
    """When ready claims leave for a partner."""

    is_on = forms.BooleanField(label="Ready claims leave by themselves", required=False)
    days = forms.TypedMultipleChoiceField(
        label="Days", choices=_DAYS, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    times = forms.CharField(
        label="Times", required=False, max_length=120,
        help_text="One or several, like 12:00 16:30",
    )  # fmt: skip
    cut_off_at = forms.CharField(
        label="The partner's cut-off", required=False, max_length=5,
        help_text="Like 17:00; what arrives later counts as the next day's",
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label="The partner's time zone",
        choices=_ZONE_CHOICES,
    )

    def __init__(self, *args: Any, schedule: SendSchedule | None = None, **kwargs: Any) -> None:
        row = schedule or SendSchedule()
        kwargs["initial"] = {
            "is_on": row.is_on,
            "days": row.days,
            "times": " ".join(f"{at:%H:%M}" for at in row.times),
            "cut_off_at": f"{row.cut_off_at:%H:%M}" if row.cut_off_at else "",
            "time_zone": row.time_zone,
        }
        super().__init__(*args, **kwargs)
        if row.time_zone not in _ZONES and row.time_zone in available_timezones():
            zone = self.fields["time_zone"]
            assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - for the type checker
            zone.choices = [(row.time_zone, row.time_zone), *_ZONE_CHOICES]

    def clean_times(self) -> list[time]:
        """Times as people separate them: by blanks, commas or semicolons."""
        return [_time(text) for text in re.split(r"[\s,;]+", self.cleaned_data["times"]) if text]

    def clean_cut_off_at(self) -> time | None:
        """One time, or none."""
        text = self.cleaned_data["cut_off_at"].strip()
        return _time(text) if text else None


class PayerScheduleForm(ScheduleForm):
    """With the partner's other claims, at times of its own, or never by itself."""

    PARTNER, OWN, HAND = "partner", "own", "hand"
    mode = forms.ChoiceField(
        label="Its claims leave", widget=forms.RadioSelect,
        choices=[
            (PARTNER, "At the partner's times, with its others"),
            (OWN, "At the times below"),
            (HAND, "Only when somebody sends them"),
        ],
    )  # fmt: skip
    field_order = ("mode", "days", "times", "cut_off_at", "time_zone")

    def __init__(
        self, *args: Any, own: SendSchedule | None, partners: SendSchedule | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, schedule=own or partners, **kwargs)
        del self.fields["is_on"]
        self.fields["cut_off_at"].label = "The payer's cut-off"
        self.fields["time_zone"].label = "The payer's time zone"
        self.initial["mode"] = self.PARTNER if own is None else self.OWN if own.is_on else self.HAND


def _time(text: str) -> time:
    found = _TIME.match(text)
    if found is None:
        raise forms.ValidationError(f"“{text}” is no time: write it like 16:30.")
    return time(int(found[1]), int(found[2]))


def as_day(text: str) -> date | None:
    """A day as people and spreadsheets write it; None for an empty cell. Raises ValidationError."""
    return DateField(required=False).clean(text)
