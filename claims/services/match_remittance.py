"""Finding our claims and lines for each answer of a remittance (domain E.7, DESIGN 3.3)."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from claims import matching, news
from claims.choices import RemittanceState, VersionState
from claims.models import (
    ClaimVersion,
    ClaimVersionLine,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from claims.states import REMITTANCE
from core import clock, timeline
from core.actors import PAYER, Actor
from core.appending import append_all
from core.choices import Role
from core.news import announce
from core.services.work import close_work_item, open_work_item
from core.states import advance

EXCEPTIONS = "remittance.exceptions"
_ELSEWHERE = frozenset({"23", "25"})  # not our claim; a price estimate: no lines to find


def match_remittance(remittance: Remittance) -> bool:
    """Match every claim and line of `remittance`; returns whether all were found.

    All found: it is `matched` and announced. Otherwise it has `exceptions`: each row keeps its
    reason, and a work item waits. Claims of another practice are simply unknown here.
    """
    with transaction.atomic():
        claims = list(remittance.claims.prefetch_related("lines").order_by("position"))
        told = {claim.pk for claim in claims if claim.version_id}
        versions = _match_claims(remittance, claims)
        lines = _match_lines(claims, versions)
        RemittanceClaim.objects.bulk_update(claims, ["version", "match_reason"])
        RemittanceLine.objects.bulk_update(lines, ["charge_line", "match_reason"])
        _name_payer(remittance, versions.values())
        missing = _unmatched(claims, lines)
        if missing:
            _report(remittance, missing)
        else:
            _accept(remittance)
        _tell_claims(remittance, [c for c in claims if c.pk not in told], versions)
    return not missing


def _match_claims(remittance: Remittance, claims: list[RemittanceClaim]) -> dict[int, ClaimVersion]:
    """Choose the version of each answer; returns them by id."""
    numbers = {claim.patient_control_number for claim in claims}
    payer_numbers = {claim.payer_claim_number for claim in claims} - {""}
    # A payer also answers what another one forwarded to it: such a version was never sent by us.
    sent = ClaimVersion.objects.filter(
        Q(current_attempt__isnull=False) | Q(crossover__isnull=False)
    ).defer("snapshot")
    found = {
        version.pk: version
        for version in [
            *sent.filter(claim__control_number__in=numbers).select_related("claim"),
            *sent.filter(payer_claim_number__in=payer_numbers).select_related("claim"),
        ]
    }
    by_claim: dict[str, list[ClaimVersion]] = defaultdict(list)
    by_payer_number: dict[str, list[ClaimVersion]] = defaultdict(list)
    for version in found.values():
        by_claim[version.claim.control_number].append(version)
        by_payer_number[version.payer_claim_number].append(version)
    for claim in claims:
        candidates = by_claim.get(claim.patient_control_number, [])
        by_number = bool(candidates)
        if not by_number and claim.payer_claim_number:
            candidates = by_payer_number.get(claim.payer_claim_number, [])
        result = _choose(remittance, claim, candidates)
        claim.version_id = result.key
        claim.match_reason = "payer_claim_number" if result.key and not by_number else result.reason
        if not candidates:
            claim.match_reason = "unknown"
    return found


def _choose(
    remittance: Remittance, claim: RemittanceClaim, candidates: list[ClaimVersion]
) -> matching.Found:
    return matching.match_version(
        [
            matching.OurVersion(
                version.pk,
                version.payer_id,
                version.rank,
                version.payer_claim_number,
                version.frequency_code,
                version.state in {VersionState.REPLACED, VersionState.VOIDED},
            )
            for version in candidates
        ],
        matching.TheirClaim(
            claim.status_code,
            claim.payer_claim_number,
            claim.frequency_code,
            remittance.payer_id,
        ),
    )


def _match_lines(
    claims: list[RemittanceClaim], versions: dict[int, ClaimVersion]
) -> list[RemittanceLine]:
    ours: dict[int, list[matching.OurLine]] = defaultdict(list)
    wanted = {claim.version_id for claim in claims if claim.version_id}
    for own in ClaimVersionLine.objects.filter(version_id__in=wanted).order_by("line_number"):
        ours[own.version_id].append(
            matching.OurLine(
                own.charge_line_id,
                own.line_number,
                own.control_number,
                own.procedure_code,
                tuple(own.modifiers),
                own.service_date,
                own.charge_amount,
            )
        )
    lines: list[RemittanceLine] = []
    for claim in claims:
        theirs = list(claim.lines.all())
        found = matching.match_lines(ours[claim.version_id or 0], [_theirs(x) for x in theirs])
        for line, result in zip(theirs, found, strict=True):
            line.charge_line_id, line.match_reason = result.key, result.reason
        lines += theirs
    return lines


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


def _unmatched(claims: list[RemittanceClaim], lines: list[RemittanceLine]) -> list[str]:
    """One line of words for each claim that a person must find, never with a person's name."""
    open_lines = {line.remittance_claim_id for line in lines if line.charge_line_id is None}
    return [
        f"{claim.patient_control_number}: {claim.match_reason.replace('_', ' ')}"
        if claim.version_id is None
        else f"{claim.patient_control_number}: a line was not found"
        for claim in claims
        if claim.status_code not in _ELSEWHERE
        and (claim.version_id is None or claim.pk in open_lines)
    ]


def _name_payer(remittance: Remittance, versions: Iterable[ClaimVersion]) -> None:
    """Where the payer's ids did not say who pays, its claims do, if they agree."""
    if remittance.payer_id is None:
        payers = {version.payer_id for version in versions}
        if len(payers) == 1:
            remittance.payer_id = payers.pop()
            remittance.save(update_fields=["payer"])


def _report(remittance: Remittance, missing: list[str]) -> None:
    advance(remittance, RemittanceState.EXCEPTIONS, table=REMITTANCE)
    timeline.record(
        remittance,
        kind="remittance.failed",
        sentence=f"could not find {len(missing)} of its claims",
        details={"note": "; ".join(missing[:10])},
    )
    open_work_item(
        subject=remittance,
        kind=EXCEPTIONS,
        title=f"{len(missing)} claims of a remittance were not found",
        reason="; ".join(missing[:5]),
        role=Role.POSTER,
        due_on=clock.today(remittance.practice),
        amount=remittance.payment_amount,
    )


def _accept(remittance: Remittance) -> None:
    advance(remittance, RemittanceState.MATCHED, table=REMITTANCE)
    close_work_item(subject=remittance, kind=EXCEPTIONS, outcome="Everything was found.")
    announce(news.REMITTANCE_MATCHED, subject=remittance)


def _tell_claims(
    remittance: Remittance, claims: list[RemittanceClaim], versions: dict[int, ClaimVersion]
) -> None:
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
