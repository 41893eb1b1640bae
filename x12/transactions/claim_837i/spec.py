"""The 837I as a table: loops and segments in the guide's order, with what must stand in them.

People, organisations and other payers are told as in the 837P; the rows of a claim stand in
`spec_claim`.
"""

from x12.spec import REQUIRED, Element, LoopSpec, loop, may, must, seg
from x12.transactions.claim_837i import VERSION
from x12.transactions.claim_837i.spec_claim import CLAIM
from x12.transactions.claim_837p.spec_parties import address, name

_RESPONSIBILITY = "A B C D E F G H P S T U"
_RELATIONSHIPS = "01 19 20 21 39 40 53 G8"
_DMG = {"e01": must("D8"), "e02": must(kind="DP", longest=35), "e03": must("F M U")}


def _level(code: str, child: str) -> dict[str, Element]:
    return {
        "e01": must(kind="N0", longest=12), "e02": may(kind="N0", longest=12),
        "e03": must(code), "e04": must(child),
    }  # fmt: skip


_PATIENT = loop(
    "2000C",
    seg("HL", REQUIRED, when=(3, "23"), row=_level("23", "0")),
    seg("PAT", REQUIRED, e01=must(_RELATIONSHIPS)),
    loop(
        "2010CA",
        name("QC", entity="1", with_number=False),
        *address(REQUIRED),
        seg("DMG", REQUIRED, row=_DMG),
        seg("REF", repeat=2, when=(1, "1W SY Y4"), e02=must(longest=50)),
        usage=REQUIRED,
        repeat=1,
    ),
    CLAIM,
)

_SUBSCRIBER = loop(
    "2000B",
    seg("HL", REQUIRED, when=(3, "22"), row=_level("22", "0 1")),
    seg(
        "SBR", REQUIRED, e01=must(_RESPONSIBILITY), e02=may("18"), e03=may(longest=50),
        e04=may(longest=60), e09=may(longest=2),
    ),
    loop(
        "2010BA",
        name("IL"),
        *address(),
        seg("DMG", row=_DMG),
        seg("REF", when=(1, "SY"), e02=must(longest=50)),
        seg("REF", when=(1, "Y4"), e02=must(longest=50)),
        usage=REQUIRED,
        repeat=1,
    ),
    loop(
        "2010BB",
        name("PR", entity="2", marks="PI XV", number=REQUIRED),
        *address(),
        seg("REF", repeat=3, when=(1, "2U EI FY NF"), e02=must(longest=50)),
        seg("REF", repeat=2, when=(1, "G2 LU"), e02=must(longest=50)),
        usage=REQUIRED,
        repeat=1,
    ),
    CLAIM,
    _PATIENT,
    usage=REQUIRED,
)  # fmt: skip

_BILLING_PROVIDER = loop(
    "2000A",
    seg("HL", REQUIRED, when=(3, "20"), row=_level("20", "1")),
    seg("PRV", e01=must("BI"), e02=must("PXC"), e03=must(shortest=10, longest=10)),
    seg("CUR"),
    loop(
        "2010AA",
        name("85", entity="2", marks="XX"),
        *address(REQUIRED),
        seg("REF", REQUIRED, when=(1, "EI"), e02=must(longest=50)),
        seg("REF", repeat=2, when=(1, "0B 1G G2 LU"), e02=must(longest=50)),
        seg("PER", repeat=2, e01=must("IC"), e03=must("EM FX TE"), e04=must(longest=256)),
        usage=REQUIRED,
        repeat=1,
    ),
    loop(
        "2010AB",
        seg("NM1", REQUIRED, when=(1, "87"), e02=must("2")),
        *address(REQUIRED),
        repeat=1,
    ),
    loop(
        "2010AC",
        name("PE", entity="2", marks="PI XV", number=REQUIRED),
        *address(REQUIRED),
        seg("REF", repeat=2, when=(1, "2U FY NF"), e02=must(longest=50)),
        seg("REF", REQUIRED, when=(1, "EI"), e02=must(longest=50)),
        repeat=1,
    ),
    _SUBSCRIBER,
    usage=REQUIRED,
)

GUIDE: LoopSpec = loop(
    "HEADER",
    seg("ST", REQUIRED, e01=must("837"), e02=must(longest=9, shortest=4), e03=must(VERSION)),
    seg(
        "BHT", REQUIRED, e01=must("0019"), e02=must("00 18"), e03=must(longest=50),
        e04=must(kind="DT"), e05=must(kind="TM"), e06=must("31 CH RP"),
    ),
    loop(
        "1000A",
        name("41", marks="46", number=REQUIRED),
        seg(
            "PER", REQUIRED, repeat=2, e01=must("IC"), e02=may(longest=60),
            e03=must("EM FX TE"), e04=must(longest=256),
        ),
        usage=REQUIRED,
        repeat=1,
    ),
    loop(
        "1000B",
        name("40", entity="2", marks="46", number=REQUIRED),
        usage=REQUIRED,
        repeat=1,
    ),
    _BILLING_PROVIDER,
    loop("SE", seg("SE", REQUIRED, e01=must(kind="N0", longest=10)), usage=REQUIRED, repeat=1),
)  # fmt: skip
