"""What becomes of files that people bring, and of payments that came twice."""

from django.db import models

from core.choices import DANGER, PROGRESS, SUCCESS


class Settlement(models.TextChoices):
    """What becomes of a payment that came twice with other content (domain E.8)."""

    REPLACES = "replaces", "It replaces the first: the payer issued the payment anew"
    ANOTHER = "another", "It is another payment: both count"
    ASIDE = "aside", "The first one counts: set this one aside"


class UploadState(models.TextChoices):
    """Whether an uploaded file is taken in (claims/services/take_upload.py)."""

    OPENING = "opening", "Being opened"
    TAKEN = "taken", "Taken in"
    REFUSED = "refused", "Refused"


TONES: dict[str, str] = {
    UploadState.OPENING: PROGRESS,
    UploadState.TAKEN: SUCCESS,
    UploadState.REFUSED: DANGER,
}
