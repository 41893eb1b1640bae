"""What payers want allowed beforehand, and what is used of what they allowed, in two queries."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from claims.models import ClaimVersion, PayerFilingSettings
from claims.scrub.authorization import Allowances
from patients.models import AuthorizationUse


def allowances_of(versions: Sequence[ClaimVersion]) -> dict[int, Allowances]:
    """By version. What its own lines use is not counted: the check adds it."""
    settings = {
        payer: (tuple(codes), needs, tuple(attached))
        for payer, codes, needs, attached in PayerFilingSettings.objects.filter(
            payer__in={version.payer_id for version in versions}
        ).values_list("payer_id", "authorization_codes", "needs_referral", "attachment_codes")
    }
    uses = _uses(versions)
    found = {}
    for version in versions:
        own = {line["control_number"] for line in version.snapshot["lines"]}
        units: dict[str, Decimal] = defaultdict(Decimal)
        days: dict[str, set[str]] = defaultdict(set)
        for key in _named(version):
            for line, day, quantity in uses.get(key, ()):
                if line not in own:
                    units[key] += quantity
                    days[key].add(day)
        codes, needs, attached = settings.get(version.payer_id, ((), False, ()))
        found[version.pk] = Allowances(
            codes,
            needs,
            attached,
            dict(units),
            {key: frozenset(some) for key, some in days.items()},
        )
    return found


def _named(version: ClaimVersion) -> list[str]:
    named: dict[str, Any] = version.snapshot.get("authorizations", {})
    return [one["public_id"] for one in named.values()]


def _uses(versions: Sequence[ClaimVersion]) -> dict[str, list[tuple[str, str, Decimal]]]:
    wanted = {key for version in versions for key in _named(version)}
    found: dict[str, list[tuple[str, str, Decimal]]] = defaultdict(list)
    if not wanted:
        return found
    rows = AuthorizationUse.objects.filter(authorization__public_id__in=wanted)
    for key, line, day, quantity in rows.values_list(
        "authorization__public_id", "line_number", "used_on", "quantity"
    ):
        found[str(key)].append((line, day.isoformat(), quantity))
    return found
