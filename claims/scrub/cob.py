"""Several payers: the right order, and an earlier decision that adds up to the cent (domain C)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding
from core.money import ZERO, format_money
from patients.payer_order import Insured, order_problems

_CODE_OF = {
    "medicaid_last": "COB-01",
    "no_primary": "COB-02",
    "medicare_second": "COB-03",
    "medicare_type": "COB-04",
    "tricare_late": "COB-05",
}


def check_order(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """The order of the payers in force on the day of service, with the field that puts it right.

    Why Medicare is second is asked only of the claim that Medicare gets.
    """
    if "other_payers" not in snapshot:
        return []
    own = _insured(snapshot["coverage"], snapshot["payer"])
    everyone = [own, *(_insured(o["coverage"], o["payer"]) for o in snapshot["other_payers"])]
    day = date.fromisoformat(snapshot["claim"]["service_date_from"])
    return [
        finding(_CODE_OF[problem.kind], problem.message, _field(problem, own), problem.fix)
        for problem in order_problems(everyone, age=_age(snapshot, day), on=day)
        if problem.kind != "medicare_type" or problem.rank == own.rank
    ]


def check_earlier_payers(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """Each payer that comes before has decided, can be named, and its decision balances (C.3)."""
    found: list[Finding] = []
    rank = snapshot["coverage"]["rank"]
    for other in snapshot.get("other_payers", ()):
        found += _naming(other, facts)
        if other["decision"]:
            found += _balance(snapshot, other)
        elif other["coverage"]["rank"] < rank and not other["is_declined"]:
            name = other["payer"]["name"]
            found.append(
                finding(
                    "COB-06",
                    f"{name} comes first and has not decided yet.",
                    f"{_path(other)}.decision",
                    "Wait for its remittance and post it.",
                )
            )
    return found


def _naming(other: Mapping[str, Any], facts: Any) -> Iterator[Finding]:
    name, subscriber = other["payer"]["name"], other["subscriber"]
    if not other["payer"]["payer_number"] and not facts.on_paper:
        yield finding(
            "COB-09",
            f"{name}, the other payer, has no electronic id.",
            f"{_path(other)}.payer_number",
            "An admin adds it to the payer.",
        )
    if not (other["coverage"]["member_id"] and subscriber["last_name"]):
        yield finding(
            "COB-10",
            f"The coverage by {name} lacks its member id or subscriber.",
            f"{_path(other)}.member_id",
        )


def _balance(snapshot: dict[str, Any], other: Mapping[str, Any]) -> Iterator[Finding]:
    """Line, payment and total (C.3). Nothing is plugged: what does not balance is not sent."""
    decision, name = other["decision"], other["payer"]["name"]
    paid_by_line = adjusted_by_line = ZERO
    told: dict[int, list[Mapping[str, Any]]] = {}
    for line in decision["lines"]:
        told.setdefault(line["number"], []).append(line)
    for line in snapshot["lines"]:
        answers = told.get(line["number"], [])
        paid = sum((Decimal(one["paid_amount"]) for one in answers), ZERO)
        adjusted = sum((_sum(one["adjustments"]) for one in answers), ZERO)
        paid_by_line, adjusted_by_line = paid_by_line + paid, adjusted_by_line + adjusted
        charge = Decimal(line["charge_amount"])
        if decision["by_line"] and paid + adjusted != charge:
            text = (
                f"Line {line['number']}: {name} paid {format_money(paid)} and adjusted"
                f" {format_money(adjusted)}, which is not the charge of {format_money(charge)}."
            )
            yield _out("COB-07", text, f"{_path(other)}.lines.{line['number']}")
    own, total = _sum(decision["adjustments"]), Decimal(snapshot["claim"]["charge_amount"])
    paid_amount = Decimal(decision["paid_amount"])
    is_short = decision["by_line"] and paid_by_line - own != paid_amount
    if is_short or paid_amount + own + adjusted_by_line != total:
        text = (
            f"{name} paid {format_money(paid_amount)} and adjusted"
            f" {format_money(own + adjusted_by_line)}, which is not the claim's charge of"
            f" {format_money(total)}."
        )
        yield _out("COB-08", text, f"{_path(other)}.paid_amount")


def _out(code: str, text: str, field: str) -> Finding:
    return finding(code, text, field, "Ask the payer for a corrected remittance.")


def _sum(trios: Iterable[Mapping[str, str]]) -> Decimal:
    return sum((Decimal(trio["amount"]) for trio in trios), ZERO)


def _path(other: Mapping[str, Any]) -> str:
    return f"other_payers.{other['coverage']['rank']}"


def _field(problem: Any, own: Insured) -> str:
    if problem.rank == own.rank:
        return str(problem.field)
    return f"other_payers.{problem.rank}.{problem.field.partition('.')[2]}"


def _insured(coverage: Mapping[str, Any], payer: Mapping[str, Any]) -> Insured:
    since = coverage["kidney_from"]
    return Insured(
        rank=coverage["rank"],
        payer_name=payer["name"],
        filing_code=coverage["claim_filing_code"],
        is_medicaid=coverage["is_medicaid"],
        employment_code=coverage["employment_code"],
        employee_count=coverage["employee_count"],
        entitlement_code=coverage["entitlement_code"],
        kidney_from=date.fromisoformat(since) if since else None,
        insurance_type_code=coverage["chosen_type_code"],
    )


def _age(snapshot: dict[str, Any], day: date) -> int:
    text = snapshot["patient"]["birth_date"]
    if not text:  # told by another rule
        return 0
    born = date.fromisoformat(text)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
