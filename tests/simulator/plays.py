"""Plays a scenario on one visit of two lines, and gives what came back as text."""

from pathlib import Path
from typing import Any

from tests.simulator.files import Visit, claims_file
from tests.simulator.world import PAYERS, World

DAY = 86_400
# As the world's payers, except that the member owes nothing by the contract itself.
PLAIN_PAYERS = [
    {**PAYERS[0], "copay": "0", "deductible": "0", "crosses_to": "54321"}, *PAYERS[1:],
]  # fmt: skip
_ENVELOPE = ("ISA*", "GS*", "ST*", "SE*", "GE*", "IEA*")
_LETTERHEAD = ("N1", "N3", "N4", "PER", "DTM*405", "TRN", "LX", "REF*TJ", "BHT", "HL", "DTP", "QTY")


def played(folder: Path, scenario: str, **settings: Any) -> World:
    """A world in which claim C1 met this scenario, and everything that follows has happened."""
    made: dict[str, Any] = {"payers": PLAIN_PAYERS, "scenarios": {"C1": scenario}} | settings
    world = World(folder, **made)
    world.answer_to(claims_file([Visit("C1")], asks_for_ta1=True))
    world.pass_time(hours=1)
    return world


def paid_next(world: World, number: str = "C2") -> None:
    """One more claim of the practice is paid: what waits for a payment is in it."""
    control_number = 200 + len(world.files())
    world.answer_to(
        claims_file([Visit(number, (("99215", "300"),))], control_number=control_number), number
    )
    world.pass_time(hours=1)


def said(content: bytes) -> list[str]:
    """The segments that say something, without envelope and letterhead."""
    segments = content.decode().replace("\n", "").split("~")
    return [one for one in segments if one and not one.startswith((*_ENVELOPE, *_LETTERHEAD))]


def payments(world: World) -> str:
    """Every 835 so far, one segment a line, an empty line between two."""
    return "\n\n".join("\n".join(said(content)) for content in world.files("835"))
