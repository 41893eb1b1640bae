"""The 837P as a table: loops and segments in the guide's order, with what must stand in them.

Covers every loop that this package writes and passes the others the guide has (domain B.4).
"""

from x12.spec import REQUIRED, LoopSpec, SegmentSpec, may, must, seg

_DATES_OF_CLAIM = "431 454 304 453 439 484 455 471 314 360 361 297 296 435 096 090 091 444 050"
_NUMBERS_OF_CLAIM = "4N F5 EW 9F G1 F8 X4 9A 9C LX D9 EA P4 1J"


def _address(usage: str = "S") -> tuple[SegmentSpec, SegmentSpec]:
    return (
        seg("N3", usage, e01=must(longest=55), e02=may(longest=55)),
        seg("N4", usage, e01=must(longest=30, shortest=2), e02=may(longest=2), e03=may(longest=9)),
    )


def _person(loop_id: str, role: str, usage: str = "S", repeat: int = 1) -> LoopSpec:
    """A provider in a role: NM1, PRV, REF, and an address where it has one."""
    return LoopSpec(
        loop_id,
        (
            seg("NM1", REQUIRED, when=(1, role), e02=must("1 2"), e03=must(longest=60)),
            seg("PRV"),
            *_address(),
            seg("REF", repeat=20),
            seg("PER"),
        ),
        (),
        usage,
        repeat,
    )


