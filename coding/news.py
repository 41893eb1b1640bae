"""What this app announces."""

from core import news

CHARGES_RELEASED = news.topic(
    "coding.charges_released", "The lines of a coded encounter became charges"
)
