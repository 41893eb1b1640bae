"""Rows of the 837I's table for a claim: 2300 with its codes, roles, other payers and lines."""

from x12.spec import (
    REQUIRED,
    SITUATIONAL,
    Element,
    LoopSpec,
    SegmentSpec,
    loop,
    may,
    must,
    parts,
    seg,
)
from x12.transactions.claim_837i.codes import MOST_IN_ROW
from x12.transactions.claim_837p.spec_frame import OTHER_PAYER, OTHER_SUBSCRIBER
from x12.transactions.claim_837p.spec_line import CN1, HCP, MOA, PWK, cas, date
from x12.transactions.claim_837p.spec_parties import PER, address, name, numbers

_NUMBERS = "4N 9F G1 F8 9C D9 LX LU EA G4 P4 9A"
_NOTES = "ALG DCP DGN DME MED NTR ODT RHB RLH RNH SET SFM SPT UPI"
_POA = may("N U W Y 1")
_NONE = may(shortest=0, longest=0)


def _diagnosis(marks: str, usage: str) -> Element:
    return parts(must(marks), must(longest=30), *[_NONE] * 6, _POA, usage=usage)


def _dated(marks: str, form: str, usage: str, *, day: str = REQUIRED) -> Element:
    row = must if day == REQUIRED else may
    return parts(must(marks), must(longest=30), row(form), row(longest=35), usage=usage)


def _value(usage: str) -> Element:
    return parts(must("BE"), must(longest=30), _NONE, _NONE, must(longest=18), usage=usage)


def _code(marks: str, usage: str) -> Element:
    return parts(must(marks), must(longest=30), usage=usage)


def _codes(marks: str, first: Element, other: Element, *, repeat: int = 1, most: int = MOST_IN_ROW,
           usage: str = SITUATIONAL) -> SegmentSpec:  # fmt: skip
    """HI of one qualifier: the first code must be there, the others may."""
    row = {f"e{place:02d}": other for place in range(2, most + 1)}
    return seg("HI", usage, repeat, when=(1, marks), e01=first, row=row)


def _provider(
    loop_id: str, role: str, *, entity: str = "1", marks: str = "0B 1G G2 LU", most: int = 4,
    taxonomy: bool = False,
) -> LoopSpec:  # fmt: skip
    """A provider in a role; only the attending one has a taxonomy (PRV)."""
    prv = seg("PRV", e01=must("AT"), e02=must("PXC"), e03=must(shortest=10, longest=10))
    return loop(
        loop_id,
        name(role, entity=entity, marks="XX"),
        *((prv,) if taxonomy else ()),
        numbers(marks, most),
        repeat=1,
    )


_OTHER_PAYER = loop(
    "2320",
    seg(
        "SBR", REQUIRED, e01=must("A B C D E F G H P S T U"),
        e02=must("01 18 19 20 21 39 40 53 G8"), e03=may(longest=50), e04=may(longest=60),
        e09=may(longest=2),
    ),
    cas(),
    *(seg("AMT", when=(1, mark), e02=must(kind="R")) for mark in ("D", "EAF", "A8")),
    seg("OI", REQUIRED, e03=must("N W Y"), e06=must("I Y")),
    seg("MIA", e01=must(kind="R")),
    seg("MOA", row=MOA),
    OTHER_SUBSCRIBER,
    OTHER_PAYER,
    *(
        loop(
            loop_id,
            seg("NM1", REQUIRED, when=(1, role), e02=must("1 2")),
            numbers("0B 1G EI G2 LU", 4),
            repeat=1,
        )
        for loop_id, role in (
            ("2330C", "71"), ("2330D", "72"), ("2330E", "ZZ"), ("2330F", "77"), ("2330G", "82"),
            ("2330H", "DN"), ("2330I", "85"),
        )
    ),
    repeat=10,
)  # fmt: skip

