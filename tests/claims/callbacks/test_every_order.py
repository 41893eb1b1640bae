"""999, two 277CA and 835 of one claim: every order ends in the same state, to the cent.

Each of the 24 orders is played twice: once plainly, and once with every answer doubled, under its
own event id at once and under another id at the end.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from billing.models import JournalLine
from claims.callbacks.samples import sample
from claims.choices import PostingLevel
from claims.models import (
    AcknowledgedClaim,
    Acknowledgement,
    Claim,
    InboundMessage,
    PayerFilingSettings,
    Remittance,
    SubmissionBatch,
)
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from claims.services.set_claim_balances import close_settled
from core import clock
from core.models import TimelineEntry, WorkItem
from core.services.deliver_news import deliver_due_news
from core.subjects import kind_of
from tests.claims.callbacks.sender import Sender
from tests.claims.documents import document, enveloped
from tests.factories.claims import World, batch_of, joan, make_claim

pytestmark = pytest.mark.django_db
ANSWERS = ("999", "277CA of the clearinghouse", "277CA of the payer", "835")


@pytest.fixture
def claim(world: World) -> Claim:
    """W-01, sent and not answered yet; what is paid is posted at once."""
    PayerFilingSettings.objects.update(posts=PostingLevel.AUTOMATIC)
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    return claim


@pytest.fixture
def files(world: World, claim: Claim) -> dict[str, bytes]:
    """The four answers as they would come."""
    batch, now = SubmissionBatch.objects.get(), clock.local(clock.now(), world.practice)
    accepted = sample("277ca", world.partner, now)
    accepted = accepted.replace("B000000000", batch.reference)
    accepted = accepted.replace("TESTCLAIM0001", claim.control_number)
    texts = (
        sample("999", world.partner, now).replace(
            "AK1*HC*1*", f"AK1*HC*{batch.group_control_number}*"
        ),
        accepted.replace("NM1*PR*2*TEST PAYER*****PI*00000",
                         "NM1*AY*2*OPEN CLEARINGHOUSE*****46*OPENCH01"),
        accepted.replace("TEST PAYER*****PI*00000", "MEDICARE PART B*****PI*MCRPB"),
        enveloped(document("w10.835", SFM1001=claim)),
    )  # fmt: skip
    return {name: text.encode() for name, text in zip(ANSWERS, texts, strict=True)}


def picture(claim: Claim) -> dict[str, Any]:
    """Everything that the answers may have changed, without the order in which they came."""
    claim.refresh_from_db()
    version = claim.current_version
    attempt = version.current_attempt
    told = TimelineEntry.objects.filter(subject_kind=kind_of(claim), subject_id=claim.pk)
    lines = JournalLine.objects.values_list(
        "debit_account__number", "credit_account__number", "amount"
    )
    return {
        "version": (version.state, version.outcome, version.payer_claim_number,
                    version.timely_proof_on),
        "attempt": (attempt.state, attempt.evidence_rank, attempt.clock_kind,
                    attempt.clock_due_at),
        "open": (claim.insurance_balance_amount, claim.patient_balance_amount),
        "acknowledged": sorted(
            Acknowledgement.objects.values_list("kind", "sender_kind", "verdict")
        ),
        "said of the claim": sorted(
            AcknowledgedClaim.objects.values_list("control_number", "category_code")
        ),
        "remittances": list(Remittance.objects.values_list("state", "payment_amount")),
        "ledger": Counter(lines),
        "told": Counter(told.values_list("kind", flat=True)),
        "work": Counter(WorkItem.objects.filter(state="open").values_list("kind", flat=True)),
    }  # fmt: skip


def deliver(sender: Sender, files: dict[str, bytes], order: Sequence[str], times: int) -> None:
    """Post the answers in this order; each is read before the next one comes."""
    for name in order:
        for time in range(times):
            answer = sender.post(files[name], event_id=name)
            assert answer.status_code == (200 if time else 202)
        process_due()
    for name in order if times > 1 else ():
        assert sender.post(files[name], event_id=f"{name}, again").status_code == 202
    while process_due() + deliver_due_news() + close_settled():
        pass


def rejecting(accepted: bytes) -> bytes:
    """The same 277CA with its one claim sent back as unprocessable."""
    head, _, tail = accepted.partition(b"PT~")
    sent_back = re.sub(rb"STC\*A2:20(:PR)?\*(\d*)\*WQ", rb"STC*A3:21\1*\2*U", tail, count=1)
    assert sent_back != tail
    return head + b"PT~" + sent_back


def ends(answers: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    for order in permutations(answers):
        yield order, 1
        yield order, 2


def every_end(
    claim: Claim, sender: Sender, files: dict[str, bytes], answers: Sequence[str]
) -> dict[str, Any]:
    """The one picture that all orders of `answers` end in; it fails where they differ."""
    pictures = {}
    for order, times in ends(answers):
        with transaction.atomic():
            deliver(sender, files, order, times)
            pictures[order, times] = picture(claim)
            states = Counter(InboundMessage.objects.values_list("state", flat=True))
            count = len(answers)
            assert states == Counter(applied=count, **({"duplicate": count} if times > 1 else {}))
            transaction.set_rollback(True)
    first = pictures[tuple(answers), 1]
    different = {
        (order, times): {key for key in first if found[key] != first[key]}
        for (order, times), found in pictures.items()
        if found != first
    }
    assert different == {}
    return first


def test_every_order_and_every_repetition_ends_in_the_same_state(
    claim: Claim, sender: Sender, files: dict[str, bytes]
) -> None:
    assert len(list(ends(ANSWERS))) == 48
    end = every_end(claim, sender, files, ANSWERS)
    assert end["version"][:2] == ("adjudicated", "paid")
    assert end["remittances"] == [("posted", end["remittances"][0][1])]
    assert end["ledger"].total() > 6
    assert not end["work"]


def test_what_the_clearinghouse_sent_back_and_the_payer_took_is_accepted_in_any_order(
    claim: Claim, sender: Sender, files: dict[str, bytes]
) -> None:
    files[ANSWERS[1]] = rejecting(files[ANSWERS[1]])
    end = every_end(claim, sender, files, ANSWERS[:3])
    assert (end["version"][0], end["attempt"][0]) == ("payer_accepted", "payer_accepted")
    assert not end["work"]


def test_what_the_payer_sent_back_is_work_in_any_order(
    claim: Claim, sender: Sender, files: dict[str, bytes]
) -> None:
    files[ANSWERS[2]] = rejecting(files[ANSWERS[2]])
    end = every_end(claim, sender, files, ANSWERS[:3])
    assert (end["version"][0], end["attempt"][0]) == ("payer_rejected", "payer_rejected")
    assert dict(end["work"]) == {"claim.rejected": 1}


def test_a_decision_ends_the_work_of_a_rejection_in_any_order(
    claim: Claim, sender: Sender, files: dict[str, bytes]
) -> None:
    files[ANSWERS[1]] = rejecting(files[ANSWERS[1]])
    end = every_end(claim, sender, files, ANSWERS[1:])
    assert end["version"][0] == "adjudicated"
    assert not end["work"]
