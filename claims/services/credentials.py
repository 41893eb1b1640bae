"""Keys of payers and clearinghouses: made, rotated, revoked; secrets are shown once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from claims.choices import Scope
from claims.models import PayerCredential, TradingPartner
from core import audit, clock, keyring, timeline
from core.errors import Conflict
from core.standard_webhooks import new_secret

OVERLAP = timedelta(days=7)
TOUCH_EVERY = timedelta(minutes=1)


def create_credential(
    *,
    partner: TradingPartner,
    name: str,
    scopes: Sequence[str] = tuple(Scope.values),
    expires_at: datetime | None = None,
    secret: str = "",
    **limits: Any,
) -> tuple[PayerCredential, str]:
    """A new credential and its secret, which is never shown again.

    `limits` may hold signing_base, tolerance_seconds, events_per_minute, max_event_bytes,
    max_file_bytes and allowed_fingerprint.
    """
    secret = secret or new_secret()
    with transaction.atomic():
        credential = PayerCredential(
            practice_id=partner.practice_id,
            partner=partner,
            name=name,
            scopes=list(scopes),
            expires_at=expires_at,
            **limits,
        )
        credential.secret_sealed = keyring.seal_text(secret, bound_to=_bound(credential))
        credential.save(force_insert=True)
        audit.record("credential.created", subject=credential, after={"scopes": list(scopes)})
    return credential, secret


def rotate_secret(
    *, credential: PayerCredential, overlap: timedelta = OVERLAP, drops_oldest: bool = False
) -> str:
    """A new secret, never shown again.

    The one before stays good for `overlap`, so that the sender can change over. Only two are good
    at once: while the last change still runs, the sender may use the older one, and a third would
    end it on the spot. Raises Conflict then, unless `drops_oldest` says that this is meant.
    """
    secret = new_secret()
    with transaction.atomic():
        row = (
            PayerCredential.everywhere.select_for_update(of=("self",))
            .select_related("practice")
            .get(pk=credential.pk)
        )
        if (until := overlap_until(row)) and not drops_oldest:
            day = clock.local(until, row.practice)
            raise Conflict(
                f"A new secret was made lately, and the one before is good until {day:%m/%d/%Y}:"
                " another one would end it at once."
            )
        row.previous_secret_sealed = row.secret_sealed
        row.previous_secret_until = until = clock.now() + overlap
        row.secret_sealed = keyring.seal_text(secret, bound_to=_bound(row))
        row.save(update_fields=["previous_secret_sealed", "previous_secret_until", "secret_sealed"])
        timeline.record(
            row, kind="credential.rotated",
            sentence="made a new secret; the one before stays good for a while",
            details={"note": f"until {clock.local(until, row.practice):%m/%d/%Y}"},
        )  # fmt: skip
    return secret


def overlap_until(credential: PayerCredential) -> datetime | None:
    """Until when the secret before this one is good, too; None where no change runs."""
    until = credential.previous_secret_until
    is_kept = bool(credential.previous_secret_sealed)
    return until if is_kept and until is not None and until > clock.now() else None


def revoke_credential(*, credential: PayerCredential) -> None:
    """End a credential at once. Nothing that it delivered is touched."""
    with transaction.atomic():
        rows = PayerCredential.everywhere.filter(pk=credential.pk, revoked_at__isnull=True)
        if rows.update(revoked_at=clock.now()):
            timeline.record(credential, kind="credential.revoked", sentence="revoked the key")


def seal_api_key(partner: TradingPartner, key: str) -> str:
    """Our key on the partner's side as it is kept: sealed, and bound to the partner's row."""
    return keyring.seal_text(key, bound_to=str(partner.public_id))


def seal_sftp(partner: TradingPartner, *, password: str = "", private_key: str = "") -> None:
    """Put a newly typed password or private key in the place of whichever there was."""
    if password or private_key:
        partner.sftp_password_sealed = seal_api_key(partner, password) if password else ""
        partner.sftp_key_sealed = seal_api_key(partner, private_key) if private_key else ""


def live_secrets(credential: PayerCredential) -> list[str]:
    """The secrets that are good now: the current one, and during a rotation the one before."""
    sealed = [credential.secret_sealed]
    if overlap_until(credential):
        sealed.append(credential.previous_secret_sealed)
    return [keyring.open_text(text, bound_to=_bound(credential)) for text in sealed]


def touch(credential: PayerCredential) -> None:
    """Note that the credential was used, at most once a minute."""
    instant = clock.now()
    last = credential.last_used_at
    if last is None or abs(instant - last) > TOUCH_EVERY:
        PayerCredential.everywhere.filter(pk=credential.pk).update(last_used_at=instant)


def _bound(credential: PayerCredential) -> str:
    return str(credential.public_id)
