"""The 277CA as a table."""

from x12.spec import REQUIRED, LoopSpec, may, must, seg

_STC = {"e01": must(kind="C"), "e02": may(kind="DT"), "e03": may("U WQ"), "e04": may(kind="R")}
_QTY = seg("QTY", repeat=2, e01=must("90 AA QA QC"), e02=must(kind="R"))
_AMT = seg("AMT", repeat=2, e01=must("YU YY"), e02=must(kind="R"))
_LINE = LoopSpec(
    "2220D",
    (
        seg("SVC", REQUIRED),
        seg("STC", repeat=99, **_STC),
        seg("REF", repeat=3),
        seg("DTP", repeat=2),
    ),
)
_CLAIM = LoopSpec(
    "2000D",
    (
        seg("HL", REQUIRED, when=(3, "PT")),
        seg("NM1", REQUIRED, when=(1, "QC")),
        seg("TRN", REQUIRED, e01=must("2"), e02=must(longest=50)),
        seg("STC", REQUIRED, repeat=99, **_STC),
        seg("REF", repeat=9),
        seg("DTP", repeat=3),
    ),
    (_LINE,),
)
_PROVIDER = LoopSpec(
    "2000C",
    (
        seg("HL", REQUIRED, when=(3, "19")),
        seg("NM1", REQUIRED, when=(1, "85")),
        seg("TRN"),
        seg("STC", repeat=99, **_STC),
        seg("REF", repeat=3),
        _QTY,
        _AMT,
    ),
    (_CLAIM,),
)
_RECEIVER = LoopSpec(
    "2000B",
    (
        seg("HL", REQUIRED, when=(3, "21")),
        seg("NM1", REQUIRED, when=(1, "41")),
        seg("TRN", REQUIRED, e01=must("2")),
        seg("STC", REQUIRED, repeat=99, **_STC),
        _QTY,
        _AMT,
    ),
    (_PROVIDER,),
    REQUIRED,
    1,
)
GUIDE = LoopSpec(
    "HEADER",
    (
        seg("ST", REQUIRED, e01=must("277"), e02=must(longest=9, shortest=4)),
        seg("BHT", REQUIRED, e01=must("0085"), e02=must("08"), e04=must(kind="DT")),
    ),
    (
        LoopSpec(
            "2000A",
            (
                seg("HL", REQUIRED, when=(3, "20")),
                seg("NM1", REQUIRED, when=(1, "AY PR")),
                seg("TRN", REQUIRED, e01=must("1")),
                seg("DTP", REQUIRED, when=(1, "050"), e03=must(kind="DT")),
                seg("DTP", REQUIRED, when=(1, "009"), e03=must(kind="DT")),
            ),
            (_RECEIVER,),
            REQUIRED,
            1,
        ),
        LoopSpec("SE", (seg("SE", REQUIRED),), usage=REQUIRED, repeat=1),
    ),
)