_PROCEDURE = parts(
    must("ER HC HP IV WK"), must(longest=48), *[may(shortest=2, longest=2)] * 4, may(longest=80),
    usage=SITUATIONAL,
)  # fmt: skip
_DRUG = loop(
    "2410",
    seg("LIN", REQUIRED, e02=must("N4"), e03=must(longest=48)),
    seg("CTP", REQUIRED, e04=must(kind="R"), e05=parts(must("F2 GR ME ML UN"))),
    seg("REF", when=(1, "VY XZ"), e02=must(longest=50)),
    repeat=1,
)
_ADJUDICATION = loop(
    "2430",
    seg(
        "SVD", REQUIRED, e01=must(shortest=2), e02=must(kind="R", longest=18), e03=_PROCEDURE,
        e04=must(longest=48), e05=must(kind="R", longest=15), e06=may(kind="N0", longest=6),
    ),
    cas(),
    date("573", REQUIRED),
    seg("AMT", when=(1, "EAF"), e02=must(kind="R")),
    repeat=15,
)  # fmt: skip
_LINE = loop(
    "2400",
    seg("LX", REQUIRED, e01=must(kind="N0", longest=6)),
    seg(
        "SV2", REQUIRED, e01=must(longest=48), e02=_PROCEDURE, e03=must(kind="R", longest=18),
        e04=must("DA UN"), e05=must(kind="R", longest=15), e07=may(kind="R", longest=18),
    ),
    PWK,
    date("472"),
    numbers("6R", 1),
    *(numbers(mark, 1) for mark in ("9B", "9D")),
    seg("AMT", when=(1, "GT"), e02=must(kind="R")),
    seg("AMT", when=(1, "N8"), e02=must(kind="R")),
    seg("NTE", e01=must("TPO"), e02=must(longest=80)),
    HCP,
    _DRUG,
    _provider("2420A", "72", most=20),
    _provider("2420B", "ZZ", most=20),
    _provider("2420C", "82", most=20),
    _provider("2420D", "DN", marks="0B 1G G2", most=20),
    _ADJUDICATION,
    usage=REQUIRED,
    repeat=999,
)  # fmt: skip

CLAIM = loop(
    "2300",
    seg(
        "CLM", REQUIRED, e01=must(longest=38), e02=must(kind="R", longest=18),
        e05=parts(must(shortest=1, longest=2), must("A"), must(longest=1)),
        e07=must("A B C"), e08=must("N W Y"), e09=must("I Y"),
        e20=may("1 2 3 4 5 6 7 8 9 10 11 15"),
    ),
    seg("DTP", when=(1, "096"), e02=must("TM"), e03=must(kind="TM")),
    seg("DTP", REQUIRED, when=(1, "434"), e02=must("RD8"), e03=must(kind="DP", longest=35)),
    date("435"),
    date("050"),
    seg("CL1", REQUIRED, e01=must(longest=1), e02=may(longest=1), e03=must(shortest=1, longest=2)),
    PWK,
    CN1,
    seg("AMT", when=(1, "F3"), e02=must(kind="R")),
    *(numbers(mark, 5 if mark == "LX" else 1) for mark in _NUMBERS.split()),
    seg("K3", repeat=10, e01=must(longest=80)),
    seg("NTE", repeat=10, when=(1, _NOTES), e02=must(longest=80)),
    seg("NTE", when=(1, "ADD"), e02=must(longest=80)),
    seg("CRC", repeat=3, e01=must("ZZ"), e02=must("N Y")),
    _codes("ABK BK", _diagnosis("ABK BK", REQUIRED), _diagnosis("ABK BK", SITUATIONAL), most=1,
           usage=REQUIRED),
    _codes("ABJ BJ", _code("ABJ BJ", REQUIRED), _code("ABJ BJ", SITUATIONAL), most=1),
    _codes("APR PR", _code("APR PR", REQUIRED), _code("APR PR", SITUATIONAL), most=3),
    _codes("ABN BN", _diagnosis("ABN BN", REQUIRED), _diagnosis("ABN BN", SITUATIONAL)),
    _codes("DR", _code("DR", REQUIRED), _code("DR", SITUATIONAL), most=1),
    _codes("ABF BF", _diagnosis("ABF BF", REQUIRED), _diagnosis("ABF BF", SITUATIONAL), repeat=2),
    _codes("BBR BR CAH", _dated("BBR BR CAH", "D8", REQUIRED),
           _dated("BBR BR CAH", "D8", SITUATIONAL), most=1),
    _codes("BBQ BQ", _dated("BBQ BQ", "D8", REQUIRED), _dated("BBQ BQ", "D8", SITUATIONAL),
           repeat=2),
    _codes("BI", _dated("BI", "RD8", REQUIRED), _dated("BI", "RD8", SITUATIONAL), repeat=2),
    _codes("BH", _dated("BH", "D8", REQUIRED), _dated("BH", "D8", SITUATIONAL), repeat=2),
    _codes("BE", _value(REQUIRED), _value(SITUATIONAL), repeat=2),
    _codes("BG", _code("BG", REQUIRED), _code("BG", SITUATIONAL), repeat=2),
    _codes("TC", _code("TC", REQUIRED), _code("TC", SITUATIONAL), repeat=2),
    HCP,
    _provider("2310A", "71", taxonomy=True),
    _provider("2310B", "72"),
    _provider("2310C", "ZZ"),
    _provider("2310D", "82"),
    loop(
        "2310E",
        seg("NM1", REQUIRED, when=(1, "77"), e02=must("2"), e03=must(longest=60), e08=may("XX"),
            e09=may(longest=80, shortest=2)),
        *address(REQUIRED),
        numbers("0B G2 LU", 3),
        PER,
        repeat=1,
    ),
    _provider("2310F", "DN", marks="0B 1G G2", most=3),
    _OTHER_PAYER,
    _LINE,
    repeat=100,
)  # fmt: skip
