"""The E/M worksheet as a form."""

from datetime import date
from typing import Any

from django import forms

from coding.choices import EmFamily, EmLevel
from coding.em import families_on
from coding.em.levels import ELEMENTS
from coding.models import EmWorksheet
from coding.services.em_worksheet import MOST_MINUTES, Worksheet


def _tick() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=EmLevel.choices, coerce=int, empty_value=None, required=False,
        error_messages={"invalid_choice": "A level is 1 to 4."},
    )  # fmt: skip


class WorksheetForm(forms.Form):
    """Kind of visit, three ticks or none, minutes and a remark."""

    family = forms.ChoiceField(
        label="Kind of visit",
        error_messages={"invalid_choice": "Choose the kind of visit.",
                        "required": "Choose the kind of visit."},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Total minutes on the day",
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        error_messages={
            "invalid": "Minutes are a whole number.",
            "min_value": "Minutes are 1 or more.",
            "max_value": "A day has 1,440 minutes.",
        },
    )
    note = forms.CharField(
        label="Where the note says so",
        required=False,
        max_length=300,
        error_messages={"max_length": "At most 300 characters."},
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not as attributes: "data" is what a form calls everything that was sent.
        self.fields |= {name: _tick() for name in ELEMENTS}
        family = self.fields["family"]
        assert isinstance(family, forms.ChoiceField)  # noqa: S101 - for the type checker
        labels = dict(EmFamily.choices)
        family.choices = [(one.name, labels[one.name]) for one in families_on(on)]

    def clean(self) -> dict[str, Any]:
        """All three ticks or none."""
        values = super().clean() or {}
        missing = [name for name in ELEMENTS if values.get(name) is None]
        if 0 < len(missing) < len(ELEMENTS) and not self.errors:
            self.add_error(missing[0], f"Tick {' and '.join(missing)} as well.")
        return values

    @property
    def worksheet(self) -> Worksheet:
        """What was entered, once it is valid."""
        values = self.cleaned_data
        ticks = None
        if values["problems"] is not None:
            ticks = values["problems"], values["data"], values["risk"]
        return Worksheet(values["family"], ticks, values["minutes"], values["note"])

    @property
    def ticked(self) -> dict[str, str]:
        """The digit chosen in each row, as it was sent or kept."""
        return {name: str(self[name].value() or "") for name in ELEMENTS}


def initial_of(row: EmWorksheet) -> dict[str, Any]:
    """A kept worksheet as the form's beginning."""
    return {name: getattr(row, name) for name in ("family", *ELEMENTS, "minutes", "note")}
