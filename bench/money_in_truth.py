"""What stands in the books, row by row, against what the simulator meant."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  (after the setup, as the models)

from billing.exceptions import KINDS  # noqa: E402
from claims.choices import RemittanceState  # noqa: E402
from claims.models import (  # noqa: E402
    ClaimVersionLine,
    MatchCandidate,
    Remittance,
    RemittanceClaim,
)
from core.choices import WorkState  # noqa: E402
from core.models import WorkItem  # noqa: E402

# What is agreed with the payer and leaves the receivable; all else that is not paid stays open or
# is somebody else's. Written out here, not taken from the posting code.
AGREED = frozenset({("CO", "45"), ("CO", "253"), ("CO", "59")})
# What is then called the patient's share is the next payer's, until that one has answered.
PASSED_ON = "crossed_over"
Row = Mapping[str, Any]


@dataclass(slots=True)
class Truth:
    """The simulator's payments by their 835, in the order in which each tells them."""

    flaws: dict[str, str] = field(default_factory=dict)
    payments: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class Compared:
    """What came of it."""

    answers: int = 0
    files: int = 0
    posted: int = 0
    unmatched: int = 0
    first: int = 0
    wrong: list[str] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)


def read_truth(path: Path) -> Truth:
    """The truth file of a run."""
    truth = Truth()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            fact = json.loads(line)
            if fact["kind"] == "remittance":
                truth.flaws[_key(fact)] = fact["flaw"]
            elif fact["kind"] == "payment":
                truth.payments[_key(fact)].append(fact)
    return truth


def _key(fact: Row) -> str:
    return f"{fact['payer']} {fact['trace']}"


def compare(truth: Truth) -> Compared:
    """Hold every remittance of the practice in scope against `truth`."""
    found = Compared()
    told: dict[str, _Line] = defaultdict(_Line)
    rows = Remittance.objects.exclude(state=RemittanceState.DUPLICATE).exclude(
        trace_number__startswith="FIRST"
    )
    for remittance in rows.select_related("payer").prefetch_related(
        "claims__version__claim", "claims__lines"
    ):
        payer = remittance.payer.payer_number if remittance.payer else ""
        _hold(remittance, truth, f"{payer} {remittance.trace_number}", found, told)
    _compare_lines(told, found)
    _count_exceptions(found)
    return found


def _hold(
    remittance: Remittance,
    truth: Truth,
    key: str,
    found: Compared,
    told: dict[str, "_Line"],
) -> None:
    answers = sorted(remittance.claims.all(), key=lambda row: row.position)
    found.files += 1
    found.answers += len(answers)
    meant = truth.payments.get(key, [])
    is_posted = remittance.state == RemittanceState.POSTED
    if remittance.state in {RemittanceState.OUT_OF_BALANCE, RemittanceState.RECEIVED}:
        found.waiting["faulty 835s, answers"] += len(answers)
        return
    if not is_posted:
        found.waiting[f"835 {remittance.get_state_display().lower()}, answers"] += len(answers)
    elif truth.flaws.get(key, "no such payment"):
        found.wrong.append(f"{key}: posted, though {truth.flaws.get(key, 'nobody meant it')}")
    if len(answers) != len(meant) and is_posted:
        found.wrong.append(f"{key}: {len(answers)} answers, {len(meant)} were meant")
        return
    for answer, payment in zip(answers, meant, strict=False):
        _judge(answer, payment, found, told, is_posted=is_posted)


def _judge(
    answer: RemittanceClaim,
    payment: Row,
    found: Compared,
    told: dict[str, "_Line"],
    *,
    is_posted: bool,
) -> None:
    if answer.version is None:
        found.unmatched += 1
        best = MatchCandidate.objects.filter(remittance_claim=answer, position=1).first()
        found.first += best is not None and _number(best) == payment["claim"]
        return
    if not is_posted or any(line.charge_line_id is None for line in answer.lines.all()):
        return  # its money waits in unapplied cash until a person has named the line
    found.posted += 1
    if answer.version.claim.control_number != payment["claim"]:
        found.wrong.append(f"{payment['claim']}: posted to another claim ({payment['scenario']})")
        return
    for line in payment["lines"]:
        told[line["line"]].add(line, payment)


def _number(candidate: MatchCandidate) -> str:
    return candidate.version.claim.control_number


@dataclass(slots=True)
class _Line:
    """What all payers said of one line, summed."""

    paid: Decimal = Decimal(0)
    agreed: Decimal = Decimal(0)
    patient: Decimal = Decimal(0)
    scenarios: set[str] = field(default_factory=set)

    def add(self, line: Row, payment: Row) -> None:
        """One answer on top."""
        self.paid += Decimal(line["paid"])
        for one in line["adjustments"]:
            if (one["group"], one["reason"]) in AGREED:
                self.agreed += Decimal(one["amount"])
            elif one["group"] == "PR" and payment["meaning"] != PASSED_ON:
                self.patient += Decimal(one["amount"])
        self.scenarios.add(payment["scenario"])


# Of the remittances that the simulator wrote; what the first payers of secondary claims paid before
# is not part of its truth.
_IN_THE_BOOKS = """
    SELECT entry.charge_line_id,
           coalesce(-sum(entry.amount) FILTER (WHERE entry.counter_account_id IN (1020, 2010)), 0),
           coalesce(-sum(entry.amount)
                    FILTER (WHERE entry.counter_account_id BETWEEN 4100 AND 4170), 0),
           coalesce(sum(entry.amount) FILTER (WHERE entry.account_id = 1200), 0)
      FROM billing_ledger_entry entry
      JOIN billing_journal journal ON journal.id = entry.journal_id
     WHERE entry.account_id IN (1100, 1200) AND entry.practice_id = %s
       AND journal.source_kind IN ('remittance', 'mirror')
       AND NOT EXISTS (SELECT 1 FROM claims_remittance remittance
                        WHERE remittance.id = journal.source_id
                          AND remittance.trace_number LIKE 'FIRST%%')
     GROUP BY entry.charge_line_id
"""


def _compare_lines(told: Mapping[str, _Line], found: Compared) -> None:
    lines = ClaimVersionLine.objects.filter(version__rank=1)
    numbers = dict(lines.values_list("charge_line_id", "control_number"))
    practice = lines[0].practice_id
    with connection.cursor() as cursor:
        cursor.execute(_IN_THE_BOOKS, [practice])
        rows = cursor.fetchall()
    seen = set()
    for line_id, *books in rows:
        number = numbers[line_id]
        seen.add(number)
        found.wrong += _differences(number, books, told.get(number, _Line()))
    for number in told.keys() - seen:
        found.wrong += _differences(number, [Decimal(0)] * 3, told[number])


def _differences(number: str, books: Sequence[Decimal], meant: _Line) -> Iterable[str]:
    named = zip(
        ("paid", "agreed write-off", "patient"),
        books,
        (meant.paid, meant.agreed, meant.patient),
        strict=True,
    )
    for what, stands, should in named:
        if stands != should:
            scenarios = ", ".join(sorted(meant.scenarios)) or "nothing was meant"
            yield f"{number}: {what} {stands} in the books, {should} meant ({scenarios})"


def _count_exceptions(found: Compared) -> None:
    open_work = WorkItem.objects.filter(state=WorkState.OPEN)
    for kind, label in ((kind, known.label) for kind, known in KINDS.items()):
        count = open_work.filter(kind=kind).count()
        if count:
            found.waiting[f"exception, {label.lower()}"] += count
