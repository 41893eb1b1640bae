"""Balances too small to bill and too old to wait for (domain H.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Sum

from billing.adjusting.plan import Part
from billing.ledger.accounts import Account
from billing.ledger.balances import entries
from billing.selectors.corrections_out import awaiting_correction
from billing.selectors.line_facts import federal_payer_ids
from claims.choices import VersionState
from claims.models import ClaimChargeLine
from coding.models import ChargeLine
from core import clock, practice_settings
from core.models import Practice
from core.money import ZERO, dollars
from patients.models import Payer

LIMIT, IDLE_DAYS = "billing.small_balance_limit", "billing.small_balance_idle_days"
_DECIDED = (VersionState.ADJUDICATED, VersionState.CLOSED)


@dataclass(frozen=True, slots=True)
class SmallBalance:
    """One key that the run would bring to zero."""

    part: Part
    line: ChargeLine
    payer_name: str
    last_on: date

    @property
    def is_credit(self) -> bool:
        """Whether it is money that we hold."""
        return self.part.open_amount < 0


@dataclass(frozen=True, slots=True)
class SmallBalances:
    """What a run would write off, in both directions, and by which rules it was chosen."""

    limit_amount: Decimal
    idle_days: int
    before: date
    rows: tuple[SmallBalance, ...]

    @property
    def owed_amount(self) -> Decimal:
        """What others owe us."""
        return sum((r.part.open_amount for r in self.rows if not r.is_credit), ZERO)

    @property
    def credit_amount(self) -> Decimal:
        """What we hold of others, below zero."""
        return sum((r.part.open_amount for r in self.rows if r.is_credit), ZERO)


def small_balances(practice: Practice) -> SmallBalances:
    """Open keys of at most the limit, with no entry for the idle days.

    Never a credit of Medicare or Medicaid, which is refunded; nothing that an insurer has not
    decided; nothing that waits for a correction.
    """
    limit = dollars(practice_settings.value(practice, LIMIT))
    idle = practice_settings.value(practice, IDLE_DAYS)
    before = clock.today(practice) - timedelta(days=idle)
    keys = ("account_id", "patient_id", "guarantor_id", "charge_line_id", "payer_id", "rank")
    rows = (
        entries(practice)
        .filter(
            account_id__in=[Account.INSURANCE_AR, Account.PATIENT_AR], charge_line__isnull=False
        )
        .order_by(*keys)
        .values_list(*keys)
        .annotate(total=Sum("amount"), last=Max("posted_on"))
        .filter(total__gte=-limit, total__lte=limit, last__lte=before)
        .exclude(total=0)
    )
    found = [(_whole(key, total), last) for *key, total, last in rows]
    chosen = _without_forbidden([part for part, _ in found])
    lines = ChargeLine.objects.select_related("patient").in_bulk(
        [part.charge_line_id for part in chosen]
    )
    names = dict(Payer.objects.values_list("pk", "name"))
    last = {part.key: on for part, on in found}
    return SmallBalances(
        limit,
        idle,
        before,
        tuple(
            SmallBalance(
                part, lines[part.charge_line_id],
                names[part.payer_id] if part.payer_id else "Patient", last[part.key],
            )
            for part in chosen
        ),
    )  # fmt: skip


def _whole(key: list[Any], total: Decimal) -> Part:
    """All of what is open on one key."""
    account, patient, guarantor, charge_line, payer, rank = key
    return Part(account, patient, guarantor, charge_line, payer, rank, total, total)


def _without_forbidden(parts: Sequence[Part]) -> list[Part]:
    ids = {part.charge_line_id for part in parts}
    federal = federal_payer_ids()
    awaited = awaiting_correction(ids)
    undecided = set(
        ClaimChargeLine.objects.filter(charge_line_id__in=ids)
        .exclude(claim__current_version__state__in=_DECIDED)
        .values_list(F("charge_line_id"), flat=True)
    )
    return [
        part
        for part in parts
        if part.charge_line_id not in awaited
        and part.charge_line_id not in undecided
        and not (part.open_amount < 0 and part.payer_id in federal)
    ]
