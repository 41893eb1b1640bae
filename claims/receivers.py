"""What claims hears from its left."""

from typing import Any

from claims import states
from claims.models import Claim
from claims.news import CLAIM_ADJUDICATED
from claims.services.bill_next_payer import bill_next_payer
from claims.services.build_claims import build_claims
from claims.services.recheck_claim import recheck_claims
from claims.services.withdraw_claims import withdraw_claims
from coding.choices import CaseState, LineState
from coding.models import CodingCase
from coding.news import CHARGES_RELEASED, CHARGES_VOIDED
from core.models import NewsItem
from core.news import bound, due
from patients.news import CLAIM_DATA_CHANGED, COVERAGE_CHANGED, PATIENT_CHANGED


@due(COVERAGE_CHANGED)
def build_claims_now_covered(item: NewsItem) -> None:
    """Visits that were released while nobody covered them become claims once somebody does."""
    cases = CodingCase.objects.filter(
        patient_id=item.ids["patient_id"],
        state=CaseState.RELEASED,
        lines__state=LineState.RELEASED,
        lines__claim_link__isnull=True,
    )
    for case in cases.distinct().order_by("pk"):
        build_claims(case)


@due(COVERAGE_CHANGED)
@due(PATIENT_CHANGED)
def check_unsent_claims_of_patient(item: NewsItem) -> None:
    """A claim that has not left says what is registered now, or is stopped by it."""
    _check_unsent(item.ids["patient_id"])


@due(CHARGES_RELEASED)
def build_claims_of_released_case(item: NewsItem) -> None:
    build_claims(CodingCase.objects.get(pk=item.subject_id))


@due(CLAIM_ADJUDICATED)
def bill_next_payer_of_decided_claim(item: NewsItem) -> None:
    """The decision is posted: the next payer's turn, or nobody's (domain C.1)."""
    bill_next_payer(item.ids["version_id"])


@bound(CHARGES_VOIDED)
def void_claims_of_voided_charges(item: NewsItem) -> None:
    """A claim of charges that are no longer charged can never be sent, or they stay charged."""
    withdraw_claims(item.ids["charge_line_ids"])


@bound(CLAIM_DATA_CHANGED)
def check_unsent_claims_again(item: NewsItem) -> None:
    """Whoever adds what a finding asked for finds it gone. What is out keeps what it said."""
    _check_unsent(item.ids["patient_id"])


def _check_unsent(patient_id: Any) -> None:
    unsent = Claim.objects.filter(patient_id=patient_id, current_version__state__in=states.UNSENT)
    recheck_claims(list(unsent))
