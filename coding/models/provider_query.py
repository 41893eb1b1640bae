"""A question to the provider about one encounter, and the answer, both kept as they were."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coding.choices import QueryState, QueryTopic
from core import clock
from core.tenancy import PracticeModel


class ProviderQuery(PracticeModel):
    """What a coder asks the rendering provider. The encounter waits while it is open."""

    case = models.ForeignKey(
        "coding.CodingCase", on_delete=models.PROTECT, related_name="provider_queries"
    )
    provider = models.ForeignKey(
        "patients.Provider", on_delete=models.PROTECT, related_name="queries"
    )
    topic = models.CharField(max_length=16, choices=QueryTopic.choices)
    text = models.TextField(max_length=2000)
    options = ArrayField(models.CharField(max_length=200))
    state = models.CharField(max_length=10, choices=QueryState.choices, default=QueryState.OPEN)
    due_on = models.DateField()
    # The day on which the sweep acts next, while there is no answer; empty when all was done.
    chase_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        "core.User", null=True, on_delete=models.PROTECT, related_name="queries_asked"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    answer = models.CharField(max_length=200, blank=True)
    comment = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    addendum = models.OneToOneField(
        "patients.EncounterNote", null=True, on_delete=models.PROTECT, related_name="answers"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["due_on", "id"]
        verbose_name_plural = "provider queries"
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state=QueryState.OPEN),
                name="one_open_query_per_case",
            )
        ]
        indexes = [
            models.Index(fields=["practice", "state", "due_on"], name="query_by_due"),
            models.Index(
                fields=["chase_on"],
                name="query_to_chase",
                condition=models.Q(state=QueryState.OPEN, chase_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"query about {self.case.encounter.number}"

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed without an answer."""
        return self.state == QueryState.OPEN and self.due_on < clock.today(self.practice)
