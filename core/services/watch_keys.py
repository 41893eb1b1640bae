"""Keys that end soon become work in time: a door that closes by itself must not surprise anyone."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from core import clock
from core.actors import Actor, acting_as
from core.choices import Role
from core.key_standing import WARNED_BEFORE
from core.models import ApiToken
from core.services.work import close_work_item, open_work_item
from core.tenancy import practice_scope

API_KEY_ENDS = "api_token.ending"
AT_ONCE = 50
Words = Callable[[Any, date], tuple[str, str]]


def report_ending_api_keys() -> int:
    """The sweep for the keys of the practice's own systems; returns how many were looked at."""
    return report_ending(ApiToken, API_KEY_ENDS, _words)


def report_ending(model: Any, kind: str, words: Words) -> int:
    """Warn of keys that end within two weeks, take back what is settled.

    `model` has expires_at, revoked_at and end_reported_for; `words` gives title and reason of the
    work item for a key and its last day. Returns how many keys were looked at.
    """
    is_ending = Q(revoked_at=None, expires_at__lte=clock.now() + WARNED_BEFORE)
    told = Q(end_reported_for=F("expires_at"), end_reported_for__isnull=False)
    with transaction.atomic():
        rows = model.everywhere.select_related("practice").select_for_update(
            skip_locked=True, of=("self",)
        )
        ending = list(rows.filter(is_ending).exclude(told)[:AT_ONCE])
        settled = list(rows.filter(end_reported_for__isnull=False).exclude(is_ending)[:AT_ONCE])
        for key in ending:
            _warn(key, kind, words)
        for key in settled:
            _take_back(key, kind)
    return len(ending) + len(settled)


def _warn(key: Any, kind: str, words: Words) -> None:
    with practice_scope(key.practice), acting_as(Actor(source="keys")):
        day = clock.local(key.expires_at, key.practice).date()
        title, reason = words(key, day)
        open_work_item(
            subject=key,
            kind=kind,
            title=title,
            reason=reason,
            role=Role.PRACTICE_ADMIN,
            due_on=day,
            renews=True,
        )
    type(key).everywhere.filter(pk=key.pk).update(end_reported_for=key.expires_at)


def _take_back(key: Any, kind: str) -> None:
    with practice_scope(key.practice), acting_as(Actor(source="keys")):
        close_work_item(subject=key, kind=kind, outcome="The key no longer ends soon.")
    type(key).everywhere.filter(pk=key.pk).update(end_reported_for=None)


def _words(key: ApiToken, day: date) -> tuple[str, str]:
    title = f"The API key {key.name} ends on {day:%m/%d/%Y}"
    return title, "Then the system that uses it is refused. Give it a later end on its page."
