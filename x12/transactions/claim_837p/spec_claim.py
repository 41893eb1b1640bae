"""Rows of the 837P's table for a claim: 2300, its roles (2310) and other payers (2320, 2330)."""

from x12.spec import REQUIRED, SegmentSpec, loop, may, must, parts, seg
from x12.transactions.claim_837p.spec_frame import OTHER_PAYER, OTHER_SUBSCRIBER
from x12.transactions.claim_837p.spec_line import CN1, HCP, LINE, MOA, PWK, cas, date
from x12.transactions.claim_837p.spec_parties import numbers, place, provider

_DATES = "431 454 304 453 439 484 455 471 314 360 361 297 296 435 096 090 091 444 050"
_NUMBERS = "4N F5 EW 9F G1 F8 X4 9A 9C LX D9 EA P4 1J"


def _diagnoses() -> SegmentSpec:
    """HI with the main diagnosis first and up to eleven others."""
    others = parts(must("ABF BF"), must(longest=30), usage="S")
    return seg(
        "HI", REQUIRED, when=(1, "ABK BK"), e01=parts(must("ABK BK"), must(longest=30)),
        row={f"e{number:02d}": others for number in range(2, 13)},
    )  # fmt: skip


_OTHER_PAYER = loop(
    "2320",
    seg(
        "SBR", REQUIRED, e01=must("A B C D E F G H P S T U"),
        e02=must("01 18 19 20 21 39 40 53 G8"), e03=may(longest=50), e04=may(longest=60),
        e05=may("12 13 14 15 16 41 42 43 47"), e09=may(longest=2),
    ),
    cas(),
    *(seg("AMT", when=(1, mark), e02=must(kind="R")) for mark in ("D", "A8", "EAF")),
    seg("OI", REQUIRED, e03=must("N W Y"), e04=may("P"), e06=must("I Y")),
    seg("MOA", row=MOA),
    OTHER_SUBSCRIBER,
    OTHER_PAYER,
    *(
        loop(
            loop_id,
            seg("NM1", REQUIRED, when=(1, role), e02=must("1 2")),
            numbers("0B 1G G2 LU", 3),
            repeat=2 if loop_id == "2330C" else 1,
        )
        for loop_id, role in (
            ("2330C", "DN P3"), ("2330D", "82"), ("2330E", "77"), ("2330F", "DQ"), ("2330G", "85"),
        )
    ),
    repeat=10,
)  # fmt: skip

CLAIM = loop(
    "2300",
    seg(
        "CLM", REQUIRED, e01=must(longest=38), e02=must(kind="R", longest=18),
        e05=parts(must(shortest=1, longest=2), must("B"), must(longest=1)),
        e06=must("N Y"), e07=must("A B C"), e08=must("N W Y"), e09=must("I Y"), e10=may("P"),
        e11=parts(must("AA EM OA"), may("AA EM OA"), may("AA EM OA"), may(longest=2), usage="S"),
        e12=may("02 03 05 09"), e20=may("1 2 3 4 5 6 7 8 9 10 11 15"),
    ),
    *(date(mark) for mark in _DATES.split()),
    PWK,
    CN1,
    seg("AMT", when=(1, "F5"), e02=must(kind="R")),
    *(numbers(mark, 1) for mark in _NUMBERS.split()),
    seg("K3", repeat=10, e01=must(longest=80)),
    seg("NTE", e01=must("ADD CER DCP DGN TPO"), e02=must(longest=80)),
    seg("CR1"),
    seg("CR2"),
    seg("CRC", repeat=8, e01=must("07 75 E1 E2 E3 ZZ"), e02=must("N Y")),
    _diagnoses(),
    seg("HI", when=(1, "BP")),
    seg("HI", repeat=2, when=(1, "BG")),
    HCP,
    provider("2310A", "DN P3", entity="1", repeat=2, marks="0B 1G G2", most_numbers=3),
    provider("2310B", "82", performs=True),
    place("2310C", "77", named=True),
    provider("2310D", "DQ", entity="1"),
    place("2310E", "PW", named=False),
    place("2310F", "45", named=False),
    _OTHER_PAYER,
    LINE,
    repeat=100,
)  # fmt: skip
