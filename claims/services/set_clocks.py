"""Changing how long answers are waited for: for all payers of a practice, or for one."""

from collections.abc import Mapping

from django.db import transaction

from claims.clocks import WAITS, Clocks
from claims.models import PayerClock
from claims.payer_choices import WaitKind
from core import clock, timeline
from core.errors import ApplicationError
from core.models import Practice
from core.practice_settings import change
from patients.models import Payer


def set_clocks(practice: Practice, lengths: Mapping[str, int]) -> None:
    """The practice's own lengths, by kind; audited one by one. Raises ApplicationError."""
    check_lengths(lengths)
    before = Clocks(practice)
    with transaction.atomic():
        for kind, length in lengths.items():
            if before.length(kind) != length:
                change(practice, WAITS[kind].setting, length)


def set_payer_clocks(payer: Payer, lengths: Mapping[str, int | None]) -> None:
    """One payer's own lengths, by kind; None for a kind that follows the practice.

    They hold for what is sent or answered from now on. Raises ApplicationError at the field.
    """
    practice = payer.practice
    clocks = Clocks(practice)
    check_lengths(
        {
            kind: clocks.length(kind) if length is None else length
            for kind, length in lengths.items()
        }
    )
    with transaction.atomic():
        before = dict(PayerClock.objects.filter(payer=payer).values_list("kind", "length"))
        after = {kind: length for kind, length in lengths.items() if length is not None}
        if before == after:
            return
        PayerClock.objects.filter(payer=payer).exclude(kind__in=after).delete()
        for kind, length in after.items():
            PayerClock.objects.update_or_create(
                practice=practice, payer=payer, kind=kind,
                defaults={"length": length, "changed_at": clock.now()},
            )  # fmt: skip
        timeline.record(
            payer, kind="payer.clocks_set", sentence="changed how long its answers are waited for",
            before=before, after=after,
        )  # fmt: skip


def check_lengths(lengths: Mapping[str, int]) -> None:
    """Raises ApplicationError at the field of a wait that could never make sense."""
    for kind, length in lengths.items():
        wait = WAITS[kind]
        if not 1 <= length <= wait.most:
            words = f"Between 1 and {wait.most} {wait.unit}."
            raise ApplicationError(words, field=field_name(kind))
    query, answer = lengths.get(WaitKind.STATUS_QUERY), lengths.get(WaitKind.REMITTANCE)
    if query is not None and answer is not None and query >= answer:
        raise ApplicationError(
            "The payer is asked before its silence becomes work: fewer days than for the"
            " remittance.",
            field=field_name(WaitKind.STATUS_QUERY),
        )
    mailed, late = lengths.get(WaitKind.BY_MAIL), lengths.get(WaitKind.MAILED_REMITTANCE)
    if mailed is not None and late is not None and mailed >= late:
        raise ApplicationError(
            "A mailed claim is asked about before it counts as not answered.",
            field=field_name(WaitKind.BY_MAIL),
        )


def field_name(kind: str) -> str:
    """The name of its field on the form."""
    return f"wait_{kind}"
