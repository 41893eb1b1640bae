"""What happens to the money of a claim stands on the claim's own timeline too (DESIGN 3.10)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from billing.models import Journal
from claims.models import Claim, ClaimChargeLine
from coding.models import CodingCase
from core import timeline
from core.money import ZERO, format_money


def tell_claims(amounts: Mapping[int, Decimal], *, kind: str, sentence: str) -> None:
    """Put one entry on each claim that has one of these charge lines (id: amount).

    `sentence` has a place `{amount}` for the claim's own sum.
    """
    links = ClaimChargeLine.objects.filter(charge_line_id__in=amounts).select_related("claim")
    claims: dict[int, Claim] = {}
    sums: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for link in links:
        claims[link.claim_id] = link.claim
        sums[link.claim_id] += amounts[link.charge_line_id]
    for claim_id, claim in claims.items():
        amount = f"${format_money(sums[claim_id])}"
        timeline.record(claim, kind=kind, sentence=sentence.format(amount=amount))


def tell_case(case: CodingCase, *, count: int, amount: Decimal) -> None:
    """Say on the encounter's timeline that its charges are in the ledger."""
    noun = "charge" if count == 1 else "charges"
    timeline.record(
        case,
        kind="charges.posted",
        sentence=f"posted {count} {noun}, ${format_money(amount)}, to the ledger",
    )


def tell_case_of_mirrors(case: CodingCase, mirrors: Sequence[Journal]) -> None:
    """Say on the encounter's timeline by which journals its charges left the ledger."""
    if mirrors:
        timeline.record(
            case,
            kind="charges.unposted",
            sentence="took the charges out of the ledger again",
            details={"note": ", ".join(f"J{mirror.number}" for mirror in mirrors)},
        )
