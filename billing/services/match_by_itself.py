"""What needs no person: trace number and amount, or the one deposit of an amount and day (E.9)."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from billing.bank.reassociate import compare, fits_slip
from billing.batch_choices import BankLineState, MatchHow, SlipState
from billing.models import BankLine, DepositSlip
from billing.selectors.bank_candidates import (
    line_fact,
    remittance_fact,
    slip_fact,
    unbanked_remittances,
)
from billing.services.match_bank_line import match_bank_line
from billing.services.post_match import number_of
from billing.services.record_deposit import MOST_BEFORE
from claims.choices import RemittanceState
from claims.models import Remittance
from core import timeline
from core.errors import ApplicationError
from core.models import Practice
from core.money import ZERO

MOST_LINES = 500


def match_by_itself(practice: Practice) -> int:
    """Match every open line that is certain; returns how many. A trace number that two lines or
    two remittances have is nobody's answer and is left to a person, and so is a match that cannot
    be posted: its line says why. The caller has a transaction.
    """
    lines = list(
        BankLine.everywhere.filter(
            practice=practice, state=BankLineState.OPEN, amount__gt=0, matched_amount=ZERO
        )
        .select_related("practice")
        .order_by("posted_on", "pk")[:MOST_LINES]
    )
    matched = _by_trace(practice, lines)
    matched |= _by_slip(practice, [line for line in lines if line.pk not in matched])
    return len(matched)


def _by_trace(practice: Practice, lines: Sequence[BankLine]) -> set[int]:
    references = {ref for line in lines for ref in line_fact(line).references}
    rows = unbanked_remittances(practice).filter(
        trace_number__in=references, state=RemittanceState.POSTED
    )
    by_line: dict[int, list[Remittance]] = defaultdict(list)
    by_row: dict[int, list[int]] = defaultdict(list)
    by_trace: dict[str, list[Remittance]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_trace[row.trace_number].append(row)
    for line in lines:
        fact = line_fact(line)
        for row in [one for ref in sorted(fact.references) for one in by_trace.get(ref, [])]:
            likeness = compare(fact, remittance_fact(row))
            if likeness is None or not likeness.is_exact:
                continue
            if line.posted_on >= row.paid_on - MOST_BEFORE:
                by_line[line.pk].append(row)
                by_row[row.pk].append(line.pk)
    return {
        line.pk
        for line in lines
        if _only(by_line[line.pk], by_row)
        and _match(
            line,
            by_line[line.pk][0],
            MatchHow.TRACE,
            f"trace number {by_line[line.pk][0].trace_number} and amount are the same",
        )
    }


def _match(line: BankLine, thing: Remittance | DepositSlip, how: MatchHow, reason: str) -> bool:
    """Whether it could be matched. One that cannot must not keep the others from it."""
    try:
        with transaction.atomic():
            match_bank_line(line=line, things=[thing], how=how, reason=reason)
    except ApplicationError as error:
        said = f"could not match {_words_of(thing)} by itself: {error}"[:300]
        if not timeline.entries_for(line).filter(sentence=said).exists():
            timeline.record(line, kind="bank_line.not_matched", sentence=said)
        return False
    return True


def _words_of(thing: Remittance | DepositSlip) -> str:
    what = "remittance" if isinstance(thing, Remittance) else "deposit"
    return f"{what} {number_of(thing)}"


def _only(found: Sequence[Remittance], by_row: dict[int, list[int]]) -> bool:
    return len(found) == 1 and len(by_row[found[0].pk]) == 1


def _by_slip(practice: Practice, lines: Sequence[BankLine]) -> set[int]:
    slips = list(
        DepositSlip.everywhere.filter(practice=practice, state=SlipState.OPEN)
        # A receipt that bounced since: somebody has to take the slip apart.
        .exclude(items__payment__journal__mirror__isnull=False)
        .order_by("pk")
    )
    pairs = [
        (line, slip)
        for line in lines
        for slip in slips
        if fits_slip(line_fact(line), slip_fact(slip))
        and (slip.account_id is None or slip.account_id == line.account_id)
    ]
    matched = set()
    for line, slip in pairs:
        alike = [one for one in pairs if one[0] == line or one[1] == slip]
        if len(alike) == 1 and not _paid_alike(practice, line):
            reason = "the only deposit of this amount in these days"
            if _match(line, slip, MatchHow.SLIP, reason):
                matched.add(line.pk)
    return matched


def _paid_alike(practice: Practice, line: BankLine) -> bool:
    """Whether a payer's payment of the same amount might be it as well."""
    rows = unbanked_remittances(practice).filter(
        Q(reconciled_on__isnull=True), payment_amount=line.amount, state=RemittanceState.POSTED
    )
    return rows.exists()
