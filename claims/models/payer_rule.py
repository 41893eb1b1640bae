"""Rules that a practice writes for its payers: each change a version, each version back-tested."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from claims.models._constraints import one_of
from claims.rule_choices import RuleState, Verdict
from core import clock
from core.findings import Severity
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel


class PayerRule(PracticeModel):
    """One rule under one number for life. What it says stands in its versions."""

    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_payer_rule_per_number")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The id that its findings carry."""
        return f"RULE-{self.number}"


class PayerRuleVersion(PracticeModel):
    """What a rule says. Never changed but for its state: a change is a new version.

    `definition` is the JSON of claims/payer_rules/grammar.py; `field` the key of the field that
    the finding leads to; `modifier` what put on the line would put it right.
    """

    rule = models.ForeignKey(PayerRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    severity = models.CharField(max_length=1, default=Severity.OVERRIDABLE)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    definition: Any = models.JSONField()
    message = models.CharField(max_length=200)
    field = models.CharField(max_length=60)
    advice = models.CharField(max_length=150, blank=True)
    modifier = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=10, choices=RuleState.choices, default=RuleState.DRAFT)
    tested_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["rule_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_versions_differ"),
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(state=RuleState.ON),
                name="one_version_of_a_rule_is_on",
            ),
            one_of("state", RuleState, "rule_state_is_known"),
            models.CheckConstraint(
                condition=Q(severity__in=["E", "O", "W", "I"]), name="rule_severity_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=RuleState.ON) | Q(tested_at__isnull=False),
                name="only_a_tested_rule_is_on",
            ),
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_to__gte=models.F("effective_from")),
                name="rule_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of payer rule {self.rule_id}"


class PayerRuleScope(PracticeModel):
    """One payer, or one plan, that a version is for. A version without any is for all."""

    version = models.ForeignKey(PayerRuleVersion, on_delete=models.CASCADE, related_name="scopes")
    payer = models.ForeignKey(
        "patients.Payer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    plan = models.ForeignKey(
        "patients.PayerPlan", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payer__isnull=False) ^ Q(plan__isnull=False),
                name="rule_scope_is_a_payer_or_a_plan",
            )
        ]

    def __str__(self) -> str:
        return str(self.plan or self.payer)


class BackTest(PracticeModel):
    """One run of one version over what was sent: what was looked at, and the hits with verdicts."""

    version = models.ForeignKey(
        PayerRuleVersion, on_delete=models.PROTECT, related_name="back_tests"
    )
    job = models.OneToOneField(
        "core.Job", null=True, on_delete=models.PROTECT, related_name="back_test"
    )
    service_from = models.DateField()
    service_to = models.DateField()
    payer = models.ForeignKey(
        "patients.Payer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_count = models.PositiveIntegerField(default=0)
    denied_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service_to__gte=models.F("service_from")),
                name="back_test_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"back-test {self.pk}"


class BackTestHit(PracticeModel):
    """A claim as it was sent on which the version fires, and what became of it with the payer."""

    back_test = models.ForeignKey(BackTest, on_delete=models.CASCADE, related_name="hits")
    version = models.ForeignKey("claims.ClaimVersion", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=15, choices=Verdict.choices)
    amount = MoneyField(
        default=ZERO, help_text="Denied, or paid; where nobody answered, what was billed"
    )
    lines = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["back_test", "version"], name="one_hit_per_version"),
            one_of("verdict", Verdict, "verdict_is_known"),
        ]

    def __str__(self) -> str:
        return f"hit on version {self.version_id}"


class BackTestReason(PracticeModel):
    """Why a payer refused what the hit would have held: group, reason and money of one CARC."""

    hit = models.ForeignKey(BackTestHit, on_delete=models.CASCADE, related_name="reasons")
    group_code = models.CharField(max_length=2)
    reason_code = models.CharField(max_length=5)
    amount = MoneyField()

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hit", "group_code", "reason_code"], name="one_row_per_carc_of_a_hit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group_code}-{self.reason_code}"
