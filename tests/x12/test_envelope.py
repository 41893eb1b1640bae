"""BAL-ENV: counts and control numbers of the envelope agree, or a fault says which do not."""

import pytest

import x12
from tests.x12.files import changed, joined, segments, without, worked

W01, W10 = worked("w01"), worked("w10")


def codes(content: bytes) -> list[str]:
    return [fault.code for fault in x12.check_bytes(content)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("SE*37*", "SE*36*", "X-SE01"),
        ("SE*37*0001", "SE*37*0002", "X-SE02"),
        ("GE*1*1", "GE*2*1", "X-GE01"),
        ("GE*1*1", "GE*1*9", "X-GE02"),
        ("IEA*1*", "IEA*3*", "X-IEA01"),
        ("IEA*1*000000101", "IEA*1*000000109", "X-IEA02"),
        ("*00501*000000101", "*00401*000000101", "X-VERSION"),
        ("*0*P*:", "*0*X*:", "X-ISA15"),
    ],
)
def test_a_wrong_count_or_number_is_named(old: str, new: str, code: str) -> None:
    assert codes(changed(W01, old, new)) == [code]


def test_a_file_cut_off_anywhere_says_so_and_raises_nothing() -> None:
    for length in range(110, len(W01) - 4, 37):
        found = codes(W01[:length])
        assert "X-CUT-OFF" in found, length


@pytest.mark.parametrize(
    ("beginning", "code"),
    [("SE*", "X-SE"), ("GE*", "X-GE"), ("GS*", "X-GS"), ("IEA*", "X-CUT-OFF")],
)
def test_a_missing_frame_is_named(beginning: str, code: str) -> None:
    assert code in codes(without(W01, beginning))


def test_a_second_interchange_closes_one_that_was_cut_off() -> None:
    cut = joined(segments(W01)[:-1])
    first, second = x12.read_interchanges(cut + W10)
    assert [fault.code for fault in first.all_faults] == ["X-CUT-OFF"]
    assert second.all_faults == []


def test_a_number_that_comes_twice_in_a_group_is_named() -> None:
    pieces = segments(W10)
    twice = joined([*pieces[:-2], *pieces[2:-2], b"GE*2*210", pieces[-1]])
    assert "X-ST02" in codes(twice)


def test_an_835_in_a_group_of_claims_is_only_a_warning() -> None:
    (fault,) = x12.check_bytes(changed(W10, "GS*HP*", "GS*HC*"))
    assert (fault.code, fault.severity, fault.expected) == ("X-GS01", "W", "HP")


def test_another_guide_is_a_clear_finding() -> None:
    other = W01.replace(b"005010X222A1", b"004010X098A1")
    assert codes(other) == ["X-GUIDE"]
    (found,) = x12.read_interchanges(other)
    assert found.transactions[0].record is None


def test_a_transaction_we_do_not_read_is_kept_and_named() -> None:
    content = changed(W01, "ST*837*", "ST*864*")
    (found,) = x12.read_interchanges(content)
    assert "X-SET" in {fault.code for fault in found.all_faults}
    assert found.transactions[0].raw.startswith(b"ST*864*0001")


def test_the_raw_text_of_a_transaction_is_what_was_sent() -> None:
    (found,) = x12.read_interchanges(W01)
    sent = W01.replace(b"\n", b"")
    item = found.transactions[0]
    assert item.raw == sent[sent.index(b"ST*") : sent.index(b"GE*")]
    assert item.segment_count == len(item.segments) == 37
    assert item.segments[10].position == 11


def test_groups_of_several_kinds_stand_in_one_interchange() -> None:
    payments, claims = segments(W10), segments(W01)
    both = [*payments[:-1], *claims[1:-1], b"IEA*2*000000210"]
    (found,) = x12.read_interchanges(joined(both))
    assert [group.functional_code for group in found.groups] == ["HP", "HC"]
    assert found.all_faults == []
