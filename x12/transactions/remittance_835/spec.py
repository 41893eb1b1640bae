"""The 835 as a table: loops and segments in the guide's order, with what must stand in them."""

from x12.spec import REQUIRED, LoopSpec, may, must, seg

_ADDRESS = (seg("N3", e01=must(longest=55)), seg("N4", e01=must(longest=30)))
_CAS = seg(
    "CAS", repeat=99, e01=must("CO OA PI PR"), e02=must(longest=5), e03=must(kind="R"),
    e06=may(kind="R"), e09=may(kind="R"), e12=may(kind="R"),
)  # fmt: skip

_LINE = LoopSpec(
    "2110",
    (
        seg("SVC", REQUIRED, e01=must(kind="C"), e02=must(kind="R"), e03=must(kind="R")),
        seg("DTM", repeat=2, when=(1, "150 151 472"), e02=must(kind="DT")),
        _CAS,
        seg("REF", repeat=30),
        seg("AMT", repeat=9, e01=must(), e02=must(kind="R")),
        seg("QTY", repeat=6),
        seg("LQ", repeat=99, e01=must("HE RX"), e02=must(longest=30)),
    ),
)
_CLAIM = LoopSpec(
    "2100",
    (
        seg(
            "CLP", REQUIRED, e01=must(longest=38), e02=must("1 2 3 4 19 20 21 22 23 25"),
            e03=must(kind="R"), e04=must(kind="R"), e05=may(kind="R"), e06=must(longest=2),
            e07=must(longest=50),
        ),
        _CAS,
        seg("NM1", REQUIRED, when=(1, "QC"), e02=must("1")),
        seg("NM1", repeat=9, when=(1, "IL 74 82 TT PR GB")),
        seg("MIA"),
        seg("MOA"),
        seg("REF", repeat=20),
        seg("DTM", repeat=9, when=(1, "036 050 232 233"), e02=must(kind="DT")),
        seg("PER", repeat=2),
        seg("AMT", repeat=14, e01=must(), e02=must(kind="R")),
        seg("QTY", repeat=14),
    ),
    (_LINE,),
)  # fmt: skip
_HEADER_NUMBER = LoopSpec(
    "2000", (seg("LX", REQUIRED, e01=must(kind="N0")), seg("TS3"), seg("TS2")), (_CLAIM,)
)
_PAYER = LoopSpec(
    "1000A",
    (
        seg("N1", REQUIRED, when=(1, "PR"), e02=must(longest=60)),
        *_ADDRESS,
        seg("REF", repeat=4),
        seg("PER", when=(1, "CX")),
        seg("PER", repeat=99, when=(1, "BL")),
        seg("PER", when=(1, "IC")),
    ),
    usage=REQUIRED,
    repeat=1,
)
_PAYEE = LoopSpec(
    "1000B",
    (
        seg("N1", REQUIRED, when=(1, "PE"), e02=must(longest=60), e03=must("XX FI XV")),
        *_ADDRESS,
        seg("REF", repeat=99),
        seg("RDM"),
    ),
    usage=REQUIRED,
    repeat=1,
)

GUIDE = LoopSpec(
    "HEADER",
    (
        seg("ST", REQUIRED, e01=must("835"), e02=must(longest=9, shortest=4)),
        seg(
            "BPR", REQUIRED, e01=must("C D H I P U X"), e02=must(kind="R"), e03=must("C D"),
            e04=must("ACH BOP CHK FWT NON"), e16=must(kind="DT"),
        ),
        seg("TRN", REQUIRED, e01=must("1"), e02=must(longest=50), e03=must(longest=10)),
        seg("CUR"),
        seg("REF", when=(1, "EV")),
        seg("REF", when=(1, "F2")),
        seg("DTM", when=(1, "405"), e02=must(kind="DT")),
    ),
    (
        _PAYER,
        _PAYEE,
        _HEADER_NUMBER,
        LoopSpec("PLB", (seg("PLB", REQUIRED, e01=must(), e02=must(kind="DT"), e04=must(kind="R")),)),
        LoopSpec("SE", (seg("SE", REQUIRED),), usage=REQUIRED, repeat=1),
    ),
)  # fmt: skip
