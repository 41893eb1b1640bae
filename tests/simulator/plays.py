"""Plays a scenario on one visit of two lines, and gives what came back as text."""

from pathlib import Path
from typing import Any

from simulator.scenarios.catalogue import built_in
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


# What is left out of the told story, because it is the same whatever the scenario.
_ALWAYS_ALIKE = ("NM1*QC", "NM1*82", "NM1*PR", "NM1*AY", "NM1*41", "NM1*85", "DTM*472", "AMT*Y")
_WAITING = frozenset(
    {"take_back", "delayed_recoupment", "refund_seen", "reverse_and_deny", "correct"}
)


def needs_another(scenario: str) -> bool:
    """Whether what follows comes with the next payment only."""
    return scenario in _WAITING


def story(world: World, scenario: str) -> list[str]:
    """Every answer in the order it came: its kind, and what it says.

    The acknowledgements are told of `pay` and of scenarios that change them: else they are alike.
    """
    told: list[str] = []
    found = sorted(world.outbound.glob("*.edi"), key=lambda path: path.name[-13:])
    one = built_in()[scenario]
    changes = bool(one.receipt or one.acknowledgement) or scenario == "pay"
    for path in found:
        kind = path.name.partition("_")[0]
        if kind != "835" and not changes:
            continue
        told.append(f"-- {kind}")
        told += [one for one in said(path.read_bytes()) if not one.startswith(_ALWAYS_ALIKE)]
    return told
