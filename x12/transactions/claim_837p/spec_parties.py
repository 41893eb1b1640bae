"""Rows of the 837P's table for people, organisations and their addresses."""

from x12.spec import REQUIRED, SITUATIONAL, Element, LoopSpec, SegmentSpec, loop, may, must, seg

PER = seg("PER", repeat=1, e01=must("IC"), e03=must("EX TE"), e04=must(longest=256))


def address(usage: str = SITUATIONAL) -> tuple[SegmentSpec, SegmentSpec]:
    """N3 and N4."""
    return (
        seg("N3", usage, e01=must(longest=55), e02=may(longest=55)),
        seg(
            "N4", usage, e01=must(longest=30, shortest=2), e02=may(longest=2, shortest=2),
            e03=may(longest=15, shortest=3), e04=may(longest=3, shortest=2),
        ),
    )  # fmt: skip


def name(
    role: str,
    *,
    entity: str = "1 2",
    marks: str = "II MI",
    number: str = SITUATIONAL,
    with_number: bool = True,
) -> SegmentSpec:
    """NM1 of a role: name, and an identifier with the `marks` that may stand before it."""
    elements = {
        "e02": must(entity), "e03": must(longest=60), "e04": may(longest=35),
        "e05": may(longest=25), "e07": may(longest=10),
    }  # fmt: skip
    if with_number:
        row = must if number == REQUIRED else may
        elements |= {"e08": row(marks), "e09": row(longest=80, shortest=2)}
    return seg("NM1", REQUIRED, when=(1, role), row=elements)


def numbers(marks: str, repeat: int) -> SegmentSpec:
    """REF with other numbers of a provider."""
    return seg("REF", repeat=repeat, when=(1, marks), e02=must(longest=50))


def provider(
    loop_id: str,
    role: str,
    *,
    entity: str = "1 2",
    repeat: int = 1,
    marks: str = "0B 1G G2 LU",
    most_numbers: int = 4,
    performs: bool = False,
) -> LoopSpec:
    """A provider in a role; only one who performs has a taxonomy (PRV)."""
    performing = seg(
        "PRV", e01=must("PE"), e02=must("PXC"), e03=must(shortest=10, longest=10)
    )  # fmt: skip
    return loop(
        loop_id,
        name(role, entity=entity, marks="XX"),
        *((performing,) if performs else ()),
        numbers(marks, most_numbers),
        repeat=repeat,
    )


def place(loop_id: str, role: str, *, named: bool, usage: str = REQUIRED) -> LoopSpec:
    """A place with an address: a facility, or where an ambulance picked up or dropped off."""
    opener: dict[str, Element] = {"e02": must("2")}
    if named:
        opener |= {"e03": must(longest=60), "e08": may("XX"), "e09": may(longest=80, shortest=2)}
    return loop(
        loop_id,
        seg("NM1", REQUIRED, when=(1, role), row=opener),
        *address(usage),
        *((numbers("0B G2 LU", 3), PER) if named else ()),
        repeat=1,
    )
