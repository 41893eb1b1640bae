"""The sweep over money that does not meet its paper (E.9): paid or brought and not at the bank, at
the bank and without a remittance. Asked about after four business days, by the manager after more
than five.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Model, Q

from billing.batch_choices import BankLineKind, BankLineState, SlipState
from billing.models import BankLine, DepositSlip
from billing.selectors.bank_candidates import unbanked_remittances
from billing.selectors.deposit_wait import waiting_remittances
from billing.services.match_bank_line import MISSING_REMITTANCE
from billing.services.match_by_itself import match_by_itself
from billing.services.post_match import MISSING_MONEY, MISSING_SLIP
from billing.services.post_on_deposit import post_what_arrived
from claims.choices import RemittanceState
from claims.models import Remittance
from core import clock
from core.actors import Actor, acting_as
from core.calendar import add_business_days
from core.choices import Role, WorkState
from core.models import Practice, WorkItem
from core.money import format_money
from core.services.work import open_work_item
from core.subjects import kind_of
from core.tenancy import practice_scope

WAIT_DAYS, ESCALATE_DAYS = 4, 5
MOST_AT_ONCE = 200
_FROM_PAYERS = (BankLineKind.EFT, BankLineKind.LOCKBOX)


def watch_deposits() -> int:
    """Post what has waited for its money, match what has become certain and ask about what is
    late; returns how many of all.
    """
    done = 0
    for practice in Practice.objects.filter(
        pk__in=BankLine.everywhere.values("practice_id").distinct()
    ).order_by("pk"):
        with practice_scope(practice), acting_as(Actor(source="sweep")), transaction.atomic():
            done += post_what_arrived(practice)
            done += match_by_itself(practice) + ask_about_late(practice)
    return done


def ask_about_late(practice: Practice) -> int:
    """Open or hand on a work item for each payment and line of the bank that is late; returns how
    many. Only as far as the bank's files reach: what they do not tell yet is not missing.
    """
    today = clock.today(practice)
    reach = BankLine.everywhere.filter(practice=practice).aggregate(
        first=Min("posted_on"), last=Max("posted_on")
    )
    if reach["first"] is None:
        return 0
    days = (reach["first"], reach["last"], today)
    return _lines(practice, today) + _remittances(practice, *days) + _slips(practice, *days)


def _remittances(practice: Practice, first: date, last: date, today: date) -> int:
    rows = unbanked_remittances(practice).filter(
        Q(state=RemittanceState.POSTED) | Q(pk__in=waiting_remittances(practice).values("pk")),
        reconciled_on__isnull=True,
        paid_on__range=(first, today - timedelta(days=WAIT_DAYS)),
    )
    asked = 0
    for row in _unasked(rows, Remittance, MISSING_MONEY, practice).order_by("paid_on")[
        :MOST_AT_ONCE
    ]:
        role = _role(row.paid_on, min(today, last + timedelta(days=1)))
        if role is None:
            continue
        asked += _ask(
            row, MISSING_MONEY, role,
            title=f"Missing EFT: {row.trace_number}"[:120] if row.method_code != "CHK"
            else f"Missing check: {row.trace_number}"[:120],
            reason=f"{row.payer or row.payer_name} says it paid ${format_money(row.payment_amount)}"
            f" on {row.paid_on:%m/%d/%Y}; the bank does not have it. Ask for a trace.",
            amount=row.payment_amount, today=today,
        )  # fmt: skip
    return asked


def _slips(practice: Practice, first: date, last: date, today: date) -> int:
    rows = DepositSlip.everywhere.filter(
        practice=practice,
        state=SlipState.OPEN,
        day__range=(first, today - timedelta(days=WAIT_DAYS)),
    )
    asked = 0
    for row in _unasked(rows, DepositSlip, MISSING_SLIP, practice).order_by("day")[:MOST_AT_ONCE]:
        role = _role(row.day, min(today, last + timedelta(days=1)))
        if role is None:
            continue
        asked += _ask(
            row, MISSING_SLIP, role,
            title=f"Deposit {row.number} is not at the bank",
            reason=f"It was made out for {row.day:%m/%d/%Y} and the bank has no such deposit. See"
            " whether it was brought; match its line, or take it apart.",
            amount=row.amount, today=today,
        )  # fmt: skip
    return asked


def _lines(practice: Practice, today: date) -> int:
    rows = BankLine.everywhere.filter(
        practice=practice,
        state=BankLineState.OPEN,
        kind__in=_FROM_PAYERS,
        posted_on__lte=today - timedelta(days=WAIT_DAYS),
    )
    asked = 0
    for row in _unasked(rows, BankLine, MISSING_REMITTANCE, practice).order_by("posted_on")[
        :MOST_AT_ONCE
    ]:
        role = _role(row.posted_on, today)
        if role is None:
            continue
        left = row.amount - row.matched_amount
        asked += _ask(
            row, MISSING_REMITTANCE, role,
            title=f"Deposit without remittance: ${format_money(left)}",
            reason=f"The bank has it since {row.posted_on:%m/%d/%Y} and no remittance says what it"
            " is. Ask the payer for the 835.",
            amount=left, today=today,
        )  # fmt: skip
    return asked


def _role(since: date, today: date) -> Role | None:
    """Whose matter it is today; None while the days have not passed."""
    if today > add_business_days(since, ESCALATE_DAYS):
        return Role.MANAGER
    return Role.POSTER if today > add_business_days(since, WAIT_DAYS) else None


def _unasked(rows: Any, model: type[Model], kind: str, practice: Practice) -> Any:
    """Without those that the manager has been asked about already."""
    asked = WorkItem.everywhere.filter(
        practice=practice, subject_kind=model._meta.label_lower, kind=kind, role=Role.MANAGER,
        state=WorkState.OPEN,
    )  # fmt: skip
    return rows.exclude(pk__in=asked.values("subject_id"))


def _ask(
    row: Remittance | BankLine | DepositSlip, kind: str, role: Role, *, title: str, reason: str,
    amount: Decimal, today: date,
) -> int:  # fmt: skip
    """1 where somebody is asked who was not before."""
    before = WorkItem.everywhere.filter(
        practice=row.practice_id, subject_kind=kind_of(row), subject_id=row.pk, kind=kind,
        state=WorkState.OPEN,
    ).values_list("role", flat=True).first()  # fmt: skip
    if before == role:
        return 0
    open_work_item(
        subject=row, kind=kind, title=title, reason=reason, role=role, due_on=today,
        amount=amount, renews=True,
    )  # fmt: skip
    return 1
