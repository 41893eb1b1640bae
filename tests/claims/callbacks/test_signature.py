"""Our signatures against the reference implementation, and everything that must not pass."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from claims.callbacks.signature import Signed, is_genuine, sign
from core.standard_webhooks import new_secret

SECRET, OTHER = new_secret(), new_secret()
NOW = 1_764_000_000


def signed(body: bytes = b"{}", *, secret: str = SECRET, **changes: str) -> Signed:
    stamp = changes.get("timestamp", str(NOW))
    event = changes.get("event_id", "evt_1")
    return Signed(event, stamp, changes.get("signatures", sign(secret, event, stamp, body)), body)


def genuine(given_signed: Signed, *secrets: str, now: int = NOW, tolerance: int = 300) -> bool:
    return is_genuine(given_signed, secrets or (SECRET,), now=now, tolerance=tolerance)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=50))
def test_agrees_with_the_reference_implementation(body: str) -> None:
    theirs = Webhook(SECRET).sign("evt_1", datetime.fromtimestamp(NOW, UTC), body)
    assert sign(SECRET, "evt_1", str(NOW), body.encode()) == theirs
    assert genuine(signed(body.encode(), signatures=theirs))


def test_one_good_signature_among_several_is_enough() -> None:
    good = sign(SECRET, "evt_1", str(NOW), b"{}")
    bad = sign(OTHER, "evt_1", str(NOW), b"{}")
    assert genuine(signed(signatures=f"v1a,xyz {bad} {good}"))


def test_both_secrets_of_a_rotation_are_good() -> None:
    assert genuine(signed(secret=OTHER), SECRET, OTHER)


@pytest.mark.parametrize("late", [-301, 301, -100_000])
def test_a_stale_or_future_timestamp_is_refused(late: int) -> None:
    assert not genuine(signed(), now=NOW + late)


@pytest.mark.parametrize(
    "wrong",
    [
        signed(signatures=""),
        signed(signatures="v1"),
        signed(signatures="v1,"),
        signed(signatures="v1,ünïcode"),
        signed(signatures="v2," + base64.b64encode(b"x" * 32).decode()),
        signed(secret=OTHER),
        signed(event_id=""),
        signed(event_id="evt.1"),
        signed(event_id="e" * 201),
        signed(timestamp=""),
        signed(timestamp="abc"),
        signed(timestamp="١٧٦٤٠٠٠٠٠٠"),
        signed(timestamp="-1"),
    ],
)
def test_everything_else_is_refused(wrong: Signed) -> None:
    assert not genuine(wrong)


def test_a_changed_body_or_id_is_refused() -> None:
    good = signed(b"{}")
    assert not genuine(Signed(good.event_id, good.timestamp, good.signatures, b"{ }"))
    assert not genuine(Signed("evt_2", good.timestamp, good.signatures, good.body))


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not is_genuine(signed(), [], now=NOW, tolerance=300)
