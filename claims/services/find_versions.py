"""Which version of ours each answer of a remittance is about: by numbers only (DESIGN 3.3)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from claims import matching
from claims.candidates import plain_number
from claims.choices import VersionState
from claims.models import ClaimVersion, ClaimVersionLine, Remittance, RemittanceClaim

UNKNOWN = "unknown"
OurLines = Mapping[int, Sequence[matching.OurLine]]


def sent_versions() -> "QuerySet[ClaimVersion]":
    """What a payer can answer: versions that were sent, and those another payer forwarded."""
    sent = ClaimVersion.objects.filter(
        Q(current_attempt__isnull=False) | Q(crossover__isnull=False)
    )
    return sent.select_related("claim__patient").defer("snapshot")


def find_versions(
    remittance: Remittance, claims: Sequence[RemittanceClaim]
) -> tuple[dict[int, ClaimVersion], OurLines]:
    """Set version and reason of each of `claims` (nothing is saved); what a person matched stays.

    Asked in this order: our number, ours with zeros in front, the payer's number for the claim,
    ours cut off. A number that is found, but whose claim agrees with nothing else that the payer
    wrote, is no match. Returns the versions in question by id, and their lines.
    """
    kept = [claim for claim in claims if claim.match_reason == matching.BY_HAND]
    open_ones = [claim for claim in claims if claim.match_reason != matching.BY_HAND]
    pools = _pools(open_ones)
    found = {version.pk: version for pool in pools.values() for version in pool.versions}
    for version in sent_versions().filter(pk__in=[claim.version_id for claim in kept]):
        found[version.pk] = version
    lines = lines_of(found)
    for claim in open_ones:
        _set(remittance, claim, pools.get(claim.pk), lines)
    return found, lines


def lines_of(version_ids: Collection[int]) -> dict[int, list[matching.OurLine]]:
    """The lines of these versions as the matching rules read them."""
    ours: dict[int, list[matching.OurLine]] = defaultdict(list)
    rows = ClaimVersionLine.objects.filter(version_id__in=version_ids).order_by("line_number")
    for own in rows:
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
    return ours


class _Pool:
    """The versions that one answer may be about, and by which number they were found."""

    def __init__(self, versions: Sequence[ClaimVersion], reason: str) -> None:
        self.versions, self.reason = versions, reason


def _pools(claims: Sequence[RemittanceClaim]) -> dict[int, _Pool]:
    """The pool of each answer by its id; answers without any have none. Each way is asked only
    for what the ways before it did not find.
    """
    pools: dict[int, _Pool] = {}
    for find in (_by_exact_number, _by_plain_number, _by_payer_number, _by_lines, _cut_off):
        rest = [claim for claim in claims if claim.pk not in pools]
        if not rest:
            break
        pools |= find(rest)
    return pools


def _by_exact_number(claims: Sequence[RemittanceClaim]) -> dict[int, _Pool]:
    found = _by_number({claim.patient_control_number for claim in claims})
    return _pooled(claims, lambda claim: claim.patient_control_number, found, "")


def _by_plain_number(claims: Sequence[RemittanceClaim]) -> dict[int, _Pool]:
    """Ours in small letters, with zeros in front or with dashes between."""
    found = _by_number({plain_number(claim.patient_control_number) for claim in claims} - {""})
    return _pooled(claims, lambda claim: plain_number(claim.patient_control_number), found, "")


def _by_payer_number(claims: Sequence[RemittanceClaim]) -> dict[int, _Pool]:
    found: dict[str, list[ClaimVersion]] = defaultdict(list)
    numbers = {claim.payer_claim_number for claim in claims} - {""}
    for version in sent_versions().filter(payer_claim_number__in=numbers):
        found[version.payer_claim_number].append(version)
    return _pooled(claims, lambda claim: claim.payer_claim_number, found, matching.BY_PAYER_NUMBER)


def _pooled(
    claims: Sequence[RemittanceClaim],
    number_of: Callable[[RemittanceClaim], str],
    found: Mapping[str, Sequence[ClaimVersion]],
    reason: str,
) -> dict[int, _Pool]:
    return {
        claim.pk: _Pool(found[number_of(claim)], reason)
        for claim in claims
        if number_of(claim) in found
    }


def _by_number(numbers: set[str]) -> dict[str, list[ClaimVersion]]:
    found: dict[str, list[ClaimVersion]] = defaultdict(list)
    for version in sent_versions().filter(claim__control_number__in=numbers):
        found[version.claim.control_number].append(version)
    return found


def _by_lines(claims: Sequence[RemittanceClaim]) -> dict[int, _Pool]:
    """Answers whose lines bear numbers of ours (REF 6R, the same for life) of one claim alone."""
    numbers = {
        claim.pk: {line.line_control_number for line in claim.lines.all()} - {""}
        for claim in claims
    }
    wanted = set[str]().union(*numbers.values())
    if not wanted:
        return {}
    owners: dict[str, set[int]] = defaultdict(set)
    rows = ClaimVersionLine.objects.filter(control_number__in=wanted)
    for number, claim_id in rows.values_list("control_number", "version__claim_id"):
        owners[number].add(claim_id)
    named = {
        pk: set[int]().union(*(owners[number] for number in found)) for pk, found in numbers.items()
    }
    alone = {pk: claim_ids.pop() for pk, claim_ids in named.items() if len(claim_ids) == 1}
    versions: dict[int, list[ClaimVersion]] = defaultdict(list)
    for version in sent_versions().filter(claim_id__in=set(alone.values())):
        versions[version.claim_id].append(version)
    return {
        pk: _Pool(versions[claim_id], matching.BY_LINES)
        for pk, claim_id in alone.items()
        if versions[claim_id]
    }


def _cut_off(claims: Sequence[RemittanceClaim]) -> dict[int, _Pool]:
    """Answers whose number is the beginning of exactly one claim's (some payers keep only so many
    characters); one query for each length that occurs.
    """
    by_length: dict[int, list[RemittanceClaim]] = defaultdict(list)
    for claim in claims:
        length = len(claim.patient_control_number)
        if length >= matching.LEAST_OF_NUMBER:
            by_length[length].append(claim)
    pools: dict[int, _Pool] = {}
    for length, group in by_length.items():
        numbers = {claim.patient_control_number for claim in group}
        begin: dict[str, list[ClaimVersion]] = defaultdict(list)
        rows = sent_versions().annotate(beginning=Left("claim__control_number", length))
        for version in rows.filter(beginning__in=numbers):
            begin[version.claim.control_number[:length]].append(version)
        for claim in group:
            versions = begin.get(claim.patient_control_number, [])
            if len({version.claim_id for version in versions}) == 1:
                pools[claim.pk] = _Pool(versions, matching.CUT_OFF)
    return pools


def _set(
    remittance: Remittance, claim: RemittanceClaim, pool: _Pool | None, lines: OurLines
) -> None:
    if pool is None:
        claim.version_id, claim.match_reason = None, UNKNOWN
        return
    result = _choose(remittance, claim, pool.versions)
    claim.version_id, claim.match_reason = result.key, result.reason
    if result.key is None:
        return
    version = next(one for one in pool.versions if one.pk == result.key)
    agrees = agreement(claim, version, lines.get(version.pk, ()))
    if not agrees:
        claim.version_id, claim.match_reason = None, matching.CONTRADICTS
    elif pool.reason == matching.CUT_OFF and not agrees.issuperset(matching.MUST_AGREE):
        claim.version_id, claim.match_reason = None, UNKNOWN
    elif pool.reason:
        claim.match_reason = pool.reason


def agreement(
    claim: RemittanceClaim, version: ClaimVersion, lines: Sequence[matching.OurLine]
) -> set[str]:
    """What else the payer wrote that agrees with `version`: lines, charge, date, name."""
    theirs = list(claim.lines.all())
    days = {line.service_date for line in theirs if line.service_date}
    days |= {claim.service_date} if claim.service_date else set()
    return matching.agreement(
        matching.Written(
            frozenset(line.line_control_number for line in theirs) - {""},
            frozenset(abs(line.charge_amount) for line in theirs) | {abs(claim.charge_amount)},
            frozenset(days),
            claim.patient_name,
        ),
        lines,
        version.charge_amount,
        version.claim.patient.list_name,
    )


def _choose(
    remittance: Remittance, claim: RemittanceClaim, candidates: Sequence[ClaimVersion]
) -> matching.Found:
    return choose_version(their_claim(remittance, claim), candidates)


def their_claim(remittance: Remittance, claim: RemittanceClaim) -> matching.TheirClaim:
    """What an answer says of the version that it decides."""
    return matching.TheirClaim(
        claim.status_code, claim.payer_claim_number, claim.frequency_code, remittance.payer_id
    )


def choose_version(
    theirs: matching.TheirClaim, candidates: Sequence[ClaimVersion]
) -> matching.Found:
    """Which of these versions `theirs` decides, and why, or why none."""
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
        theirs,
    )
