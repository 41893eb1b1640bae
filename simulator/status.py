"""Where a claim is, from what this simulator has done with it so far."""

import sqlite3
from dataclasses import replace
from decimal import Decimal

from simulator import codec
from simulator.adjudicate import is_whole_denial
from simulator.answers import Letter
from simulator.scenarios.parts import PAYER, Hold, Silent
from simulator.store import Store
from x12.transactions.claim_status.model import ClaimStatus, Reason, StatusClaim
from x12.transactions.remittance_835.model import RemittanceClaim

_NO_SUCH_CLAIM = Reason("D0", "35")
_REJECTED, _WORKED_ON, _RECORDS = Reason("A3", "21"), Reason("P1", "20"), Reason("P3", "317")
_PAID, _DENIED, _REVERSED = Reason("F1", "65"), Reason("F2", "54"), Reason("F3", "101")


def status_of(
    store: Store, letter: Letter, asked: StatusClaim, *, fate: str, claim_number: str
) -> StatusClaim:
    """The answer about one claim; a forced fate (status_P3_317) comes before what is known."""
    row = _found(store, letter.address.sender_id, claim_number)
    if fate.startswith("status_"):
        category, code = fate.split("_")[1:]
        status = _status(letter, asked, Reason(category, code))
    else:
        status = _known(letter, asked, row)
    number = str(row["payer_claim_number"]) if row else ""
    return replace(
        asked, statuses=(status,), charge_amount=None, lines=(), payer_claim_number=number
    )


def _found(store: Store, sender_id: str, number: str) -> sqlite3.Row | None:
    sql = "SELECT * FROM claim WHERE sender_id = ? AND number = ? ORDER BY id DESC"
    return store.one(sql, sender_id, number)


def _known(letter: Letter, asked: StatusClaim, row: sqlite3.Row | None) -> ClaimStatus:
    part = letter.config.scenario(row["behaviour"]).receipt if row else None
    if row is None or (isinstance(part, Silent) and part.by == PAYER):
        return _status(letter, asked, _NO_SUCH_CLAIM)
    if row["state"] == "rejected":
        return _status(letter, asked, _REJECTED)
    if row["state"] == "accepted":
        is_pended = isinstance(part, Hold) and part.pending
        return _status(letter, asked, _RECORDS if is_pended else _WORKED_ON)
    if row["state"] == "reversed" or not row["result"]:
        return _status(letter, asked, _REVERSED)
    result = codec.loads(RemittanceClaim, row["result"])
    reason = _DENIED if is_whole_denial(result) else _PAID
    return _status(letter, asked, reason, result.paid_amount)


def _status(
    letter: Letter, asked: StatusClaim, reason: Reason, paid: Decimal | None = None
) -> ClaimStatus:
    return ClaimStatus(
        reasons=(reason,),
        date=letter.at.date(),
        charge_amount=asked.charge_amount,
        paid_amount=paid,
        decided_on=letter.at.date() if paid is not None else None,
    )
