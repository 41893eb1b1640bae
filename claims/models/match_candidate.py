"""Claims of ours that an unmatched answer may be about, best first, with the reasons."""

from typing import Any

from django.db import models

from core.tenancy import PracticeModel


class MatchCandidate(PracticeModel):
    """One claim that a payer's answer may mean. Kept as it was offered: so it can be measured how
    often the right one stood first.
    """

    remittance_claim = models.ForeignKey(
        "claims.RemittanceClaim", on_delete=models.PROTECT, related_name="candidates"
    )
    version = models.ForeignKey("claims.ClaimVersion", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="1 is the best")
    score = models.PositiveSmallIntegerField(help_text="0 to 100 (claims/candidates.py)")
    reasons: Any = models.JSONField(default=list, help_text="What fits and what does not, in words")

    class Meta(PracticeModel.Meta):
        ordering = ["remittance_claim_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["remittance_claim", "position"], name="candidates_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["remittance_claim", "version"], name="one_candidate_per_version"
            ),
            models.CheckConstraint(
                condition=models.Q(score__lte=100), name="candidate_score_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"candidate {self.position} of answer {self.remittance_claim_id}"
