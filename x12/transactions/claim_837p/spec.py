"""The 837P as a table: loops and segments in the guide's order, with what must stand in them.

The rows of a claim stand in `spec_claim`, those of a service line in `spec_line` (domain B).
"""

from x12.spec import REQUIRED, LoopSpec, loop, may, must, seg
from x12.transactions.claim_837p.spec_claim import CLAIM
from x12.transactions.claim_837p.spec_frame import (
    DMG,
    PAY_TO_PLAN,
    PAYER,
    RELATIONSHIPS,
    RESPONSIBILITY,
    level,
    submission,
)
from x12.transactions.claim_837p.spec_parties import PER, address, name

_PAT = {"e05": may("D8"), "e06": may(kind="DT"), "e07": may("01"), "e08": may(kind="R")}

_PATIENT = loop(
    "2000C",
    seg("HL", REQUIRED, when=(3, "23"), row=level("23", "0")),
    seg("PAT", REQUIRED, e01=must(RELATIONSHIPS), row=_PAT),
    loop(
        "2010CA",
        name("QC", entity="1", with_number=False),
        *address(REQUIRED),
        seg("DMG", REQUIRED, row=DMG),
        seg("REF", repeat=2, when=(1, "1W SY Y4"), e02=must(longest=50)),
        PER,
        usage=REQUIRED,
        repeat=1,
    ),
    CLAIM,
)

_SUBSCRIBER = loop(
    "2000B",
    seg("HL", REQUIRED, when=(3, "22"), row=level("22", "0 1")),
    seg(
        "SBR", REQUIRED, e01=must(RESPONSIBILITY), e02=may("18"), e03=may(longest=50),
        e04=may(longest=60), e05=may("12 13 14 15 16 41 42 43 47"), e09=may(longest=2),
    ),
    seg("PAT", row=_PAT),
    loop(
        "2010BA",
        name("IL"),
        *address(),
        seg("DMG", row=DMG),
        seg("REF", when=(1, "SY"), e02=must(longest=50)),
        seg("REF", when=(1, "Y4"), e02=must(longest=50)),
        PER,
        usage=REQUIRED,
        repeat=1,
    ),
    PAYER,
    CLAIM,
    _PATIENT,
    usage=REQUIRED,
)  # fmt: skip

_BILLING_PROVIDER = loop(
    "2000A",
    seg("HL", REQUIRED, when=(3, "20"), row=level("20", "1")),
    seg("PRV", e01=must("BI"), e02=must("PXC"), e03=must(shortest=10, longest=10)),
    seg("CUR"),
    loop(
        "2010AA",
        name("85", marks="XX"),
        *address(REQUIRED),
        seg("REF", REQUIRED, when=(1, "EI SY"), e02=must(longest=50)),
        seg("REF", repeat=2, when=(1, "0B 1G"), e02=must(longest=50)),
        seg("PER", repeat=2, e01=must("IC"), e03=must("EM FX TE"), e04=must(longest=256)),
        usage=REQUIRED,
        repeat=1,
    ),
    loop(
        "2010AB",
        seg("NM1", REQUIRED, when=(1, "87"), e02=must("1 2")),
        *address(REQUIRED),
        repeat=1,
    ),
    PAY_TO_PLAN,
    _SUBSCRIBER,
    usage=REQUIRED,
)

GUIDE: LoopSpec = submission("005010X222A1", _BILLING_PROVIDER)
