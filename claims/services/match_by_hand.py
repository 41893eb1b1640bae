"""A person says which claim, and which of its lines, a payer's answer is about (domain E.7)."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from claims import matching
from claims.choices import RemittanceState
from claims.models import ClaimVersion, RemittanceClaim, RemittanceLine
from claims.services.find_versions import lines_of, sent_versions
from claims.services.match_remittance import (
    NO_CLAIM,
    NO_LINE,
    look_again,
    match_lines,
    match_remittance,
    tell_claims,
)
from claims.services.offer_candidates import offer_candidates
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.services.work import close_work_item, open_work_item

_OPEN = (RemittanceState.EXCEPTIONS, RemittanceState.MATCHED)


def match_by_hand(
    answer: RemittanceClaim,
    *,
    version: ClaimVersion,
    lines: Mapping[int, int] | None = None,
    late: bool = False,
) -> list[RemittanceLine]:
    """Match `answer` to `version`; its lines by the rules, or as `lines` says (our charge line by
    the id of theirs). Returns the lines that still fit none.

    `late` is for a remittance that is posted: its caller posts the claim in the same transaction
    (billing/posting/post_late.py), and no line may be left. Raises Conflict where the answer has
    its claim, ApplicationError for a version that was never sent and for a line that fits none.
    """
    with transaction.atomic():
        row = _locked(answer, late=late)
        if row.version_id is not None and row.version_id != version.pk:
            raise Conflict("Its claim was found meanwhile.")
        known = sent_versions().filter(pk=version.pk).first()
        if known is None:
            raise ApplicationError("This claim was never sent to a payer.", field="version")
        is_new = row.version_id is None
        row.chosen_candidate = _place(row, known) if is_new else row.chosen_candidate
        row.version, row.match_reason = known, matching.BY_HAND
        row.matched_by = current_actor().user
        row.set_aside_at, row.set_aside_reason = None, ""
        row.save(
            update_fields=[
                "version", "match_reason", "matched_by", "chosen_candidate", "set_aside_at",
                "set_aside_reason",
            ]
        )  # fmt: skip
        left = _match_lines(row, known, lines or {})
        if left and late:
            raise ApplicationError(
                f"Choose the line of ours that {left[0].procedure_code} is.",
                field=f"line_{left[0].pk}",
            )
        _tell(row, known, left, is_new=is_new)
        look_again(row.remittance)
    return left


def take_back_match(answer: RemittanceClaim) -> None:
    """Undo a match by hand while nothing of it is posted; the answer is an exception again.

    Raises Conflict where it was not matched by hand, or is posted.
    """
    with transaction.atomic():
        row = _locked(answer, late=False)
        if row.match_reason != matching.BY_HAND:
            raise Conflict("It was not matched by hand.")
        row.version, row.match_reason, row.chosen_candidate = None, "unknown", None
        row.matched_by = None
        row.save(update_fields=["version", "match_reason", "chosen_candidate", "matched_by"])
        row.lines.update(charge_line=None, match_reason="")
        timeline.record(
            row.remittance,
            kind="remittance.match_taken_back",
            sentence=f"took back the match of {row.patient_control_number}",
        )
        match_remittance(row.remittance)


def _locked(answer: RemittanceClaim, *, late: bool) -> RemittanceClaim:
    rows = RemittanceClaim.objects.select_for_update(of=("self",)).select_related(
        "remittance__practice", "remittance__payer", "remittance__document"
    )
    row = rows.get(pk=answer.pk)
    allowed = (RemittanceState.POSTED,) if late else _OPEN
    if row.remittance.state not in allowed:
        raise Conflict(f"The remittance is {row.remittance.get_state_display().lower()}.")
    return row


def _place(row: RemittanceClaim, version: ClaimVersion) -> int:
    """Where the chosen claim stood among the candidates; 0 where it did not."""
    found = row.candidates.filter(version__claim_id=version.claim_id).order_by("position").first()
    return found.position if found else 0


def _match_lines(
    row: RemittanceClaim, version: ClaimVersion, chosen: Mapping[int, int]
) -> list[RemittanceLine]:
    ours = lines_of([version.pk])
    known = {line.key for line in ours.get(version.pk, ())}
    lines = match_lines([row], ours)
    for line in lines:
        if line.pk in chosen:
            if chosen[line.pk] not in known:
                raise ApplicationError("This line is not on the claim.", field=f"line_{line.pk}")
            line.charge_line_id, line.match_reason = chosen[line.pk], matching.BY_HAND
    RemittanceLine.objects.bulk_update(lines, ["charge_line", "match_reason"])
    return [line for line in lines if line.charge_line_id is None]


def _tell(
    row: RemittanceClaim,
    version: ClaimVersion,
    left: Sequence[RemittanceLine],
    *,
    is_new: bool,
) -> None:
    place = {1: "the first candidate", 0: "a claim sought by hand"}
    note = place.get(row.chosen_candidate or 0, f"candidate {row.chosen_candidate}")
    timeline.record(
        row.remittance,
        kind="remittance.matched_by_hand",
        sentence=f"matched {row.patient_control_number} to claim {version.claim.control_number}",
        details={"note": note},
    )
    if is_new:
        tell_claims(row.remittance, [row], {version.pk: version})
    close_work_item(subject=row, kind=NO_CLAIM, outcome="Matched by hand.")
    if not left:
        close_work_item(subject=row, kind=NO_LINE, outcome="Matched by hand.")
        return
    open_work_item(
        subject=row,
        kind=NO_LINE,
        title="Payment for a line we do not know",
        reason=f"{row.patient_control_number}: {len(left)} of its lines fit none of ours",
        amount=row.paid_amount,
    )


def look_for_candidates(answer: RemittanceClaim) -> None:
    """Look for candidates anew, after claims were entered or sent."""
    offer_candidates(answer.remittance, [answer])
