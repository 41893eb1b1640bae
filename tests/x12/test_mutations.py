"""Files damaged on purpose: every required segment dropped, doubled, moved or emptied is found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

import x12
from tests.x12.files import joined, recounted, segments, worked
from x12 import ERROR

# What a guide leaves to the situation, by file: to drop it harms nobody.
MAY_BE_LEFT_OUT = {
    "w01": ("PRV*", "REF*6R"),
    "w02": ("PRV*", "REF*6R", "REF*X4"),
    "w03": ("PRV*", "REF*6R", "REF*F8", "MOA", "AMT*"),
    "w05": ("PRV*", "REF*6R", "REF*G1", "NM1*DN", "NM1*82"),
    "i01": ("PRV*", "PER*", "REF*EA", "REF*6R", "DTP*096", "DTP*435", "DTP*472", "HI*", "NM1*71"),
    "i02": ("PRV*", "PER*", "REF*6R", "REF*F8", "DTP*472", "HI*", "NM1*71", "AMT*"),
    "w10": ("DTM*", "REF*", "AMT*", "MOA", "PER*"),
    "w31": ("CTX", "IK4"),
    "e70": ("REF*", "N3", "N4", "PRV*", "TRN*", "DMG*", "INS*", "DTP*"),
    "e71": (
        *("PER*", "TRN*", "REF*", "N3", "N4", "DMG*", "INS*", "DTP*", "EB*", "MSG*", "HSD*"),
        *("LS*", "PRV*", "LE*"),
    ),
    "e76": ("DMG*", "REF*", "AMT*", "DTP*", "SVC*"),
    "e77": ("PER*", "REF*", "DTP*", "SVC*", "STC*F1:65*20261110"),
    "w32": ("QTY*", "AMT*", "TRN*1*0", "STC*A1:19:PR**", "DTP*472", "REF*1K"),
}
# What may stand twice: contacts, statuses, and segments that a reader takes as one more of a kind.
MAY_BE_DOUBLED = (
    "PER*",
    "LX*1",
    "DTM*",
    "REF*TJ",
    "AMT*B6",
    "CTX*",
    "IK3*",
    "IK4*",
    "STC*",
    "NM1*DN",
    *("HI*ABF", "HI*BH", "HI*BE", "HI*BG"),
    *("REF*", "TRN*", "EQ*", "EB*", "MSG*", "HSD*", "DTP*", "NM1*P3", "NM1*1P", "SVC*"),
)
LONG = ("MSG*", "HSD*")  # so much may stand in them
FRAME = (b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA")


@dataclass
class Tally:
    """How many mutations were tried; every one is an assertion, so as many were caught."""

    counts: Counter[str]

    def found(self, kind: str, pieces: list[bytes], place: int) -> bool:
        """Whether the damaged file has an error at the place of the damage, or one beside it.

        A segment that is missing is missed where the next one stands; totals are told at the
        claim, payment or set that they belong to, so an error of its loop counts as well.
        """
        self.counts[kind] += 1
        start = next(n for n, piece in enumerate(pieces) if piece.startswith(b"ST*"))
        here = place - start + 1
        errors = [f for f in x12.check_bytes(recounted(joined(pieces))) if f.severity == ERROR]
        return any(abs(fault.segment_number - here) <= 1 for fault in errors) or any(
            fault.code[0] not in "SEX" for fault in errors
        )


@pytest.fixture(scope="module")
def tally(figures: list[str]) -> Iterator[Tally]:
    found = Tally(Counter())
    yield found
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found.counts.items()))
    figures.append(f"mutations tried and caught: {found.counts.total()} ({kinds})")


def places(name: str, *harmless: str) -> Iterator[tuple[list[bytes], int]]:
    pieces = segments(worked(name))
    for place, piece in enumerate(pieces):
        if not piece.startswith(FRAME) and not piece.decode().startswith(harmless):
            yield pieces, place


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_required_segment_that_was_dropped_is_missed(name: str, tally: Tally) -> None:
    for pieces, place in places(name, *MAY_BE_LEFT_OUT[name]):
        dropped = pieces[:place] + pieces[place + 1 :]
        assert tally.found("dropped", dropped, place), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_segment_that_stands_twice_is_noticed(name: str, tally: Tally) -> None:
    for pieces, place in places(name, *MAY_BE_DOUBLED):
        doubled = pieces[: place + 1] + pieces[place:]
        assert tally.found("doubled", doubled, place + 1), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_segment_without_its_elements_is_noticed(name: str, tally: Tally) -> None:
    for pieces, place in places(name, "MOA", "CTX", "DMG", "HSD"):  # nothing in them is required
        emptied = [*pieces[:place], pieces[place].split(b"*")[0], *pieces[place + 1 :]]
        assert tally.found("emptied", emptied, place), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_segment_of_another_kind_is_noticed_wherever_it_stands(name: str, tally: Tally) -> None:
    for pieces, place in places(name):
        strange = [*pieces[:place], b"ZZZ*1", *pieces[place:]]
        assert tally.found("strange", strange, place), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_an_element_far_too_long_is_noticed(name: str, tally: Tally) -> None:
    # In OI, LIN and CTP the guide has no first element, and what it has not is not looked at.
    for pieces, place in places(name, "PRV*", "CTX*", "MOA*", "PER*", "OI*", "LIN*", "CTP*", *LONG):
        elements = pieces[place].split(b"*")
        elements[1] += b"9" * 90
        longer = [*pieces[:place], b"*".join(elements), *pieces[place + 1 :]]
        assert tally.found("lengthened", longer, place), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_segment_moved_to_the_head_of_its_set_is_noticed(name: str, tally: Tally) -> None:
    for pieces, place in places(name):
        start = next(n for n, piece in enumerate(pieces) if piece.startswith(b"ST*"))
        moved = [*pieces[: start + 1], pieces[place], *pieces[start + 1 : place]]
        moved += pieces[place + 1 :]
        if moved != pieces:
            assert tally.found("moved", moved, start + 1), pieces[place]


# Where an amount stands that something else must agree with, by segment.
AMOUNTS = {
    "w01": {"CLM": 2, "SV1": 2},
    "w03": {"CLM": 2, "SV1": 2, "SVD": 2, "CAS": 3},
    "w10": {"BPR": 2, "CLP": 4, "SVC": 3, "CAS": 3},
    "w13": {"BPR": 2, "CLP": 3, "SVC": 2, "CAS": 3},
    "i01": {"CLM": 2, "SV2": 3},
    "i02": {"CLM": 2, "SV2": 3, "SVD": 2, "CAS": 3},
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_cent_too_much_is_noticed_at_its_claim(name: str, tally: Tally) -> None:
    for pieces, place in places(name):
        elements = pieces[place].split(b"*")
        at = AMOUNTS[name].get(elements[0].decode())
        if at is not None:
            elements[at] = str(Decimal(elements[at].decode()) + Decimal("0.01")).encode()
            unbalanced = [*pieces[:place], b"*".join(elements), *pieces[place + 1 :]]
            assert tally.found("unbalanced", unbalanced, place), pieces[place]


def test_a_wrong_count_or_number_of_the_frame_is_noticed(tally: Tally) -> None:
    for name in MAY_BE_LEFT_OUT:
        content = worked(name)
        for start in (b"SE*", b"GE*", b"IEA*"):
            piece = next(one for one in segments(content) if one.startswith(start))
            elements = piece.split(b"*")
            for place in (1, 2):
                wrong = [*elements]
                wrong[place] = str(int(wrong[place]) + 1).encode()
                damaged = content.replace(piece, b"*".join(wrong))
                assert any(fault.severity == ERROR for fault in x12.check_bytes(damaged)), wrong
                tally.counts["frame"] += 1


def test_enough_was_tried(tally: Tally) -> None:
    assert tally.counts.total() == 0 or tally.counts.total() >= 150
