"""What a packet of underpaid lines rests on: the letter's values, the table, and claim by claim the
frozen steps, the payer's own answer, the claim as it was sent and the proof of filing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from billing.models import LineVariance
from billing.underpayment_choices import VarianceCause
from claims.denials.letters import fill
from claims.denials.packet_parts import eob_lines
from claims.filing_proof import filing_proof
from claims.models import Claim, RemittanceClaim
from core import clock
from core.models import Practice
from core.money import ZERO, format_money
from patients.models import Payer

_TEXT = Path(__file__).with_name("letter_texts") / "underpayment.txt"
NO_ADDRESS = "[MISSING: address of the payer]"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the lines of a packet."""

    lines: int
    claims: int
    expected: Decimal
    allowed: Decimal
    variance: Decimal


def totals_of(rows: Sequence[LineVariance]) -> Totals:
    """The sums that letter, cover and table say."""
    return Totals(
        len(rows), len({row.claim_id for row in rows}),
        sum((row.expected_amount - row.refused_amount for row in rows), ZERO),
        sum((row.allowed_amount for row in rows), ZERO),
        sum((row.variance_amount for row in rows), ZERO),
    )  # fmt: skip


def with_everything(rows: Sequence[LineVariance]) -> list[LineVariance]:
    """The rows with what a packet needs of them, by claim and line."""
    return list(
        LineVariance.objects.filter(pk__in=[row.pk for row in rows])
        .select_related(
            "payer", "claim__practice", "claim__patient", "claim__billing_provider", "version",
            "expected_line__version_line", "remittance_claim__remittance",
        )
        .order_by("claim__control_number", "expected_line__version_line__line_number")
    )  # fmt: skip


def letter_of(rows: Sequence[LineVariance]) -> str:
    """The letter as the record fills it in; what the record lacks is marked and never invented."""
    totals = totals_of(rows)
    first = rows[0].claim.billing_provider
    contracts = dict.fromkeys(row.expected_line.contract_name for row in rows)
    return fill(
        _template(),
        {
            "line_count": _counted(totals.lines, "service line"),
            "claim_count": _counted(totals.claims, "claim"),
            "expected_amount": format_money(totals.expected),
            "allowed_amount": format_money(totals.allowed),
            "difference_amount": format_money(totals.variance),
            "contract_names": _listed([name for name in contracts if name]),
            "causes": _causes(rows),
            "practice_phone": _phone(first.phone),
        },
    ).text


def recipient_of(payer: Payer) -> str:
    """To whom the packet goes, or that the address is missing."""
    if not payer.address_line1:
        return f"{payer.name}\nProvider disputes\n{NO_ADDRESS}"
    place = f"{payer.city}, {payer.state_code} {payer.zip_code[:5]}"
    return f"{payer.name}\nProvider disputes\n{payer.address_line1}\n{place}"


def packet_context(
    practice: Practice, rows: Sequence[LineVariance], *, recipient: str, letter: str, signed_by: str
) -> dict[str, Any]:
    """Everything that the template of the packet draws."""
    return {
        "practice": practice,
        "payer": rows[0].payer,
        "provider": rows[0].claim.billing_provider,
        "recipient": recipient,
        "paragraphs": [one for one in letter.split("\n\n") if one.strip()],
        "signed_by": signed_by,
        "rows": rows,
        "totals": totals_of(rows),
        "claims": _by_claim(rows),
        "has_refused": any(row.refused_amount for row in rows),
        "drawn_on": clock.today(practice),
    }


def _by_claim(rows: Sequence[LineVariance]) -> list[dict[str, Any]]:
    found: dict[int, list[LineVariance]] = {}
    for row in rows:
        found.setdefault(row.claim_id, []).append(row)
    return [_claim(lines) for lines in found.values()]


def _claim(lines: Sequence[LineVariance]) -> dict[str, Any]:
    first = lines[0]
    claim: Claim = first.claim
    answers: Mapping[int, RemittanceClaim] = {
        row.remittance_claim_id: row.remittance_claim for row in lines
    }
    snapshot = first.version.snapshot
    return {
        "claim": claim,
        "lines": [
            # The day at the practice: a packet is drawn by a worker as well, whose day is UTC.
            (row, clock.local(row.expected_line.frozen_at, claim.practice).date())
            for row in lines
        ],
        "snapshot": snapshot,
        "born": _day(snapshot["patient"]["birth_date"]),
        "sent_lines": [
            {**line, "day": _day(line["service_date_from"])} for line in snapshot["lines"]
        ],
        "answers": [(answer, eob_lines(answer)) for answer in answers.values()],
        "proof": filing_proof(claim),
        "anchor": f"claim-{claim.pk}",
    }


def _causes(rows: Sequence[LineVariance]) -> str:
    counted = Counter(row.cause for row in rows)
    found = [
        f"- {VarianceCause(cause).label}: {_counted(count, 'line')}"
        for cause, count in counted.most_common()
    ]
    return "What differs:\n" + "\n".join(found)


@cache
def _template() -> str:
    return _TEXT.read_text().strip()


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _phone(digits: str) -> str:
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits
