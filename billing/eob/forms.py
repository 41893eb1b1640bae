"""The head of an EOB: who paid, by which check, how much, when."""

from decimal import Decimal

from django import forms

from core.forms import DateField, MoneyField
from patients.models import Payer

METHODS = [("CHK", "Check"), ("ACH", "Transfer (EFT)"), ("NON", "No payment")]


class EobForm(forms.Form):
    """What stands on top of the paper; the claims below are read by `eob.draft`."""

    payer = forms.ModelChoiceField(
        Payer.objects.none(),
        label="Payer",
        to_field_name="public_id",
        empty_label="Choose",
        error_messages={
            "required": "Choose whose EOB it is.",
            "invalid_choice": "Choose whose EOB it is.",
        },
    )
    trace = forms.CharField(
        label="Check or EFT number",
        max_length=50,
        error_messages={"required": "Enter the number of the check or transfer."},
    )
    method_code = forms.ChoiceField(label="Paid by", choices=METHODS)
    amount = MoneyField(label="Payment", least=Decimal(0))
    paid_on = DateField(label="Date on the check")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        payers = Payer.objects.filter(is_active=True).order_by("name")
        self.fields["payer"].queryset = payers  # type: ignore[attr-defined]

    def clean_trace(self) -> str:
        """As payers print it: no blanks around it, capitals."""
        return str(self.cleaned_data["trace"]).strip().upper()

    def clean(self) -> dict[str, object]:
        """No payment means zero, and zero means no payment (BAL-0)."""
        values: dict[str, object] = super().clean() or self.cleaned_data
        amount = values.get("amount")
        if amount is not None and (amount == 0) != (values.get("method_code") == "NON"):
            self.add_error(
                "method_code",
                "Zero is paid by “No payment”." if amount == 0 else "Choose how it was paid.",
            )
        return values
