"""What a statement says, worked out from the ledger: visits, amounts, age, names. Nothing is
written here; `services.issue_statement` freezes it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.ledger.accounts import Account
from billing.models import StatementLine
from billing.selectors.explain import explanation
from billing.selectors.movements import Movement, open_on
from billing.selectors.visits import Visit, visit, visits_of
from claims.corrections_awaited import lines_awaiting_correction
from core.models import Practice
from core.money import ZERO
from patients.models import BillingProvider, Guarantor

AGES: tuple[tuple[str, int | None], ...] = (
    ("0–30 days", 30),  # noqa: RUF001 - a range is written with an en dash on paper
    ("31–60 days", 60),  # noqa: RUF001
    ("61–90 days", 90),  # noqa: RUF001
    ("Over 90 days", None),
)


@dataclass(frozen=True, slots=True)
class StatementVisit:
    """One visit as the statement will show it."""

    visit: Visit
    explanation: str
    first_shown_on: date

    @property
    def owed_amount(self) -> Decimal:
        """What this visit adds to the statement's balance."""
        return self.visit.patient_open_amount


@dataclass(frozen=True, slots=True)
class StatementPlan:
    """A statement before it is issued. `held_amount` waits for an insurer and is not asked for."""

    visits: tuple[StatementVisit, ...]
    held_amount: Decimal
    aging: tuple[tuple[str, Decimal], ...]
    printed: Mapping[str, Any]

    @property
    def balance_amount(self) -> Decimal:
        """What the statement asks for."""
        return sum((shown.owed_amount for shown in self.visits), ZERO)


def plan_statement(guarantor: Guarantor, on: date) -> StatementPlan:
    """The statement of `guarantor` on `on`: Σ open 1200 of all who are billed to them, less what
    sits on charge lines that an insurer has not finished (invariant 17, domain H.2).
    """
    practice = guarantor.practice
    patient_ids = list(guarantor.patients.values_list("pk", flat=True))
    shown: list[Visit] = []
    held = ZERO
    visits = visits_of(practice, patient_ids)
    awaited = lines_awaiting_correction([line.pk for one in visits for line in one.lines])
    for full in visits:
        finished, waiting = _split(full, awaited)
        held += waiting
        if finished is not None and finished.patient_open_amount:
            shown.append(finished)
    first_shown = _first_shown(shown, on)
    asked = tuple(
        StatementVisit(one, explanation(one), first_shown[one.encounter.pk]) for one in shown
    )
    return StatementPlan(
        visits=asked,
        held_amount=held,
        aging=_aging(asked, on),
        printed=_printed(practice, guarantor, asked),
    )


def _split(full: Visit, awaited: Collection[int]) -> tuple[Visit | None, Decimal]:
    """The part of a visit that insurers are done with, and what is owed on the rest. A line whose
    correction is awaited is not done, whatever is open (E.5 rule 4).
    """
    by_line: dict[int, list[Movement]] = defaultdict(list)
    for movement in full.found:
        by_line[movement.charge_line_id].append(movement)
    done = [
        line
        for line in full.lines
        if line.pk not in awaited and not open_on(by_line[line.pk], Account.INSURANCE_AR)
    ]
    waiting = [line for line in full.lines if line not in done]
    held = sum((open_on(by_line[line.pk], Account.PATIENT_AR) for line in waiting), ZERO)
    if not done:
        return None, held
    return visit(done, by_line, full.payer_names, full.service_names, ZERO), held


def _first_shown(visits: Sequence[Visit], on: date) -> dict[int, date]:
    """The day of the first statement that showed each visit (domain F.6 c)."""
    days = {one.encounter.pk: on for one in visits}
    earlier = StatementLine.objects.filter(encounter_id__in=days).order_by("-first_shown_on")
    days.update(earlier.values_list("encounter_id", "first_shown_on"))
    return days


def _aging(visits: Sequence[StatementVisit], on: date) -> tuple[tuple[str, Decimal], ...]:
    sums = dict.fromkeys((label for label, _ in AGES), ZERO)
    for shown in visits:
        age = (on - shown.first_shown_on).days
        label = next(label for label, most in AGES if most is None or age <= most)
        sums[label] += shown.owed_amount
    return tuple(sums.items())


def _printed(
    practice: Practice, guarantor: Guarantor, visits: Sequence[StatementVisit]
) -> dict[str, Any]:
    """Names and addresses as they are today; the statement keeps them for ever."""
    provider = (
        visits[0].visit.encounter.billing_provider
        if visits
        else BillingProvider.objects.filter(is_active=True).first()
    )
    patients = list(guarantor.patients.order_by("pk"))
    return {
        "practice_name": provider.name if provider else practice.name,
        "practice_lines": _address(provider) if provider else [],
        "phone": _phone(provider.phone if provider else practice.phone),
        "pay_to_lines": _pay_to(provider) if provider else [],
        "guarantor_name": f"{guarantor.first_name} {guarantor.last_name}",
        "guarantor_lines": _address(guarantor),
        "account_number": patients[0].mrn if patients else "",
        "payer_names": sorted(
            {shown.visit.payer_name for shown in visits if shown.visit.payer_name}
        ),
    }


def _address(holder: Any) -> list[str]:
    street = ", ".join(filter(None, [holder.address_line1, holder.address_line2]))
    return [street, f"{holder.city}, {holder.state_code} {_zip(holder.zip_code)}"]


def _pay_to(provider: BillingProvider) -> list[str]:
    if not provider.pay_to_line1:
        return _address(provider)
    place = f"{provider.pay_to_city}, {provider.pay_to_state_code}"
    return [provider.pay_to_line1, f"{place} {_zip(provider.pay_to_zip_code)}"]


def _zip(code: str) -> str:
    return f"{code[:5]}-{code[5:]}" if len(code) > 5 else code


def _phone(digits: str) -> str:
    whole = len(digits) == 10
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if whole else digits
