"""The practice's settings of the coding team, changed together."""

from django.db import transaction

from coding.selectors import TAKE_UNASSIGNED
from coding.team import DAYS_TO_CODE
from core import practice_settings
from core.models import Practice


@transaction.atomic
def change_team_settings(*, practice: Practice, take_unassigned: bool, days_to_code: int) -> None:
    """Keep both; each that changed is in the audit log."""
    wanted = {TAKE_UNASSIGNED: take_unassigned, DAYS_TO_CODE: days_to_code}
    for key, value in wanted.items():
        if practice_settings.value(practice, key) != value:
            practice_settings.change(practice, key, value)
