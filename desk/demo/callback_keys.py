"""A clearinghouse connects its callbacks: tests, a clock that is wrong, an answer too early."""

from datetime import timedelta

from claims.callbacks.receive import Callback, receive_callback
from claims.callbacks.samples import sample
from claims.callbacks.signature import sign
from claims.callbacks.trust import Peer
from claims.callbacks.try_it import try_door
from claims.choices import MessageKind, Scope
from claims.models import PayerCredential
from claims.services.credentials import create_credential, live_secrets
from claims.services.page_links import make_link
from claims.services.process_message import process_due
from claims.services.watch_keys import report_ending_keys
from core import clock
from core.actors import acting_as, person
from desk.demo.set_up import Stage

_EARLY = "TOMORROW0001"


def connect_callbacks(stage: Stage) -> None:
    """What stands on the page of a key after its first days; nothing where no key is."""
    credential = PayerCredential.objects.select_related("practice", "partner").first()
    if credential is None:
        return
    with acting_as(person(stage.users["admin"], source="screen")):
        for kind in ("ping", MessageKind.ACK_277CA, MessageKind.REMITTANCE):
            try_door(credential, kind)
        make_link(credential=credential, given_to="EDI desk of the clearinghouse")
        create_credential(
            partner=credential.partner,
            name="Remittances, until they change over",
            scopes=[Scope.REMIT],
            expires_at=clock.now() + timedelta(days=9),
        )
    file = sample(MessageKind.ACK_277CA, credential.partner, clock.now())
    body = file.replace("TESTCLAIM0001", _EARLY).encode()
    _post(credential, body, "evt_clock_is_wrong", age=timedelta(minutes=14))
    _post(credential, body, "evt_too_early", age=timedelta(0))
    process_due()
    report_ending_keys()


def _post(credential: PayerCredential, body: bytes, event_id: str, age: timedelta) -> None:
    stamp = str(int((clock.now() - age).timestamp()))
    headers = {
        "Content-Type": "application/edi-x12",
        "Webhook-Id": event_id,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": sign(live_secrets(credential)[0], event_id, stamp, body),
    }
    receive_callback(credential, Callback(credential.key_id, headers, body, Peer()))
