"""Why somebody owes an amount, in plain words and step by step. Pure, over a `Visit`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from billing.posting.reasons import reason_in_words
from billing.selectors.movements import Kind, Movement
from billing.selectors.visits import Visit
from core.money import ZERO, format_money


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a visit's trace. `left` is None for a row that only explains the one above."""

    on: date | None
    words: str
    source: str
    journal_public_id: UUID
    amount: Decimal
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer's answer made the patient's, by reason."""

    code: str
    words: str
    amount: Decimal
    payer_name: str
    on: date
    reference_number: str


_WORDS = {
    (Kind.CHARGE, False): "Charged for {services}",
    (Kind.CHARGE, True): "Charge taken back",
    (Kind.ADJUSTMENT, False): "Write-off taken back",
    (Kind.INSURANCE_PAID, True): "{payer} paid",
    (Kind.INSURANCE_PAID, False): "{payer} took its payment back",
    (Kind.PATIENT_PAID, True): "Patient paid",
    (Kind.PATIENT_PAID, False): "Patient payment taken back",
}
# Write-offs by the payer's reason; any other is what its fee leaves of the charge.
_WRITE_OFFS = {
    "CO-253": "Sequestration, a cut by federal law: written off",
    "CO-24": "Covered by {payer}'s capitation: written off",
    "CO-303": "May not be billed to the patient: written off",
}
_ABOVE_FEE = "Above {payer}'s fee: written off"
MINUS = "\N{MINUS SIGN}"
_SHOWN = (Kind.CHARGE, Kind.ADJUSTMENT, Kind.INSURANCE_PAID, Kind.PATIENT_PAID)


def steps(visit: Visit) -> list[Step]:
    """The visit's trace: each journal's movements summed by kind, with what is left after it, and
    under a payer's answer the shares it made the patient's.
    """
    rows: list[Step] = []
    left = ZERO
    for movements in _by_journal(visit.found):
        for words, found in _told(movements).items():
            amount = sum((m.amount for m in found), ZERO)
            if amount:
                left += amount
                said = _said(visit, words, movements, amount)
                first = found[0]
                rows.append(
                    Step(
                        first.posted_on,
                        said,
                        source_of(first),
                        first.journal_public_id,
                        amount,
                        left,
                    )
                )
        rows.extend(_share_steps(movements))
    return rows


def shares(visit: Visit) -> list[Share]:
    """What payers made the patient's on this visit, net of what they took back, by reason."""
    sums: dict[tuple[str, int | None], Decimal] = defaultdict(lambda: ZERO)
    last: dict[tuple[str, int | None], Movement] = {}
    payers = {m.journal_id: m.payer_id for m in visit.found if m.payer_id is not None}
    for movement in visit.found:
        if movement.kind == Kind.SHARE:
            key = (movement.reason_code, payers.get(movement.journal_id))
            sums[key] += movement.amount
            last[key] = movement
    return [
        Share(
            code=code,
            words=reason_in_words(code),
            amount=amount,
            payer_name=visit.payer_names[payer] if payer is not None else "",
            on=last[(code, payer)].posted_on,
            reference_number=last[(code, payer)].reference_number,
        )
        for (code, payer), amount in sums.items()
        if amount
    ]


def sentence(visit: Visit) -> str:
    """One line that answers "Why do I owe this?"."""
    owed, waiting = visit.patient_open_amount, visit.insurance_open_amount
    if owed > 0:
        return _owed_sentence(visit, owed)
    if waiting > 0 and visit.denied_amount:
        return (
            f"{visit.payer_name} denied {format_money(min(visit.denied_amount, waiting))}; the"
            " practice looks into it. Nothing is due until it is settled."
        )
    if waiting > 0:
        still = "still has" if visit.was_answered else "has the bill of"
        return (
            f"{visit.payer_name} {still} {format_money(waiting)}."
            " Nothing is due until it is settled."
        )
    if owed < 0 or waiting < 0:
        return f"More was paid than was due: {format_money(-min(owed, waiting))} is looked into."
    paid = visit.patient_paid_amount
    return f"Settled. The patient paid {format_money(paid)}." if paid > 0 else "Settled."


