"""Rows of the 837P's table for a service line: 2400 and what stands below it."""

from x12.spec import REQUIRED, SITUATIONAL, Element, SegmentSpec, loop, may, must, parts, seg
from x12.transactions.claim_837p.spec_parties import (
    PER,
    address,
    name,
    numbers,
    place,
    provider,
)

_DATES = "471 607 463 461 304 738 739 011 455 454"
_ONE_NUMBER = "9B 9D 6R EW X4 F4 BT"

PWK = seg(
    "PWK", repeat=10, e01=must(longest=2), e02=must("AA AB AD AF AG BM EL EM FT FX NS"),
    e05=may("AC"), e06=may(longest=50),
)  # fmt: skip
CN1 = seg("CN1", e01=must("01 02 03 04 05 06 09"))
HCP = seg("HCP", e01=must(longest=2), e02=must(kind="R"))


MOA = {
    "e01": may(kind="R", longest=10), "e02": may(kind="R", longest=18),
    **{f"e{place:02d}": may(longest=50) for place in range(3, 8)},
    "e08": may(kind="R", longest=18), "e09": may(kind="R", longest=18),
}  # fmt: skip


def date(mark: str, usage: str = SITUATIONAL) -> SegmentSpec:
    """DTP with one qualifier; 03 is a date or a period as 02 says."""
    return seg("DTP", usage, when=(1, mark), e02=must("D8 DT RD8"), e03=must(kind="DP", longest=35))


def cas() -> SegmentSpec:
    """CAS: a group and one to six trios of reason, amount and quantity."""
    trios: dict[str, Element] = {}
    for first in range(2, 20, 3):
        row = must if first == 2 else may
        trios[f"e{first:02d}"] = row(longest=5)
        trios[f"e{first + 1:02d}"] = row(kind="R", longest=18)
        trios[f"e{first + 2:02d}"] = may(kind="R", longest=15)
    return seg("CAS", repeat=5, e01=must("CO CR OA PI PR"), row=trios)


def _procedure(marks: str) -> Element:
    modifiers = [may(shortest=2, longest=2)] * 4
    return parts(must(marks), must(longest=48), *modifiers, may(longest=80))


_DRUG = loop(
    "2410",
    seg("LIN", REQUIRED, e02=must("EN EO HI N4 ON UK UP"), e03=must(longest=48)),
    seg("CTP", REQUIRED, e04=must(kind="R"), e05=parts(must("F2 GR ME ML UN"))),
    seg("REF", when=(1, "VY XZ"), e02=must(longest=50)),
    repeat=1,
)
_ADJUDICATION = loop(
    "2430",
    seg(
        "SVD", REQUIRED, e01=must(shortest=2), e02=must(kind="R", longest=18),
        e03=_procedure("ER HC HP IV WK"), e05=must(kind="R", longest=15),
        e06=may(kind="N0", longest=6),
    ),
    cas(),
    date("573", REQUIRED),
    seg("AMT", when=(1, "EAF"), e02=must(kind="R")),
    repeat=15,
)  # fmt: skip

LINE = loop(
    "2400",
    seg("LX", REQUIRED, e01=must(kind="N0", longest=6)),
    seg(
        "SV1", REQUIRED, e01=_procedure("ER HC IV WK"), e02=must(kind="R", longest=18),
        e03=must("MJ UN"), e04=must(kind="R", longest=15), e05=may(longest=2),
        e07=parts(*[must(kind="N0", longest=2), *[may(kind="N0", longest=2)] * 3]),
        e09=may("Y"), e11=may("Y"), e12=may("Y"), e15=may("0"),
    ),
    seg("SV5"),
    PWK,
    seg("CR1"),
    seg("CR3"),
    # Three of an ambulance, and one each of a hospice and of equipment.
    seg("CRC", repeat=5, e01=must("07 09 70"), e02=must("N Y")),
    date("472", REQUIRED),
    *(date(mark) for mark in _DATES.split()),
    seg("QTY", repeat=2, e01=must("FL PT"), e02=must(kind="R")),
    seg("MEA", repeat=5, e01=must("OG TR")),
    CN1,
    *(numbers(mark, 1) for mark in _ONE_NUMBER.split()),
    *(numbers(mark, 5) for mark in ("G1", "9F")),
    seg("AMT", repeat=2, when=(1, "F4 T"), e02=must(kind="R")),
    seg("K3", repeat=10, e01=must(longest=80)),
    seg("NTE", repeat=2, e01=must("ADD DCP TPO"), e02=must(longest=80)),
    seg("PS1", e01=must(longest=50), e02=must(kind="R")),
    HCP,
    _DRUG,
    provider("2420A", "82", performs=True, most_numbers=20),
    loop(
        "2420B",
        seg(
            "NM1", REQUIRED, when=(1, "QB"), e02=must("1 2"), e08=may("XX"),
            e09=may(longest=80, shortest=2),
        ),
        numbers("0B 1G G2", 20),
        repeat=1,
    ),
    place("2420C", "77", named=True),
    provider("2420D", "DQ", entity="1", most_numbers=20),
    loop(
        "2420E",
        name("DK", entity="1", marks="XX"),
        *address(),
        numbers("0B 1G G2", 20),
        PER,
        repeat=1,
    ),
    provider("2420F", "DN P3", entity="1", repeat=2, most_numbers=20),
    place("2420G", "PW", named=False),
    place("2420H", "45", named=False),
    _ADJUDICATION,
    loop(
        "2440",
        seg("LQ", REQUIRED, e01=must("AS UT"), e02=must(longest=30)),
        seg("FRM", repeat=99),
    ),
    usage=REQUIRED,
    repeat=50,
)  # fmt: skip