_OTHER_PAYER = LoopSpec(
    "2320",
    (
        seg("SBR", REQUIRED, e01=must("P S T A B C D E F G H U"), e02=must(longest=2)),
        seg("CAS", repeat=5, e01=must("CO CR OA PI PR"), e02=must(), e03=must(kind="R")),
        seg("AMT", repeat=3, when=(1, "D EAF A8"), e02=must(kind="R")),
        seg("OI", REQUIRED, e03=must("N W Y"), e06=must("I Y")),
        seg("MOA"),
    ),
    (
        LoopSpec(
            "2330A",
            (
                seg("NM1", REQUIRED, when=(1, "IL"), e03=must(), e09=must()),
                *_address(),
                seg("REF", repeat=2),
            ),
            (),
            REQUIRED,
            1,
        ),
        LoopSpec(
            "2330B",
            (
                seg("NM1", REQUIRED, when=(1, "PR"), e03=must(), e09=must()),
                *_address(),
                seg("DTP", when=(1, "573"), e03=must(kind="DT")),
                seg("REF", repeat=8),
            ),
            (),
            REQUIRED,
            1,
        ),
        _person("2330C-G", "DN P3 82 77 DQ 85", repeat=7),
    ),
    repeat=10,
)
_LINE = LoopSpec(
    "2400",
    (
        seg("LX", REQUIRED, e01=must(kind="N0")),
        seg(
            "SV1", REQUIRED, e01=must(kind="C"), e02=must(kind="R"), e03=must("MJ UN"),
            e04=must(kind="R"), e05=may(longest=2), e07=must(kind="C"),
        ),
        seg("SV5"),
        seg("PWK", repeat=11),
        seg("CR1"),
        seg("CR3"),
        seg("CRC", repeat=5),
        seg("DTP", REQUIRED, when=(1, "472"), e02=must("D8 RD8")),
        seg("DTP", repeat=12, e02=must("D8 RD8")),
        seg("QTY", repeat=2),
        seg("MEA", repeat=5),
        seg("CN1"),
        seg("REF", repeat=30, e01=must(longest=3), e02=must(longest=50)),
        seg("AMT", repeat=2),
        seg("K3", repeat=10),
        seg("NTE", repeat=2),
        seg("PS1"),
        seg("HCP"),
    ),
    (
        LoopSpec(
            "2410",
            (
                seg("LIN", REQUIRED, e02=must("EN EO HI N4 ON UK UP"), e03=must(longest=48)),
                seg("CTP", e04=must(kind="R"), e05=must(kind="C")),
                seg("REF"),
            ),
            repeat=1,
        ),
        _person("2420", "82 QB 77 DQ DK DN P3 PW 45", repeat=8),
        LoopSpec(
            "2430",
            (
                seg("SVD", REQUIRED, e01=must(), e02=must(kind="R"), e03=must(kind="C")),
                seg("CAS", repeat=5),
                seg("DTP", REQUIRED, when=(1, "573"), e03=must(kind="DT")),
                seg("AMT", when=(1, "EAF"), e02=must(kind="R")),
            ),
            repeat=15,
        ),
        LoopSpec("2440", (seg("LQ", REQUIRED), seg("FRM", repeat=99))),
    ),
    REQUIRED,
    50,
)  # fmt: skip
_CLAIM = LoopSpec(
    "2300",
    (
        seg(
            "CLM", REQUIRED, e01=must(longest=38), e02=must(kind="R"), e05=must(kind="C"),
            e06=must("N Y"), e07=must("A B C"), e08=must("N W Y"), e09=must("I Y"),
        ),
        seg("DTP", repeat=20, when=(1, _DATES_OF_CLAIM), e02=must("D8 RD8 DT")),
        seg("PWK", repeat=10),
        seg("CN1"),
        seg("AMT", when=(1, "F5"), e02=must(kind="R")),
        seg("REF", repeat=20, when=(1, _NUMBERS_OF_CLAIM), e02=must(longest=50)),
        seg("K3", repeat=10),
        seg("NTE", e01=must("ADD CER DCP DGN TPO"), e02=must(longest=80)),
        seg("CR1"),
        seg("CR2"),
        seg("CRC", repeat=8),
        seg("HI", REQUIRED, when=(1, "ABK BK"), e01=must(kind="C")),
        seg("HI", when=(1, "BP")),
        seg("HI", repeat=2, when=(1, "BG")),
        seg("HCP"),
    ),
    (
        _person("2310A", "DN P3", repeat=2),
        _person("2310B", "82"),
        LoopSpec(
            "2310C",
            (
                seg("NM1", REQUIRED, when=(1, "77"), e02=must("2"), e03=must(longest=60)),
                *_address(REQUIRED),
                seg("REF", repeat=3),
                seg("PER"),
            ),
            repeat=1,
        ),
        _person("2310D-F", "DQ PW 45", repeat=3),
        _OTHER_PAYER,
        _LINE,
    ),
    repeat=100,
)  # fmt: skip
_PATIENT = LoopSpec(
    "2000C",
    (
        seg("HL", REQUIRED, when=(3, "23"), e04=must("0")),
        seg("PAT", REQUIRED, e01=must("01 19 20 21 39 40 53 G8")),
        seg("NM1", REQUIRED, when=(1, "QC"), e02=must("1"), e03=must(longest=60)),
        *_address(REQUIRED),
        seg("DMG", REQUIRED, e01=must("D8"), e02=must(kind="DT"), e03=must("F M U")),
        seg("REF", repeat=2),
        seg("PER"),
    ),
    (_CLAIM,),
)
_SUBSCRIBER = LoopSpec(
    "2000B",
    (
        seg("HL", REQUIRED, when=(3, "22"), e04=must("0 1")),
        seg(
            "SBR", REQUIRED, e01=must("P S T A B C D E F G H U"), e02=may("18"), e09=may(longest=2)
        ),
        seg("PAT"),
        seg("NM1", REQUIRED, when=(1, "IL"), e02=must("1 2"), e03=must(longest=60), e09=may()),
        *_address(),
        seg("DMG", e01=must("D8"), e02=must(kind="DT"), e03=must("F M U")),
        seg("REF", repeat=5),
        seg("PER"),
        seg("NM1", REQUIRED, when=(1, "PR"), e02=must("2"), e03=must(longest=60), e09=must()),
        *_address(),
        seg("REF", repeat=4),
    ),
    (_CLAIM, _PATIENT),
    REQUIRED,
)
_BILLING_PROVIDER = LoopSpec(
    "2000A",
    (
        seg("HL", REQUIRED, when=(3, "20"), e04=must("1")),
        seg("PRV", e01=must("BI"), e02=must("PXC"), e03=must(longest=10)),
        seg("CUR"),
        seg("NM1", REQUIRED, when=(1, "85"), e02=must("1 2"), e03=must(longest=60), e09=may()),
        *_address(REQUIRED),
        seg("REF", REQUIRED, when=(1, "EI SY"), e02=must(longest=50)),
        seg("REF", repeat=3, when=(1, "0B 1G G2 LU")),
        seg("PER", repeat=2),
        seg("NM1", when=(1, "87")),
        *_address(),
        seg("NM1", when=(1, "PE")),
        *_address(),
        seg("REF", repeat=3),
    ),
    (_SUBSCRIBER,),
    REQUIRED,
)

GUIDE = LoopSpec(
    "HEADER",
    (
        seg("ST", REQUIRED, e01=must("837"), e02=must(longest=9, shortest=4), e03=must()),
        seg(
            "BHT", REQUIRED, e01=must("0019"), e02=must("00 18"), e03=must(longest=50),
            e04=must(kind="DT"), e05=must(kind="TM"), e06=must("CH RP 31"),
        ),
        seg("NM1", REQUIRED, when=(1, "41"), e02=must("1 2"), e03=must(), e09=must()),
        seg("PER", REQUIRED, repeat=2, e03=must("EM FX TE"), e04=must()),
        seg("NM1", REQUIRED, when=(1, "40"), e03=must(), e09=must()),
    ),
    (_BILLING_PROVIDER, LoopSpec("SE", (seg("SE", REQUIRED),), usage=REQUIRED, repeat=1)),
)  # fmt: skip
