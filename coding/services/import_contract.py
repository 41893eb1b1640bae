"""A payer's rates from a CSV file: whole or not at all; the contract before it ends."""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.db import transaction

from coding.choices import PriceMethod
from coding.models import Contract, ContractRule
from core import audit
from core.errors import ApplicationError
from patients.models import Payer, PayerPlan

COLUMNS = ("code", "to", "modifier", "place", "method", "value")
_NEEDED = ("method", "value")
_MOST_ROWS, _SHOWN = 50_000, 10


@dataclass(frozen=True, slots=True)
class NewContract:
    """What the form says of the contract that a file is for; the rest stays as it was."""

    payer: Payer
    plan: PayerPlan | None
    name: str
    effective_from: date


@transaction.atomic
def import_contract(*, wanted: NewContract, content: bytes) -> Contract:
    """Make a contract of the file's rules. The one in force before ends on the day before, and its
    terms (lesser of, percentages, locality) go on.

    Raises ApplicationError at `file`, naming the first rows that are wrong, or at `effective_from`
    when a contract begins on that day; then nothing is changed.
    """
    rules = read_rules(content)
    former = _former(wanted)
    contract = Contract(
        practice_id=wanted.payer.practice_id,
        payer=wanted.payer,
        plan=wanted.plan,
        name=wanted.name,
        effective_from=wanted.effective_from,
    )
    if former is not None:
        for name in _KEPT:
            setattr(contract, name, getattr(former, name))
        former.effective_to = wanted.effective_from - timedelta(days=1)
        former.save(update_fields=["effective_to"])
        audit.record("contract.ended", subject=former, after={"on": str(former.effective_to)})
    contract.save(force_insert=True)
    for rule in rules:
        rule.practice_id, rule.contract = contract.practice_id, contract
    ContractRule.everywhere.bulk_create(rules)
    audit.record("contract.imported", subject=contract, after={"rules": len(rules)})
    return contract


_KEPT = (
    "is_lesser_of_charge", "reduces_multiples", "bilateral_pct", "assistant_pct",
    "assistant_non_physician_pct", "cosurgeon_pct", "non_physician_pct", "mac", "locality",
    "pays_physical_status", "rounds_time_up",
)  # fmt: skip


def read_rules(content: bytes) -> list[ContractRule]:
    """The rules of a file, not saved. Raises ApplicationError at `file` with every wrong row."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApplicationError("The file is not UTF-8 text.", field="file") from None
    rows = csv.DictReader(io.StringIO(text))
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    if set(_NEEDED) - set(names) or set(names) - set(COLUMNS):
        raise ApplicationError(
            f"The first line names the columns: {', '.join(COLUMNS)}.", field="file"
        )
    rows.fieldnames = names
    rules: list[ContractRule] = []
    wrong: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        cells = {name: (row.get(name) or "").strip().upper() for name in COLUMNS}
        if not any(cells.values()):
            continue
        problem = _problem(cells, seen, rows.line_num)
        if problem:
            wrong.append(f"line {rows.line_num}: {problem}")
        elif len(rules) >= _MOST_ROWS:
            raise ApplicationError(f"The file has more than {_MOST_ROWS:,} rules.", field="file")
        else:
            rules.append(_rule(cells))
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise ApplicationError("; ".join(wrong[:_SHOWN]) + more, field="file")
    if not rules:
        raise ApplicationError("The file has no rules.", field="file")
    return rules


def _problem(cells: dict[str, str], seen: dict[tuple[str, ...], int], line: int) -> str:
    """What is wrong with a row; nothing where it is right."""
    code, last = cells["code"], cells["to"]
    for name, length in (("code", 5), ("to", 5), ("modifier", 2), ("place", 2)):
        cell = cells[name]
        if cell and (len(cell) != length or not (cell.isascii() and cell.isalnum())):
            return f"{name} {cell[:12]} does not have {length} letters or digits"
    if last and (not code or last < code):
        return f"the range ends at {last} before it begins"
    if cells["method"].lower() not in PriceMethod.values:
        return (
            f"method {cells['method'][:12] or 'is missing'}: one of {', '.join(PriceMethod.values)}"
        )
    try:
        value = Decimal(cells["value"] or "0")
    except InvalidOperation:
        return f"value {cells['value'][:12]} is no number"
    if not value.is_finite() or not 0 <= value < 10**8 or value != round(value, 4):
        return f"value {cells['value'][:12]} is not from 0 up with four decimals at most"
    key = (code, last, cells["modifier"], cells["place"])
    if key in seen:
        return f"the same service as line {seen[key]}"
    seen[key] = line
    return ""


def _rule(cells: dict[str, str]) -> ContractRule:
    return ContractRule(
        code_from=cells["code"],
        code_to=cells["to"],
        modifier=cells["modifier"],
        place_of_service_code=cells["place"],
        method=cells["method"].lower(),
        value=Decimal(cells["value"] or "0"),
    )


def _former(wanted: NewContract) -> Contract | None:
    """The contract that the new one follows."""
    rows = Contract.objects.select_for_update().filter(payer=wanted.payer, plan=wanted.plan)
    if rows.filter(effective_from__gte=wanted.effective_from).exists():
        raise ApplicationError("A contract begins on that day or later.", field="effective_from")
    former = rows.order_by("-effective_from").first()
    is_over = former is not None and (
        former.effective_to is not None and former.effective_to < wanted.effective_from
    )
    return None if is_over else former
