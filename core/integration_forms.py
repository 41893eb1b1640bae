"""What an admin types to let another system in, or to have it told."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from core import clock
from core.api.scopes import all_scopes
from core.forms import DateField
from core.services.api_tokens import DEFAULT_CALLS
from core.webhooks.events import event_kinds

MOST_CALLS = 100_000


class ApiKeyForm(forms.Form):
    """What a key may do, how often, and until when."""

    name = forms.CharField(
        label="Name", max_length=80, help_text="The system that uses it, such as Our EHR"
    )
    scopes = forms.MultipleChoiceField(
        label="May",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what the key may do."},
    )
    calls_per_minute = forms.IntegerField(
        label="Calls a minute",
        min_value=1,
        max_value=MOST_CALLS,
        initial=DEFAULT_CALLS,
        help_text="More are answered 429",
    )
    last_day = DateField(
        label="Last day", required=False, help_text="Empty: until somebody revokes it"
    )

    def __init__(self, *args: Any, practice: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        scopes: Any = self.fields["scopes"]
        scopes.choices = [(name, f"{meaning} ({name})") for name, meaning in all_scopes()]

    def clean_last_day(self) -> Any:
        """A key ends on a day to come."""
        day = self.cleaned_data["last_day"]
        if day is not None and day < clock.today(self.practice):
            raise forms.ValidationError("Choose today or a day to come.")
        return day

    def as_arguments(self) -> dict[str, Any]:
        """As the services take it: the key ends when its last day is over at the practice."""
        day = self.cleaned_data["last_day"]
        zone = ZoneInfo(self.practice.time_zone)
        return {
            "scopes": self.cleaned_data["scopes"],
            "calls_per_minute": self.cleaned_data["calls_per_minute"],
            "expires_at": (
                datetime.combine(day + timedelta(days=1), time(), zone) if day is not None else None
            ),
        }


class ChangeApiKeyForm(ApiKeyForm):
    """The same for a key that there is; its name stays."""

    name = None  # type: ignore[assignment]


class WebhookForm(forms.Form):
    """Where events go, and which."""

    name = forms.CharField(
        label="Name", max_length=60, help_text="The system that is told, such as General ledger"
    )
    url = forms.CharField(
        label="Address",
        max_length=300,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="https, reachable from the internet; the whole address, for redirects are not"
        " followed",
    )
    events = forms.MultipleChoiceField(
        label="Is told",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it is told."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events: Any = self.fields["events"]
        events.choices = [(kind.name, f"{kind.name}: {kind.meaning}") for kind in event_kinds()]
