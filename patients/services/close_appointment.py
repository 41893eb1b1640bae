"""Saying that a booked visit will not be, was not, or will be after all."""

from django.db import IntegrityError, transaction

from core import timeline
from core.errors import Conflict
from core.states import IllegalTransition, advance
from patients.choices import AppointmentState as S
from patients.models import Appointment
from patients.services.book_appointment import when
from patients.states import APPOINTMENT

_SENTENCES = {
    S.CANCELLED: ("appointment.cancelled", "cancelled the visit of {when}"),
    S.NO_SHOW: ("appointment.no_show", "noted that the patient did not come on {when}"),
    S.BOOKED: ("appointment.restored", "put the visit of {when} back on the list"),
}


@transaction.atomic
def close_appointment(*, appointment: Appointment, state: S, reason: str = "") -> bool:
    """Move the visit to *cancelled*, *did not come* or back to *booked*; False where it is there.

    Raises Conflict for a visit that is checked in, and where the time is taken again.
    """
    try:
        with transaction.atomic():
            moved = advance(appointment, state, table=APPOINTMENT)
    except IllegalTransition:
        standing = appointment.get_state_display().lower()
        raise Conflict(f"This visit is {standing}: that can no longer be said.") from None
    except IntegrityError as error:
        if "nobody_is_booked_twice_at_once" not in str(error):
            raise
        raise Conflict("The patient is booked with this provider at this time already.") from None
    if moved:
        kind, sentence = _SENTENCES[state]
        words = sentence.format(when=when(appointment))
        timeline.record(
            appointment.patient, kind=kind, sentence=f"{words}: {reason}" if reason else words
        )
    return moved
