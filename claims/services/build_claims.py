"""Making claims from released charge lines (domain B.1)."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from claims import news
from claims.models import Claim, ClaimChargeLine, ClaimVersion
from claims.selectors import predecessor_of
from claims.services.correct_recoded import correct_recoded
from claims.services.message_results import counted
from claims.services.scrub_version import scrub_versions
from claims.services.split_lines import split_lines
from claims.services.take_snapshot import load_encounter, take_snapshot, write_lines
from coding.models import ChargeLine, CodingCase
from coding.selectors import released_lines
from core import timeline
from core.ids import opaque_number
from core.news import announce
from patients.models import Coverage, Encounter
from patients.selectors import coverages_for

NUMBER_LENGTH = 12  # of the 17 that every payer keeps (domain B.4, box 26)
GROUP_LENGTH = 12


class Split(NamedTuple):
    """What a claim shares with the others of its encounter, and why it is apart from them."""

    group: str
    reason: str


def build_claims(case: CodingCase) -> list[Claim]:
    """Make and scrub the claims for the case's released lines that are on no claim yet.

    Lines that may not stand on one claim become several (`claims/splitting.py`): they share a
    group, and each says why it stands alone. A patient without coverage on the date of service
    gets no claim. Where a decided claim of the case is being recoded, its correction takes the
    lines, and what may not stand on it becomes claims. Called again it finds none left and returns
    [].
    """
    with transaction.atomic():
        CodingCase.objects.select_for_update().get(pk=case.pk)
        lines = _lines_without_claim(case)
        if not lines:
            return []
        encounter = load_encounter(case.encounter_id)
        lines = correct_recoded(case, encounter, lines)
        coverages = coverages_for(encounter)
        if not (lines and coverages):
            return []
        parts = split_lines(encounter, coverages[0].plan.payer, lines)
        group = opaque_number("G", GROUP_LENGTH) if len(parts) > 1 else ""
        before = predecessor_of(case)
        by_key = {line.pk: line for line in lines}
        claims = [
            _build(
                encounter, coverages[0], [by_key[key] for key in part.keys], before,
                Split(group, part.reason),
            )
            for part in parts
        ]  # fmt: skip
        scrub_versions([claim.version for claim in claims])
        return claims


def _lines_without_claim(case: CodingCase) -> list[ChargeLine]:
    lines = list(released_lines(case.pk))
    taken = set(
        ClaimChargeLine.objects.filter(charge_line__in=lines).values_list(
            "charge_line_id", flat=True
        )
    )
    return [line for line in lines if line.pk not in taken]


def _build(
    encounter: Encounter,
    coverage: Coverage,
    lines: Sequence[ChargeLine],
    before: Claim | None,
    split: Split,
) -> Claim:
    number = opaque_number("C", NUMBER_LENGTH)
    picture = take_snapshot(
        control_number=number, encounter=encounter, coverage=coverage, lines=lines
    )
    charge = sum(line.charge_amount for line in lines)
    claim = Claim.objects.create(
        practice=encounter.practice,
        control_number=number,
        patient=encounter.patient,
        billing_provider=encounter.billing_provider,
        facility=encounter.facility,
        rendering_provider_id=picture.rendering_provider_id,
        charge_amount=charge,
        # Until the ledger says otherwise all of it is the payer's (set_claim_balances).
        insurance_balance_amount=charge,
        service_date_from=min(line.service_date_from for line in lines),
        service_date_to=max(line.service_date_to for line in lines),
        split_group=split.group,
        split_reason=split.reason,
    )
    ClaimChargeLine.objects.bulk_create(
        ClaimChargeLine(practice_id=claim.practice_id, claim=claim, charge_line=line)
        for line in lines
    )
    version = ClaimVersion.objects.create(
        practice=encounter.practice,
        claim=claim,
        payer=coverage.plan.payer,
        plan=coverage.plan,
        coverage=coverage,
        rank=coverage.place,
        snapshot=picture.snapshot,
        snapshot_hash=picture.hash,
        charge_amount=charge,
        filing_deadline_on=picture.filing_deadline_on,
    )
    write_lines(version, lines)
    claim.current_version = version
    claim.save(update_fields=["current_version"])
    _tell(claim, version, before, len(lines))
    return claim


def _tell(claim: Claim, version: ClaimVersion, before: Claim | None, line_count: int) -> None:
    apart = f", apart from others: {claim.split_reason}" if claim.split_reason else ""
    instead = f" in place of claim {before.control_number}" if before else ""
    timeline.record(
        claim,
        kind="claim.built",
        sentence=f"made the claim for {version.payer.name}{instead}",
        details={"note": f"{counted(line_count, 'line')}, {claim.charge_amount}{apart}"},
    )
    announce(news.CLAIM_BUILT, subject=claim, ids={"version_id": version.pk})
