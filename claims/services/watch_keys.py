"""Keys that end soon become work in time: a door that closes by itself must not surprise anyone."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from claims.models import PayerCredential
from core import clock
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import close_work_item, open_work_item
from core.tenancy import practice_scope

ENDING_WORK = "credential.ending"
WARNED_BEFORE = timedelta(days=14)
AT_ONCE = 50


def report_ending_keys() -> int:
    """The sweep: warn of keys that end within two weeks, take back what is settled.

    Returns how many keys were looked at.
    """
    soon = clock.now() + WARNED_BEFORE
    is_ending = Q(revoked_at=None, expires_at__lte=soon)
    with transaction.atomic():
        rows = PayerCredential.everywhere.select_related("practice", "partner").select_for_update(
            skip_locked=True, of=("self",)
        )
        told = Q(end_reported_for=F("expires_at"))
        ending = list(
            rows.filter(is_ending).exclude(told & Q(end_reported_for__isnull=False))[:AT_ONCE]
        )
        settled = list(rows.filter(end_reported_for__isnull=False).exclude(is_ending)[:AT_ONCE])
        for credential in ending:
            _warn(credential)
        for credential in settled:
            _take_back(credential)
    return len(ending) + len(settled)


def _warn(credential: PayerCredential) -> None:
    end = credential.expires_at
    if end is None:
        return
    with practice_scope(credential.practice), acting_as(Actor(source="keys")):
        day = clock.local(end, credential.practice).date()
        open_work_item(
            subject=credential,
            kind=ENDING_WORK,
            title=f"The callback key {credential.name} ends on {day:%m/%d/%Y}",
            reason=f"Then what {credential.partner.name} sends is refused. Give it a later end, or"
            " make a new key and hand it over.",
            role=Role.PRACTICE_ADMIN,
            due_on=day,
            renews=True,
        )
    PayerCredential.everywhere.filter(pk=credential.pk).update(end_reported_for=end)


def _take_back(credential: PayerCredential) -> None:
    with practice_scope(credential.practice), acting_as(Actor(source="keys")):
        close_work_item(
            subject=credential, kind=ENDING_WORK, outcome="The key no longer ends soon."
        )
    PayerCredential.everywhere.filter(pk=credential.pk).update(end_reported_for=None)
