"""Keeping the rarer facts of a visit that its claim must say."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock, timeline
from core.errors import ApplicationError
from core.news import announce
from patients.claim_data import VISIT, Problem, Values, read_values
from patients.models import Encounter, EncounterClaimData
from patients.news import CLAIM_DATA_CHANGED

ROLES = (
    "referring_provider", "ordering_provider", "supervising_provider", "primary_care_provider",
)  # fmt: skip


class ClaimDataError(ApplicationError):
    """Claim data that cannot be kept: `problems` has every one, by group, row and fact."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        first = problems[0]
        where = ".".join(filter(None, (first.group, first.fact)))
        super().__init__(f"{where}: {first.message}", field="claim_data")


@transaction.atomic
def save_claim_data(
    *, encounter: Encounter, values: Mapping[str, Any], providers: Mapping[str, Any] | None = None
) -> None:
    """Replace the visit's claim data by `values`, and those of `providers` (see ROLES) that are
    given. Unsent claims of the visit follow.

    Raises ClaimDataError when anything cannot be read: then nothing is kept.
    """
    read = read_values(VISIT, values)
    if read.problems:
        raise ClaimDataError(read.problems)
    row = EncounterClaimData.everywhere.filter(encounter=encounter).select_for_update().first()
    before: Values = row.values if row else {}
    changed = _groups_changed(before, read.values)
    if changed:
        EncounterClaimData.everywhere.update_or_create(
            encounter=encounter,
            defaults={
                "practice_id": encounter.practice_id,
                "values": read.values,
                "changed_at": clock.now(),
            },
        )
    roles = _set_providers(encounter, providers or {})
    if not (changed or roles):
        return
    titles = [group.title.lower() for group in VISIT if group.key in changed]
    timeline.record(
        encounter,
        kind="encounter.claim_data",
        sentence=f"changed claim data: {', '.join([*titles, *roles])}"[:300],
        before={key: before.get(key) for key in changed},
        after={key: read.values.get(key) for key in changed},
    )
    announce(CLAIM_DATA_CHANGED, subject=encounter, ids={"patient_id": encounter.patient_id})


def _groups_changed(before: Values, after: Values) -> list[str]:
    return [key for key in {**before, **after} if before.get(key) != after.get(key)]


def _set_providers(encounter: Encounter, providers: Mapping[str, Any]) -> list[str]:
    wrong = providers.keys() - set(ROLES)
    if wrong:
        raise ApplicationError(f"There is no such role: {', '.join(sorted(wrong))}")
    changed = {
        role: provider
        for role, provider in providers.items()
        if getattr(encounter, f"{role}_id") != (provider.pk if provider else None)
    }
    if changed:
        Encounter.everywhere.filter(pk=encounter.pk).update(**changed)
        for role, provider in changed.items():
            setattr(encounter, role, provider)
    return [role.replace("_", " ") for role in changed]
