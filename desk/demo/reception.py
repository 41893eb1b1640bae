"""The front desk of a demo practice: registers people, records their cards and their visits."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.choices import PaymentMethod
from billing.services.take_patient_payment import take_patient_payment
from core import clock
from desk.demo.paperwork import paperwork
from desk.demo.people import CoverageCast, Person
from desk.demo.schedule import PlannedVisit
from desk.demo.set_up import Stage
from desk.demo.signatures import signed_today
from patients.models import Encounter, Patient
from patients.services.record_coverage import record_coverage
from patients.services.record_encounter import record_encounter
from patients.services.register_patient import register_patient

_COPAY_PAYER, _COPAY = "evergreen", Decimal("25.00")


class Reception:
    """Knows which row each fictional person has become."""

    def __init__(self, stage: Stage, people: list[Person], first_day: date) -> None:
        self.stage, self.people = stage, people
        self.insured_since = first_day - timedelta(days=200)
        self.patients: dict[int, Patient] = {}

    def receive(self, planned: PlannedVisit) -> Encounter:
        """Register whoever is new and record the visit, with its note where there is one."""
        stage = self.stage
        patient = self.patient(planned.person)
        encounter = record_encounter(
            practice=stage.practice,
            patient=patient,
            rendering_provider=stage.providers[planned.provider],
            facility=stage.sites[planned.site],
            billing_provider=stage.billing_provider,
            service_date_from=planned.day,
            visit_kind=planned.visit.kind,
            external_number=self._external_number(planned),
            source=planned.source,
            **paperwork(planned),
        )
        if planned.pays_copay and self._has_copay(planned.person):
            take_patient_payment(
                patient=patient,
                amount=_COPAY,
                method=PaymentMethod.CARD,
                received_on=clock.today(stage.practice),
                reference=f"POS{planned.number:05d}",
            )
        return encounter

    def patient(self, person: Person) -> Patient:
        """The person's row; made at the first visit, with guarantor and coverages."""
        if person.number not in self.patients:
            self.patients[person.number] = self._register(person)
        return self.patients[person.number]

    def _register(self, person: Person) -> Patient:
        guarantor = None
        if person.guarantor is not None:
            guarantor = self.patient(self.people[person.guarantor]).guarantor
        place: dict[str, Any] = person.place.as_fields()
        patient = register_patient(
            practice=self.stage.practice,
            first_name=person.first_name,
            last_name=person.last_name,
            birth_date=person.birth_date,
            sex=person.sex,
            phone=person.phone,
            email=person.email,
            guarantor=guarantor,
            **place,
            **signed_today(self.stage.practice),
        )
        for coverage in person.coverages:
            self._record(patient, coverage)
        return patient

    def _record(self, patient: Patient, coverage: CoverageCast) -> None:
        holder = coverage.subscriber
        subscriber: dict[str, Any] = (
            {
                "subscriber_first_name": holder.first_name,
                "subscriber_last_name": holder.last_name,
                "subscriber_birth_date": holder.birth_date,
                "subscriber_sex": holder.sex,
            }
            if holder
            else {}
        )
        record_coverage(
            patient=patient,
            plan=self.stage.plans[coverage.payer],
            member_id=coverage.member_id,
            rank=coverage.rank,
            relationship_code=coverage.relationship,
            effective_from=max(self.insured_since, patient.birth_date),
            **subscriber,
        )

    def _external_number(self, planned: PlannedVisit) -> str | None:
        return None if planned.source == "screen" else f"EMR{planned.number:06d}"

    def _has_copay(self, person: Person) -> bool:
        return any(one.payer == _COPAY_PAYER for one in person.coverages)
