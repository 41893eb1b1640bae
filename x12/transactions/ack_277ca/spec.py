"""The 277CA as a table."""

from x12.spec import EXPECTED, REQUIRED, Element, SegmentSpec, loop, may, must, parts, seg


def _level(code: str, child: str) -> dict[str, Element]:
    return {
        "e01": must(kind="N0", longest=12), "e02": may(kind="N0", longest=12),
        "e03": must(code), "e04": may(child),
    }  # fmt: skip


def _name(role: str, marks: str) -> SegmentSpec:
    return seg(
        "NM1", REQUIRED, when=(1, role), e02=must("1 2"), e03=may(longest=60),
        e04=may(longest=35), e08=may(marks), e09=may(longest=80, shortest=2),
    )  # fmt: skip


_REASON = parts(must(longest=30), must(longest=30), may(longest=3))
_STC = seg(
    "STC", repeat=99, e01=_REASON, e02=may(kind="DT"), e03=may("U WQ"),
    e04=may(kind="R", longest=18), e12=may(longest=264),
)  # fmt: skip
_STC_REQUIRED = seg("STC", REQUIRED, 99, row={f"e{n:02d}": e for n, e in _STC.elements.items()})
_LINE = loop(
    "2220D",
    seg("SVC", REQUIRED, e01=parts(must(), must(longest=48)), e02=must(kind="R", longest=18)),
    _STC,
    seg("REF", repeat=3, e01=must(longest=3), e02=must(longest=50)),
    seg("DTP", e01=must("472"), e02=must("D8 RD8"), e03=must(kind="DP", longest=35)),
)
_CLAIM = loop(
    "2000D",
    seg("HL", REQUIRED, when=(3, "PT"), row=_level("PT", "0 1")),
    _name("QC", "II MI"),
    seg("TRN", REQUIRED, e01=must("2"), e02=must(longest=50)),
    _STC_REQUIRED,
    *(seg("REF", when=(1, mark), e02=must(longest=50)) for mark in ("1K", "D9")),
    seg("REF", repeat=9, e01=must(longest=3), e02=must(longest=50)),
    seg("DTP", EXPECTED, e01=must("472"), e02=must("D8 RD8"), e03=must(kind="DP", longest=35)),
    _LINE,
)


def _counts(marks: str) -> tuple[SegmentSpec, SegmentSpec]:
    return (
        seg("QTY", repeat=2, e01=must(marks), e02=must(kind="R", longest=15)),
        seg("AMT", repeat=2, e01=must("YU YY"), e02=must(kind="R", longest=18)),
    )


_PROVIDER = loop(
    "2000C",
    seg("HL", REQUIRED, when=(3, "19"), row=_level("19", "0 1")),
    _name("85", "FI XX"),
    seg("TRN", e01=must("1 2"), e02=must(longest=50)),
    _STC,
    seg("REF", repeat=3, e01=must(longest=3), e02=must(longest=50)),
    *_counts("QA QC"),
    _CLAIM,
)
_RECEIVER = loop(
    "2000B",
    seg("HL", REQUIRED, when=(3, "21"), row=_level("21", "0 1")),
    _name("41", "46"),
    seg("TRN", REQUIRED, e01=must("2"), e02=must(longest=50)),
    _STC_REQUIRED,
    *_counts("90 AA"),
    _PROVIDER,
    usage=REQUIRED,
)


def _date(mark: str) -> SegmentSpec:
    return seg("DTP", REQUIRED, when=(1, mark), e02=must("D8"), e03=must(kind="DT"))


GUIDE = loop(
    "HEADER",
    seg("ST", REQUIRED, e01=must("277"), e02=must(longest=9, shortest=4), e03=must("005010X214")),
    seg(
        "BHT", REQUIRED, e01=must("0085"), e02=must("08"), e03=must(longest=50),
        e04=must(kind="DT"), e05=must(kind="TM"), e06=may("TH"),
    ),
    loop(
        "2000A",
        seg("HL", REQUIRED, when=(3, "20"), row=_level("20", "0 1")),
        _name("AY PR", "46 FI PI XV"),
        seg("TRN", REQUIRED, e01=must("1"), e02=must(longest=50)),
        _date("050"),
        _date("009"),
        _RECEIVER,
        usage=REQUIRED,
        repeat=1,
    ),
    loop("SE", seg("SE", REQUIRED, e01=must(kind="N0", longest=10)), usage=REQUIRED, repeat=1),
)  # fmt: skip
