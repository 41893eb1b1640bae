"""999 as records: a group, its transactions, and what was wrong with their segments."""

from dataclasses import dataclass, field

from x12.transactions.ack_999 import VERSION


@dataclass(frozen=True, slots=True)
class ElementError:
    """IK4: one element at fault; `error_code` is IK403."""

    position: int
    error_code: str
    component: int | None = None
    reference_number: str = ""
    bad_value: str = ""


@dataclass(frozen=True, slots=True)
class SegmentError:
    """IK3: one segment at fault. `position` counts ST as 1; `context` names the claim."""

    segment_id: str
    position: int
    loop_id: str
    error_code: str
    context: str = ""
    elements: tuple[ElementError, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAcknowledgement:
    """AK2 to IK5: the answer to one transaction; verdict A, E, R (M, W, X)."""

    set_code: str
    set_control_number: str
    verdict: str
    set_version: str = ""
    errors: tuple[SegmentError, ...] = ()
    set_error_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acknowledgement999:
    """One 999 transaction: the answer to one functional group; verdict A, E, P or R."""

    group_functional_code: str
    group_control_number: int
    group_version: str
    sets: tuple[SetAcknowledgement, ...]
    verdict: str
    included_count: int
    received_count: int
    accepted_count: int
    group_error_codes: tuple[str, ...] = ()
    totals_at: int = field(default=0, compare=False)
    transaction_control_number: str = "0001"
    set_code: str = field(default="999", init=False)
    functional_code: str = field(default="FA", init=False)
    version: str = field(default=VERSION, init=False)
