"""What people type into the pages of this app."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from claims.benefits import SERVICE_TYPES
from claims.callbacks.try_it import CHOICES
from claims.choices import BulkAct
from claims.corrections import version_to_correct, versions_to_correct
from claims.models import Claim, TradingPartner
from claims.models.paper import FARTHEST_MM
from claims.payer_choices import PassedOver
from core.forms import DateField, MoneyField
from patients.choices import Rank


class ReasonForm(forms.Form):
    """Why a claim is held back."""

    reason = forms.CharField(
        label="Why it waits", max_length=200, error_messages={"required": "Say why it waits."}
    )


class SendAgainForm(forms.Form):
    """How somebody knows that a claim never arrived."""

    reason = forms.CharField(
        label="How you know that it is lost",
        max_length=200,
        error_messages={"required": "Say how you know that it is lost."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "again_%s")  # beside others with a field of the same name
        super().__init__(*args, **kwargs)


class ReturnForm(forms.Form):
    """Why an encounter goes back to its coder."""

    reason = forms.CharField(
        label="What is wrong with the coding",
        max_length=300,
        error_messages={"required": "Say what is wrong."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands beside the form of a hold, which has a field of the same name.
        kwargs.setdefault("auto_id", "return_%s")
        super().__init__(*args, **kwargs)


class ReplayForm(forms.Form):
    """Why messages are processed once more."""

    reason = forms.CharField(
        label="Why process it again",
        max_length=300,
        error_messages={"required": "Say why it should be processed again."},
    )


class TryDoorForm(forms.Form):
    """Which test event is sent."""

    kind = forms.ChoiceField(label="Test event", choices=CHOICES)


class PageLinkForm(forms.Form):
    """Who gets the link to a key's page."""

    given_to = forms.CharField(
        label="Who gets it",
        max_length=60,
        error_messages={"required": "Say whom you give it to."},
    )


class CorrectForm(forms.Form):
    """What is corrected on a claim that the payer has decided."""

    version = forms.TypedChoiceField(
        label="Whose decision",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "This version does not stand any more: look again."},
    )
    reason = forms.CharField(
        label="What is corrected",
        max_length=300,
        error_messages={"required": "Say what is corrected."},
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "correct_%s")
        super().__init__(*args, **kwargs)
        versions = versions_to_correct(claim)
        if len(versions) < 2:
            del self.fields["version"]
            return
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            (one.number, f"{one.payer.name}, {Rank(one.rank).label.lower()}") for one in versions
        ]
        self.initial["version"] = version_to_correct(claim).number


class VoidForm(forms.Form):
    """Why a claim is taken back from its payer."""

    reason = forms.CharField(
        label="Why the payer shall forget it",
        max_length=300,
        error_messages={"required": "Say why it is taken back."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "void_%s")
        super().__init__(*args, **kwargs)


class BillNextForm(forms.Form):
    """Why the next payer is billed although its answer to a crossover is awaited."""

    reason = forms.CharField(label="Why we bill it ourselves", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "bill_next_%s")
        super().__init__(*args, **kwargs)


class DeclineForm(forms.Form):
    """Why the next payer is not billed."""

    because = forms.ChoiceField(
        label="What is the case",
        choices=[("", "Choose"), *PassedOver.choices],
        error_messages={"required": "Choose: the payers after it are told so."},
    )
    reason = forms.CharField(
        label="Why it is not billed",
        max_length=200,
        error_messages={"required": "Say why it is not billed."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "decline_%s")
        super().__init__(*args, **kwargs)


class NoteForm(forms.Form):
    """A note on a claim."""

    text = forms.CharField(
        label="Note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write something first."},
    )


class UploadForm(forms.Form):
    """A file from a payer, brought by hand."""

    partner = forms.ModelChoiceField(
        TradingPartner.everywhere.none(),
        label="From",
        required=False,
        empty_label="Somebody else: downloaded at a payer's site, or not known",
        help_text="With a connection chosen, the file must be addressed to us there",
    )
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # the service says that it is empty
        help_text="835, 999, 277CA or TA1, or a ZIP archive of them, at most 25 MB",
        error_messages={"required": "Choose a file."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner = self.fields["partner"]
        assert isinstance(partner, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        partner.queryset = TradingPartner.objects.filter(is_active=True)


class MailedForm(forms.Form):
    """When the envelopes went to the post, and what it gave for them."""

    mailed_on = DateField(
        label="Mailed on",
        help_text="The day at the post office",
        error_messages={"required": "Say on which day."},
    )
    mail_reference = forms.CharField(
        label="Mail number", max_length=40, required=False, help_text="Of certified mail"
    )


class MillimetersField(forms.DecimalField):
    """A distance on the sheet, either way."""

    default_error_messages = {"invalid": "Enter millimeters like 1.5."}

    def __init__(self, **kwargs: Any) -> None:
        too_far = "At most 20 mm either way."
        super().__init__(
            min_value=-FARTHEST_MM,
            max_value=FARTHEST_MM,
            decimal_places=1,
            error_messages={"min_value": too_far, "max_value": too_far},
            **kwargs,
        )


class PrinterForm(forms.Form):
    """How far a printer is off."""

    x_mm = MillimetersField(label="Move right, mm", help_text="Less than zero moves to the left")
    y_mm = MillimetersField(label="Move down, mm", help_text="Less than zero moves up")


class EligibilityForm(forms.Form):
    """What a payer is asked about a coverage."""

    service_on = DateField(label="Day of service", help_text="Today, unless the visit is planned")
    service_type = forms.ChoiceField(label="About", choices=list(SERVICE_TYPES.items()))


class EstimateForm(forms.Form):
    """What a service may cost at most, and which kind it is: the rest is in the payer's answer."""

    allowed = MoneyField(
        label="Allowed amount",
        least=Decimal("0.01"),
        help_text="What the plan's contract or fee schedule allows for the service",
    )
    service = forms.ChoiceField(label="Kind of service")

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = services  # type: ignore[attr-defined]


class BulkForm(forms.Form):
    """An act that asks for nothing."""


class BulkAssignForm(forms.Form):
    """To whom claims are given; "me" stands first."""

    owner = forms.TypedChoiceField(
        label="Give them to", coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], me: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(key, name) for key, name in people if key != me]
        choices = [(me, "Me"), ("", "Nobody: back to everybody"), *others]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]


class BulkSnoozeForm(forms.Form):
    """Until when claims are put off, and why."""

    until = DateField(label="Back on", help_text="To the same person")
    reason = forms.CharField(
        label="Why they can wait",
        max_length=300,
        error_messages={"required": "Say why they can wait."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_until(self) -> date:
        """A day to come."""
        day: date = self.cleaned_data["until"]
        if day <= self._today:
            raise forms.ValidationError("Choose a day to come.")
        return day


BULK_FORMS: dict[Any, Any] = {
    BulkAct.ASSIGN: BulkAssignForm,
    BulkAct.SNOOZE: BulkSnoozeForm,
    BulkAct.HOLD: ReasonForm,
    BulkAct.NOTE: NoteForm,
    BulkAct.RECHECK: BulkForm,
    BulkAct.ASK: BulkForm,
}
