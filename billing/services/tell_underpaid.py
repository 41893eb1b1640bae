"""An underpaid claim is one piece of work on the claim, whatever its lines: opened, brought up to
date and ended here, with the amount that lists show.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from billing.models import LineVariance
from billing.underpayment_choices import QUEUED, VarianceState
from claims.models import Claim
from claims.services.set_underpaid import set_underpaid
from core import timeline
from core.actors import PAYER, Actor
from core.appending import appended_together
from core.choices import Role, WorkState
from core.models import Practice, WorkItem
from core.money import ZERO, format_money
from core.services.work import Wanted, close_work_items, open_work_items
from core.subjects import kind_of

WORK = "claim.underpaid"


def tell_underpaid(
    practice: Practice, rows: Iterable[LineVariance], *, due_on: date, is_news: bool = False
) -> None:
    """`rows` changed: their claims' amounts, work and timelines follow; `is_news` where a payer's
    answer did it. A few statements, however many claims.
    """
    touched = {row.claim_id for row in rows}
    sums: dict[int, Decimal] = dict.fromkeys(touched, ZERO)
    payers: dict[int, str] = {}
    recovered: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for claim_id, state, variance, back, payer in LineVariance.objects.filter(
        claim__in=touched
    ).values_list("claim_id", "state", "variance_amount", "recovered_amount", "payer__name"):
        if state in QUEUED:
            sums[claim_id] += variance
        if state == VarianceState.RECOVERED:
            recovered[claim_id] += back
        payers[claim_id] = payer
    claims = {one.pk: one for one in Claim.objects.filter(pk__in=touched)}
    had = {pk for pk, one in claims.items() if one.underpaid_amount}
    set_underpaid(sums)
    words = {pk: f"{payers[pk]} allowed ${format_money(sums[pk])} less than its contract says."
             for pk in sorted(sums) if sums[pk]}  # fmt: skip
    open_work_items(
        practice,
        [Wanted(claims[pk], f"Underpaid by {payers[pk]}", said, sums[pk])
         for pk, said in words.items()],
        kind=WORK, role=Role.BILLER, due_on=due_on,
    )  # fmt: skip
    _bring_up_to_date(sums, words)
    ended = [claims[pk] for pk in sorted(had) if not sums[pk]]
    close_work_items(subjects=ended, kinds=[WORK], outcome="Nothing is underpaid any more.")
    with appended_together():
        for pk in sorted(words.keys() - had) if is_news else ():
            timeline.record(
                claims[pk], kind="claim.underpaid",
                sentence=f"allowed ${format_money(sums[pk])} less than the contract says",
                actor=Actor(PAYER, payers[pk], source="835"),
            )  # fmt: skip
        for claim in ended:
            if recovered[claim.pk]:
                came = f"${format_money(recovered[claim.pk])}"
                timeline.record(
                    claim, kind="claim.underpayment_recovered",
                    sentence=f"recovered {came} of what {payers[claim.pk]} had underpaid",
                )  # fmt: skip


def _bring_up_to_date(sums: dict[int, Decimal], words: dict[int, str]) -> None:
    items = WorkItem.objects.filter(
        subject_kind=kind_of(Claim()), subject_id__in=words, kind=WORK, state=WorkState.OPEN
    )
    for item in items:
        if item.amount != sums[item.subject_id]:
            item.amount, item.reason = sums[item.subject_id], words[item.subject_id][:300]
            item.save(update_fields=["amount", "reason"])
