"""Secret addresses for payers' engineers: made, opened, ended. Only their hash is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from claims.models import PayerCredential, PayerPageLink
from core import audit, clock, timeline
from core.errors import ApplicationError

LIFE = timedelta(days=30)
TOKEN_BYTES = 32
OPENED_STEP = timedelta(minutes=10)


def make_link(*, credential: PayerCredential, given_to: str) -> tuple[PayerPageLink, str]:
    """A link and its token, which is never shown again.

    Raises ApplicationError without a name, and for a key that was revoked.
    """
    if not given_to.strip():
        raise ApplicationError("Say whom you give it to.", field="given_to")
    if credential.revoked_at:
        raise ApplicationError("The key is revoked: make a new key first.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        link = PayerPageLink.objects.create(
            practice_id=credential.practice_id,
            credential=credential,
            token_hash=_hash(token),
            given_to=given_to.strip()[:60],
            expires_at=clock.now() + LIFE,
        )
        timeline.record(
            credential, kind="credential.page_given",
            sentence=f"gave {link.given_to} a link to the page of the key",
            details={"note": f"until {clock.local(link.expires_at, credential.practice):%m/%d/%Y}"},
        )  # fmt: skip
    return link, token


def end_link(link: PayerPageLink) -> None:
    """End a link at once; ending it twice changes nothing."""
    with transaction.atomic():
        if PayerPageLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=clock.now()):
            timeline.record(
                link.credential,
                kind="credential.page_ended",
                sentence=f"ended the link of {link.given_to} to the page of the key",
            )


def open_link(token: str) -> PayerPageLink | None:
    """The live link of this token, noted as opened; None for any other token."""
    link = (
        PayerPageLink.everywhere.filter(token_hash=_hash(token))
        .select_related("credential__practice", "credential__partner", "practice")
        .first()
    )
    if link is None or not link.is_live or not link.practice.is_active:
        return None
    now = clock.now()
    if link.opened_at is None or now - link.opened_at > OPENED_STEP:
        PayerPageLink.everywhere.filter(pk=link.pk).update(opened_at=now)
        audit.record("credential.page_opened", subject=link.credential, practice=link.practice,
                     note=f"link of {link.given_to}")  # fmt: skip
    return link


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
