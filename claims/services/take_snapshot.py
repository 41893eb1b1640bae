"""Taking the picture of a claim as the records stand now; shared by building and re-checking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.claim_facts import ROLES, gather_facts, rendering_of_claim, row_of
from claims.cob.gather import decided_on, gather_other_coverages
from claims.models import ClaimVersion, ClaimVersionLine, PayerFilingSettings
from claims.scrub.filing import filing_deadline, with_grace
from claims.scrub.identity import MEDICARE_FILING_CODES
from claims.services.add_filing_rules import add_filing_rules
from claims.services.use_authorizations import use_authorizations
from claims.snapshot import build_snapshot, snapshot_hash
from coding.models import CaseDiagnosis, ChargeLine
from patients.models import Coverage, Encounter

_ENTITLED_LATE = "8"  # CLM20: eligibility was decided late
_PEOPLE = (
    "patient", "billing_provider", "facility", "rendering_provider", "referring_provider",
    *ROLES, "case",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A snapshot with what is kept in columns beside it."""

    snapshot: dict[str, Any]
    hash: str
    filing_deadline_on: date | None
    rendering_provider_id: int


def load_encounter(encounter_id: int) -> Encounter:
    """The encounter with everyone that its claim names, in one query."""
    return Encounter.objects.select_related("practice", *_PEOPLE).get(pk=encounter_id)


def take_snapshot(
    *,
    control_number: str,
    encounter: Encounter,
    coverage: Coverage,
    lines: Sequence[ChargeLine],
    frequency_code: str = "1",
    original_reference_number: str = "",
) -> Picture:
    """Picture `lines` for the payer of `coverage`."""
    served = min(line.service_date_from for line in lines)
    diagnoses = list(
        CaseDiagnosis.objects.filter(case_id=lines[0].case_id).order_by("position", "pk")
    )
    payer = coverage.plan.payer
    others = gather_other_coverages(control_number, encounter, coverage, lines)
    filing = PayerFilingSettings.objects.filter(payer=payer).first()
    facts = gather_facts(encounter, coverage, lines)
    rendering = rendering_of_claim(encounter, lines, facts)
    snapshot = build_snapshot(
        control_number=control_number,
        encounter=encounter,
        coverage=coverage,
        lines=lines,
        diagnoses=diagnoses,
        payer_number=(filing.payer_id_on_route if filing else "") or payer.payer_number,
        frequency_code=frequency_code,
        original_reference_number=original_reference_number,
        facts=facts,
        others=others,
    )
    if filing:
        add_filing_rules(snapshot, filing, encounter, rendering.pk, served)
    deadline = _deadline(filing, snapshot, served, decided_on(others)) if filing else None
    return Picture(snapshot, snapshot_hash(snapshot), deadline, rendering.pk)


def _deadline(
    filing: PayerFilingSettings, snapshot: dict[str, Any], served: date, decided: list[date]
) -> date:
    """From the first service or the discharge, or from what an earlier payer decided since."""
    discharged = row_of(snapshot, "hospital").get("discharged", "")
    if filing.limit_from_discharge and discharged:
        served = date.fromisoformat(discharged)
    by_year = filing.files_by_calendar_year
    start = served if by_year else max([served, *decided])
    deadline = filing_deadline(start, filing.filing_limit_days, calendar_year=by_year)
    is_medicare = snapshot["coverage"]["claim_filing_code"] in MEDICARE_FILING_CODES
    was_late = row_of(snapshot, "signatures").get("delay") == _ENTITLED_LATE
    return with_grace(deadline) if is_medicare and was_late else deadline


def write_lines(version: ClaimVersion, lines: Sequence[ChargeLine]) -> None:
    """Write the version's own rows of `lines`, numbered as in its snapshot, and count what they use
    of its authorizations.
    """
    use_authorizations(version, lines)
    ClaimVersionLine.objects.bulk_create(
        ClaimVersionLine(
            practice_id=version.practice_id,
            version=version,
            charge_line=line,
            line_number=number,
            control_number=line.control_number,
            procedure_code=line.procedure_code,
            modifiers=list(line.modifiers),
            units=line.units,
            charge_amount=line.charge_amount,
            service_date=line.service_date_from,
        )
        for number, line in enumerate(lines, 1)
    )
