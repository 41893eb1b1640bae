"""What the patient chart shows, read from every app with a fixed number of queries."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from billing.selectors.explain import Step, sentence, steps
from billing.selectors.visits import visits_of
from claims.models import Claim
from coding.choices import CaseState, LineState
from coding.models import CodingCase
from core import audit, clock
from core.models import AuditEvent, ContactLog, Document, Note
from core.money import ZERO
from core.subjects import kind_of
from patients.coverage_facts import with_facts
from patients.models import Coverage, Encounter, Patient

NOT_CHARGED = {
    CaseState.WAITING_NOTE: "Waits for the clinical note. Nothing is charged yet.",
    CaseState.READY: "Waits to be coded. Nothing is charged yet.",
    CaseState.IN_PROGRESS: "Is being coded. Nothing is charged yet.",
    CaseState.ON_HOLD: "Coding is on hold. Nothing is charged yet.",
    CaseState.WAITING_QUERY: "Waits for the provider's answer. Nothing is charged yet.",
    CaseState.RETURNED: "Came back to the coder. Nothing is charged yet.",
    CaseState.FINISHED: "Is coded and waits to be released. Nothing is charged yet.",
    CaseState.NOT_BILLABLE: "Is not billable. Nothing is charged.",
}


@dataclass(frozen=True)
class VisitRow:
    """One visit: the sentence that explains its balance, and the trace behind it."""

    on: Any
    words: str
    insurance_amount: Decimal
    patient_amount: Decimal
    steps: list[Step]

    @property
    def is_open(self) -> bool:
        """Whether the visit still leaves something to explain."""
        return bool(self.insurance_amount or self.patient_amount)


def why_balance(patient: Patient) -> list[VisitRow]:
    """One row for each visit, newest first: charged ones from the ledger, others from coding."""
    charged = visits_of(patient.practice, [patient.pk])
    rows = [
        VisitRow(
            visit.service_date,
            sentence(visit),
            visit.insurance_open_amount,
            visit.patient_open_amount,
            steps(visit),
        )
        for visit in charged
    ]
    done = {visit.encounter.pk for visit in charged}
    cases = CodingCase.objects.filter(patient=patient).select_related("encounter")
    rows += [
        VisitRow(
            case.encounter.service_date_from, NOT_CHARGED[CaseState(case.state)], ZERO, ZERO, []
        )
        for case in cases
        if case.encounter_id not in done and case.state in NOT_CHARGED
    ]
    return sorted(rows, key=lambda row: row.on, reverse=True)


def current_coverages(patient: Patient) -> list[Any]:
    """Every coverage with whether it is in force today, those in force first."""
    today = clock.today(patient.practice)
    rows = list(Coverage.objects.filter(patient=patient).select_related("plan__payer"))
    for row in rows:
        row.is_in_force = row.covers(today)  # type: ignore[attr-defined]
    return sorted(with_facts(rows), key=lambda row: (not row.is_in_force, row.rank))


def encounters_of(patient: Patient) -> "QuerySet[Encounter]":
    """The visits, newest first, with where coding stands and what was charged."""
    return (
        Encounter.objects.filter(patient=patient)
        .select_related("rendering_provider", "facility", "coding_case")
        .annotate(
            charged=Sum(
                "charge_lines__charge_amount", filter=~Q(charge_lines__state=LineState.VOID)
            )
        )
        .order_by("-service_date_from", "-id")
    )


def claims_of(patient: Patient) -> "QuerySet[Claim]":
    """The claims, newest first, each with its current version and payer."""
    return (
        Claim.objects.filter(patient=patient)
        .select_related("current_version__payer")
        .order_by("-service_date_from", "-id")
    )


def notes_of(patient: Patient) -> dict[str, Any]:
    """What people wrote about the patient."""
    about = {"subject_kind": kind_of(patient), "subject_id": patient.pk}
    return {
        "notes": Note.objects.filter(**about).select_related("author"),
        "contacts": ContactLog.objects.filter(**about).select_related("author"),
    }


def documents_of(patient: Patient) -> "QuerySet[Document]":
    """Files kept about the patient."""
    return Document.objects.filter(subject_kind=kind_of(patient), subject_id=patient.pk)


def audit_of(patient: Patient) -> "QuerySet[AuditEvent]":
    """Who did or read what in this record, newest first."""
    about = Q(subject_kind=kind_of(patient), subject_id=patient.pk)
    return AuditEvent.objects.filter(
        Q(patient_id=patient.pk) | about | audit.seen_with_others(patient),
        practice_id=patient.practice_id,
    )
