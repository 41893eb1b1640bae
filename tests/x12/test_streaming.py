"""A payment read claim by claim says the same as one read whole."""

import io
import tracemalloc

import pytest

import x12
from bench.files import ENVELOPE, claim_batch
from tests.x12.files import NAMES, changed, joined, recounted, segments, worked
from x12 import StreamedPayment

PAYMENTS = [name for name in NAMES if worked(name.split("_")[0])[106:].strip().startswith(b"GS*HP")]


@pytest.mark.parametrize("name", PAYMENTS)
def test_claims_come_one_by_one_and_the_payment_last(name: str) -> None:
    content = worked(name.split("_", maxsplit=1)[0])
    (found,) = x12.read_interchanges(content)
    record = found.transactions[0].record
    *claims, payment = x12.stream_remittances(io.BytesIO(content))
    assert tuple(claims) == record.claims
    assert isinstance(payment, StreamedPayment)
    assert payment.claim_count == len(record.claims)
    assert payment.remittance.payment_amount == record.payment_amount
    assert payment.faults == ()


def test_the_proofs_are_the_same() -> None:
    content = changed(worked("w10"), "*150*53.31*", "*150*53.32*")
    whole = x12.check_bytes(content)
    *_, payment = x12.stream_remittances(content)
    assert isinstance(payment, StreamedPayment)
    assert sorted(f.code for f in payment.faults) == sorted(f.code for f in whole)


def test_other_transactions_are_passed_over() -> None:
    assert list(x12.stream_remittances(worked("w01") + worked("w31"))) == []


def test_a_payment_cut_off_is_still_given() -> None:
    *claims, payment = x12.stream_remittances(worked("w10")[:900])
    assert len(claims) == 1
    assert isinstance(payment, StreamedPayment)
    assert {fault.code for fault in payment.faults} >= {"BAL-T"} or payment.faults


def test_memory_stays_flat_however_many_claims_there_are() -> None:
    pieces = segments(worked("w10"))
    start = next(n for n, piece in enumerate(pieces) if piece.startswith(b"CLP"))
    end = next(n for n, piece in enumerate(pieces) if piece.startswith(b"SE"))

    class Endless(io.RawIOBase):
        """The claims of one payment, made as they are read."""

        def __init__(self, claims: int) -> None:
            body = joined(pieces[start:end])
            self._chunks = iter([joined(pieces[:start]), *[body] * claims, joined(pieces[end:])])

        def read(self, _size: int = -1) -> bytes:
            return next(self._chunks, b"")

    def peak(claims: int) -> int:
        tracemalloc.start()
        count = sum(1 for _ in x12.stream_remittances(Endless(claims)))  # type: ignore[arg-type]
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == claims + 1
        return most

    peak(10)
    few, many = peak(50), peak(1_000)
    assert many < few + 400_000


def test_a_check_needs_no_more_memory_for_more_claims() -> None:
    pieces = segments(worked("w10"))
    start = next(n for n, piece in enumerate(pieces) if piece.startswith(b"CLP"))
    end = next(n for n, piece in enumerate(pieces) if piece.startswith(b"SE"))

    def peak(claims: int) -> int:
        content = io.BytesIO(joined(pieces[:start] + pieces[start:end] * claims + pieces[end:]))
        tracemalloc.start()
        for _ in x12.checked_interchanges(content):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    few, many = peak(50), peak(1_000)
    assert many < few + 400_000


@pytest.mark.parametrize("name", NAMES)
def test_a_check_in_passing_finds_what_reading_the_whole_finds(name: str) -> None:
    content = worked(name.split("_", maxsplit=1)[0])
    for spoiled in (content, content.replace(b"*HC:", b"*XX:"), content[: len(content) * 2 // 3]):
        whole = [fault for found in x12.read_interchanges(spoiled) for fault in found.all_faults]
        passing = x12.check_bytes(io.BytesIO(spoiled))
        assert sorted(map(str, passing)) == sorted(map(str, whole))


def test_many_segments_without_a_field_cost_no_more_each() -> None:
    pieces = segments(worked("w10"))
    head = next(n for n, piece in enumerate(pieces) if piece.startswith(b"N1*PR"))
    kept = 20_000
    content = joined([*pieces[: head + 1], *[b"REF*EO*1"] * kept, *pieces[head + 1 :]])
    (found,) = x12.read_interchanges(content)
    assert len(found.transactions[0].record.payer.extra) == kept


@pytest.mark.parametrize("name", ["w01", "w02", "w03", "w05", "i01", "i02"])
def test_an_837_is_judged_the_same_claim_by_claim_as_whole(name: str) -> None:
    pieces = segments(worked(name))
    for place, piece in enumerate(pieces):
        if piece.startswith((b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA")):
            continue
        for damaged in (pieces[:place] + pieces[place + 1 :], pieces[: place + 1] + pieces[place:]):
            content = recounted(joined(damaged))
            (whole,) = x12.read_interchanges(content)
            streamed = x12.check_bytes(content)
            assert sorted(map(str, streamed)) == sorted(map(str, whole.all_faults)), piece


def test_a_batch_of_many_claims_is_judged_in_flat_memory() -> None:
    few, many = (peak_of_check(claim_batch(count)) for count in (200, 2_000))
    assert many < few * 3 + 2_000_000, (few, many)


def peak_of_check(record: object) -> int:
    content = x12.write_interchange(ENVELOPE, [record])
    x12.check_bytes(content)  # tables compiled before
    tracemalloc.start()
    x12.check_bytes(io.BytesIO(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
