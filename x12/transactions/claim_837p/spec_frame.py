"""Rows of the table that both guides of the 837 share: the frame, the levels, the payers."""

from x12.spec import REQUIRED, Element, LoopSpec, loop, may, must, seg
from x12.transactions.claim_837p.spec_line import date
from x12.transactions.claim_837p.spec_parties import address, name, numbers

RESPONSIBILITY = "A B C D E F G H P S T U"
RELATIONSHIPS = "01 19 20 21 39 40 53 G8"
DMG = {"e01": must("D8"), "e02": must(kind="DP", longest=35), "e03": must("F M U")}
PAYER = loop(
    "2010BB",
    name("PR", entity="2", marks="PI XV", number=REQUIRED),
    *address(),
    seg("REF", repeat=3, when=(1, "2U EI FY NF"), e02=must(longest=50)),
    seg("REF", repeat=2, when=(1, "G2 LU"), e02=must(longest=50)),
    usage=REQUIRED,
    repeat=1,
)
PAY_TO_PLAN = loop(
    "2010AC",
    name("PE", entity="2", marks="PI XV", number=REQUIRED),
    *address(REQUIRED),
    seg("REF", repeat=2, when=(1, "2U FY NF"), e02=must(longest=50)),
    seg("REF", REQUIRED, when=(1, "EI"), e02=must(longest=50)),
    repeat=1,
)

OTHER_SUBSCRIBER = loop(
    "2330A",
    name("IL", number=REQUIRED),
    *address(),
    seg("REF", repeat=2, when=(1, "SY"), e02=must(longest=50)),
    usage=REQUIRED,
    repeat=1,
)
OTHER_PAYER = loop(
    "2330B",
    name("PR", entity="2", marks="PI XV", number=REQUIRED),
    *address(),
    date("573"),
    numbers("2U EI FY NF", 2),
    *(numbers(mark, 1) for mark in ("G1", "9F", "T4", "F8")),
    usage=REQUIRED,
    repeat=1,
)


def level(code: str, child: str) -> dict[str, Element]:
    """HL of a level: its `code`, and whether another one stands below it."""
    return {
        "e01": must(kind="N0", longest=12), "e02": may(kind="N0", longest=12),
        "e03": must(code), "e04": must(child),
    }  # fmt: skip


def submission(version: str, billing_provider: LoopSpec) -> LoopSpec:
    """The whole table of a guide around its billing providers."""
    return loop(
        "HEADER",
        seg("ST", REQUIRED, e01=must("837"), e02=must(longest=9, shortest=4), e03=must(version)),
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
        billing_provider,
        loop("SE", seg("SE", REQUIRED, e01=must(kind="N0", longest=10)), usage=REQUIRED, repeat=1),
    )  # fmt: skip
