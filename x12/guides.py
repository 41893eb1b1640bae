"""Which transactions this package knows, and how each is read, written and checked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from x12.errors import ERROR, Fault
from x12.matching import Table
from x12.transactions import (
    ack_277ca,
    ack_999,
    claim_837i,
    claim_837p,
    claim_status,
    eligibility,
    remittance_835,
)
from x12.transactions.ack_277ca import build as build_277
from x12.transactions.ack_277ca import check as check_277
from x12.transactions.ack_277ca import read as read_277
from x12.transactions.ack_277ca import spec as spec_277
from x12.transactions.ack_999 import build as build_999
from x12.transactions.ack_999 import check as check_999
from x12.transactions.ack_999 import read as read_999
from x12.transactions.ack_999 import spec as spec_999
from x12.transactions.claim_837i import build as build_837i
from x12.transactions.claim_837i import check as check_837i
from x12.transactions.claim_837i import read as read_837i
from x12.transactions.claim_837i import spec as spec_837i
from x12.transactions.claim_837p import build as build_837
from x12.transactions.claim_837p import check as check_837
from x12.transactions.claim_837p import read as read_837
from x12.transactions.claim_837p import spec as spec_837
from x12.transactions.claim_837p.check_claim import check_claim
from x12.transactions.claim_837p.read_claim import read_claims
from x12.transactions.claim_837p.stream import ClaimStream
from x12.transactions.claim_status import build as build_status
from x12.transactions.claim_status import check as check_status
from x12.transactions.claim_status import read as read_status
from x12.transactions.claim_status import spec as spec_status
from x12.transactions.eligibility import build as build_eligibility
from x12.transactions.eligibility import check as check_eligibility
from x12.transactions.eligibility import read as read_eligibility
from x12.transactions.eligibility import spec as spec_eligibility
from x12.transactions.remittance_835 import build as build_835
from x12.transactions.remittance_835 import check as check_835
from x12.transactions.remittance_835 import read as read_835
from x12.transactions.remittance_835 import spec as spec_835
from x12.writer import SetWriter


@dataclass(frozen=True, slots=True)
class Guide:
    """One implementation guide."""

    version: str
    functional_code: str
    has_version_in_st: bool
    table: Table
    read: Callable[[Iterable[list[str]], str], Any]
    build: Callable[[Any], SetWriter]
    check: Callable[[Any], list[Fault]]
    repeats: bool = False  # elements of it may come several times in their place
    stream: Callable[[str], ClaimStream[Any]] | None = None  # by component: in flat memory


GUIDES: dict[tuple[str, str], Guide] = {
    ("837", claim_837p.VERSION): Guide(
        claim_837p.VERSION, "HC", True, Table(spec_837.GUIDE), read_837.read, build_837.build,
        check_837.check,
        stream=lambda component: ClaimStream(component, read_claims, check_claim),
    ),
    ("837", claim_837i.VERSION): Guide(
        claim_837i.VERSION, "HC", True, Table(spec_837i.GUIDE), read_837i.read,
        build_837i.build, check_837i.check,
        stream=lambda component: ClaimStream(
            component, read_837i.read_claims, check_837i.check_claim
        ),
    ),
    ("835", remittance_835.VERSION): Guide(
        remittance_835.VERSION, "HP", False, Table(spec_835.GUIDE), read_835.read,
        build_835.build, check_835.check,
    ),
    ("999", ack_999.VERSION): Guide(
        ack_999.VERSION, "FA", True, Table(spec_999.GUIDE), read_999.read, build_999.build,
        check_999.check,
    ),
    ("277", ack_277ca.VERSION): Guide(
        ack_277ca.VERSION, "HN", True, Table(spec_277.GUIDE), read_277.read, build_277.build,
        check_277.check,
    ),
    ("270", eligibility.VERSION): Guide(
        eligibility.VERSION, "HS", True, Table(spec_eligibility.INQUIRY),
        read_eligibility.read_inquiry, build_eligibility.build, check_eligibility.check_inquiry,
        repeats=True,
    ),
    ("271", eligibility.VERSION): Guide(
        eligibility.VERSION, "HB", True, Table(spec_eligibility.RESPONSE),
        read_eligibility.read_response, build_eligibility.build,
        check_eligibility.check_response, repeats=True,
    ),
    ("276", claim_status.VERSION): Guide(
        claim_status.VERSION, "HR", True, Table(spec_status.INQUIRY), read_status.read_inquiry,
        build_status.build, check_status.check_inquiry,
    ),
    ("277", claim_status.VERSION): Guide(
        claim_status.VERSION, "HN", True, Table(spec_status.RESPONSE),
        read_status.read_response, build_status.build, check_status.check_response,
    ),
}  # fmt: skip


def guide_for(set_code: str, version: str) -> tuple[Guide | None, Fault | None]:
    """The guide of a transaction, or the fault that says why there is none.

    A set that names no version has the first guide of its kind.
    """
    of_kind = [guide for (code, _), guide in GUIDES.items() if code == set_code]
    if not of_kind:
        message = f"transaction {set_code or '?'} is not one this package reads"
        return None, Fault("X-SET", ERROR, message, 1, "ST", "ST01")
    if not version:
        return of_kind[0], None
    guide = GUIDES.get((set_code, version))
    if guide is None:
        known = " ".join(one.version for one in of_kind)
        words = "is not" if len(of_kind) == 1 else "is none of"
        message = f"guide {version} {words} {known}"
        return None, Fault("X-GUIDE", ERROR, message, 1, "ST", "ST03", known)
    return guide, None
