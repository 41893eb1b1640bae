"""Claims on paper: how far the printing and mailing of a batch came, and where a printer prints."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from claims.choices import MailingState
from claims.models._constraints import one_of
from core import clock
from core.tenancy import PracticeModel

FARTHEST_MM = Decimal(20)


class Mailing(PracticeModel):
    """The way of one batch of paper claims. People do each step; nothing here is due by itself."""

    batch = models.OneToOneField(
        "claims.SubmissionBatch", on_delete=models.PROTECT, related_name="mailing"
    )
    state = models.CharField(
        max_length=10, choices=MailingState.choices, default=MailingState.TO_PRINT
    )
    form_count = models.PositiveIntegerField()
    eob_count = models.PositiveIntegerField(
        default=0, help_text="Pages on plain paper: what earlier payers decided"
    )
    printed_at = models.DateTimeField(null=True, blank=True)
    printed_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mailed_on = models.DateField(null=True, blank=True)
    mailed_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mail_reference = models.CharField(
        max_length=40, blank=True, help_text="What the post office gave for it, if anything"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            one_of("state", MailingState, "mailing_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=MailingState.MAILED, mailed_on__isnull=False)
                | (~Q(state=MailingState.MAILED) & Q(mailed_on__isnull=True)),
                name="mailed_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"mailing of batch {self.batch_id}"

    @property
    def page_count(self) -> int:
        """Forms and plain pages together."""
        return self.form_count + self.eob_count

    @property
    def first_plain_page(self) -> int:
        """The page of the PDF from which it is printed on plain paper."""
        return self.form_count + 1


class PrinterOffset(PracticeModel):
    """How far a person's printer is off: forms are moved right and down by so much."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="+")
    x_mm = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))
    y_mm = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "user"], name="one_offset_per_person"),
            models.CheckConstraint(
                condition=Q(x_mm__range=(-FARTHEST_MM, FARTHEST_MM))
                & Q(y_mm__range=(-FARTHEST_MM, FARTHEST_MM)),
                name="offset_stays_on_the_page",
            ),
        ]

    def __str__(self) -> str:
        return f"printer offset {self.x_mm}, {self.y_mm} mm"
