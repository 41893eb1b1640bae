"""What a payer's answer about an older version means for the correction that took its place."""

from collections.abc import Iterable, Sequence

from claims import states
from claims.answer_codes import REVERSAL
from claims.choices import Outcome, VersionState
from claims.frequency import VOID
from claims.models import ClaimVersion, Remittance, RemittanceClaim
from claims.services.move_versions import Move
from core import clock
from core.choices import Role
from core.services.work import close_work_items, open_work_item

REVERSAL_EXPECTED = "claim.reversal_expected"
DECIDED_ANEW = "claim.decided_anew"


def corrections_of(versions: Sequence[ClaimVersion]) -> dict[int, ClaimVersion]:
    """By older version: the correction or void that stands in its place; dropped ones do not."""
    rows = (
        ClaimVersion.objects.filter(corrects__in=[version.pk for version in versions])
        .exclude(state__in=[VersionState.VOIDED, VersionState.REPLACED])
        .order_by("number")
        .defer("snapshot")
    )
    return {row.corrects_id: row for row in rows if row.corrects_id is not None}


def void_confirmed(
    newer: ClaimVersion, row: RemittanceClaim, remittance: Remittance
) -> Iterable[Move]:
    """The reversal is the answer to a void: the payer does not have the claim any more."""
    is_answer = row.status_code == REVERSAL and newer.frequency_code == VOID
    if is_answer and newer.state in states.WITH_PAYER | {VersionState.BATCHED}:
        yield Move(
            newer.pk,
            VersionState.ADJUDICATED,
            "claim.posted",
            "took the claim back: it is void there",
            note=f"835 · remit {remittance.trace_number}",
            update={"outcome": Outcome.ZERO},
            document=remittance.document,
        )


def follow_corrections(answers: Sequence[tuple[RemittanceClaim, ClaimVersion]]) -> None:
    """End the watch for a reversal that came; ask a person where the payer decided anew while the
    correction had not left yet.
    """
    newer_of = corrections_of([version for _, version in answers])
    close_work_items(
        subjects=[version.claim for row, version in answers if row.status_code == REVERSAL],
        kinds=[REVERSAL_EXPECTED],
        outcome="The payer took its payment back.",
    )
    for _, version in answers:
        newer = newer_of.get(version.pk)
        if newer is not None and newer.state in states.UNSENT:
            open_work_item(
                subject=version.claim,
                kind=DECIDED_ANEW,
                title="The payer answered while the correction had not left",
                reason="Check the correction again, or drop it if the new answer is right.",
                role=Role.BILLER,
                due_on=clock.today(version.practice),
                amount=version.charge_amount,
            )
