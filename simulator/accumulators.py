"""What a member has used of a year's deductible and out-of-pocket limit."""

from decimal import Decimal

from simulator.adjudicate import Year
from simulator.claims import ReceivedClaim
from simulator.money import ZERO
from simulator.store import Store


def year_of(claim: ReceivedClaim) -> int:
    """The year that a claim counts in: that of its first day, 0 without lines."""
    return claim.first_day.year if claim.first_day else 0


def used_in(store: Store, payer_id: str, member_id: str, year: int) -> Year:
    """What all decisions so far have used."""
    rows = [
        store.one(
            f"SELECT used FROM {table} WHERE payer_id = ? AND member_id = ? AND year = ?",  # noqa: S608 - the words are ours
            *(payer_id, member_id, year),
        )
        for table in ("deductible", "out_of_pocket")
    ]
    deductible, spent = (Decimal(row["used"]) if row else ZERO for row in rows)
    return Year(deductible, spent)


def use(
    store: Store, payer_id: str, claim: ReceivedClaim, deductible: Decimal, patient: Decimal
) -> None:
    """Count a decision, or with negative amounts take it back."""
    year = year_of(claim)
    before = used_in(store, payer_id, claim.member_id, year)
    for table, used in (
        ("deductible", before.deductible + deductible),
        ("out_of_pocket", before.out_of_pocket + patient),
    ):
        store.run(
            f"INSERT INTO {table} VALUES (?, ?, ?, ?)"  # noqa: S608 - the words are ours
            " ON CONFLICT (payer_id, member_id, year) DO UPDATE SET used = excluded.used",
            *(payer_id, claim.member_id, year, str(used)),
        )
