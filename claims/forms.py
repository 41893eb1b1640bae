"""What people type into the pages of this app."""

from typing import Any

from django import forms

from claims.benefits import SERVICE_TYPES
from claims.models import TradingPartner
from core.forms import DateField


class ReasonForm(forms.Form):
    """Why a claim is held back."""

    reason = forms.CharField(
        label="Why it waits", max_length=200, error_messages={"required": "Say why it waits."}
    )


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
        empty_label="Choose who sent it",
        help_text="The route it belongs to: its file must be addressed to us there",
    )
    file = forms.FileField(label="File", help_text="835, 999, 277CA or TA1, at most 25 MB")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner = self.fields["partner"]
        assert isinstance(partner, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        partner.queryset = TradingPartner.objects.filter(is_active=True)


class EligibilityForm(forms.Form):
    """What a payer is asked about a coverage."""

    service_on = DateField(label="Day of service", help_text="Today, unless the visit is planned")
    service_type = forms.ChoiceField(label="About", choices=list(SERVICE_TYPES.items()))
