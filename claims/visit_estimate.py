"""What a patient who comes in is likely to owe, by the newest answer of the payer (J.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.db.models import Sum

from claims.benefits import WHOLE_PLAN
from claims.choices import CoverageVerdict, InquiryState, Outcome, RemittanceState
from claims.eligibility import OFFICE_VISIT_TYPES
from claims.estimate import Estimate, estimate, services_of, shares_for
from claims.forms import EstimateForm
from claims.models import EligibilityCheck, Remittance, RemittanceClaim
from core.money import ZERO, dollars
from patients.models import Coverage, Payer

_REMITTANCES, _CLAIMS = 20, 50  # so many of the newest are looked at


@dataclass(frozen=True, slots=True)
class VisitEstimate:
    """The form with what is estimated from, and the estimate where there is an allowed amount.

    `usual` is what the payer lately allowed for a visit of the practice, None where it has allowed
    nothing yet; `check` is the answer that names the shares.
    """

    form: EstimateForm
    check: EligibilityCheck
    usual: Decimal | None
    result: Estimate | None


def visit_estimate(coverage: Coverage, typed: Mapping[str, str]) -> VisitEstimate | None:
    """The estimate for an office visit under `coverage`: of `typed` ("allowed", "service") where it
    holds an amount, else of what the payer usually allows. None where its newest answer does not
    say that the coverage is active, or names no share.
    """
    answered = EligibilityCheck.objects.filter(coverage=coverage, state=InquiryState.ANSWERED)
    check = answered.select_related("practice").order_by("-id").first()
    is_active = check is not None and check.verdict == CoverageVerdict.ACTIVE
    figures = check.sheet.get("figures") if check is not None and is_active else None
    if check is None or not figures:
        return None
    service = next((code for code in OFFICE_VISIT_TYPES if code in figures), WHOLE_PLAN)
    usual = usually_allowed(coverage.plan.payer)
    values = typed if "allowed" in typed else {"allowed": usual, "service": service}
    bound = values if values["allowed"] is not None else None
    form = EstimateForm(bound, services=services_of(figures), initial={"service": service})
    result = None
    if bound is not None and form.is_valid():
        shares = shares_for(figures, form.cleaned_data["service"])
        result = estimate(form.cleaned_data["allowed"], shares)
    return VisitEstimate(form, check, usual, result)


def usually_allowed(payer: Payer) -> Decimal | None:
    """The middle one of what `payer` allowed on the claims that it paid last, as a whole; None
    where it has paid none. Where it does not say (AMT*B6), it is what it paid and left to the
    patient.
    """
    lately = Remittance.objects.filter(payer=payer, state=RemittanceState.POSTED).order_by("-id")
    decided = RemittanceClaim.objects.filter(
        remittance__in=list(lately.values_list("pk", flat=True)[:_REMITTANCES]),
        outcome__in=[Outcome.PAID, Outcome.PARTIAL],
        version__rank=1,
    ).annotate(allowed=Sum("lines__allowed_amount", default=ZERO))
    newest = decided.order_by("-id").values_list(
        "allowed", "paid_amount", "patient_responsibility_amount"
    )
    amounts = [told or paid + (left or ZERO) for told, paid, left in newest[:_CLAIMS]]
    return dollars(Decimal(median(amounts))) if any(amounts) else None
