"""Changing how claims for one payer are filed."""

from typing import Any

from django.db import transaction

from claims.models import PayerFilingSettings
from claims.services.open_denials import refresh_cases_of
from core import timeline
from patients.models import Payer

# What open denials take their deadlines and steps from.
_LIMITS = frozenset({"appeal_limit_days", "corrected_limit_days", "correction_mode"})


def save_filing_settings(*, payer: Payer, values: dict[str, Any]) -> PayerFilingSettings:
    """Keep `values` (columns of the settings, already checked) for `payer` and say what changed.

    Claims that are built or checked from now on follow them; what was sent stays as it was.
    """
    with transaction.atomic():
        row = PayerFilingSettings.objects.select_for_update().filter(payer=payer).first()
        is_new = row is None
        row = row or PayerFilingSettings(practice_id=payer.practice_id, payer=payer)
        before = {name: _shown(row, name) for name in values} if not is_new else {}
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        after = {name: _shown(row, name) for name in values}
        changed = sorted(name for name in after if before.get(name) != after[name])
        if changed:
            names = {field.name: field.verbose_name for field in row._meta.concrete_fields}
            labels = [str(names[name]) for name in changed]
            timeline.record(
                payer,
                kind="payer.changed",
                sentence=f"changed the filing settings: {', '.join(labels[:6])}",
                before={name: before.get(name, "") for name in changed},
                after={name: after[name] for name in changed},
            )
        if _LIMITS & set(changed):
            refresh_cases_of(payer)
    return row


def _shown(row: PayerFilingSettings, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    if display is not None:
        return str(display())
    if name == "partner" and row.partner_id is None:
        return ""
    value = getattr(row, name)
    return "" if value is None else str(value)
