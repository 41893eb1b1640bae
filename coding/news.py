"""What this app announces."""

from core import news

CHARGES_RELEASED = news.topic(
    "coding.charges_released", "The lines of a coded encounter became charges"
)
CHARGE_VOIDED = news.topic("coding.charge_voided", "A released charge line was taken back")
