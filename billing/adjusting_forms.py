"""Forms of write-offs, moves, credits, refunds and overpayments."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from billing.adjusting.plan import Part
from billing.adjusting_choices import CreditCause, TransferReason, WriteOffReason
from billing.ledger.accounts import CHART
from billing.posting.facts import Party
from billing.selectors.aging import Basis, By
from core.forms import DateField, MoneyField
from patients.models import Coverage

_CENT = Decimal("0.01")
PATIENT, AGENCY = "patient", "agency"
_EMPTY = ("", "Choose…")


class _PartsForm(forms.Form):
    """Amounts on open parts, with a reason and a note."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=300,
        help_text="Needed where somebody else approves it",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, parts: Sequence[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        for part in parts:
            self.fields[part.key] = MoneyField(label="Amount", required=False)

    def amounts(self) -> dict[str, Decimal]:
        """What was typed, by the key of each part."""
        return {
            part.key: amount for part in self.parts if (amount := self.cleaned_data.get(part.key))
        }

    def clean(self) -> dict[str, Any]:
        """At least one amount."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.amounts():
            raise forms.ValidationError("Enter an amount on at least one line.")
        return values


class WriteOffForm(_PartsForm):
    """What is given up, and why."""

    reason_code = forms.ChoiceField(
        label="Reason",
        choices=[_EMPTY, *WriteOffReason.choices],
        error_messages={"required": "Choose a reason."},
    )
    field_order = ("reason_code", "note")


class TransferForm(_PartsForm):
    """What moves, to whom, and why."""

    to = forms.ChoiceField(
        label="Who is to pay", error_messages={"required": "Choose who is to pay."}
    )
    reason_code = forms.ChoiceField(
        label="Reason",
        choices=[_EMPTY, *TransferReason.choices],
        error_messages={"required": "Choose a reason."},
    )
    field_order = ("to", "reason_code", "note")

    def __init__(self, *args: Any, coverages: Sequence[Coverage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._coverages = {str(coverage.public_id): coverage for coverage in coverages}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            _EMPTY,
            *(
                (key, f"{coverage.plan.payer.name} ({coverage.get_rank_display().lower()})")
                for key, coverage in self._coverages.items()
            ),
            (PATIENT, "The patient"),
            (AGENCY, "A collection agency, for us"),
        ]

    def clean(self) -> dict[str, Any]:
        """An agency has a reason of its own, and that reason means an agency."""
        values = super().clean()
        is_agency = values.get("reason_code") == TransferReason.AGENCY
        if (
            values.get("to")
            and values.get("reason_code")
            and (is_agency != (values["to"] == AGENCY))
        ):
            self.add_error("reason_code", "This reason does not fit who is to pay.")
        return values

    def party(self) -> Party | None:
        """The payer and rank that were chosen; None is the patient."""
        coverage = self._coverages.get(self.cleaned_data["to"])
        return Party(coverage.plan.payer_id, coverage.rank) if coverage else None


class DecisionForm(forms.Form):
    """A word for a decision: an approval may have one, the others need one."""

    note = forms.CharField(label="Note", required=False, max_length=300)


class ReviewForm(forms.Form):
    """How a credit came to be."""

    cause = forms.ChoiceField(label="How it came to be", choices=CreditCause.choices)
    identified_on = DateField(
        label="Known since", required=False, help_text="When it was found that it is too much"
    )
    note = forms.CharField(
        label="What you found", max_length=300,
        error_messages={"required": "Say what you found."},
    )  # fmt: skip


class UseForm(forms.Form):
    """How much of a credit settles what else is owed."""

    amount = MoneyField(label="Amount", least=_CENT)
    for_family = forms.BooleanField(
        label="The guarantor agreed: for the family's other patients, too", required=False
    )


class RefundForm(forms.Form):
    """How much goes back, and why."""

    amount = MoneyField(label="Amount", least=_CENT)
    note = forms.CharField(
        label="Why it is returned", max_length=300,
        error_messages={"required": "Say why it is returned."},
    )  # fmt: skip
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class RefundStepForm(forms.Form):
    """One step of a refund: which of the fields counts depends on the step."""

    check_number = forms.CharField(label="Check number", required=False, max_length=20)
    on = DateField(label="On", required=False)
    note = forms.CharField(label="Note", required=False, max_length=300)


class OverpaymentStepForm(forms.Form):
    """One step of an overpayment."""

    on = DateField(label="On", required=False)
    note = forms.CharField(label="Note", required=False, max_length=300)


class RecoveryForm(forms.Form):
    """What an agency collected and what it kept."""

    amount = MoneyField(label="Collected", least=_CENT)
    fee_amount = MoneyField(label="Kept by the agency", required=False, least=Decimal(0))
    received_on = DateField(label="Received on")
    reference = forms.CharField(label="Reference", required=False, max_length=40)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)


class AgingForm(forms.Form):
    """The day, from when ages are counted, and what the rows are."""

    as_of = DateField(label="As of", required=False)
    basis = forms.ChoiceField(label="Aged from", choices=Basis.choices, required=False)
    by = forms.ChoiceField(label="Rows", choices=By.choices, required=False)


class BalancesForm(forms.Form):
    """Which account's balances, by whom, as of when."""

    account = forms.ChoiceField(
        label="Account",
        choices=[(str(row.number), f"{row.number} {row.name}") for row in CHART],
        required=False,
    )
    by = forms.ChoiceField(
        label="Rows",
        choices=[("payer", "Payer"), ("patient", "Patient"), ("guarantor", "Guarantor")],
        required=False,
    )
    as_of = DateField(label="As of", required=False)
