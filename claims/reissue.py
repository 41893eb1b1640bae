"""A payment that came twice with other content, side by side: only what differs (domain E.8)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from claims.choices import RemittanceState
from claims.models import Remittance, RemittanceAdjustment, RemittanceClaim
from core.money import ZERO, format_money

_NO_PAYMENT = (
    RemittanceState.DUPLICATE,
    RemittanceState.OUT_OF_BALANCE,
    RemittanceState.SET_ASIDE,
)
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact on both sides; empty where a side does not have it."""

    about: str
    first: str
    later: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two remittances with one trace, and how much is the same."""

    first: Remittance
    later: Remittance
    payment: tuple[Difference, ...]
    claims: tuple[Difference, ...]
    claims_alike: int
    claims_left_out: int

    @property
    def may_replace(self) -> bool:
        """Whether the first can simply give way: a posted one has to be undone before."""
        return self.first.state != RemittanceState.POSTED


def earlier_payments(held: Remittance) -> "QuerySet[Remittance]":
    """The remittances that count and have the trace of `held`, oldest first."""
    same = Remittance.objects.filter(
        trace_originator=held.trace_originator, trace_number=held.trace_number, pk__lt=held.pk
    )
    return same.exclude(state__in=_NO_PAYMENT).order_by("pk")


def compare_with_first(held: Remittance) -> Comparison | None:
    """`held` beside the payment that came first with its trace; None when that is gone."""
    first = earlier_payments(held).first()
    if first is None:
        return None
    ours, theirs = _claims(first), _claims(held)
    keys = list(dict.fromkeys([*ours, *theirs]))
    differing = [
        Difference(key, ours.get(key, ""), theirs.get(key, ""))
        for key in keys
        if ours.get(key) != theirs.get(key)
    ]
    return Comparison(
        first,
        held,
        _payment(first, held),
        tuple(differing[:MOST_SHOWN]),
        len(keys) - len(differing),
        max(0, len(differing) - MOST_SHOWN),
    )


def _payment(first: Remittance, later: Remittance) -> tuple[Difference, ...]:
    amounts = format_money(first.payment_amount), format_money(later.payment_amount)
    days = f"{first.paid_on:%m/%d/%Y}", f"{later.paid_on:%m/%d/%Y}"
    rows = [
        Difference("Payment, $", *amounts),
        Difference("Paid on", *days),
        Difference("Paid by", first.method_code, later.method_code),
        Difference("Payer", first.payer_name, later.payer_name),
        Difference("Claims", str(first.claims.count()), str(later.claims.count())),
        Difference("Provider adjustments, $", _adjusted(first), _adjusted(later)),
    ]
    return tuple(row for row in rows if row.first != row.later)


def _adjusted(remittance: Remittance) -> str:
    total = remittance.provider_adjustments.aggregate(total=Sum("amount", default=ZERO))["total"]
    return format_money(total)


def _claims(remittance: Remittance) -> dict[str, str]:
    """Each answer in words by its number; the second of one claim gets a count."""
    rows = list(RemittanceClaim.objects.filter(remittance=remittance).order_by("position"))
    reasons = _reasons(rows)
    found: dict[str, str] = {}
    times: dict[str, int] = defaultdict(int)
    for row in rows:
        number = row.patient_control_number
        times[number] += 1
        key = number if times[number] == 1 else f"{number} ({times[number]})"
        found[key] = _words(row, reasons[row.pk])
    return found


def _reasons(rows: list[RemittanceClaim]) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    trios = RemittanceAdjustment.objects.filter(remittance_claim__in=rows)
    for claim, group, reason, amount in trios.values_list(
        "remittance_claim_id", "group_code", "reason_code", "amount"
    ):
        found[claim][f"{group}-{reason}"] += amount
    return found


def _words(row: RemittanceClaim, reasons: dict[str, Decimal]) -> str:
    parts = [
        f"status {row.status_code}",
        f"billed {format_money(row.charge_amount)}",
        f"paid {format_money(row.paid_amount)}",
        *(f"{code} {format_money(amount)}" for code, amount in sorted(reasons.items())),
    ]
    if row.payer_claim_number:
        parts.append(f"payer claim {row.payer_claim_number}")
    return " · ".join(parts)
