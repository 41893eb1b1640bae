"""Addresses that events are sent to: made, changed, switched, their secrets renewed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from core import clock, keyring, timeline
from core.choices import EndpointState
from core.errors import ApplicationError, Conflict
from core.models import WebhookEndpoint
from core.outbound import HostNotAllowed
from core.services.work import close_work_item
from core.standard_webhooks import new_secret
from core.waking import wake
from core.webhooks.address import check_address
from core.webhooks.events import TEST_EVENT, event_kinds
from core.webhooks.tell import SWEEP, queue

OVERLAP = timedelta(days=7)
FAILED_WORK = "webhook.failed"


def make_endpoint(
    *, practice: Any, name: str, url: str, events: Iterable[str]
) -> tuple[WebhookEndpoint, str]:
    """An address and its secret, which is never shown again.

    Raises ApplicationError at `name`, `url` or `events` for what cannot be.
    """
    wanted = _checked(name, url, events)
    secret = new_secret()
    row = WebhookEndpoint(practice=practice, **wanted)
    row.secret_sealed = keyring.seal_text(secret, bound_to=str(row.public_id))
    _save(row, force_insert=True)
    timeline.record(
        row, kind="webhook.added", sentence="added the address for events",
        details={"note": ", ".join(row.events)}, after={"url": row.url, "events": row.events},
    )  # fmt: skip
    return row, secret


def change_endpoint(row: WebhookEndpoint, *, name: str, url: str, events: Iterable[str]) -> None:
    """Send other events, or to another address, from now on. Raises as `make_endpoint` does."""
    wanted = _checked(name, url, events)
    before = {column: getattr(row, column) for column in wanted}
    if before == wanted:
        return
    for column, value in wanted.items():
        setattr(row, column, value)
    _save(row, update_fields=list(wanted))
    timeline.record(
        row, kind="webhook.changed", sentence="changed the address for events",
        details={"note": ", ".join(row.events)}, before=before, after=wanted,
    )  # fmt: skip


def switch_endpoint(row: WebhookEndpoint, *, on: bool) -> None:
    """Stop sending, or go on with what waits. What happens while it is off is not told later."""
    to = EndpointState.ON if on else EndpointState.OFF
    with transaction.atomic():
        changed = (
            WebhookEndpoint.everywhere.filter(pk=row.pk)
            .exclude(state=to)
            .update(state=to, failures=0, failing_since=None, paused_until=None, last_problem="")
        )
        if not changed:
            return
        sentence = "switched sending on" if on else "switched sending off"
        timeline.record(row, kind="webhook.switched", sentence=sentence, after={"state": to})
        close_work_item(subject=row, kind=FAILED_WORK, outcome=f"Somebody {sentence}.")
        wake(SWEEP)
    row.state = to


def renew_secret(row: WebhookEndpoint, *, drops_oldest: bool = False) -> str:
    """A new secret, never shown again; for a week each event is signed with both.

    Raises Conflict while an earlier change runs, unless `drops_oldest` says that this is meant.
    """
    secret = new_secret()
    with transaction.atomic():
        locked = (
            WebhookEndpoint.everywhere.select_for_update(of=("self",))
            .select_related("practice")
            .get(pk=row.pk)
        )
        if (until := overlap_until(locked)) and not drops_oldest:
            raise Conflict(
                f"The secret was renewed lately, and the one before signs until"
                f" {clock.local(until, locked.practice):%m/%d/%Y}, too."
            )
        locked.previous_secret_sealed = locked.secret_sealed
        locked.previous_secret_until = until = clock.now() + OVERLAP
        locked.secret_sealed = keyring.seal_text(secret, bound_to=str(locked.public_id))
        locked.save(
            update_fields=["previous_secret_sealed", "previous_secret_until", "secret_sealed"]
        )
        timeline.record(
            locked, kind="webhook.secret_renewed",
            sentence="made a new secret; events are signed with both for a week",
            details={"note": f"until {clock.local(until, locked.practice):%m/%d/%Y}"},
        )  # fmt: skip
    return secret


def send_test_event(row: WebhookEndpoint) -> None:
    """Queue a test event for just this address. Raises ApplicationError while it is off."""
    if row.state != EndpointState.ON:
        raise ApplicationError("Switch it on first.")
    with transaction.atomic():
        queue(TEST_EVENT, [{}], [row])
        timeline.record(row, kind="webhook.tested", sentence="sent a test event")


def overlap_until(row: WebhookEndpoint) -> datetime | None:
    """Until when the secret before signs, too; None where no change runs."""
    until = row.previous_secret_until
    return until if row.previous_secret_sealed and until and until > clock.now() else None


def live_secrets(row: WebhookEndpoint) -> list[str]:
    """The secrets to sign with now."""
    sealed = [row.secret_sealed]
    if overlap_until(row):
        sealed.append(row.previous_secret_sealed)
    return [keyring.open_text(text, bound_to=str(row.public_id)) for text in sealed]


def _checked(name: str, url: str, events: Iterable[str]) -> dict[str, Any]:
    name, url, wanted = name.strip(), url.strip(), sorted(set(events))
    if not name or len(name) > 60:
        raise ApplicationError("Give it a name of up to 60 characters.", field="name")
    try:
        check_address(url)
    except HostNotAllowed as refusal:
        text = str(refusal)
        raise ApplicationError(f"{text[0].upper()}{text[1:]}.", field="url") from refusal
    known = {kind.name for kind in event_kinds()}
    if not wanted or not set(wanted) <= known:
        raise ApplicationError("Choose what it is told.", field="events")
    return {"name": name, "url": url, "events": wanted}


def _save(row: WebhookEndpoint, **how: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as error:
        if "endpoint_names_differ" not in str(error):
            raise
        raise Conflict("There is an address of this name.", field="name") from None
