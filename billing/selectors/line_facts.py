"""What payers and practice said about charge lines, for the rules of write-offs and moves."""

from collections.abc import Collection
from decimal import Decimal

from billing.adjusting.rules import LineFacts
from billing.posting.facts import Adjustment
from billing.selectors.corrections_out import awaiting_correction
from claims.cob.answers import standing_answers
from claims.models import ClaimVersion, ClaimVersionLine, RemittanceClaim
from coding.models import ChargeLine
from patients.choices import ClaimFiling, PayerKind
from patients.models import Encounter, Payer
from patients.selectors import coverages_for

FEDERAL = (PayerKind.MEDICARE, PayerKind.MEDICAID)


def federal_payer_ids() -> set[int]:
    """The payers whose credits are always returned: Medicare and Medicaid."""
    return set(Payer.objects.filter(kind__in=FEDERAL).values_list("pk", flat=True))


def line_facts(charge_line_ids: Collection[int]) -> dict[int, LineFacts]:
    """The facts of each of these charge lines, in a number of queries that does not grow with
    them, but for the coverages of their visits.
    """
    lines = ChargeLine.objects.filter(pk__in=set(charge_line_ids)).select_related(
        "encounter__patient", "encounter__case"
    )
    rows = ClaimVersionLine.objects.filter(charge_line_id__in=set(charge_line_ids))
    versions = {
        version.pk: version
        for version in ClaimVersion.objects.filter(pk__in=rows.values("version_id"))
        .select_related("payer", "plan")
        .defer("snapshot")
    }
    versions_of: dict[int, list[ClaimVersion]] = {}
    for line_id, version_id in rows.values_list("charge_line_id", "version_id"):
        versions_of.setdefault(line_id, []).append(versions[version_id])
    answers = standing_answers(list(versions))
    awaited = awaiting_correction(charge_line_ids)
    covered: dict[int, bool] = {}
    return {
        line.pk: _facts(
            line, versions_of.get(line.pk, []), answers, awaited.get(line.pk, ""),
            has_coverage=_is_covered(line.encounter, covered),
        )
        for line in lines
    }  # fmt: skip


def _is_covered(encounter: Encounter, known: dict[int, bool]) -> bool:
    if encounter.pk not in known:
        known[encounter.pk] = bool(coverages_for(encounter))
    return known[encounter.pk]


def _facts(
    line: ChargeLine,
    versions: list[ClaimVersion],
    answers: dict[int, list[RemittanceClaim]],
    awaited: str,
    *,
    has_coverage: bool,
) -> LineFacts:
    adjustments: tuple[Adjustment, ...] = ()
    remarks: set[str] = set()
    was_answered = False
    # The last payer that decided on the line has the last word on what is the patient's.
    for version in sorted(versions, key=lambda one: (-one.rank, -one.number)):
        found = [said for one in answers.get(version.pk, []) if (said := _said(one, line.pk))]
        if found:
            adjustments, remarks = found[-1]
            was_answered = True
            break
    case = line.encounter.case
    return LineFacts(
        name=f"{line.service_date_from:%m/%d/%Y} {line.code_with_modifiers}",
        adjustments=adjustments,
        remark_codes=frozenset(remarks),
        modifiers=frozenset(line.modifiers),
        was_answered=was_answered,
        is_medicaid=any(version.payer.kind == PayerKind.MEDICAID for version in versions),
        is_workers_comp=any(
            version.plan.claim_filing_code == ClaimFiling.WORKERS for version in versions
        )
        or bool(case and case.is_work),
        has_coverage=has_coverage,
        awaits_correction=awaited,
    )


def _said(
    answer: RemittanceClaim, charge_line_id: int
) -> tuple[tuple[Adjustment, ...], set[str]] | None:
    """What one answer says of one line; None where it does not speak of it."""
    rows = list(answer.lines.all())
    mine = [row for row in rows if row.charge_line_id == charge_line_id]
    if rows and not mine:
        return None
    whole = [one for one in answer.adjustments.all() if one.remittance_line_id is None]
    found = [one for row in mine for one in row.adjustments.all()] + whole
    remarks = {*answer.remark_codes, *(code for row in mine for code in row.remark_codes)}
    return (
        tuple(Adjustment(one.group_code, one.reason_code, Decimal(one.amount)) for one in found),
        remarks,
    )
