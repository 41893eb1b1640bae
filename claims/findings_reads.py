"""Open findings over all claims that wait to be sent: grouped by rule, and those of one cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)

from claims import states
from claims.models import ClaimVersion, PayerRuleVersion, ScrubFinding
from claims.scrub.catalogue import RULES as CLAIM_RULES
from coding.edits.catalogue import RULES as CODING_RULES
from core.money import ZERO

STOPS = Q(severity="E") | Q(severity="O", overridden_at__isnull=True)
OVERRIDDEN = Q(overridden_at__isnull=False)


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """One rule over all claims: each claim counts once, however often the rule fires on it."""

    code: str
    severity: str
    meaning: str
    claims: int
    amount: Decimal
    oldest: datetime


def open_findings() -> "QuerySet[ScrubFinding]":
    """What stands on the current versions of claims that wait: unsent, or come back rejected."""
    return ScrubFinding.objects.filter(
        cleared_at__isnull=True,
        version__claim__current_version=F("version"),
        version__state__in=list(states.UNSENT | states.REJECTED),
    )


def by_rule(which: Q) -> list[RuleGroup]:
    """The findings of `which` by rule, the dearest first; two queries."""
    rows = open_findings().filter(which)
    earlier = rows.filter(version=OuterRef("version"), code=OuterRef("code"), pk__lt=OuterRef("pk"))
    groups = (
        rows.annotate(repeats=Exists(earlier))
        .values("code", "severity")
        .annotate(
            claims=Count("version", distinct=True),
            amount=Sum("version__charge_amount", filter=Q(repeats=False)),
            oldest=Min("found_at"),
        )
        .order_by("-amount", "code")
    )
    names = _names_of_payer_rules([row["code"] for row in groups])
    return [
        RuleGroup(
            row["code"], row["severity"], names.get(row["code"]) or meaning_of(row["code"]),
            row["claims"], row["amount"] or ZERO, row["oldest"],
        )
        for row in groups
    ]  # fmt: skip


def meaning_of(code: str) -> str:
    """What a rule of ours demands; "" for one that is not in a catalogue."""
    found = CLAIM_RULES.get(code) or CODING_RULES.get(code)
    return found.meaning if found else ""


def _names_of_payer_rules(codes: Sequence[str]) -> dict[str, str]:
    """The name of each payer rule in its newest version."""
    numbers = [int(code[5:]) for code in codes if code.startswith("RULE-")]
    rows = PayerRuleVersion.objects.filter(rule__number__in=numbers).order_by("number")
    return {
        f"RULE-{number}": name for number, name in rows.values_list("rule__number", "name")
    }  # the newest comes last and stays


def checked_claims() -> int:
    """How many claims wait to be sent, with findings or without."""
    return ClaimVersion.objects.filter(
        state__in=list(states.UNSENT | states.REJECTED), claim__current_version=F("pk")
    ).count()


def alike(finding: ScrubFinding) -> "QuerySet[Any]":
    """The open findings with the same cause: the same rule in the same version, at the same field
    and in the same words, whatever the line. One of coding has its case in its field.
    """
    rows = _with_cause(
        open_findings().filter(
            code=finding.code, severity=finding.severity, rule_version=finding.rule_version_id
        )
    )
    own = _with_cause(ScrubFinding.objects.filter(pk=finding.pk)).values("cause", "spot")[0]
    return rows.filter(cause=own["cause"], spot=own["spot"])


def _with_cause(rows: "QuerySet[ScrubFinding]") -> "QuerySet[Any]":
    spot = _without(_without("field", r"^(lines|x12)\.[0-9]+", r"\1"), r"^coding\..*", "coding")
    return rows.annotate(cause=_without("message", r"^Line [0-9]+", "Line"), spot=spot)


def _without(what: Any, pattern: str, put: str) -> Func:
    return Func(
        F(what) if isinstance(what, str) else what, Value(pattern), Value(put),
        function="regexp_replace", output_field=CharField(),
    )  # fmt: skip
