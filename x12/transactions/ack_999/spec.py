"""The 999 as a table."""

from x12.spec import REQUIRED, LoopSpec, may, must, seg

_ERROR = LoopSpec(
    "2100",
    (
        seg("IK3", REQUIRED, e01=must(longest=3), e02=must(kind="N0"), e04=may(longest=3)),
        seg("CTX", repeat=10),
        seg("IK4", repeat=1000, e01=must(kind="C"), e03=must(longest=3)),
    ),
)
GUIDE = LoopSpec(
    "HEADER",
    (
        seg("ST", REQUIRED, e01=must("999"), e02=must(longest=9, shortest=4)),
        seg("AK1", REQUIRED, e01=must(longest=2), e02=must(kind="N0")),
    ),
    (
        LoopSpec(
            "2000",
            (seg("AK2", REQUIRED, e01=must(longest=3), e02=must(longest=9)),),
            (_ERROR, LoopSpec("IK5", (seg("IK5", REQUIRED, e01=must("A E M R W X")),), (), REQUIRED, 1)),
        ),
        LoopSpec(
            "AK9",
            (
                seg("AK9", REQUIRED, e01=must("A E M P R W X"), e02=must(kind="N0"),
                    e03=must(kind="N0"), e04=must(kind="N0")),
                seg("SE", REQUIRED),
            ),
            usage=REQUIRED,
            repeat=1,
        ),
    ),
)  # fmt: skip
