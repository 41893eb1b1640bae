"""Forms of underpayments: tolerance, accepting, disputing, sending, the report's period."""

from decimal import Decimal
from typing import Any

from django import forms

from billing.underpayment_choices import AcceptReason, DisputeMethod
from billing.underpayments.tolerance import Tolerance
from core.forms import DateField, MoneyField
from core.money import ZERO


class ToleranceForm(forms.Form):
    """What difference is let pass."""

    percent = forms.DecimalField(
        label="Percent of a line's expected amount", min_value=0, max_value=100, max_digits=5,
        decimal_places=2, error_messages={"required": "Enter a percentage, 0 for none."},
    )  # fmt: skip
    least_amount = MoneyField(
        label="Dollars of a line", least=ZERO,
        help_text="The larger of both is let pass on a line.",
    )  # fmt: skip
    claim_amount = MoneyField(
        label="Dollars of a claim", least=ZERO,
        help_text="From this on a claim is queued; below it stands under Below the limit.",
    )  # fmt: skip
    stop_amount = MoneyField(
        label="Not posted by itself from", least=Decimal("0.01"), required=False,
        help_text="Dollars that a claim is short of its contract. Empty: it is posted all the same,"
        " and queued.",
    )  # fmt: skip

    def tolerance(self) -> Tolerance:
        """What was typed."""
        given = self.cleaned_data
        return Tolerance(
            given["percent"], given["least_amount"], given["claim_amount"],
            given.get("stop_amount") or None,
        )  # fmt: skip


class AcceptForm(forms.Form):
    """Why a difference is let be."""

    reason = forms.ChoiceField(
        label="Why", choices=[("", "Choose"), *AcceptReason.choices],
        error_messages={"required": "Choose why it is let be."},
    )  # fmt: skip
    note = forms.CharField(label="Note", max_length=200, required=False)


class DisputeForm(forms.Form):
    """The letter of a packet, to whom it goes and who signs it."""

    recipient = forms.CharField(
        label="To", max_length=300, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say where it goes."},
    )  # fmt: skip
    letter = forms.CharField(
        label="Letter", max_length=12_000, widget=forms.Textarea(attrs={"rows": 18}),
        error_messages={"required": "The letter is empty."},
    )  # fmt: skip
    signed_by = forms.CharField(
        label="Signed by", max_length=120, error_messages={"required": "Say who signs it."}
    )


class SentForm(forms.Form):
    """How and when a packet went."""

    method = forms.ChoiceField(
        label="Sent by", choices=DisputeMethod.choices,
        error_messages={"required": "Say how it went."},
    )  # fmt: skip
    sent_on = DateField(label="On")
    tracking_number = forms.CharField(label="Tracking number", max_length=60, required=False)
    follow_up_on = DateField(label="Ask again on", help_text="When the payer's answer is missed")


class ReportForm(forms.Form):
    """The period of the report."""

    start = DateField(label="From")
    end = DateField(label="To")

    def clean(self) -> dict[str, Any]:
        """A period runs forwards."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("start") and given.get("end") and given["start"] > given["end"]:
            self.add_error("end", "Choose a day on or after the first.")
        return given
