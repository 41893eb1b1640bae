"""Denials as work: one case a claim and root cause, and the appeals that go out for it.

The refused amounts themselves are `Denial` rows of the remittance (models/remittance.py).
"""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from claims.denial_choices import (
    AppealOutcome,
    AppealState,
    CaseOutcome,
    CaseState,
    Confidence,
    CoreScenario,
    CountedFrom,
    DenialCategory,
    DenialStep,
    PartKind,
    RootCause,
    SendMethod,
)
from claims.models._constraints import one_of
from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel

WORK = "claim.denied"


def work_kind_of(root_cause: str, rank: int) -> str:
    """The kind of a case's work item on its claim: one a cause, and one a payer of several."""
    return f"{WORK}.{root_cause}.{rank}" if rank > 1 else f"{WORK}.{root_cause}"


class DenialCase(PracticeModel):
    """What one payer refused on one claim for one root cause: the unit of work.

    Owner and due date are its work item's (`work_kind` on the claim). `chance`, `deadline_on` and
    the suggestion are worked out when something happens and kept, so that a list can sort by them.
    """

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="denial_cases")
    version = models.ForeignKey(
        "claims.ClaimVersion", on_delete=models.PROTECT, related_name="denial_cases"
    )
    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=1)
    root_cause = models.CharField(max_length=20, choices=RootCause.choices)
    work_kind = models.CharField(max_length=60)
    category = models.CharField(max_length=20, choices=DenialCategory.choices)
    # Of the largest refused amount: what the case is called by.
    group_code = models.CharField(max_length=2)
    reason_code = models.CharField(max_length=5)
    remark_codes: Any = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    core_scenario = models.CharField(max_length=20, choices=CoreScenario.choices, blank=True)
    amount = MoneyField(help_text="Refused and not settled yet")
    expected_amount = MoneyField(
        default=ZERO, help_text="What the payer should have allowed, less what it has paid"
    )
    expected_by = models.CharField(max_length=120, blank=True)
    work_cost = MoneyField(default=ZERO)
    seed_chance = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal(0))
    chance = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal(0))
    won_count = models.PositiveIntegerField(default=0)
    partly_count = models.PositiveIntegerField(default=0)
    tried_count = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=15, choices=CaseState.choices, default=CaseState.NOT_STARTED
    )
    state_changed_at = models.DateTimeField(default=clock.now)
    waits_for = models.CharField(max_length=200, blank=True)
    step = models.CharField(max_length=10, choices=DenialStep.choices)
    step_why = models.CharField(max_length=300, blank=True)
    step_confidence = models.CharField(max_length=5, choices=Confidence.choices, blank=True)
    step_rule = models.CharField(max_length=30, blank=True)
    other_steps: Any = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    chosen_step = models.CharField(max_length=10, choices=DenialStep.choices, blank=True)
    chosen_reason = models.CharField(max_length=200, blank=True)
    level = models.PositiveSmallIntegerField(default=1, help_text="The next appeal's level")
    appeal_refusal = models.CharField(max_length=300, blank=True)
    decided_on = models.DateField(help_text="The decision that clocks run from")
    deadline_on = models.DateField(null=True, blank=True, help_text="Work it by then")
    deadline_of = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=12, choices=CaseOutcome.choices, blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)
    recovered_amount = MoneyField(default=ZERO)
    opened_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "payer", "root_cause"],
                condition=~Q(state=CaseState.SETTLED),
                name="one_open_case_per_cause",
            ),
            models.CheckConstraint(
                condition=Q(chance__gte=0) & Q(chance__lte=1), name="denial_chance_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.SETTLED, settled_at__isnull=False)
                | ~Q(state=CaseState.SETTLED),
                name="settled_case_says_when",
            ),
            one_of("state", CaseState, "denial_case_state_is_known"),
            one_of("root_cause", RootCause, "denial_root_cause_is_known"),
            one_of("outcome", CaseOutcome, "denial_case_outcome_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "state", "deadline_on"],
                name="denial_case_open",
                condition=~Q(state=CaseState.SETTLED),
            ),
            models.Index(
                fields=["practice", "payer", "category"],
                name="denial_case_outcomes",
                condition=~Q(outcome=CaseOutcome.NONE),
            ),
            models.Index(fields=["practice", "opened_at"], name="denial_case_by_day"),
        ]

    def __str__(self) -> str:
        return f"denial {self.code} of claim {self.claim_id}"

    @property
    def code(self) -> str:
        """Group and reason of its largest amount, such as CO-197."""
        return f"{self.group_code}-{self.reason_code}"

    @property
    def next_step(self) -> str:
        """What was chosen, else what is suggested."""
        return self.chosen_step or self.step

    @property
    def next_step_label(self) -> str:
        """The same in words."""
        return str(DenialStep(self.next_step).label)

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of it."""
        return self.state != CaseState.SETTLED


class AppealRule(PracticeModel):
    """One level of appeal as one payer wants it (domain G.2). None at all: the usual ones."""

    payer = models.ForeignKey(
        "patients.Payer", on_delete=models.CASCADE, related_name="appeal_rules"
    )
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    days = models.PositiveSmallIntegerField(help_text="Days to ask for it")
    counted_from = models.CharField(
        max_length=10, choices=CountedFrom.choices, default=CountedFrom.DECISION
    )
    decision_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days the payer has to decide"
    )
    least_amount = MoneyField(default=ZERO, help_text="What must be at stake")
    method = models.CharField(max_length=10, choices=SendMethod.choices, default=SendMethod.MAIL)
    form = models.CharField(max_length=40, blank=True, help_text="A form that must go with it")
    goes_to = models.CharField(max_length=200, blank=True, help_text="Address, fax or portal")

    class Meta(PracticeModel.Meta):
        ordering = ["payer_id", "level"]
        constraints = [
            models.UniqueConstraint(fields=["payer", "level"], name="one_appeal_rule_per_level"),
            models.CheckConstraint(condition=Q(days__gt=0), name="appeal_limit_is_some_days"),
            models.CheckConstraint(
                condition=Q(level__gte=1) & Q(level__lte=5), name="appeal_level_is_1_to_5"
            ),
            one_of("method", SendMethod, "appeal_rule_method_is_known"),
            one_of("counted_from", CountedFrom, "appeal_rule_start_is_known"),
        ]

    def __str__(self) -> str:
        return f"level {self.level} at payer {self.payer_id}"


class LetterTemplate(PracticeModel):
    """An appeal letter of the practice's own: for a category, a payer, or any."""

    name = models.CharField(max_length=80)
    category = models.CharField(max_length=20, choices=DenialCategory.choices, blank=True)
    payer = models.ForeignKey(
        "patients.Payer", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="letter_names_differ")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def newest(self) -> "LetterVersion":
        """What it says now."""
        return self.versions.order_by("-number")[0]


