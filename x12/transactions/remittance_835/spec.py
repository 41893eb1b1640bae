"""The 835 as a table: loops and segments in the guide's order, with what must stand in them."""

from x12.spec import EXPECTED, REQUIRED, Element, SegmentSpec, loop, may, must, parts, seg

_STATUSES = "1 2 3 4 19 20 21 22 23 25"
_AMOUNT = must(kind="R", longest=18)
_PERHAPS = may(kind="R", longest=18)
_MODIFIER = may(longest=2, shortest=2)


def _adjustments() -> SegmentSpec:
    """CAS: a group and one to six trios of reason, amount and quantity."""
    trios: dict[str, Element] = {}
    for first in range(2, 20, 3):
        row = must if first == 2 else may
        trios[f"e{first:02d}"] = row(longest=5)
        trios[f"e{first + 1:02d}"] = row(kind="R", longest=18)
        trios[f"e{first + 2:02d}"] = may(kind="R", longest=15)
    return seg("CAS", repeat=99, e01=must("CO OA PI PR"), row=trios)


def _address(usage: str) -> tuple[SegmentSpec, SegmentSpec]:
    return (
        seg("N3", usage, e01=must(longest=55), e02=may(longest=55)),
        seg(
            "N4", usage, e01=must(longest=30, shortest=2), e02=may(longest=2, shortest=2),
            e03=may(longest=15, shortest=3),
        ),
    )  # fmt: skip


def _amounts(segment_id: str, repeat: int) -> SegmentSpec:
    """AMT or QTY: a qualifier and a number."""
    return seg(segment_id, repeat=repeat, e01=must(longest=3), e02=_AMOUNT)


def _contact(mark: str, usage: str = "S", repeat: int = 1) -> SegmentSpec:
    """PER of a payer; the guide asks for one with BL, which many payers leave out."""
    return seg("PER", usage, repeat, when=(1, mark), e02=may(longest=60), e04=may(longest=256))


_REMARKS = {f"e{place:02d}": may(longest=50) for place in range(3, 8)}
_LINE = loop(
    "2110",
    seg(
        "SVC", REQUIRED,
        e01=parts(must("AD ER HC HP IV N4 N6 NU UI WK"), must(longest=48), *[_MODIFIER] * 4),
        e02=_AMOUNT, e03=_AMOUNT, e04=may(longest=48), e05=_PERHAPS, e07=_PERHAPS,
    ),
    seg("DTM", repeat=2, e01=must("150 151 472"), e02=must(kind="DT")),
    _adjustments(),
    seg("REF", when=(1, "6R"), e02=must(longest=50)),
    seg("REF", repeat=24, e01=must(longest=3), e02=must(longest=50)),
    _amounts("AMT", 9),
    _amounts("QTY", 6),
    seg("LQ", repeat=99, e01=must("HE RX"), e02=must(longest=30)),
)  # fmt: skip
_CLAIM = loop(
    "2100",
    seg(
        "CLP", REQUIRED, e01=must(longest=38), e02=must(_STATUSES), e03=_AMOUNT, e04=_AMOUNT,
        e05=_PERHAPS, e06=must(longest=2), e07=must(longest=50), e08=may(longest=2),
        e09=may(longest=1),
    ),
    _adjustments(),
    seg(
        "NM1", REQUIRED, when=(1, "QC"), e02=must("1"), e03=may(longest=60), e04=may(longest=35),
        e08=may("34 HN II MI MR"), e09=may(longest=80, shortest=2),
    ),
    *(
        seg("NM1", repeat=2 if mark == "GB" else 1, when=(1, mark), e02=must("1 2"))
        for mark in ("IL", "74", "82", "TT", "PR", "GB")
    ),
    seg("MIA"),
    seg("MOA", e01=_PERHAPS, e02=_PERHAPS, row=_REMARKS),
    seg("REF", repeat=15, e01=must(longest=3), e02=must(longest=50)),
    seg("DTM", repeat=4, e01=must("036 050 232 233"), e02=must(kind="DT")),
    seg("PER", repeat=2, e01=must("CX")),
    _amounts("AMT", 13),
    _amounts("QTY", 14),
    _LINE,
)  # fmt: skip
_PAYER = loop(
    "1000A",
    seg("N1", REQUIRED, when=(1, "PR"), e02=must(longest=60), e03=may("XV")),
    *_address(REQUIRED),
    seg("REF", repeat=4, e01=must("2U EO HI NF"), e02=must(longest=50)),
    _contact("CX"),
    _contact("BL", EXPECTED, 99),
    _contact("IC"),
    usage=REQUIRED,
    repeat=1,
)
_PAYEE = loop(
    "1000B",
    seg(
        "N1", REQUIRED, when=(1, "PE"), e02=must(longest=60), e03=must("FI XV XX"),
        e04=must(longest=80, shortest=2),
    ),
    *_address("S"),
    seg("REF", repeat=4, e01=must("0B D3 PQ TJ"), e02=must(longest=50)),
    seg("RDM"),
    usage=REQUIRED,
    repeat=1,
)  # fmt: skip


def _provider_adjustments() -> SegmentSpec:
    """PLB: one to six pairs of a reason with its reference, and an amount."""
    pairs: dict[str, Element] = {}
    for first in range(3, 15, 2):
        usage = REQUIRED if first == 3 else "S"
        pairs[f"e{first:02d}"] = parts(must(longest=2), may(longest=50), usage=usage)
        pairs[f"e{first + 1:02d}"] = _AMOUNT if first == 3 else _PERHAPS
    return seg("PLB", REQUIRED, e01=must(longest=50), e02=must(kind="DT"), row=pairs)


GUIDE = loop(
    "HEADER",
    seg("ST", REQUIRED, e01=must("835"), e02=must(longest=9, shortest=4)),
    seg(
        "BPR", REQUIRED, e01=must("C D H I P U X"), e02=_AMOUNT, e03=must("C D"),
        e04=must("ACH BOP CHK FWT NON"), e05=may("CCP CTX"), e16=must(kind="DT"),
    ),
    seg(
        "TRN", REQUIRED, e01=must("1"), e02=must(longest=50),
        e03=must(longest=10, shortest=10), e04=may(longest=50),
    ),
    seg("CUR"),
    seg("REF", when=(1, "EV"), e02=must(longest=50)),
    seg("REF", when=(1, "F2"), e02=must(longest=50)),
    seg("DTM", e01=must("405"), e02=must(kind="DT")),
    _PAYER,
    _PAYEE,
    loop(
        "2000",
        seg("LX", REQUIRED, e01=must(kind="N0", longest=6)),
        seg("TS3"),
        seg("TS2"),
        _CLAIM,
    ),
    loop("PLB", _provider_adjustments()),
    loop("SE", seg("SE", REQUIRED, e01=must(kind="N0", longest=10)), usage=REQUIRED, repeat=1),
)  # fmt: skip
