"""What a claim's scenario does to the whole file or set it came in, known before any is judged."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import x12
from simulator import judge, truth
from simulator.arrival import Arrival
from simulator.claims import ReceivedClaim, received_claim, single_batches
from simulator.config import Config
from simulator.history import History, keep, scenario_of
from simulator.scenarios.parts import (
    ACK_999,
    RECEIVER,
    RejectInterchange,
    RejectSet,
    Reorder,
    Scenario,
    Silent,
)
from simulator.store import Store
from x12.transactions.ack_999.model import ElementError, SegmentError
from x12.transactions.claim_837p.model import Claim, ClaimBatch837P

_HAS_ELEMENT_ERRORS, _INVALID_CODE, _CLAIM_LOOP = "8", "7", "2300"


@dataclass(slots=True)
class FileFate:
    """What becomes of the file: the note of a TA1 R, the sets refused with what is said of each,
    and the scenario that spoils its 999.
    """

    ta1_note: str = ""
    refused: dict[str, tuple[SegmentError, ...]] = field(default_factory=dict)
    silent: bool = False
    reorder: bool = False
    spoils_999: str = ""


def foresee(store: Store, config: Config, found: x12.Interchange, came: Arrival) -> FileFate:
    """Look through the claims for what concerns more than themselves.

    Whoever brings it about is kept as rejected, so that it strikes once.
    """
    fate = FileFate()
    if not any(_concerns_file(scenario) for scenario in config.in_play):
        return fate
    for item in found.transactions:
        for claim, written in _claims(item):
            seen = History(store, came.sender_id, claim).times_seen
            scenario = scenario_of(config, claim, seen)
            if not _concerns_file(scenario):
                continue
            if spoils(scenario, ACK_999):
                fate.spoils_999 = fate.spoils_999 or scenario.name
            if isinstance(scenario.receipt, Reorder):
                fate.reorder = True
            if not _strikes(scenario):
                continue
            _apply(fate, scenario, item, written)
            keep(store, claim, scenario.name, judge.RECEIVED, came=came)
            facts = truth.of_claim(claim, came.sender_id, scenario, judge.RECEIVED, "")
            truth.note(store, came.at, "claim", facts | {"rejected": True})
    return fate


def spoils(scenario: Scenario, kind: str) -> bool:
    """Whether it spoils the acknowledgement of this kind."""
    part = scenario.acknowledgement
    return part is not None and part.of == kind


def _concerns_file(scenario: Scenario) -> bool:
    return _strikes(scenario) or isinstance(scenario.receipt, Reorder) or spoils(scenario, ACK_999)


def _strikes(scenario: Scenario) -> bool:
    """Whether the file or set is turned away, or never answered."""
    part = scenario.receipt
    return isinstance(part, RejectInterchange | RejectSet) or (
        isinstance(part, Silent) and part.by == RECEIVER
    )


def _claims(item: x12.Transaction) -> Iterator[tuple[ReceivedClaim, Claim]]:
    if isinstance(item.record, ClaimBatch837P):
        for single in single_batches(item.record):
            yield received_claim(single), single.claims()[0]


def _apply(fate: FileFate, scenario: Scenario, item: x12.Transaction, claim: Claim) -> None:
    part = scenario.receipt
    if isinstance(part, RejectInterchange):
        fate.ta1_note = part.note
    elif isinstance(part, Silent):
        fate.silent = True
    elif isinstance(part, RejectSet):
        errors = (_at_claim(claim),) if part.at_claim else ()
        fate.refused[item.control_number] = fate.refused.get(item.control_number, ()) + errors


def _at_claim(claim: Claim) -> SegmentError:
    """IK3 at the CLM, with its number, and an IK4 that will not have CLM05."""
    return SegmentError(
        segment_id="CLM",
        position=claim.segment_number,
        loop_id=_CLAIM_LOOP,
        error_code=_HAS_ELEMENT_ERRORS,
        context=claim.patient_control_number,
        elements=(ElementError(5, _INVALID_CODE),),
    )
