"""Forms of posting batches, deposits, bank files and closes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from billing.bank.csv_lines import COLUMNS
from billing.batch_choices import BatchKind, Fee, SlipKind
from billing.models import BankAccount
from core.forms import DateField, MoneyField

MOST_REASON = 200


class ControlForm(forms.Form):
    """What was counted before anything is typed in."""

    control_count = forms.IntegerField(
        label="How many",
        min_value=0,
        max_value=99_999,
        help_text="Receipts, checks, remittances or charge lines, as you counted them",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Enter how many there are.",
            "invalid": "Enter a whole number.",
        },
    )
    control_amount = MoneyField(
        label="Total, $",
        least=Decimal(0),
        help_text="The adding machine's tape",
        error_messages={"required": "Enter what they come to."},
    )


class BatchForm(ControlForm):
    """A new batch."""

    kind = forms.ChoiceField(
        label="What it counts",
        choices=BatchKind.choices,
        error_messages={"required": "Choose what the batch counts."},
    )
    note = forms.CharField(
        label="Name", required=False, max_length=120, help_text="Such as “mail of Monday”"
    )
    field_order = ["kind", "control_count", "control_amount", "note"]


class RecountForm(ControlForm):
    """Control numbers that were counted or typed wrong."""

    reason = forms.CharField(
        label="What was counted wrong",
        max_length=MOST_REASON,
        error_messages={"required": "Say what was counted wrong."},
    )


class ReasonForm(forms.Form):
    """Why something is taken back, taken apart or explained."""

    reason = forms.CharField(
        label="Why",
        max_length=MOST_REASON,
        error_messages={"required": "Say in a few words why."},
    )


class BankAccountForm(forms.Form):
    """An account at a bank."""

    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="What you call it: Operating account",
        error_messages={"required": "Enter a name."},
    )
    bank_name = forms.CharField(label="Bank", max_length=60, required=False)
    account_number = forms.CharField(
        label="Account number",
        max_length=35,
        help_text="As the bank's files write it; pages show its last four characters",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the account number."},
    )


class BankFileForm(forms.Form):
    """A file of the bank."""

    account = forms.ModelChoiceField(
        BankAccount.everywhere.none(),
        label="Account",
        required=False,
        to_field_name="public_id",
        empty_label="The file says (BAI2)",
        help_text="Of a CSV; BAI2 names its accounts",
    )
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # the service says that it is empty
        help_text="BAI2 or CSV, at most 8 MB",
        error_messages={"required": "Choose a file."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.fields["account"]
        assert isinstance(account, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        account.queryset = BankAccount.objects.all()


class ColumnsForm(forms.Form):
    """Which column of a CSV is what."""

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "not in this file"), *((name, name) for name in header if name)]
        for key, label in COLUMNS.items():
            self.fields[key] = forms.ChoiceField(label=label, choices=choices, required=False)


class MatchForm(forms.Form):
    """Which payments a line of the bank is, and what was kept back."""

    chosen = forms.MultipleChoiceField(
        label="What it is", error_messages={"required": "Choose what it is."}
    )
    fee = forms.ChoiceField(label="Kept back", choices=Fee.choices, required=False)
    fee_amount = MoneyField(label="How much, $", required=False, least=Decimal(0))
    reason = forms.CharField(
        label="How you know",
        max_length=MOST_REASON,
        required=False,
        help_text="Left empty, what fits is kept as the reason",
    )

    def __init__(self, *args: Any, keys: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        chosen.choices = [(key, key) for key in keys]
        chosen.error_messages["invalid_choice"] = "One of these is not open any more: look again."


class SlipForm(forms.Form):
    """A deposit slip: what goes on it, and where it goes."""

    day = DateField(label="Day of the deposit", error_messages={"required": "Enter the day."})
    account = forms.ModelChoiceField(
        BankAccount.everywhere.none(),
        label="Account",
        required=False,
        to_field_name="public_id",
        empty_label="Not said",
    )
    chosen = forms.MultipleChoiceField(
        label="Receipts", error_messages={"required": "Choose at least one receipt."}
    )

    def __init__(self, *args: Any, keys: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account, chosen = self.fields["account"], self.fields["chosen"]
        assert isinstance(account, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        account.queryset = BankAccount.objects.all()
        chosen.choices = [(key, key) for key in keys]
        chosen.error_messages["invalid_choice"] = "One of these is on a slip by now: look again."


def slip_kind(text: str) -> SlipKind:
    """The kind of slip asked for; cash and checks where it is none."""
    return SlipKind(text) if text in SlipKind.values else SlipKind.PAPER


class WhyForm(forms.Form):
    """A reason in words for each difference, at its own field."""

    def __init__(self, *args: Any, asked: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, words in asked:
            self.fields[f"why_{key}"] = forms.CharField(
                label=words,
                max_length=MOST_REASON,
                help_text="Why, in words",
                error_messages={"required": "Say in a few words why."},
            )

    def reasons(self) -> dict[str, str]:
        """What was said, by key."""
        return {
            name.removeprefix("why_"): value
            for name, value in getattr(self, "cleaned_data", {}).items()
        }
