"""Trying a partner's line on a person's order, and saying in words what came of it."""

from claims.models import PartnerLine, TradingPartner
from claims.services.partner_lines import line_of, resume_line, stop_line
from claims.services.roads import transport_for
from claims.transport.base import Tried
from core import audit, clock
from core.errors import ApplicationError


def try_connection(partner: TradingPartner) -> Tried:
    """Go as far as one can without sending; a good trial ends a stop and an open circuit."""
    try:
        tried = transport_for(partner).try_out()
    except ApplicationError as error:
        tried = Tried(is_well=False, words=error.message)
    if tried.stopped is not None:
        stop_line(partner, tried.stopped)
    elif tried.is_well:
        resume_line(partner, outcome="The line was tried and works.")
    PartnerLine.everywhere.filter(pk=line_of(partner).pk).update(
        tried_at=clock.now(), tried_well=tried.is_well, tried_words=tried.words[:500]
    )
    audit.record("partner.tried", subject=partner, after={"is_well": tried.is_well})
    return tried
