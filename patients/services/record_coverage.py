"""Recording a coverage, and changing one. A sent claim keeps its own copy (DESIGN 3.3)."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from core import clock, timeline
from core.errors import ApplicationError
from core.identifiers import mbi_is_valid, zip_is_valid
from core.news import announce
from patients.choices import ClaimFiling, Entitlement, Rank, Relationship
from patients.models import Coverage, Patient, PayerPlan
from patients.news import COVERAGE_CHANGED
from patients.services.record_case import check_coverage_case

MOST_AHEAD = timedelta(days=366)  # cards are issued for the coming year, no further
_EDITABLE = (
    "plan", "rank", "member_id", "group_number", "relationship_code", "subscriber_first_name",
    "subscriber_middle_name", "subscriber_last_name", "subscriber_birth_date", "subscriber_sex",
    "subscriber_address_line1", "subscriber_city", "subscriber_state_code",
    "subscriber_zip_code", "case", "effective_from", "effective_to", "employment_code",
    "employee_count", "entitlement_code", "kidney_from", "insurance_type_code",
)  # fmt: skip


@transaction.atomic
def record_coverage(
    *,
    patient: Patient,
    plan: PayerPlan,
    member_id: str,
    effective_from: date,
    rank: int = 1,
    relationship_code: str = Relationship.SELF,
    effective_to: date | None = None,
    **subscriber: Any,
) -> Coverage:
    """Record one coverage. `subscriber` holds group_number, the subscriber_… fields and the answers
    that decide the order of payers.

    Raises ApplicationError at the field: another coverage of that rank in the period, a member
    id that Medicare never issues, a subscriber without a name.
    """
    coverage = Coverage(
        practice_id=patient.practice_id,
        patient=patient,
        plan=plan,
        rank=rank,
        member_id=_clean(member_id),
        relationship_code=relationship_code,
        effective_from=effective_from,
        effective_to=effective_to,
        **subscriber,
    )
    _save(coverage)
    timeline.record(
        patient,
        kind="coverage.recorded",
        sentence=f"recorded {coverage.get_rank_display().lower()} coverage by {plan.payer.name}",
    )
    announce(COVERAGE_CHANGED, subject=coverage, ids={"patient_id": patient.pk})
    return coverage


@transaction.atomic
def change_coverage(*, coverage: Coverage, **changes: Any) -> Coverage:
    """Change a coverage; raises as record_coverage does."""
    wrong = changes.keys() - set(_EDITABLE)
    if wrong:
        raise ApplicationError(f"These cannot be changed here: {', '.join(sorted(wrong))}")
    before = {name: str(getattr(coverage, name)) for name in changes}
    for name, new in changes.items():
        setattr(coverage, name, _clean(new) if name == "member_id" else new)
    after = {name: str(getattr(coverage, name)) for name in changes}
    if before == after:
        return coverage
    _save(coverage)
    timeline.record(
        coverage.patient,
        kind="coverage.changed",
        sentence=f"changed the coverage by {coverage.plan.payer.name}",
        before=before,
        after=after,
    )
    announce(COVERAGE_CHANGED, subject=coverage, ids={"patient_id": coverage.patient_id})
    return coverage


def _clean(member_id: str) -> str:
    """Without the spaces and dashes that cards print (domain B.4, box 1a)."""
    return member_id.replace(" ", "").replace("-", "").upper()


def _save(coverage: Coverage) -> None:
    _check(coverage)
    try:
        with transaction.atomic():
            coverage.save()
    except IntegrityError as error:
        if "one_coverage_per_rank_and_day" not in str(error):
            raise
        raise ApplicationError(
            f"Another {coverage.get_rank_display().lower()} coverage is in force in this period.",
            field="effective_from",
            code="overlap",
        ) from None


def _check(coverage: Coverage) -> None:
    check_coverage_case(coverage)
    coverage.subscriber_zip_code = coverage.subscriber_zip_code.replace("-", "").replace(" ", "")
    if coverage.subscriber_zip_code and not zip_is_valid(coverage.subscriber_zip_code):
        raise ApplicationError("A ZIP code has 5 or 9 digits.", field="subscriber_zip_code")
    if not coverage.member_id:
        raise ApplicationError("Enter the member id as printed on the card.", field="member_id")
    if not coverage.member_id.isascii() or not coverage.member_id.isalnum():
        raise ApplicationError(
            "A member id has only letters A to Z and digits; look at the card again.",
            field="member_id",
        )
    if coverage.effective_from > clock.today(coverage.practice) + MOST_AHEAD:
        raise ApplicationError(
            "This is more than a year ahead: look at the year.", field="effective_from"
        )
    if coverage.effective_to and coverage.effective_to < coverage.effective_from:
        raise ApplicationError("It ends before it begins.", field="effective_to")
    is_medicare = coverage.plan.claim_filing_code == ClaimFiling.MEDICARE_B
    if is_medicare and not mbi_is_valid(coverage.member_id):
        raise ApplicationError(
            "A Medicare id has 11 characters, such as 1EG4TE5MK73; this one does not fit.",
            field="member_id",
        )
    if coverage.relationship_code != Relationship.SELF and not (
        coverage.subscriber_last_name and coverage.subscriber_first_name
    ):
        raise ApplicationError("Name the subscriber.", field="subscriber_last_name")
    _check_order(coverage)


def _check_order(coverage: Coverage) -> None:
    """What Medicare is asked about belongs to Medicare, and employment to the plan it gives."""
    is_medicare = coverage.plan.claim_filing_code == ClaimFiling.MEDICARE_B
    if is_medicare and coverage.employment_code:
        raise ApplicationError(
            "Medicare does not come from work: say this on the employer's plan.",
            field="employment_code",
        )
    if not is_medicare and (coverage.entitlement_code or coverage.insurance_type_code):
        raise ApplicationError(
            "Only a Medicare coverage has this: leave it empty here.",
            field="entitlement_code" if coverage.entitlement_code else "insurance_type_code",
        )
    if coverage.entitlement_code == Entitlement.KIDNEY and not coverage.kidney_from:
        raise ApplicationError(
            "Say since when: for 30 months an employer's plan pays first.", field="kidney_from"
        )
    if coverage.insurance_type_code and coverage.rank == Rank.PRIMARY:
        raise ApplicationError(
            "Medicare is primary here: the reason for being second stays empty.",
            field="insurance_type_code",
        )
