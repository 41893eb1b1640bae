"""Forms of the code-set pages."""

from typing import Any

from django import forms

from coding.choices import CodeSetKind
from coding.code_sets.kinds import SPECS
from core.forms import DateField

MOST_BYTES = 120_000_000


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files, in the order they were picked."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Every file, each checked by Django's own field."""
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(one, initial) for one in given]
        if sum(one.size for one in files) > MOST_BYTES:
            raise forms.ValidationError(
                f"Together they are larger than {MOST_BYTES // 1_000_000} MB: load them by "
                "manage.py load_code_set."
            )
        return files


class LoadForm(forms.Form):
    """Official files of one release, and what they do not tell themselves."""

    kind = forms.ChoiceField(
        label="Code set", choices=[(kind, CodeSetKind(kind).label) for kind in SPECS]
    )
    file = FilesField(
        label="Files", widget=ManyFiles(attrs={"accept": ".zip,.txt,.csv,.xlsx,.xml,.gz"})
    )
    label = forms.CharField(
        label="Name of the release", required=False, max_length=60,
        help_text="Where the file names do not tell it",
    )  # fmt: skip
    effective_from = DateField(label="For services from", required=False)
    effective_to = DateField(label="Until, last day included", required=False)
    variant = forms.ChoiceField(
        label="Table", required=False,
        choices=[("", "Practitioner, Medicare"), ("hospital", "Outpatient hospital"),
                 ("dme", "DME supplier"), ("qpp", "Qualifying APM participants"),
                 ("medicaid", "Medicaid")],
    )  # fmt: skip
    licence_attested = forms.BooleanField(
        label="Our practice holds the licence that these files need", required=False,
        help_text="NCCI, MUE, RVU and coverage files carry CPT numbers of the AMA",
    )  # fmt: skip
    keep_texts = forms.BooleanField(
        label="Keep the licensor's descriptions too", required=False,
        help_text="Only where the licence allows it; otherwise they are dropped",
    )  # fmt: skip


class ActivateForm(forms.Form):
    """The calendar day from which a release is used."""

    on = DateField(label="Use it from")
