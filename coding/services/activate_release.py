"""Putting a staged release into use, taking it out again, and throwing away what was never used."""

from datetime import date

from django.db import transaction

from coding.choices import ReleaseState
from coding.code_sets.kinds import SPECS
from coding.models import CodeSetRelease
from core import audit, clock
from core.errors import ApplicationError


def activate_release(release: CodeSetRelease, on: date) -> CodeSetRelease:
    """Use the release from the calendar day `on`, for the dates of service it is made for.

    A release that was rolled back may be activated again. Raises ApplicationError when it is
    active already.
    """
    with transaction.atomic():
        locked = _locked(release)
        if locked.state == ReleaseState.ACTIVE:
            raise ApplicationError(f"{locked} is active already.")
        before = locked.state
        locked.state, locked.active_from, locked.withdrawn_at = ReleaseState.ACTIVE, on, None
        locked.save(update_fields=["state", "active_from", "withdrawn_at"])
        audit.record(
            "code_set.activated", subject=locked, before={"state": before},
            after={"release": str(locked), "active_from": on.isoformat()},
        )  # fmt: skip
    return locked


def roll_back_release(release: CodeSetRelease) -> CodeSetRelease:
    """Take an active release out of use; its rows stay. What was used before is used again."""
    with transaction.atomic():
        locked = _locked(release)
        if locked.state != ReleaseState.ACTIVE:
            raise ApplicationError(f"{locked} is not active.")
        locked.state, locked.withdrawn_at = ReleaseState.WITHDRAWN, clock.now()
        locked.save(update_fields=["state", "withdrawn_at"])
        audit.record(
            "code_set.rolled_back", subject=locked, before={"state": ReleaseState.ACTIVE},
            after={"release": str(locked)},
        )  # fmt: skip
    return locked


def discard_release(release: CodeSetRelease) -> None:
    """Delete a staged release that was never used, with its rows."""
    with transaction.atomic():
        locked = _locked(release)
        if locked.state != ReleaseState.LOADED or locked.active_from is not None:
            raise ApplicationError(f"{locked} was in use: it is kept, and may be rolled back.")
        audit.record(
            "code_set.discarded", subject=locked,
            before={"release": str(locked), "sha256": locked.source_sha256},
        )  # fmt: skip
        for model in SPECS[locked.kind].models:
            rows = model._default_manager.filter(release=locked)
            rows._raw_delete(rows.db)  # noqa: SLF001 - nothing hangs on a row; millions of them
        locked.delete()


def _locked(release: CodeSetRelease) -> CodeSetRelease:
    return CodeSetRelease.objects.select_for_update(of=("self",)).get(pk=release.pk)
