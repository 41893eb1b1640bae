"""What is known of denials when a step is suggested, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from claims.denials.suggest import DenialFacts
from claims.models import ClaimVersion, ClaimVersionLine, Denial, PayerFilingSettings
from claims.payer_choices import CorrectionMode
from coding.choices import UnitLimitKind
from coding.code_sets.lookups import ptp_edits, unit_limits
from patients.choices import AuthorizationKind
from patients.models import Coverage, EncounterNote, PriorAuthorization

_PAIRED = frozenset({"97", "231", "234", "236"})
_COUNTED = frozenset({"151", "222"})


def facts_of(denials: Sequence[Denial]) -> dict[int, DenialFacts]:
    """By denial; each with its version (claim and payer) and charge line loaded."""
    modes = _modes(denials)
    named = _named_authorizations(denials)
    allowed = _authorizations(denials)
    in_time = _accepted_in_time(denials)
    others = _other_payers(denials)
    signed = _signed(denials)
    absolute = _absolute_pairs(denials)
    found = {}
    for denial in denials:
        version, line = denial.version, denial.charge_line
        number = _number_for(denial, allowed[(version.claim.patient_id, version.payer_id)])
        found[denial.pk] = DenialFacts(
            group_code=denial.group_code,
            reason_code=denial.reason_code,
            remark_codes=tuple(denial.remark_codes),
            modifiers=tuple(line.modifiers) if line else (),
            amount=denial.amount,
            payer_name=version.payer.name,
            correction_mode=modes.get(version.payer_id, CorrectionMode.REPLACE),
            authorization_number=number,
            claim_named_authorization=bool(number) and number in named.get(version.pk, ()),
            was_accepted_in_time=(version.claim_id, version.payer_id) in in_time,
            other_payer=others.get((version.claim_id, version.payer_id), ""),
            has_signed_note=bool(line and line.encounter_id in signed),
            is_pair_absolute=denial.pk in absolute,
            is_limit_absolute=_is_limit_absolute(denial),
        )
    return found


def _modes(denials: Iterable[Denial]) -> dict[int, str]:
    rows = PayerFilingSettings.objects.filter(payer__in={d.version.payer_id for d in denials})
    return dict(rows.values_list("payer_id", "correction_mode"))


def _named_authorizations(denials: Iterable[Denial]) -> dict[int, set[str]]:
    """The numbers that each claim named, as it was sent."""
    rows = ClaimVersion.objects.filter(pk__in={d.version_id for d in denials})
    return {
        pk: {one.get("number", "") for one in (named or {}).values()}
        for pk, named in rows.values_list("pk", "snapshot__authorizations")
    }


def _authorizations(
    denials: Iterable[Denial],
) -> dict[tuple[int, int], list[PriorAuthorization]]:
    found: dict[tuple[int, int], list[PriorAuthorization]] = defaultdict(list)
    rows = PriorAuthorization.objects.filter(
        patient__in={d.version.claim.patient_id for d in denials},
        payer__in={d.version.payer_id for d in denials},
        kind=AuthorizationKind.AUTHORIZATION,
        cancelled_on__isnull=True,
    )
    for row in rows.order_by("-effective_from", "-pk"):
        found[(row.patient_id, row.payer_id)].append(row)
    return found


def _number_for(denial: Denial, rows: Iterable[PriorAuthorization]) -> str:
    """The authorization that covers the line's code and day."""
    line = denial.charge_line
    on = line.service_date_from if line else denial.version.claim.service_date_from
    code = line.procedure_code if line else ""
    for row in rows:
        is_valid = row.effective_from <= on and (row.effective_to is None or on <= row.effective_to)
        if is_valid and (not row.codes or code in row.codes):
            return row.number
    return ""


def _accepted_in_time(denials: Iterable[Denial]) -> set[tuple[int, int]]:
    """Claims that their payer itself took in before the filing limit, whichever version it was."""
    rows = ClaimVersion.objects.filter(
        claim__in={d.version.claim_id for d in denials}, timely_proof_on__isnull=False
    )
    return {
        (claim, payer)
        for claim, payer, proved, limit in rows.values_list(
            "claim_id", "payer_id", "timely_proof_on", "filing_deadline_on"
        )
        if proved and (limit is None or proved <= limit)
    }


def _other_payers(denials: Iterable[Denial]) -> dict[tuple[int, int], str]:
    """By claim and payer: another payer whose coverage is in force on the day of service."""
    versions = {d.version_id: d.version for d in denials}.values()
    by_patient: dict[int, list[Coverage]] = defaultdict(list)
    rows = Coverage.objects.filter(
        patient__in={v.claim.patient_id for v in versions}, case__isnull=True
    )
    for row in rows.select_related("plan__payer").order_by("rank"):
        by_patient[row.patient_id].append(row)
    found: dict[tuple[int, int], str] = {}
    for version in versions:
        on = version.claim.service_date_from
        for row in by_patient[version.claim.patient_id]:
            if row.plan.payer_id != version.payer_id and _in_force(row, on):
                found.setdefault((version.claim_id, version.payer_id), row.plan.payer.name)
    return found


def _in_force(row: Coverage, on: date) -> bool:
    return row.effective_from <= on and (row.effective_to is None or on <= row.effective_to)


def _signed(denials: Iterable[Denial]) -> set[int]:
    encounters = {d.charge_line.encounter_id for d in denials if d.charge_line}
    rows = EncounterNote.objects.filter(encounter__in=encounters, signed_at__isnull=False)
    return set(rows.values_list("encounter_id", flat=True))


def _absolute_pairs(denials: Iterable[Denial]) -> set[int]:
    """Denials of lines in an NCCI pair with indicator 0 on the same claim and day."""
    paired = [d for d in denials if d.reason_code in _PAIRED and d.charge_line]
    if not paired:
        return set()
    codes: dict[tuple[int, date], set[str]] = defaultdict(set)
    for version, on, code in ClaimVersionLine.objects.filter(
        version__in={d.version_id for d in paired}
    ).values_list("version_id", "service_date", "procedure_code"):
        codes[(version, on)].add(code)
    found = set()
    for denial in paired:
        line = denial.charge_line
        assert line is not None  # noqa: S101 - filtered above
        beside = codes[(denial.version_id, line.service_date_from)] - {line.procedure_code}
        edits = ptp_edits([(line.procedure_code, one) for one in beside], line.service_date_from)
        if any(edit.modifier_indicator == "0" for edit in edits.values()):
            found.add(denial.pk)
    return found


def _is_limit_absolute(denial: Denial) -> bool:
    line = denial.charge_line
    if denial.reason_code not in _COUNTED or line is None:
        return False
    limit = unit_limits([line.procedure_code], line.service_date_from).get(line.procedure_code)
    return limit is not None and limit.adjudication == UnitLimitKind.DAY_POLICY
