"""A booked visit as a table of moves."""

from core.states import TransitionTable
from patients.choices import AppointmentState as S

APPOINTMENT = TransitionTable(
    "appointment",
    {
        S.BOOKED: [S.CHECKED_IN, S.NO_SHOW, S.CANCELLED],
        S.NO_SHOW: [S.BOOKED, S.CHECKED_IN],  # came after all
        S.CANCELLED: [S.BOOKED],
        S.CHECKED_IN: [],
    },
    initial=S.BOOKED,
)