class LetterVersion(PracticeModel):
    """What a letter says, frozen: a change is a new version."""

    template = models.ForeignKey(LetterTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    body = models.TextField(max_length=8000)
    made_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["template_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="letter_versions_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of letter {self.template_id}"


class Appeal(PracticeModel):
    """One appeal of one case at one level: its letter, its packet, when it went, what came of it.
    Once sent, what went out is not changed any more.
    """

    case = models.ForeignKey(DenialCase, on_delete=models.PROTECT, related_name="appeals")
    level = models.PositiveSmallIntegerField()
    level_name = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=AppealState.choices, default=AppealState.DRAFT)
    recipient = models.TextField(max_length=300, blank=True)
    letter = models.TextField(max_length=12_000)
    letter_by = models.CharField(max_length=100, blank=True, help_text="Which template")
    signed_by = models.CharField(max_length=120, blank=True)
    packet = models.ForeignKey(
        "core.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    packet_pages = models.PositiveSmallIntegerField(default=0)
    last_day = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=10, choices=SendMethod.choices, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    sent_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tracking_number = models.CharField(max_length=60, blank=True)
    decision_due_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=AppealOutcome.choices, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    decision_note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["case_id", "level", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(state=AppealState.DECIDED),
                name="one_appeal_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state=AppealState.DRAFT)
                | Q(sent_on__isnull=False, packet__isnull=False) & ~Q(method=""),
                name="sent_appeal_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(state=AppealState.DECIDED)
                | Q(decided_on__isnull=False) & ~Q(outcome=""),
                name="decided_appeal_says_what",
            ),
            one_of("state", AppealState, "appeal_state_is_known"),
            one_of("outcome", AppealOutcome, "appeal_outcome_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "decision_due_on"],
                name="appeal_out",
                condition=Q(state=AppealState.SENT),
            )
        ]

    def __str__(self) -> str:
        return f"appeal {self.level} of case {self.case_id}"


class AppealPart(PracticeModel):
    """One part of a packet behind the letter: drawn from the record, or a file that was added."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=15, choices=PartKind.choices)
    label = models.CharField(max_length=120)
    document = models.ForeignKey(
        "core.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_included = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField()

    class Meta(PracticeModel.Meta):
        ordering = ["appeal_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "kind"],
                condition=~Q(kind=PartKind.FILE),
                name="one_part_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind=PartKind.FILE) | Q(document__isnull=False),
                name="added_file_is_there",
            ),
            one_of("kind", PartKind, "appeal_part_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of appeal {self.appeal_id}"
