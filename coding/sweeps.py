"""What the sweeper runs for this app; each round handles some due rows."""

from coding.services.chase_queries import chase_overdue
from core import sweeping

QUERIES = "coding.queries"


def register() -> None:
    """Questions to providers whose day has passed."""
    sweeping.register(QUERIES, chase_overdue)
