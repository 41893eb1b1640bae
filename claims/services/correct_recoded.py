"""The correction of a decided claim whose encounter was coded anew (domain B.7)."""

from collections.abc import Sequence

from django.db import transaction

from claims import news
from claims.models import Claim, ClaimChargeLine
from claims.services.correct_claim import RECODED, correct_claim
from claims.services.lock_claim import lock_claim
from claims.services.set_totals import set_totals
from claims.services.split_lines import split_lines
from coding.models import ChargeLine, CodingCase
from core import clock
from core.choices import Role
from core.errors import ApplicationError
from core.news import announce
from core.services.work import open_work_item
from patients.models import Encounter

_REASON = "its encounter was coded anew"


def correct_recoded(
    case: CodingCase, encounter: Encounter, lines: Sequence[ChargeLine]
) -> list[ChargeLine]:
    """Put released `lines` on the claim of the case that is being recoded and make its correction;
    returns those that are no part of it: all, where no claim is, else what may not stand with the
    others on one claim. Where the correction cannot be made now, somebody is asked to.
    """
    waiting = Claim.objects.filter(
        recoded_since__isnull=False, charge_lines__charge_line__case=case
    ).first()
    if waiting is None:
        return list(lines)
    claim = lock_claim(waiting.pk)
    payer = claim.version.payer
    keys = set(split_lines(encounter, payer, lines)[0].keys)
    own = [line for line in lines if line.pk in keys]
    _take_up(claim, own)
    try:
        with transaction.atomic():
            correct_claim(claim=claim, reason=_REASON, number=claim.version.number)
    except ApplicationError as error:
        open_work_item(
            subject=claim,
            kind=RECODED,
            title="Coded anew, and its correction could not be made",
            reason=f"{error.message} Then press Correct claim.",
            role=Role.BILLER,
            due_on=clock.today(claim.practice),
            amount=claim.charge_amount,
        )
    return [line for line in lines if line.pk not in keys]


def _take_up(claim: Claim, lines: Sequence[ChargeLine]) -> None:
    """The claim holds the new charges from now on; the old ones stay for the payer's reversal."""
    ClaimChargeLine.objects.bulk_create(
        ClaimChargeLine(practice_id=claim.practice_id, claim=claim, charge_line=line)
        for line in lines
    )
    set_totals(claim, lines)
    announce(news.CLAIM_BUILT, subject=claim, ids={"version_id": claim.version.pk})
