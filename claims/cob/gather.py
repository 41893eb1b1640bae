"""The other payers of a claim on its day of service, with what they decided so far."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from claims.choices import VersionState
from claims.cob.answers import standing_answers
from claims.cob.decision import BilledLine, decision_of
from claims.models import ClaimVersion, DeclinedPayer, PayerFilingSettings
from claims.snapshot import OtherCoverage
from coding.models import ChargeLine
from patients.models import Coverage, Encounter
from patients.selectors import coverages_on


def gather_other_coverages(
    control_number: str, encounter: Encounter, coverage: Coverage, lines: Sequence[ChargeLine]
) -> list[OtherCoverage]:
    """Every other coverage in force; those that come before `coverage` with their decisions.

    A payer has the newest version of its rank that is answered: a replacement takes the place of
    what it replaced. One that somebody decided not to bill is still named, without a decision.
    """
    day = encounter.service_date_from
    others = [one for one in coverages_on(encounter.patient, day) if one.rank != coverage.rank]
    if not others:
        return []
    billed = {
        line.pk: BilledLine(number, line.procedure_code) for number, line in enumerate(lines, 1)
    }
    decisions = _decisions(control_number, coverage.rank, billed)
    declined = set(
        DeclinedPayer.objects.filter(
            claim__control_number=control_number, rank__lt=coverage.rank
        ).values_list("rank", flat=True)
    )
    numbers = route_numbers({one.plan.payer_id for one in others})
    return [
        OtherCoverage(
            one,
            numbers.get(one.plan.payer_id) or one.plan.payer.payer_number,
            decisions.get(one.rank),
            is_declined=one.rank in declined and one.rank not in decisions,
        )
        for one in others
    ]


def route_numbers(payer_ids: Collection[int]) -> dict[int, str]:
    """The payers' own ids on their routes, where these differ from the usual ones."""
    rows = PayerFilingSettings.objects.filter(payer_id__in=payer_ids)
    return dict(rows.exclude(payer_id_on_route="").values_list("payer_id", "payer_id_on_route"))


def decided_on(others: Iterable[OtherCoverage]) -> list[date]:
    """The days on which earlier payers decided: the filing limit of the next one starts there."""
    return [
        date.fromisoformat(other.decision["adjudicated_on"]) for other in others if other.decision
    ]


def _decisions(
    control_number: str, below: int, lines: dict[int, BilledLine]
) -> dict[int, dict[str, Any]]:
    """By rank below `below`: the decision that stands."""
    versions = (
        ClaimVersion.objects.filter(claim__control_number=control_number, rank__lt=below)
        .exclude(state=VersionState.VOIDED)
        .order_by("number")
    )
    rank_of = dict(versions.values_list("pk", "rank"))
    answers = standing_answers(rank_of) if rank_of else {}
    found: dict[int, dict[str, Any]] = {}
    for version_id, rank in rank_of.items():
        decision = decision_of(answers.get(version_id, []), lines)
        if decision is not None:
            found[rank] = decision
    return found
