"""276 and 277 as tables."""

from x12.spec import REQUIRED, Element, LoopSpec, SegmentSpec, loop, may, must, parts, seg
from x12.transactions.claim_status import VERSION
from x12.transactions.tables import level, name, period, person, references, trace

_AMOUNT = must(kind="R", longest=18)
_PERHAPS = may(kind="R", longest=18)
_DAY = may(kind="DT")


def _reason(usage: str) -> Element:
    return parts(must(longest=30), must(longest=30), may(longest=3), may(longest=3), usage=usage)


def _status(usage: str = "S") -> SegmentSpec:
    return seg(
        "STC", usage, 99, e01=_reason("R"), e02=must(kind="DT"), e04=_PERHAPS, e05=_PERHAPS,
        e06=_DAY, e07=may(longest=3), e08=_DAY, e09=may(longest=16), e10=_reason("S"),
        e11=_reason("S"),
    )  # fmt: skip


def _line(loop_id: str, *statuses: SegmentSpec) -> LoopSpec:
    """A line; whoever asks about one names its units, whoever answers may."""
    units = may if statuses else must
    return loop(
        loop_id,
        seg(
            "SVC", REQUIRED,
            e01=parts(
                must("AD ER HC HP IV N4 NU WK"), must(longest=48),
                *[may(longest=2, shortest=2)] * 4,
            ),
            e02=_AMOUNT, e03=_PERHAPS, e04=may(longest=48), e07=units(kind="R", longest=15),
        ),
        *statuses,
        references(1),
        period("472"),
    )  # fmt: skip


def _asked_claim(loop_id: str, line_id: str) -> LoopSpec:
    return loop(
        loop_id,
        trace(REQUIRED, 1, "1"),
        references(9),
        seg("AMT", e01=must("T3"), e02=_AMOUNT),
        period("472"),
        _line(line_id),
    )


def _told_claim(loop_id: str, line_id: str) -> LoopSpec:
    return loop(
        loop_id,
        trace(REQUIRED, 1, "2"),
        _status(REQUIRED),
        references(9),
        period("472"),
        _line(line_id, _status()),
    )


def _answer(loop_id: str) -> LoopSpec:
    """A status for everything below a level."""
    return loop(loop_id, trace(REQUIRED, 1, "1 2"), _status(REQUIRED), references(3), repeat=1)


def _head(set_code: str, purpose: str, kind: str) -> tuple[SegmentSpec, SegmentSpec]:
    return (
        seg("ST", REQUIRED, e01=must(set_code), e02=must(longest=9, shortest=4), e03=must(VERSION)),
        seg(
            "BHT", REQUIRED, e01=must("0010"), e02=must(purpose), e03=must(longest=50),
            e04=must(kind="DT"), e05=must(kind="TM"), e06=may(kind),
        ),
    )  # fmt: skip


_END = loop("SE", seg("SE", REQUIRED, e01=must(kind="N0", longest=10)), usage=REQUIRED, repeat=1)

INQUIRY = loop(
    "HEADER",
    *_head("276", "13", ""),
    loop(
        "2000A",
        level("20", "1"),
        name("PR"),
        loop(
            "2000B",
            level("21", "1"),
            name("41"),
            loop(
                "2000C",
                level("19", "1"),
                name("1P", repeat=2),
                loop(
                    "2000D",
                    level("22"),
                    person("F M"),
                    name("IL"),
                    _asked_claim("2200D", "2210D"),
                    loop(
                        "2000E",
                        level("23"),
                        person("F M"),
                        name("QC"),
                        _asked_claim("2200E", "2210E"),
                    ),
                ),
                usage=REQUIRED,
            ),
            usage=REQUIRED,
        ),
        usage=REQUIRED,
    ),
    _END,
)
RESPONSE = loop(
    "HEADER",
    *_head("277", "08", "DG"),
    loop(
        "2000A",
        level("20", "1"),
        name("PR"),
        seg("PER", e01=must("IC"), e02=may(longest=60), e03=may(longest=2), e04=may(longest=256)),
        loop(
            "2000B",
            level("21"),
            name("41"),
            _answer("2200B"),
            loop(
                "2000C",
                level("19"),
                name("1P", repeat=2),
                _answer("2200C"),
                loop(
                    "2000D",
                    level("22"),
                    name("IL"),
                    _told_claim("2200D", "2220D"),
                    loop("2000E", level("23"), name("QC"), _told_claim("2200E", "2220E")),
                ),
            ),
            usage=REQUIRED,
        ),
        usage=REQUIRED,
    ),
    _END,
)
