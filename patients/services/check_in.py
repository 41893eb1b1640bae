"""The patient is here: the booked visit becomes an encounter."""

from django.db import transaction

from core import clock
from core.errors import ApplicationError, Conflict
from core.states import advance
from patients.choices import AppointmentState
from patients.models import Appointment, BillingProvider, Encounter
from patients.services.record_encounter import record_encounter
from patients.states import APPOINTMENT


@transaction.atomic
def check_in(*, appointment: Appointment, billing_provider: BillingProvider) -> Encounter:
    """Record the visit as of its day, without a note yet: it waits for one before it is coded.

    Checked in twice, the encounter of the first time is returned. Raises Conflict for a cancelled
    visit, ApplicationError for one whose day has not come.
    """
    locked = (
        Appointment.everywhere.select_for_update(of=("self",))
        .select_related("practice", "patient", "provider", "facility")
        .get(pk=appointment.pk)
    )
    if locked.encounter is not None:
        return locked.encounter
    if not APPOINTMENT.allows(locked.state, AppointmentState.CHECKED_IN):
        raise Conflict("This visit was cancelled. Put it back on the list first.")
    day = clock.local(locked.starts_at, locked.practice).date()
    if day > clock.today(locked.practice):
        raise ApplicationError("The day of this visit has not come: move it to today first.")
    encounter = record_encounter(
        practice=locked.practice,
        patient=locked.patient,
        rendering_provider=locked.provider,
        facility=locked.facility,
        billing_provider=billing_provider,
        service_date_from=day,
        visit_kind=locked.visit_kind,
    )
    advance(
        appointment,
        AppointmentState.CHECKED_IN,
        table=APPOINTMENT,
        update={"encounter": encounter},
    )
    return encounter
