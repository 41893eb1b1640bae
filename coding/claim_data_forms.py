"""Who played which part in a visit or a line, and the case of the visit."""

from typing import Any

from django import forms

from coding.models import LineClaimData
from coding.services.save_line_claim_data import PARTS
from patients.models import Case, Encounter, Provider, ServiceFacility
from patients.services.save_claim_data import ROLES

_LABELS = {
    "referring_provider": "Referred by",
    "ordering_provider": "Ordered by",
    "supervising_provider": "Supervised by",
    "primary_care_provider": "Primary care provider",
    "rendering_provider": "Given by",
    "purchased_from": "Bought from",
    "facility": "Given at",
}
_HINTS = {
    "referring_provider": "Box 17, DN",
    "ordering_provider": "Box 17, DK, where nobody referred",
    "supervising_provider": "Box 17, DQ, where nobody referred or ordered",
    "primary_care_provider": "Beside who referred",
    "purchased_from": "An outside laboratory or reader: box 20 and 32",
}
_PLACES = frozenset({"purchased_from", "facility"})


class VisitPartsForm(forms.Form):
    """The case of a visit, and who took part in it besides its provider."""

    def __init__(self, encounter: Encounter, data: Any = None) -> None:
        super().__init__(data, auto_id="id_%s")
        self.fields["case"] = forms.ModelChoiceField(
            Case.objects.filter(patient=encounter.patient_id), required=False,
            empty_label="None: an illness as usual", label="Case", initial=encounter.case_id,
            help_text="Boxes 10a to 10c, 11b",
        )  # fmt: skip
        for role in ROLES:
            self.fields[role] = _choice(role, getattr(encounter, f"{role}_id"), "Nobody")


class LinePartsForm(forms.Form):
    """Who took part in one service, where that is not who the visit names."""

    def __init__(self, kept: LineClaimData | None, data: Any = None) -> None:
        super().__init__(data, auto_id="id_%s")
        for part in PARTS:
            initial = getattr(kept, f"{part}_id") if kept else None
            self.fields[part] = _choice(part, initial, "As for the visit")


def _choice(name: str, initial: int | None, empty: str) -> forms.ModelChoiceField:
    rows: Any = ServiceFacility if name in _PLACES else Provider
    return forms.ModelChoiceField(
        rows.objects.filter(is_active=True), required=False, label=_LABELS[name],
        empty_label="Nobody" if name == "purchased_from" else empty, initial=initial,
        help_text=_HINTS.get(name, ""),
    )  # fmt: skip
