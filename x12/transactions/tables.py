"""Pieces that several guides' tables share: levels, addresses, references, dates."""

from x12.spec import REQUIRED, SITUATIONAL, SegmentSpec, may, must, seg


def level(code: str, child: str = "0 1") -> SegmentSpec:
    """The HL that opens a level of kind `code`; `child` are the codes of HL04."""
    return seg(
        "HL", REQUIRED, when=(3, code), e01=must(kind="N0", longest=12),
        e02=may(kind="N0", longest=12), e03=must(code), e04=may(child),
    )  # fmt: skip


def name(roles: str, usage: str = REQUIRED, repeat: int = 1) -> SegmentSpec:
    """NM1 of one of `roles`."""
    return seg(
        "NM1", usage, repeat, when=(1, roles), e02=must("1 2"), e03=may(longest=60),
        e04=may(longest=35), e05=may(longest=25), e07=may(longest=10),
        e08=may(longest=2), e09=may(longest=80, shortest=2),
    )  # fmt: skip


def address() -> tuple[SegmentSpec, SegmentSpec]:
    """N3 and N4, where they are told."""
    return (
        seg("N3", e01=must(longest=55), e02=may(longest=55)),
        seg(
            "N4", e01=must(longest=30, shortest=2), e02=may(longest=2, shortest=2),
            e03=may(longest=15, shortest=3), e04=may(longest=3, shortest=2),
        ),
    )  # fmt: skip


def references(repeat: int) -> SegmentSpec:
    """REF of any kind."""
    return seg("REF", repeat=repeat, e01=must(longest=3, shortest=2), e02=must(longest=50))


def person(sexes: str = "F M U") -> SegmentSpec:
    """DMG: birth date and sex; a question knows no U."""
    return seg("DMG", e01=may("D8"), e02=may(kind="DT"), e03=may(sexes))


def period(qualifiers: str, repeat: int = 1, usage: str = SITUATIONAL) -> SegmentSpec:
    """DTP: a day or a period."""
    return seg(
        "DTP", usage, repeat, e01=must(qualifiers), e02=must("D8 RD8"),
        e03=must(kind="DP", longest=35),
    )  # fmt: skip


def trace(usage: str, repeat: int, kinds: str) -> SegmentSpec:
    """TRN: the number that question and answer share."""
    return seg(
        "TRN", usage, repeat, e01=must(kinds), e02=must(longest=50),
        e03=may(longest=10, shortest=10), e04=may(longest=50),
    )  # fmt: skip
