"""An accident, an authorization and a hospital stay at the front desk of a demo practice."""

from datetime import date, timedelta
from decimal import Decimal

from coding.choices import CaseState
from coding.models import CodingCase
from core.models import Practice
from patients.choices import AuthorizationUnit
from patients.models import Provider
from patients.selectors import coverages_for
from patients.services.record_authorization import record_authorization
from patients.services.record_case import record_case, set_encounter_case
from patients.services.save_claim_data import save_claim_data


def record(practice: Practice, day: date) -> None:
    """For the newest visit that waits to be coded: it comes from a fall, and the payer of its
    patient has allowed six visits. The facts of the visit before it say when its illness began.
    """
    waiting = CodingCase.objects.filter(practice=practice, state=CaseState.READY)
    cases = list(waiting.select_related("encounter__patient", "patient").order_by("-pk")[:2])
    if not cases:
        return
    encounter = cases[0].encounter
    fall = record_case(
        patient=encounter.patient, name="Fall on the stairs", is_other_accident=True,
        accident_on=encounter.service_date_from - timedelta(days=2),
    )  # fmt: skip
    set_encounter_case(encounter=encounter, case=fall)
    covered = coverages_for(encounter)
    if covered:
        record_authorization(
            patient=encounter.patient, payer=covered[0].plan.payer, number="PA20417",
            effective_from=day - timedelta(days=20), effective_to=day + timedelta(days=70),
            unit=AuthorizationUnit.VISITS, allowed_quantity=Decimal(6),
        )  # fmt: skip
    earlier = cases[-1].encounter
    save_claim_data(
        encounter=earlier,
        values={
            "dates": {"onset": (earlier.service_date_from - timedelta(days=9)).isoformat()},
            "notes": {"code": "ADD", "text": "FIRST VISIT FOR THIS COMPLAINT"},
        },
        providers={"ordering_provider": Provider.objects.order_by("pk").first()},
    )
