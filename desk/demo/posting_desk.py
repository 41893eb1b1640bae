"""What the poster of a demo practice does by hand: an EOB on paper typed in, a posting undone."""

from decimal import Decimal

from billing.eob.as_payment import Header, as_payment
from billing.eob.draft import read_claim, read_provider_adjustments
from billing.posting.plan_undo import plan_undo
from billing.posting.undo import undo_remittance
from billing.selectors.eob_claims import billed_to, payee_of
from billing.services.enter_eob import enter_eob
from claims.choices import MessageSource, RemittanceState, VersionState
from claims.models import Claim, Remittance
from claims.services.enter_remittance import originator_of
from core import clock
from core.models import Practice
from core.money import dollars

_CHECK = "004417"
_SHARE, _COPAY = Decimal("0.62"), Decimal("25.00")
_WHY = "The payer announced a corrected file by phone"


def work_by_hand(practice: Practice) -> None:
    """The acts of the last day, each through the service behind the screen."""
    type_in_an_eob(practice)
    undo_a_posting()


def type_in_an_eob(practice: Practice) -> None:
    """The check of the payer on paper came: its EOB is typed in and waits to be posted."""
    mailed = Claim.objects.filter(
        current_version__state=VersionState.SENT,
        current_version__current_attempt__batch__mailing__isnull=False,
    ).select_related("current_version__payer")
    claim = mailed.order_by("pk").first()
    if claim is None:
        return
    payer = claim.version.payer
    [billed] = billed_to([claim.public_id], payer)
    typed = {"c0.icn": "P-2290"}
    paid = Decimal(0)
    for place, line in enumerate(billed.lines):
        allowed = dollars(line.charge_amount * _SHARE)
        share = min(_COPAY, allowed) if place == 0 else Decimal(0)
        paid += allowed - share
        typed |= {
            f"c0.{place}.allowed": str(allowed),
            f"c0.{place}.paid": str(allowed - share),
            f"c0.{place}.adjust": f"CO-45 {line.charge_amount - allowed}"
            + (f" PR-3 {share}" if share else ""),
        }
    payee = payee_of([billed])
    remit, kept = as_payment(
        Header(
            payer_name=payer.name,
            payer_number=payer.payer_number,
            payee_npi=payee.npi if payee else "",
            payee_tax_id=payee.tax_id if payee else "",
            trace_number=_CHECK,
            trace_originator=originator_of(payer),
            method_code="CHK",
            payment_amount=paid,
            paid_on=clock.today(practice),
        ),
        [read_claim(typed, 0, billed)],
        read_provider_adjustments({}),
    )
    enter_eob(practice=practice, remit=remit, typed=kept)


def undo_a_posting() -> None:
    """The newest small posting on which nothing stands yet is taken out again."""
    posted = Remittance.objects.filter(
        state=RemittanceState.POSTED, payment_amount__gt=0, message__source=MessageSource.CALLBACK
    )
    for remittance in posted.order_by("-posted_at")[:5]:
        if remittance.claims.count() == 1 and not plan_undo(remittance).refusals:
            undo_remittance(remittance=remittance, reason=_WHY)
            return
