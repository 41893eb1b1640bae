"""Who pays on the day of each visit of a list, and what is known of that coverage."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from core import clock
from patients.coverage_facts import with_facts
from patients.models import Appointment, Coverage


def coverages_of_visits(visits: Sequence[Any]) -> None:
    """Give each of `visits` its `coverage` (the one billed first that day, None for self-pay), with
    `coverage_words` and `coverage_fact` for a list; two queries for all of them.
    """
    rows = Coverage.objects.filter(patient__in={one.patient_id for one in visits}, case=None)
    by_patient: dict[int, list[Coverage]] = defaultdict(list)
    for coverage in with_facts(rows.select_related("plan__payer").order_by("rank", "pk")):
        by_patient[coverage.patient_id].append(coverage)
    for visit in visits:
        day = day_of(visit)
        found = next((one for one in by_patient[visit.patient_id] if one.covers(day)), None)
        visit.coverage = found
        visit.coverage_words = f"{found.plan.payer.name} {found.plan.name}" if found else "Self-pay"
        facts = getattr(found, "facts", [])
        visit.coverage_fact = facts[0].label if facts else ""


def day_of(visit: Appointment) -> date:
    """The day of a visit at the practice."""
    return clock.local(visit.starts_at, visit.practice).date()
