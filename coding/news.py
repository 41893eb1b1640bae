"""What this app announces."""

from core import news

CHARGES_RELEASED = news.topic(
    "coding.charges_released", "The lines of a coded encounter became charges"
)
CHARGES_RESTORED = news.topic(
    "coding.charges_restored",
    "Charges that were taken back stand again, as a payer decided on them. Subject: the case; ids:"
    " charge_line_ids.",
)
CHARGES_VOIDED = news.topic(
    "coding.charges_voided",
    "Released charges were taken back, to be coded again. Subject: the case; ids: charge_line_ids.",
)
