"""The lengths of the clock table as typed."""

from collections.abc import Sequence
from typing import Any

from django import forms

from claims.clock_table import OF_PAYER, Row
from claims.services.set_clocks import field_name


class ClockForm(forms.Form):
    """One whole number a wait. For a payer an empty one means: as for all payers."""

    def __init__(
        self, *args: Any, rows: Sequence[Row], of_payer: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows = rows
        for row in rows:
            own = row.origin == OF_PAYER
            self.fields[self.name_of(row)] = forms.IntegerField(
                label=f"{row.wait.kind.label}, {row.wait.unit}",
                required=not of_payer,
                min_value=1,
                max_value=row.wait.most,
                initial=row.length if own or not of_payer else None,
                error_messages={
                    "required": f"Enter how many {row.wait.unit}.",
                    "invalid": "Enter a whole number.",
                    "min_value": f"Between 1 and {row.wait.most} {row.wait.unit}.",
                    "max_value": f"Between 1 and {row.wait.most} {row.wait.unit}.",
                },
            )

    @staticmethod
    def name_of(row: Row) -> str:
        """The name of the row's field."""
        return field_name(row.wait.kind)

    def lengths(self) -> dict[str, Any]:
        """By kind what was typed; None where nothing was."""
        return {row.wait.kind: self.cleaned_data[self.name_of(row)] for row in self._rows}
