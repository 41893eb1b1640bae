"""The desk's own entries of the main menu."""

from core import navigation
from core.access import ALL, READERS
from desk.follow_up import due_count

navigation.register("home", "Home", "home", "desk:home", ALL, order=0, go="h")
navigation.register(
    "follow-up",
    "Follow-up",
    "followup",
    "desk:follow-up",
    READERS,
    count=due_count,
    order=60,
    go="f",
    also=("desk:work-item", "desk:calls", "desk:payer-calls", "desk:patient-calls"),
)
