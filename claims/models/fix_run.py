"""One fix applied to every claim with the same finding, with a result for each."""

from django.db import models

from claims.models._constraints import one_of
from claims.rule_choices import AlikeAct, FixResult
from core import clock
from core.tenancy import PracticeModel


class FixRun(PracticeModel):
    """What was applied, by whom, and why; `finding` is the one that it started from."""

    finding = models.ForeignKey(
        "claims.ScrubFinding", on_delete=models.PROTECT, related_name="fix_runs"
    )
    act = models.CharField(max_length=12, choices=AlikeAct.choices)
    reason = models.CharField(max_length=300, blank=True)
    job = models.OneToOneField(
        "core.Job", null=True, on_delete=models.PROTECT, related_name="fix_run"
    )
    made_by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [one_of("act", AlikeAct, "alike_act_is_known")]

    def __str__(self) -> str:
        return f"fix run {self.pk}"


class FixItem(PracticeModel):
    """One claim of a run, and what came of it."""

    run = models.ForeignKey(FixRun, on_delete=models.CASCADE, related_name="items")
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=10, choices=FixResult.choices, default=FixResult.WAITING)
    words = models.CharField(max_length=300, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "claim"], name="one_item_per_claim_of_a_run"),
            one_of("result", FixResult, "fix_result_is_known"),
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id} of run {self.run_id}"
