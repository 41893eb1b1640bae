"""Form fields that read what people type: dates as 11/23/2026, money with $ and commas."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms

from core.money import dollars

EARLIEST_YEAR, LATEST_YEAR = 1900, 3000
DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m%d%Y")


class DateInput(forms.DateInput):
    """The browser's own date field: keyboard, picker and the person's own order of parts."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        """A date field wants ISO; what could not be read stays as typed."""
        return value.isoformat() if isinstance(value, dt.date) else value


class DateField(forms.DateField):
    """A day, typed or picked."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DATE_FORMATS)
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"].setdefault("invalid", "Enter a date like 11/23/2026.")
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """No day before 1900, nobody's and the sign of a year typed short; none that no clock
        will see.
        """
        super().validate(value)
        if isinstance(value, dt.date) and value.year < EARLIEST_YEAR:
            raise forms.ValidationError(f"Enter a year from {EARLIEST_YEAR} on.", code="too_early")
        if isinstance(value, dt.date) and value.year > LATEST_YEAR:
            raise forms.ValidationError(f"Enter a year up to {LATEST_YEAR}.", code="too_late")


class MoneyField(forms.Field):
    """An amount in dollars: accepts $ and thousands commas, refuses more than two decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": "Enter an amount like 125.00.",
        "too_small": "Enter an amount of at least {least}.",
        "too_large": "Enter an amount below 10,000,000,000.",
    }

    def __init__(self, *, least: Decimal | None = None, **kwargs: Any) -> None:
        self.least = least
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Text to money; never through a float."""
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        text = str(value).strip().replace("$", "").replace(",", "").replace("\N{MINUS SIGN}", "-")
        if not re.fullmatch(r"-?\d{1,12}(\.\d{0,2})?", text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return dollars(text.rstrip("."))

    def validate(self, value: Any) -> None:
        """Required, not below `least`, and fits numeric(12,2)."""
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            words = self.error_messages["too_small"].format(least=self.least)
            raise forms.ValidationError(words, code="too_small")
        if abs(value) >= Decimal("10000000000"):
            raise forms.ValidationError(self.error_messages["too_large"], code="too_large")

    def prepare_value(self, value: Any) -> Any:
        """Two decimals when an amount is shown for change."""
        return f"{value:.2f}" if isinstance(value, Decimal) else value


class SignInForm(forms.Form):
    """User name and password; what is wrong with them is never said apart."""

    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
        error_messages={"required": "Enter your user name."},
    )
    password = forms.CharField(
        label="Password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )
