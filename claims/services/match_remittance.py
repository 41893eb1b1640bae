"""Finding our claims and lines for each answer of a remittance (domain E.7, DESIGN 3.3)."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from claims import matching, news
from claims.answer_codes import ELSEWHERE
from claims.choices import RemittanceState
from claims.models import ClaimVersion, Remittance, RemittanceClaim, RemittanceLine
from claims.services.find_versions import OurLines, find_versions
from claims.services.offer_candidates import offer_candidates
from claims.states import REMITTANCE
from core import clock, timeline
from core.actors import PAYER, Actor
from core.appending import append_all
from core.calendar import add_business_days
from core.choices import Role, WorkState
from core.models import WorkItem
from core.news import announce
from core.services.work import Wanted, finish_work_item, open_work_items
from core.states import advance
from core.subjects import kind_of
from core.updating import update_each

# The kinds of work on an answer that fits nothing of ours; billing knows them by the same names.
NO_CLAIM, NO_LINE = "remittance_no_claim", "remittance_no_line"
_TITLES = {
    NO_CLAIM: "Payment for a claim we do not know",
    NO_LINE: "Payment for a line we do not know",
}
_DAYS = 2
WORDS = {
    "unknown": "no claim has this number",
    "ambiguous": "two of our claims or versions fit",
    "never_sent": "the claim was never sent",
    "other_payer": "the claim was sent to another payer",
    matching.CONTRADICTS: "the number is ours, but nothing else fits",
}


def match_remittance(remittance: Remittance) -> bool:
    """Match every claim and line of `remittance`; returns whether all were found.

    All found, or set aside by a person: it is `matched` and announced. Otherwise it has
    `exceptions`: each row keeps its reason and its candidates, and a work item waits. Claims of
    another practice are simply unknown here. What was matched by hand stays.
    """
    with transaction.atomic():
        claims = list(remittance.claims.prefetch_related("lines").order_by("position"))
        told = {claim.pk for claim in claims if claim.version_id}
        versions, ours = find_versions(remittance, claims)
        lines = match_lines(claims, ours)
        update_each(claims, ["version", "match_reason"])
        update_each(lines, ["charge_line", "match_reason"])
        chosen = {claim.version_id for claim in claims}
        _name_payer(remittance, [one for pk, one in versions.items() if pk in chosen])
        missing = _settle(remittance, claims, lines)
        tell_claims(remittance, [c for c in claims if c.pk not in told], versions)
    return not missing


def look_again(remittance: Remittance) -> None:
    """After a person matched or set aside one answer: is anything left? (nothing is looked up)"""
    if remittance.state not in {RemittanceState.EXCEPTIONS, RemittanceState.MATCHED}:
        return
    claims = list(remittance.claims.prefetch_related("lines").order_by("position"))
    if not exceptions_of(claims, [line for claim in claims for line in claim.lines.all()]):
        _accept(remittance)


def exceptions_of(
    claims: Sequence[RemittanceClaim], lines: Iterable[RemittanceLine]
) -> dict[int, str]:
    """The answers that a person must look at, by id, each with its kind of work."""
    open_lines = {line.remittance_claim_id for line in lines if line.charge_line_id is None}
    return {
        claim.pk: NO_CLAIM if claim.version_id is None else NO_LINE
        for claim in claims
        if claim.status_code not in ELSEWHERE
        and claim.set_aside_at is None
        and (claim.version_id is None or claim.pk in open_lines)
    }


def match_lines(claims: Sequence[RemittanceClaim], ours: OurLines) -> list[RemittanceLine]:
    """Set the charge line and reason of each line of `claims`; nothing is saved."""
    lines: list[RemittanceLine] = []
    for claim in claims:
        theirs = list(claim.lines.all())
        by_hand = [line for line in theirs if line.match_reason == matching.BY_HAND]
        if not (by_hand and claim.version_id):
            found = matching.match_lines(
                ours.get(claim.version_id or 0, ()), [_theirs(line) for line in theirs]
            )
            for line, result in zip(theirs, found, strict=True):
                line.charge_line_id, line.match_reason = result.key, result.reason
        lines += theirs
    return lines


def _settle(
    remittance: Remittance, claims: Sequence[RemittanceClaim], lines: Sequence[RemittanceLine]
) -> dict[int, str]:
    missing = exceptions_of(claims, lines)
    unmatched = [claim for claim in claims if missing.get(claim.pk) == NO_CLAIM]
    offer_candidates(remittance, unmatched)
    end_exceptions(
        [claim for claim in claims if claim.pk not in missing], outcome="Everything was found."
    )
    if missing:
        _report(remittance, [claim for claim in claims if claim.pk in missing], missing)
    else:
        _accept(remittance)
    return missing


def _theirs(line: RemittanceLine) -> matching.TheirLine:
    codes = [(line.procedure_code, tuple(line.modifiers))]
    if line.submitted_procedure_code:
        codes.append((line.submitted_procedure_code, tuple(line.submitted_modifiers)))
    # A reversal names the charge with a minus sign; the line is the same.
    return matching.TheirLine(
        line.position,
        line.line_control_number,
        tuple(codes),
        line.service_date,
        abs(line.charge_amount),
    )


def _name_payer(remittance: Remittance, versions: Iterable[ClaimVersion]) -> None:
    """Where the payer's ids did not say who pays, its claims do, if they agree."""
    if remittance.payer_id is None:
        payers = {version.payer_id for version in versions}
        if len(payers) == 1:
            remittance.payer_id = payers.pop()
            remittance.save(update_fields=["payer"])


def _report(
    remittance: Remittance, claims: Sequence[RemittanceClaim], missing: dict[int, str]
) -> None:
    advance(remittance, RemittanceState.EXCEPTIONS, table=REMITTANCE)
    timeline.record(
        remittance,
        kind="remittance.failed",
        sentence=f"could not find {len(missing)} of its claims",
        details={"note": "; ".join(_words(claim) for claim in claims[:10])},
    )
    due_on = add_business_days(clock.today(remittance.practice), _DAYS)
    for kind, title in _TITLES.items():
        wanted = [
            Wanted(claim, title, _words(claim), claim.paid_amount)
            for claim in claims
            if missing[claim.pk] == kind
        ]
        open_work_items(remittance.practice, wanted, kind=kind, role=Role.POSTER, due_on=due_on)
    announce(news.REMITTANCE_INCOMPLETE, subject=remittance)


def _words(claim: RemittanceClaim) -> str:
    """Why an answer waits, never with a person's name."""
    why = "a line was not found" if claim.version_id else WORDS.get(claim.match_reason, "")
    return f"{claim.patient_control_number}: {why}"


def end_exceptions(claims: Iterable[RemittanceClaim], *, outcome: str) -> None:
    """Close the work on these answers: they are found, or somebody decided on them."""
    waiting = WorkItem.objects.filter(
        subject_kind=kind_of(RemittanceClaim()),
        subject_id__in=[claim.pk for claim in claims],
        kind__in=list(_TITLES),
        state=WorkState.OPEN,
    )
    for item in waiting:
        finish_work_item(item, outcome=outcome)


def _accept(remittance: Remittance) -> None:
    if advance(remittance, RemittanceState.MATCHED, table=REMITTANCE):
        announce(news.REMITTANCE_MATCHED, subject=remittance)


def tell_claims(
    remittance: Remittance, claims: Sequence[RemittanceClaim], versions: dict[int, ClaimVersion]
) -> None:
    """Put the answer on the timeline of each claim that it names."""
    entries = [
        timeline.build(
            versions[claim.version_id].claim,
            kind="claim.received",
            sentence="sent its answer",  # what it decided is told when it is applied
            details={"note": _note(remittance, claim)},
            document=remittance.document,
            actor=_payer_actor(remittance),
        )
        for claim in claims
        if claim.version_id
    ]
    append_all(entries)


def _note(remittance: Remittance, claim: RemittanceClaim) -> str:
    number = claim.payer_claim_number
    trace = f"835 · remit {remittance.trace_number}"
    return f"{trace} · payer claim {number}" if number else trace


def _payer_actor(remittance: Remittance) -> Actor:
    known = remittance.payer.name if remittance.payer else remittance.payer_name
    return Actor(PAYER, known or "Payer", source="835")
