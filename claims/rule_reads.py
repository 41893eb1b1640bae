"""Reads over payer rules: what is on, what a version says, and what a back-test came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from claims.models import (
    BackTest,
    BackTestHit,
    BackTestReason,
    ClaimVersion,
    PayerRule,
    PayerRuleScope,
    PayerRuleVersion,
)
from claims.payer_rules.grammar import parse
from claims.payer_rules.live import LiveRule
from claims.payer_rules.words import sentence
from claims.rule_choices import RuleState, Verdict
from core.money import ZERO


def live_rules() -> list[LiveRule]:
    """Every rule that is on, ready to judge; two queries."""
    rows = versions_with_scopes().filter(state=RuleState.ON).order_by("rule__number")
    return [live_of(row) for row in rows]


def versions_with_scopes() -> "QuerySet[PayerRuleVersion]":
    """Versions with their rule, payers and plans."""
    scopes = PayerRuleScope.objects.select_related("payer", "plan__payer")
    return PayerRuleVersion.objects.select_related("rule", "made_by").prefetch_related(
        Prefetch("scopes", queryset=scopes)
    )


def live_of(row: PayerRuleVersion) -> LiveRule:
    """A version as the scrub holds it."""
    scopes = list(row.scopes.all())
    return LiveRule(
        code=row.rule.code,
        version=row.number,
        definition=parse(row.definition),
        severity=row.severity,
        message=row.message,
        target=row.field,
        advice=row.advice,
        modifier=row.modifier,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        payer_ids=frozenset(one.payer_id for one in scopes if one.payer_id),
        plan_ids=frozenset(one.plan_id for one in scopes if one.plan_id),
        version_id=row.pk,
    )


def said_by(row: PayerRuleVersion) -> str:
    """What a version says, as one sentence."""
    return sentence(
        parse(row.definition),
        scope=scope_names(row),
        severity=row.severity,
        message=row.message,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )


def scope_names(row: PayerRuleVersion) -> list[str]:
    """Whom a version is for, in words; [] for everybody."""
    return [one.plan.name if one.plan else str(one.payer) for one in row.scopes.all()]


def rules_with_newest() -> "QuerySet[PayerRuleVersion]":
    """The newest version of each rule."""
    newer = PayerRuleVersion.objects.filter(rule=OuterRef("rule"), number__gt=OuterRef("number"))
    return (
        versions_with_scopes()
        .annotate(is_old=Exists(newer))
        .filter(is_old=False)
        .order_by("rule__number")
    )


def rules_that_are_on() -> set[int]:
    """The rules of which a version, the newest or not, is on."""
    on = PayerRuleVersion.objects.filter(state=RuleState.ON)
    return set(on.values_list("rule_id", flat=True))


def newest_of(rule: PayerRule) -> PayerRuleVersion:
    """The version that a change starts from."""
    return versions_with_scopes().filter(rule=rule).order_by("-number")[0]


# -- back-tests ------------------------------------------------------------------------------


def sent_versions(test: BackTest) -> "QuerySet[ClaimVersion]":
    """What a back-test looks at: versions that went out for services of its dates, for its payer
    and whom the rule is for.
    """
    rule = live_of(test.version)
    rows = ClaimVersion.objects.filter(
        current_attempt__isnull=False,
        claim__service_date_from__gte=test.service_from,
        claim__service_date_from__lte=test.service_to,
    )
    if test.payer_id:
        rows = rows.filter(payer_id=test.payer_id)
    if rule.payer_ids or rule.plan_ids:
        rows = rows.filter(Q(payer_id__in=rule.payer_ids) | Q(plan_id__in=rule.plan_ids))
    return rows


@dataclass(frozen=True, slots=True)
class Share:
    """One figure of a result: how many claims as sent, and how much money."""

    verdict: str
    count: int = 0
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class ByReason:
    """What was refused under one CARC among the caught."""

    group_code: str
    reason_code: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TestResult:
    """Everything that a back-test says, each figure folded from its hits."""

    denied: Share
    rejected: Share
    paid: Share
    unanswered: Share
    reasons: Sequence[ByReason]

    @property
    def fired(self) -> int:
        """On how many claims as sent the rule fires."""
        return sum(one.count for one in (self.denied, self.rejected, self.paid, self.unanswered))

    @property
    def caught(self) -> int:
        """How many of them the payer or clearinghouse refused."""
        return self.denied.count + self.rejected.count

    @property
    def precision(self) -> int | None:
        """Of a hundred that are answered, how many it would have caught; None without answers."""
        answered = self.caught + self.paid.count
        return round(100 * self.caught / answered) if answered else None


def result_of(test: BackTest) -> TestResult:
    """The figures of a back-test, in two queries."""
    rows = BackTestHit.objects.filter(back_test=test).values("verdict").order_by("verdict")
    shares = {
        row["verdict"]: Share(row["verdict"], row["n"], row["money"] or ZERO)
        for row in rows.annotate(n=Count("pk"), money=Sum("amount"))
    }
    reasons = (
        BackTestReason.objects.filter(hit__back_test=test)
        .values("group_code", "reason_code")
        .annotate(n=Count("hit", distinct=True), money=Sum("amount"))
        .order_by("-money", "group_code", "reason_code")
    )
    denied, rejected, paid, unanswered = (shares.get(one, Share(one)) for one in Verdict.values)
    return TestResult(
        denied,
        rejected,
        paid,
        unanswered,
        reasons=[
            ByReason(row["group_code"], row["reason_code"], row["n"], row["money"])
            for row in reasons
        ],
    )


def finished_tests(version: PayerRuleVersion) -> "QuerySet[BackTest]":
    """The back-tests of this very version that ran to their end, newest first."""
    return BackTest.objects.filter(version=version, finished_at__isnull=False)


def is_proven(version: PayerRuleVersion) -> bool:
    """Whether a back-test of it that ran to its end saw a claim."""
    return finished_tests(version).filter(seen_count__gt=0).exists()


def hits(test: BackTest) -> "QuerySet[Any]":
    """The hits of a back-test with what a list shows of each."""
    return BackTestHit.objects.filter(back_test=test).select_related(
        "version__claim__patient", "version__payer"
    ).defer("version__snapshot")  # fmt: skip
