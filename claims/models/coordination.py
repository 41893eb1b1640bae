"""Several payers of one claim: what was forwarded, what is not billed, how a payer wants it."""

from django.db import models
from django.db.models import Q

from claims.models._constraints import one_of
from claims.payer_choices import PassedOver
from core import clock
from core.tenancy import PracticeModel


class Crossover(PracticeModel):
    """A claim that one payer forwarded to the next by itself (domain C.1).

    `version` stands for what the next payer was told: we never send it while its answer is awaited.
    The row is the clock: past `due_at` silence becomes work.
    """

    version = models.OneToOneField(
        "claims.ClaimVersion", on_delete=models.PROTECT, related_name="crossover"
    )
    forwarded_by = models.ForeignKey(
        "claims.ClaimVersion", on_delete=models.PROTECT, related_name="+"
    )
    told_name = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(version=models.F("forwarded_by")),
                name="crossover_goes_to_another_version",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="crossover_awaited", condition=Q(reported_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"crossover to version {self.version_id}"


class DeclinedPayer(PracticeModel):
    """Somebody decided, with a reason, that a claim is not billed to the payer of one rank."""

    claim = models.ForeignKey(
        "claims.Claim", on_delete=models.PROTECT, related_name="declined_payers"
    )
    rank = models.PositiveSmallIntegerField()
    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    because = models.CharField(
        max_length=12, choices=PassedOver.choices, default=PassedOver.NOT_COVERED
    )
    declined_at = models.DateTimeField(default=clock.now)
    declined_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["claim_id", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "payer", "rank"], name="one_refusal_per_payer"
            ),
            models.CheckConstraint(condition=Q(rank__in=[2, 3]), name="only_later_ranks_declined"),
            models.CheckConstraint(condition=~Q(reason=""), name="declined_with_a_reason"),
            one_of("because", PassedOver, "why_declined_is_known"),
        ]

    def __str__(self) -> str:
        return f"rank {self.rank} of claim {self.claim_id} is not billed"


class PayerCoordination(PracticeModel):
    """How a payer works together with others, where it differs from most (domain C.1)."""

    payer = models.OneToOneField(
        "patients.Payer", on_delete=models.CASCADE, related_name="coordination"
    )
    coordinates_internally = models.BooleanField(
        default=False,
        help_text="It passes a claim on to its own second plan without saying so",
    )
    wants_zero_balance = models.BooleanField(
        default=False,
        help_text="As a later payer it wants the claim even where nothing is left to pay",
    )
    never_covers_copay = models.BooleanField(
        default=False,
        help_text="As a later payer it does not pay the copay (PR-3) that the payer before left",
    )
    crossover_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Days until the answer to a forwarded claim is missed; empty: the practice's own",
    )

    class Meta(PracticeModel.Meta):
        ordering = ["payer_id"]
        verbose_name = "payer coordination"
        verbose_name_plural = "payer coordination"

    def __str__(self) -> str:
        return f"coordination of {self.payer}"
