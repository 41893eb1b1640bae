"""270 and 271 as tables."""

from x12.spec import REQUIRED, LoopSpec, SegmentSpec, loop, may, must, parts, seg
from x12.transactions.eligibility import VERSION
from x12.transactions.tables import address, level, name, period, person, references, trace

_SOURCES, _RECEIVERS = "2B 36 GP P5 PR", "1P 2B 36 80 FA GP P5 PR"
_REJECTION = seg("AAA", repeat=9, e01=must("N Y"), e03=must(longest=2), e04=must("C N P R S W X Y"))
_SERVICE_TYPES = may(kind="RC", longest=300)
_PROCEDURE = parts(must(longest=2), must(longest=48), *[may(longest=2, shortest=2)] * 4, usage="S")
_PROVIDER = seg("PRV", e01=must(longest=3), e02=may("9K D3 EI HPI PXC SY TJ"), e03=may(longest=50))
_INSURED = seg("INS", e01=must("N Y"), e02=must(longest=2))
_DIAGNOSES = seg("HI", e01=parts(must("ABK BK ABF BF"), must(longest=30)))


def _contact(repeat: int) -> SegmentSpec:
    return seg("PER", repeat=repeat, e01=must("IC"), e02=may(longest=60), e03=may(longest=2),
               e04=may(longest=256))  # fmt: skip


def _question(loop_id: str) -> LoopSpec:
    return loop(
        loop_id,
        seg(
            "EQ", REQUIRED, e01=_SERVICE_TYPES, e02=_PROCEDURE, e03=may(longest=3),
            e04=may(longest=3),
        ),
        seg("AMT", repeat=2, e01=must("PB R"), e02=must(kind="R", longest=18)),
        seg("III", repeat=10, e01=must("GR NI ZZ"), e02=must(longest=30)),
        references(1),
        period("291"),
        repeat=99,
    )  # fmt: skip


def _asked(loop_id: str, code: str, role: str, *inner: LoopSpec, kinds: str = "1") -> LoopSpec:
    return loop(
        loop_id,
        level(code),
        trace("S", 2, kinds),
        name(role),
        references(9),
        *address(),
        _PROVIDER,
        person("F M"),
        _INSURED,
        _DIAGNOSES,
        period("102 291", 2),
        *inner,
    )


def _benefit(letter: str) -> LoopSpec:
    return loop(
        f"2110{letter}",
        seg(
            "EB", REQUIRED, e01=must(longest=3), e02=may("CHD DEP ECH EMP ESP FAM IND SPC SPO"),
            e03=_SERVICE_TYPES, e04=may(longest=3), e05=may(longest=50), e06=may(longest=2),
            e07=may(kind="R", longest=18), e08=may(kind="R", longest=10), e09=may(longest=2),
            e10=may(kind="R", longest=15), e11=may("N U Y"), e12=may("N U W Y"), e13=_PROCEDURE,
        ),
        seg("HSD", repeat=9),
        references(9),
        seg("DTP", repeat=20, e01=must(longest=3), e02=must("D8 RD8"),
            e03=must(kind="DP", longest=35)),
        _REJECTION,
        seg("MSG", repeat=10, e01=must(longest=264)),
        seg("III", repeat=10),
        seg("LS", e01=must("2120")),
        loop(
            f"2120{letter}",
            name("13 1I 1P 2B 36 73 FA GP GW I3 IL LR OC P3 P4 P5 PR PRP SEP TTP VN VY X3"),
            *address(),
            _contact(3),
            _PROVIDER,
            repeat=23,
        ),
        loop("LE", seg("LE", REQUIRED, e01=must("2120")), repeat=1),
    )  # fmt: skip


def _told(letter: str, code: str, role: str, *inner: LoopSpec) -> LoopSpec:
    return loop(
        f"2000{letter}",
        level(code),
        trace("S", 3, "1 2"),
        name(role),
        references(9),
        *address(),
        _REJECTION,
        _PROVIDER,
        person(),
        _INSURED,
        _DIAGNOSES,
        seg("DTP", repeat=9, e01=must(longest=3), e02=must("D8 RD8"),
            e03=must(kind="DP", longest=35)),
        seg("MPI"),
        _benefit(letter),
        *inner,
    )  # fmt: skip


def _head(set_code: str, purposes: str) -> tuple[SegmentSpec, SegmentSpec]:
    return (
        seg("ST", REQUIRED, e01=must(set_code), e02=must(longest=9, shortest=4), e03=must(VERSION)),
        seg(
            "BHT", REQUIRED, e01=must("0022"), e02=must(purposes), e03=may(longest=50),
            e04=must(kind="DT"), e05=must(kind="TM"), e06=may(longest=2),
        ),
    )  # fmt: skip


_END = loop("SE", seg("SE", REQUIRED, e01=must(kind="N0", longest=10)), usage=REQUIRED, repeat=1)

INQUIRY = loop(
    "HEADER",
    *_head("270", "01 13 36"),
    loop(
        "2000A",
        level("20", "1"),
        name(_SOURCES),
        loop(
            "2000B",
            level("21", "1"),
            name(_RECEIVERS),
            references(9),
            *address(),
            _PROVIDER,
            _asked(
                "2000C", "22", "IL", _question("2110C"),
                _asked("2000D", "23", "03", _question("2110D")),
            ),
            usage=REQUIRED,
        ),
        usage=REQUIRED,
    ),
    _END,
)  # fmt: skip
RESPONSE = loop(
    "HEADER",
    *_head("271", "06 11"),
    loop(
        "2000A",
        level("20"),
        _REJECTION,
        name(_SOURCES),
        _contact(3),
        _REJECTION,
        loop(
            "2000B",
            level("21"),
            name(_RECEIVERS),
            references(9),
            *address(),
            _REJECTION,
            _PROVIDER,
            _told("C", "22", "IL", _told("D", "23", "03")),
        ),
        usage=REQUIRED,
    ),
    _END,
)
