"""Forms of billing: taking a payment, saying when a deposit arrived."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from billing.choices import PaymentMethod
from billing.posting.plan_payment import OpenCharge
from claims.choices import Settlement
from core.forms import DateField, MoneyField
from core.money import ZERO, format_money

OLDEST, CHOSEN = "oldest", "chosen"
_CENT = Decimal("0.01")


def no_card_number(reference: str) -> str:
    """`reference` trimmed. Raises ValidationError where it may be a card number."""
    text = reference.strip()
    if sum(character.isdigit() for character in text) >= 13:
        raise forms.ValidationError("This looks like a card number. Enter the receipt's.")
    return text


class PaymentForm(forms.Form):
    """A payment, and how it is spread: oldest service first, or by hand line by line."""

    amount = MoneyField(label="Amount", least=_CENT)
    method = forms.ChoiceField(
        label="Paid by",
        choices=PaymentMethod.choices,
        error_messages={"required": "Choose how it was paid."},
    )
    received_on = DateField(label="Received on")
    reference = forms.CharField(
        label="Reference",
        required=False,
        max_length=40,
        help_text="Check number or the terminal's receipt. Never a card number.",
    )
    spread = forms.ChoiceField(
        label="Settles",
        choices=[(OLDEST, "The oldest visits first"), (CHOSEN, "The lines below")],
        initial=OLDEST,
    )
    keeps_credit = forms.BooleanField(
        label="The amount is right: what is above waits as a credit", required=False
    )
    is_sure = forms.BooleanField(label="It is as much as that: I looked again", required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, charges: Sequence[OpenCharge], ask_above: Decimal, **kwargs: Any
    ) -> None:
        """`ask_above`, in dollars: more than that is asked about once more."""
        super().__init__(*args, **kwargs)
        self.charges, self.ask_above = charges, ask_above
        self.fields["spread"].required = bool(charges)
        for charge in charges:
            self.fields[f"line_{charge.charge_line_id}"] = MoneyField(
                label="Settle", required=False, least=Decimal(0)
            )

    def clean_reference(self) -> str:
        """A long run of digits may be a card number: it must not reach us."""
        return no_card_number(self.cleaned_data["reference"])

    @property
    def owed_amount(self) -> Decimal:
        """What is open on all lines that the payment may settle."""
        return sum((charge.open_amount for charge in self.charges), ZERO)

    @property
    def is_above(self) -> bool:
        """Whether more was typed than is owed, where something is owed."""
        amount = getattr(self, "cleaned_data", {}).get("amount")
        return amount is not None and bool(self.charges) and amount > self.owed_amount

    @property
    def is_large(self) -> bool:
        """Whether more was typed than the practice takes without a second look."""
        amount = getattr(self, "cleaned_data", {}).get("amount")
        return amount is not None and amount > self.ask_above

    def clean(self) -> dict[str, Any]:
        """More than is owed, or than is usual, is taken, too, but not by a slip of the hand."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_large and not values.get("is_sure"):
            self.add_error(
                "is_sure",
                f"${format_money(values['amount'])} is more than the"
                f" ${format_money(self.ask_above)} that are taken without a second look. Correct"
                " the amount, or tick the box.",
            )
        if self.is_above and not values.get("keeps_credit"):
            above = format_money(values["amount"] - self.owed_amount)
            self.add_error(
                "keeps_credit",
                f"This is ${above} above what is owed. Correct the amount, or tick the box.",
            )
        return values

    def allocations(self) -> dict[int, Decimal] | None:
        """What was chosen by charge line id; None means oldest first."""
        if self.cleaned_data.get("spread") != CHOSEN:
            return None
        return {
            charge.charge_line_id: self.cleaned_data[f"line_{charge.charge_line_id}"] or Decimal(0)
            for charge in self.charges
        }


class TakeBackForm(forms.Form):
    """Why a receipt is taken back."""

    reason = forms.CharField(
        label="Why it is taken back",
        max_length=150,
        help_text="For the books: typed wrong, check bounced, paid twice",
        error_messages={"required": "Say in a few words why it is taken back."},
    )


class DepositForm(forms.Form):
    """When a remittance's money reached the bank."""

    on = DateField(
        label="Deposited on", error_messages={"required": "Enter the day of the deposit."}
    )


class HeldForm(forms.Form):
    """What becomes of a payment that came twice, and what the payer said."""

    decision = forms.ChoiceField(
        label="What is it",
        choices=Settlement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    reason = forms.CharField(
        label="What the payer said", max_length=200,
        error_messages={"required": "Say what the payer answered."},
    )  # fmt: skip


class AsideForm(forms.Form):
    """Why something is set aside."""

    reason = forms.CharField(
        label="Why",
        max_length=200,
        error_messages={"required": "Say in a few words why."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "aside_%s")
        super().__init__(*args, **kwargs)


class SeekForm(forms.Form):
    """A claim sought by hand: any of number, name or member id."""

    term = forms.CharField(
        label="Find a claim",
        max_length=60,
        help_text="Claim number, last name or “Last, First”, member ID",
        error_messages={"required": "Type a number or a name."},
    )


class AsOfForm(forms.Form):
    """The day the trial balance is asked for."""

    as_of = DateField(label="As of", required=False)
