"""Offering claims for an answer that fits none by its numbers, best first (candidates.py)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from claims import candidates as rules
from claims import matching
from claims.choices import VersionState
from claims.models import (
    ClaimVersion,
    ClaimVersionLine,
    MatchCandidate,
    Remittance,
    RemittanceClaim,
)
from claims.services.find_versions import choose_version, sent_versions, their_claim

MOST_ANSWERS = 500  # at once; for the others candidates are looked for when somebody asks
MOST_SOUGHT = 20
_MOST_ROWS = 300
_OVER = (VersionState.REPLACED, VersionState.VOIDED)


def offer_candidates(remittance: Remittance, answers: Iterable[RemittanceClaim]) -> None:
    """Look for candidates anew for each of `answers` that has no version, and keep them."""
    wanted = [answer for answer in answers if answer.version_id is None][:MOST_ANSWERS]
    MatchCandidate.objects.filter(remittance_claim__in=wanted).delete()
    MatchCandidate.objects.bulk_create(
        MatchCandidate(
            practice_id=remittance.practice_id,
            remittance_claim=answer,
            version_id=found.key,
            position=position,
            score=found.score,
            reasons=[reason.as_json() for reason in found.reasons],
        )
        for answer in wanted
        for position, found in enumerate(ranked(remittance, answer), 1)
    )


def ranked(
    remittance: Remittance,
    answer: RemittanceClaim,
    among: "QuerySet[ClaimVersion] | None" = None,
) -> list[rules.Scored]:
    """The claims that `answer` may mean, best first; of each claim the version it would decide.

    `among` are versions to choose from instead: what somebody sought by name or number.
    """
    return ranked_for(_answer(remittance, answer), their_claim(remittance, answer), among)


def ranked_for(
    theirs: rules.Answer,
    claim: matching.TheirClaim,
    among: "QuerySet[ClaimVersion] | None" = None,
) -> list[rules.Scored]:
    """The same for an answer that is not stored."""
    rows = sent_versions().filter(_worth_a_look(theirs)) if among is None else among
    rows = rows.exclude(state__in=_OVER).select_related(
        "claim__patient", "claim__rendering_provider", "coverage"
    )
    versions = _one_each(claim, list(rows.order_by("-pk")[:_MOST_ROWS]))
    lines: dict[int, list[ClaimVersionLine]] = defaultdict(list)
    for line in ClaimVersionLine.objects.filter(version__in=versions):
        lines[line.version_id].append(line)
    ours = [ours_of(version, lines[version.pk]) for version in versions]
    if among is not None:
        return rules.rank(theirs, ours, least=0, most=MOST_SOUGHT)
    return rules.rank(theirs, ours)


def _worth_a_look(theirs: rules.Answer) -> Q:
    """Versions that share at least something with the answer, each part found by an index."""
    number = rules.plain_number(theirs.number)
    found = Q(pk__in=[])
    if theirs.member_number:
        found |= Q(coverage__member_id__iexact=theirs.member_number)
    if theirs.last_name:
        found |= Q(claim__patient__last_name__iexact=theirs.last_name)
    if len(number) >= rules.LEAST_NUMBER:
        found |= Q(claim__control_number__startswith=number)
        found |= Q(claim__control_number__endswith=number)
    if theirs.days:
        near = Q(
            claim__service_date_from__lte=max(theirs.days) + rules.NEAR,
            claim__service_date_to__gte=min(theirs.days) - rules.NEAR,
        )
        charge = abs(theirs.charge)
        found |= near & (Q(charge_amount=charge) | Q(lines__charge_amount=charge))
    return Q(pk__in=ClaimVersion.objects.filter(found).values("pk"))


def _one_each(claim: matching.TheirClaim, versions: Sequence[ClaimVersion]) -> list[ClaimVersion]:
    """Of each claim the version that the answer would decide; all of them where two are left."""
    by_claim: dict[int, list[ClaimVersion]] = defaultdict(list)
    for version in versions:
        by_claim[version.claim_id].append(version)
    found = []
    for group in by_claim.values():
        key = choose_version(claim, group).key
        chosen = [version for version in group if version.pk == key]
        found += chosen or group
    return found


def _days(answer: RemittanceClaim) -> set[date]:
    days = [*(line.service_date for line in answer.lines.all()), answer.service_date]
    return {day for day in days if day}


def _answer(remittance: Remittance, answer: RemittanceClaim) -> rules.Answer:
    last, first = rules.split_name(answer.patient_name)
    lines = list(answer.lines.all())
    return rules.Answer(
        number=answer.patient_control_number,
        last_name=last,
        first_name=first,
        member_number=answer.member_number,
        days=frozenset(_days(answer)),
        charge=answer.charge_amount,
        codes=frozenset(line.submitted_procedure_code or line.procedure_code for line in lines),
        payer_id=remittance.payer_id,
        provider_npi=answer.rendering_npi,
    )


def ours_of(version: ClaimVersion, lines: Sequence[ClaimVersionLine]) -> rules.Ours:
    """A version as the rules compare it."""
    claim = version.claim
    return rules.Ours(
        key=version.pk,
        number=claim.control_number,
        last_name=claim.patient.last_name,
        first_name=claim.patient.first_name,
        member_numbers=frozenset({version.coverage.member_id}),
        first_day=claim.service_date_from,
        last_day=claim.service_date_to,
        charge=version.charge_amount,
        line_charges=tuple(line.charge_amount for line in lines),
        codes=frozenset(line.procedure_code for line in lines),
        payer_id=version.payer_id,
        provider_npi=claim.rendering_provider.npi,
        is_answered=bool(version.outcome),
    )
