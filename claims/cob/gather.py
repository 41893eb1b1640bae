"""The other payers of a claim on its day of service, with what they decided so far."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from claims.answer_codes import REVERSAL
from claims.choices import RemittanceState, VersionState
from claims.cob.answers import standing_answers
from claims.cob.decision import BilledLine, decision_of
from claims.models import ClaimVersion, DeclinedPayer, PayerFilingSettings, RemittanceClaim
from claims.payer_choices import PassedOver
from claims.snapshot import OtherCoverage
from coding.models import ChargeLine
from patients.models import Coverage, Encounter
from patients.selectors import authorizations_for, coverages_for


def gather_other_coverages(
    control_number: str, encounter: Encounter, coverage: Coverage, lines: Sequence[ChargeLine]
) -> list[OtherCoverage]:
    """Every other coverage in force; those that come before `coverage` with their decisions.

    A payer has the newest version of its own that is answered: a replacement takes the place of
    what it replaced, and what a payer decided that is none of these any more is nobody's decision.
    One that does not cover the service is still named, without a decision; one that was not in
    force after all is not.
    """
    declined = declined_by(control_number)
    others = [
        one
        for one in coverages_for(encounter)
        if one.place != coverage.place
        and declined.get(one.plan.payer_id) != PassedOver.NOT_IN_FORCE
    ]
    if not others:
        return []
    billed = {
        line.pk: BilledLine(number, line.procedure_code) for number, line in enumerate(lines, 1)
    }
    earlier = [one for one in others if one.place < coverage.place]
    decisions = _decisions(control_number, earlier, billed)
    numbers = route_numbers({one.plan.payer_id for one in others})
    return [
        OtherCoverage(
            one,
            numbers.get(one.plan.payer_id) or one.plan.payer.payer_number,
            decisions.get(one.pk),
            numbers={
                kind: allowed.number
                for kind, allowed in authorizations_for(
                    encounter, one.plan.payer_id, {line.procedure_code for line in lines}
                ).items()
            },
            is_declined=one in earlier
            and one.plan.payer_id in declined
            and one.pk not in decisions,
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


def declined_by(control_number: str) -> dict[int, str]:
    """The payers that somebody decided not to bill for the claim, and why (`PassedOver`)."""
    rows = DeclinedPayer.objects.filter(claim__control_number=control_number)
    return dict(rows.values_list("payer_id", "because"))


def _decisions(
    control_number: str, earlier: Sequence[Coverage], lines: dict[int, BilledLine]
) -> dict[int, dict[str, Any]]:
    """By coverage: the decision of its payer that stands."""
    rows = (
        ClaimVersion.objects.filter(claim__control_number=control_number)
        .exclude(state=VersionState.VOIDED)
        .order_by("number")
    )
    versions = list(rows.only("coverage_id", "payer_id")) if earlier else []
    answers = standing_answers([version.pk for version in versions]) if versions else {}
    # A payer that took back a decision and decided anew says so by REF T4.
    taken_back = set(
        RemittanceClaim.objects.filter(
            version__in=versions, status_code=REVERSAL, remittance__state=RemittanceState.POSTED
        ).values_list("version_id", flat=True)
    )
    found: dict[int, dict[str, Any]] = {}
    for version in versions:
        decision = decision_of(answers.get(version.pk, []), lines)
        owner = _whose(version, earlier)
        if decision is not None and owner is not None:
            found[owner] = decision | {"is_adjusted": version.pk in taken_back}
    return found


def _whose(version: ClaimVersion, coverages: Sequence[Coverage]) -> int | None:
    """The coverage by the version's payer, of two the one that it was for; None: none of these."""
    same = [one.pk for one in coverages if one.plan.payer_id == version.payer_id]
    own = [pk for pk in same if pk == version.coverage_id]
    return (own or same)[0] if own or len(same) == 1 else None
