"""What people bring by hand: an uploaded file or archive, and the fate of each file in it."""

from django.db import models

from claims.intake_choices import UploadState
from claims.models._constraints import one_of
from core import clock
from core.tenancy import PracticeModel


class Upload(PracticeModel):
    """One file as it was uploaded. A ZIP archive is opened by a job, file by file."""

    document = models.ForeignKey("core.Document", on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(
        "claims.TradingPartner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120, help_text="As the sender named it; shown, never logged")
    state = models.CharField(
        max_length=10, choices=UploadState.choices, default=UploadState.OPENING
    )
    problem = models.CharField(max_length=300, blank=True)
    job = models.ForeignKey(
        "core.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [one_of("state", UploadState, "upload_state_is_known")]

    def __str__(self) -> str:
        return f"upload {self.public_id}"


class UploadedFile(PracticeModel):
    """One file of an upload: the message that it became, or why it became none."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    message = models.ForeignKey(
        "claims.InboundMessage",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="uploaded_files",
    )
    problem = models.CharField(max_length=300, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["upload_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "position"], name="uploaded_files_are_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(message__isnull=False) | ~models.Q(problem=""),
                name="uploaded_file_has_a_fate",
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.position} of upload {self.upload_id}"
