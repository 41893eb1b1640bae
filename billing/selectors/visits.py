"""A patient's account a visit at a time: what was charged, who paid, what is left and why."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.ledger.accounts import RECEIVABLES, Account
from billing.selectors.movements import Kind, Movement, movements, open_on, total
from claims.selectors import denied_amounts
from coding.choices import LineState
from coding.models import ChargeLine
from coding.selectors import service_names
from core.models import Practice
from core.money import ZERO
from patients.models import Encounter, Payer


@dataclass(frozen=True, slots=True)
class Visit:
    """One encounter as an account. Charge less discount, insurance and patient payments is what
    is open, with the insurer and with the patient together.
    """

    encounter: Encounter
    lines: tuple[ChargeLine, ...]
    found: tuple[Movement, ...]
    payer_names: dict[int, str]
    service_names: dict[int, str]
    denied_amount: Decimal
    charge_amount: Decimal
    discount_amount: Decimal
    insurance_paid_amount: Decimal
    patient_paid_amount: Decimal
    insurance_open_amount: Decimal
    patient_open_amount: Decimal

    @property
    def moved_amount(self) -> Decimal:
        """What payers moved here from lines that are not shown (or away, negative)."""
        return total(self.found, Kind.SHARE, Kind.MOVED)

    @property
    def service_date(self) -> date:
        """The day of the visit."""
        return self.encounter.service_date_from

    @property
    def provider_name(self) -> str:
        """Who saw the patient, as on a statement."""
        provider = self.encounter.rendering_provider
        return f"{provider.first_name} {provider.last_name}"

    @property
    def description(self) -> str:
        """What was done, in the practice's own words."""
        return "; ".join(dict.fromkeys(self.service_names[line.pk] for line in self.lines))

    @property
    def payer_name(self) -> str:
        """The insurer that has the money now, else the first that had it."""
        held = [m.payer_id for m in self.found if m.account == Account.INSURANCE_AR and m.payer_id]
        open_with = [
            payer_id
            for payer_id in dict.fromkeys(held)
            if any(_open_with(self.found, payer_id).values())
        ]
        chosen = next(iter(open_with or held), None)
        return self.payer_names[chosen] if chosen is not None else ""

    @property
    def was_answered(self) -> bool:
        """Whether an insurer decided anything on this visit."""
        return any(m.source_kind == "remittance" for m in self.found)


def _open_with(found: Sequence[Movement], payer_id: int) -> dict[int, Decimal]:
    left: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for movement in found:
        if movement.account == Account.INSURANCE_AR and movement.payer_id == payer_id:
            left[movement.charge_line_id] += movement.amount
    return left


def visits_of(
    practice: Practice, patient_ids: Collection[int], *, as_of: date | None = None
) -> list[Visit]:
    """Every visit of these patients that had reached the books by `as_of`, newest first."""
    lines = list(
        ChargeLine.objects.filter(patient_id__in=patient_ids)
        .exclude(state=LineState.DRAFT)
        .select_related("encounter__rendering_provider", "encounter__patient")
        .order_by("-encounter__service_date_from", "-encounter_id", "position")
    )
    found: dict[int, list[Movement]] = defaultdict(list)
    for movement in movements(practice, [line.pk for line in lines], as_of=as_of):
        found[movement.charge_line_id].append(movement)
    payer_names = dict(Payer.objects.values_list("pk", "name"))
    names, denied = service_names(lines), denied_amounts([line.pk for line in lines])
    by_encounter: dict[int, list[ChargeLine]] = defaultdict(list)
    for line in lines:
        if found[line.pk] and not _is_gone(line, found[line.pk]):
            by_encounter[line.encounter_id].append(line)
    return [
        visit(
            of_visit, found, payer_names, names,
            sum((denied.get(line.pk, ZERO) for line in of_visit), ZERO),
        )
        for of_visit in by_encounter.values()
    ]  # fmt: skip


def _is_gone(line: ChargeLine, found: Sequence[Movement]) -> bool:
    """A charge that was taken back and coded again; it shows only while something is open on it."""
    is_open = any(open_on(found, account) for account in RECEIVABLES)
    return line.state == LineState.VOID and not is_open


def visit(
    lines: Sequence[ChargeLine],
    found: dict[int, list[Movement]],
    payer_names: dict[int, str],
    service_names: dict[int, str],
    denied_amount: Decimal,
) -> Visit:
    """The account of one visit over `lines` (all of them, or those a statement may show)."""
    of_visit = sorted(
        (movement for line in lines for movement in found[line.pk]),
        key=lambda m: (m.posted_on, m.journal_id),
    )
    return Visit(
        encounter=lines[0].encounter,
        lines=tuple(lines),
        found=tuple(of_visit),
        payer_names=payer_names,
        service_names=service_names,
        denied_amount=denied_amount,
        charge_amount=total(of_visit, Kind.CHARGE),
        discount_amount=-total(of_visit, Kind.ADJUSTMENT),
        insurance_paid_amount=-total(of_visit, Kind.INSURANCE_PAID),
        patient_paid_amount=-total(of_visit, Kind.PATIENT_PAID),
        insurance_open_amount=open_on(of_visit, Account.INSURANCE_AR),
        patient_open_amount=open_on(of_visit, Account.PATIENT_AR),
    )
