"""Files damaged on purpose: every required segment dropped, doubled, moved or emptied is found."""

from collections.abc import Iterator

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
    *("REF*", "TRN*", "EQ*", "EB*", "MSG*", "HSD*", "DTP*", "NM1*P3", "NM1*1P", "SVC*"),
)
LONG = ("MSG*", "HSD*")  # so much may stand in them
FRAME = (b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA")


def has_error(pieces: list[bytes]) -> bool:
    return any(fault.severity == ERROR for fault in x12.check_bytes(recounted(joined(pieces))))


def places(name: str, *harmless: str) -> Iterator[tuple[list[bytes], int]]:
    pieces = segments(worked(name))
    for place, piece in enumerate(pieces):
        if not piece.startswith(FRAME) and not piece.decode().startswith(harmless):
            yield pieces, place


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_required_segment_that_was_dropped_is_missed(name: str) -> None:
    for pieces, place in places(name, *MAY_BE_LEFT_OUT[name]):
        assert has_error(pieces[:place] + pieces[place + 1 :]), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_segment_that_stands_twice_is_noticed(name: str) -> None:
    for pieces, place in places(name, *MAY_BE_DOUBLED):
        assert has_error(pieces[: place + 1] + pieces[place:]), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_segment_without_its_elements_is_noticed(name: str) -> None:
    for pieces, place in places(name, "MOA", "CTX", "DMG", "HSD"):  # nothing in them is required
        emptied = pieces[place].split(b"*")[0]
        assert has_error([*pieces[:place], emptied, *pieces[place + 1 :]]), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_a_segment_of_another_kind_is_noticed_wherever_it_stands(name: str) -> None:
    for pieces, place in places(name):
        assert has_error([*pieces[:place], b"ZZZ*1", *pieces[place:]]), pieces[place]


@pytest.mark.parametrize("name", MAY_BE_LEFT_OUT)
def test_an_element_far_too_long_is_noticed(name: str) -> None:
    # In OI, LIN and CTP the guide has no first element, and what it has not is not looked at.
    for pieces, place in places(name, "PRV*", "CTX*", "MOA*", "PER*", "OI*", "LIN*", "CTP*", *LONG):
        elements = pieces[place].split(b"*")
        elements[1] = elements[1] + b"9" * 90
        longer = b"*".join(elements)
        assert has_error([*pieces[:place], longer, *pieces[place + 1 :]]), longer[:20]
