"""What the patients of the demo sign at their first visit."""

from typing import Any

from core import clock
from core.models import Practice
from patients.signatures import SIGNED


def signed_today(practice: Practice) -> dict[str, Any]:
    """Release of information and assignment of benefits, both signed today."""
    today = clock.today(practice)
    return {
        "release_code": SIGNED,
        "release_signed_on": today,
        "benefits_code": SIGNED,
        "benefits_signed_on": today,
    }
