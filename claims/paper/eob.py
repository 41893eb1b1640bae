"""The page that goes with a paper claim to a later payer: what an earlier one decided, as it said.

Drawn from the decision that is frozen in the claim's own snapshot: nobody else of that remittance
can stand on it (domain C.1). The bytes are the same for the same snapshot.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import ZERO, format_money

Snapshot = Mapping[str, Any]
MOST_ROWS = 40  # of the table on one page
WIDTH = 80  # columns


@dataclass(frozen=True, slots=True)
class EobPage:
    """One page as lines of text, 80 columns wide."""

    lines: tuple[str, ...]


def eob_pages(snapshot: Snapshot) -> list[EobPage]:
    """A page for each payer that decided before, and further ones where its lines need them."""
    pages: list[EobPage] = []
    for other in snapshot.get("other_payers", ()):
        if not other["decision"]:
            continue
        table = list(_table(snapshot, other["decision"]))
        parts = [table[i : i + MOST_ROWS] for i in range(0, len(table), MOST_ROWS)]
        for number, part in enumerate(parts, 1):
            of = f"PAGE {number} OF {len(parts)}" if len(parts) > 1 else ""
            pages.append(EobPage((*_head(snapshot, other, of), *part)))
    return pages


def _head(snapshot: Snapshot, other: Mapping[str, Any], page: str) -> Iterator[str]:
    decision, patient, claim = other["decision"], snapshot["patient"], snapshot["claim"]
    name = " ".join(filter(None, [patient["first_name"], patient["middle_name"],
                                  patient["last_name"], patient["suffix"]]))  # fmt: skip
    yield f"{'EXPLANATION OF BENEFITS, from the electronic remittance':<66}{page:>14}"
    yield f"Goes with claim {claim['control_number']} to {snapshot['payer']['name']}"
    yield ""
    yield _fact("Payer", other["payer"]["name"])
    yield _fact("Payer's claim number", decision["payer_claim_number"])
    yield _fact("Decided on", _day(decision["adjudicated_on"]))
    yield _fact("Patient", name)
    yield _fact("Member id", other["coverage"]["member_id"])
    yield _fact("Provider", snapshot["billing_provider"]["name"])
    yield _fact("Remarks", " ".join(decision["remark_codes"]))
    yield ""
    yield _row("Line", "Service", "Code", "Billed", "Adjusted", "Why", "Paid")
    yield "-" * WIDTH


def _table(snapshot: Snapshot, decision: Mapping[str, Any]) -> Iterator[str]:
    billed_of = {line["number"]: line for line in snapshot["lines"]}
    for told in decision["lines"]:
        line = billed_of[told["number"]]
        code = "-".join([told["procedure_code"], *told["modifiers"]])
        day, billed = _day(line["service_date_from"]), _money(line["charge_amount"])
        number, paid = str(told["number"]), _money(told["paid_amount"])
        yield _row(number, day, code[:15], billed, "", "", paid)
        yield from _reasons(told["adjustments"])
    if not decision["lines"]:
        charge = _money(snapshot["claim"]["charge_amount"])
        yield _row("", "", "Whole claim", charge, "", "", _money(decision["paid_amount"]))
    yield from _reasons(decision["adjustments"])
    yield "-" * WIDTH
    adjusted, patient = _totals(decision)
    total = _money(snapshot["claim"]["charge_amount"])
    paid = _money(decision["paid_amount"])
    yield _row("", "", "Total", total, _money(str(adjusted)), "", paid)
    yield f"{'Left to the patient or the next payer':<67}{_money(str(patient)):>11}"


def _reasons(trios: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for trio in trios:
        why = f"{trio['group_code']}-{trio['reason_code']}"
        yield _row("", "", "", "", _money(trio["amount"]), why, "")


def _totals(decision: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    trios = [
        *decision["adjustments"],
        *(t for line in decision["lines"] for t in line["adjustments"]),
    ]
    adjusted = sum((Decimal(trio["amount"]) for trio in trios), ZERO)
    patient = sum((Decimal(t["amount"]) for t in trios if t["group_code"] == "PR"), ZERO)
    return adjusted, patient


def _row(*texts: str) -> str:
    """One row of the table: three texts, then amounts to the right."""
    number, day, code, billed, adjusted, why, paid = texts
    return f"{number:<5}{day:<12}{code:<16}{billed:>11}{adjusted:>11}{why:>12}{paid:>11}".rstrip()


def _fact(name: str, text: str) -> str:
    return f"{name:<24}{text}"[:WIDTH]


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%m/%d/%Y}"


def _money(text: str) -> str:
    return format_money(Decimal(text))
