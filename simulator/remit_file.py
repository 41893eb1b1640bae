"""An 835 as it leaves: whole, or spoiled or sent again as a scenario's `file` says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from simulator.answers import Address
from simulator.config import Config
from simulator.outbox import enqueue, next_letter
from simulator.scenarios.parts import Copies, Misnumber, Off, Part, Truncate
from simulator.spoil import false_end
from simulator.store import Store
from x12.transactions.remittance_835.model import Remittance, RemittanceClaim


def send(  # noqa: PLR0917 - an 835, and all that says how it leaves
    store: Store,
    config: Config,
    address: Address,
    record: Remittance,
    part: Part | None,
    at: datetime,
) -> tuple[list[str], str]:
    """Write and queue the 835; answers the names of the files, and what is wrong with them."""
    spoiled = _off(record, part) if isinstance(part, Off) else record
    letter = next_letter(store, config, address, at)
    content = _spoil(letter.write(spoiled), part)
    names = [enqueue(store, letter, "835", content)]
    if isinstance(part, Copies):
        again = next_letter(store, config, address, at)
        if not part.same_bytes:
            content = again.write(record)
        names.append(enqueue(store, again, "835", content))
    return names, _flaw(part)


def _flaw(part: Part | None) -> str:
    if isinstance(part, Off):
        return f"{part.at} off by {part.amount:.2f}"
    if isinstance(part, Truncate):
        return "cut off"
    if isinstance(part, Misnumber):
        return f"{part.element} wrong"
    return ""


def _spoil(content: bytes, part: Part | None) -> bytes:
    if isinstance(part, Truncate):
        return content[: content.index(b"SVC*") + 20]
    if isinstance(part, Misnumber):
        return false_end(content, part.element)
    return content


def _off(record: Remittance, part: Off) -> Remittance:
    """Too much by some amount: where it is at a line, claim and total agree with the line."""
    first, *others = record.claims
    return replace(
        record,
        payment_amount=record.payment_amount + part.amount,
        method_code="ACH",
        handling_code="I",
        claims=(_AT[part.at](first, part.amount), *others),
    )


def _line_off(claim: RemittanceClaim, amount: Decimal) -> RemittanceClaim:
    first, *others = claim.lines
    wrong = replace(first, paid_amount=first.paid_amount + amount)
    return _claim_off(replace(claim, lines=(wrong, *others)), amount)


def _claim_off(claim: RemittanceClaim, amount: Decimal) -> RemittanceClaim:
    return replace(claim, paid_amount=claim.paid_amount + amount)


def _not_off(claim: RemittanceClaim, _amount: Decimal) -> RemittanceClaim:
    return claim


_AT: dict[str, Callable[[RemittanceClaim, Decimal], RemittanceClaim]] = {
    "line": _line_off, "claim": _claim_off, "total": _not_off,
}  # fmt: skip
