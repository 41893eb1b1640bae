"""The 999 as a table."""

from x12.spec import REQUIRED, loop, may, must, parts, seg

_CTX = {
    "e01": parts(must(longest=35), may(longest=35)), "e02": may(longest=3, shortest=2),
    "e03": may(kind="N0", longest=10), "e04": may(longest=4),
}  # fmt: skip
_ERROR = loop(
    "2100",
    seg(
        "IK3", REQUIRED, e01=must(longest=3), e02=must(kind="N0", longest=10),
        e03=may(longest=6), e04=may(longest=3),
    ),
    seg("CTX", repeat=10, row=_CTX),
    loop(
        "2110",
        seg(
            "IK4", REQUIRED, e01=parts(must(kind="N0", longest=2)), e02=may(longest=4),
            e03=must(longest=3), e04=may(longest=99),
        ),
        seg("CTX", repeat=10, row=_CTX),
    ),
)  # fmt: skip
_SET = loop(
    "2000",
    seg("AK2", REQUIRED, e01=must(longest=3), e02=must(longest=9), e03=may(longest=35)),
    _ERROR,
    loop(
        "IK5",
        seg("IK5", REQUIRED, e01=must("A E M R W X"), e02=may(longest=3)),
        usage=REQUIRED,
        repeat=1,
    ),
)
_COUNT = must(kind="N0", longest=6)

GUIDE = loop(
    "HEADER",
    seg("ST", REQUIRED, e01=must("999"), e02=must(longest=9, shortest=4), e03=may(longest=35)),
    seg(
        "AK1", REQUIRED, e01=must(longest=2), e02=must(kind="N0", longest=9),
        e03=may(longest=12),
    ),
    _SET,
    loop(
        "AK9",
        seg("AK9", REQUIRED, e01=must("A E M P R W X"), e02=_COUNT, e03=_COUNT, e04=_COUNT),
        seg("SE", REQUIRED, e01=must(kind="N0", longest=10)),
        usage=REQUIRED,
        repeat=1,
    ),
)  # fmt: skip