def explanation(visit: Visit) -> str:
    """The trace as sentences, for paper: who decided what and when, and the sum at the end."""
    parts = _decisions(visit)
    if not parts:
        parts.append("No insurance was on file for this visit.")
    paid = visit.patient_paid_amount
    if paid:
        parts.append(f"You paid ${format_money(paid)}. {_proof(visit, paid)}")
    return " ".join(parts)


def _decisions(visit: Visit) -> list[str]:
    by_answer: dict[tuple[str, date, str], list[Share]] = defaultdict(list)
    for share in shares(visit):
        by_answer[(share.payer_name, share.on, share.reference_number)].append(share)
    sentences = []
    for (payer, on, reference), found in by_answer.items():
        terms = _listed([f"${format_money(s.amount)} is your {s.words}" for s in found])
        sentences.append(
            f"{payer or 'Your insurance'} decided on {on:%m/%d/%Y}"
            f" (its payment {reference}): {terms}."
        )
    return sentences


def _listed(parts: list[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _proof(visit: Visit, paid: Decimal) -> str:
    before = visit.patient_open_amount + paid
    return (
        f"${format_money(before)} {MINUS} ${format_money(paid)}"
        f" = ${format_money(visit.patient_open_amount)}."
    )


def _owed_sentence(visit: Visit, owed: Decimal) -> str:
    found = shares(visit)
    if found:
        reasons = ", ".join(f"{format_money(s.amount)} {s.words}" for s in found)
    else:
        reasons = "no insurance was on file for this visit"
    paid = visit.patient_paid_amount
    less = f", less {format_money(paid)} paid" if paid > 0 else ""
    return f"You owe {format_money(owed)}: {reasons}{less}."


def _by_journal(found: Iterable[Movement]) -> list[list[Movement]]:
    """Movements in the order of the books; charges of one day are one step."""
    groups: dict[tuple[date, str], list[Movement]] = defaultdict(list)
    for movement in found:
        is_charge = movement.kind == Kind.CHARGE
        part = "charges" if is_charge else str(movement.journal_id)
        groups[(movement.posted_on, f"{movement.source_kind}:{part}")].append(movement)
    return list(groups.values())


def _told(movements: list[Movement]) -> dict[tuple[Kind, str], list[Movement]]:
    """A journal's movements by what is said of them, in the order in which it is said."""
    found: dict[tuple[Kind, str], list[Movement]] = defaultdict(list)
    for kind in _SHOWN:
        for movement in movements:
            if movement.kind == kind:
                is_off = kind == Kind.ADJUSTMENT
                words = _WRITE_OFFS.get(movement.reason_code, _ABOVE_FEE) if is_off else ""
                found[(kind, words)].append(movement)
    return found


def _said(visit: Visit, told: tuple[Kind, str], movements: list[Movement], amount: Decimal) -> str:
    """What a person reads of movements of one kind in one journal."""
    kind, written_off = told
    payer_id = next((m.payer_id for m in movements if m.payer_id is not None), None)
    words = written_off if kind == Kind.ADJUSTMENT and amount < 0 else _WORDS[(kind, amount < 0)]
    return words.format(
        payer=visit.payer_names[payer_id] if payer_id is not None else "insurance",
        services=f"{len(visit.lines)} service{'s' if len(visit.lines) != 1 else ''}",
    )


def _share_steps(movements: list[Movement]) -> list[Step]:
    return [
        Step(
            None,
            f"of which {reason_in_words(m.reason_code)}" if m.amount > 0 else
            f"{reason_in_words(m.reason_code)} taken back",
            m.reason_code,
            m.journal_public_id,
            m.amount,
            None,
        )
        for m in movements
        if m.kind == Kind.SHARE
    ]  # fmt: skip


def source_of(movement: Movement) -> str:
    """The paper behind a movement, as people name it."""
    if movement.source_kind == "remittance":
        return f"Remit {movement.reference_number}"
    if movement.source_kind == "payment":
        return f"Receipt {movement.reference_number}"
    return f"J{movement.journal_number}"
