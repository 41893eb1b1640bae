"""When claims leave by themselves next: of each partner, and of payers with times of their own."""

from dataclasses import dataclass

from django.urls import reverse

from claims.models import SendSchedule
from claims.services.save_schedule import next_words, row_words
from patients.models import Payer

BY_HAND = "by hand: nothing leaves by itself"


@dataclass(frozen=True, slots=True)
class Sending:
    """One line of sendings: whose claims, when, and where that is set."""

    name: str
    words: str
    url: str


def next_sendings() -> list[Sending]:
    """The next first; those that only people send, last. Two queries, however many there are."""
    rows = list(
        SendSchedule.objects.select_related("partner", "payer__filing_settings__partner").order_by(
            "-is_on", "due_at", "pk"
        )
    )
    apart: dict[int, list[str]] = {}
    for row in rows:
        if row.payer:
            apart.setdefault(row.road.pk, []).append(row.payer.name)
    return [_sending(row, apart) for row in rows if row.is_on or row.payer]


def _sending(row: SendSchedule, apart: dict[int, list[str]]) -> Sending:
    words = row_words(row).removeprefix("next sending ") if row.is_on else "by hand"
    if row.payer:
        return Sending(
            row.payer.name,
            "on paper: by hand" if row.road.is_paper else words,
            reverse("claims:payer-schedule", args=[row.payer.public_id]),
        )
    without = apart.get(row.road.pk, [])
    name = row.road.name + (f", without {', '.join(sorted(without))}" if without else "")
    return Sending(name, words, reverse("claims:schedule", args=[row.road.public_id]))


def payer_sending(payer: Payer) -> str:
    """When this payer's claims leave next, and by whose times; for its page."""
    own = SendSchedule.objects.filter(payer=payer).first()
    filing = getattr(payer, "filing_settings", None)
    if filing is None or filing.partner.is_paper:
        return BY_HAND
    if own is not None:
        return f"{row_words(own)}, at times of its own" if own.is_on else f"{BY_HAND} of this payer"
    words = next_words(filing.partner)
    return f"{words}, with {filing.partner.name}" if words else BY_HAND
