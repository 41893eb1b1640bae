"""What the office does about underpaid lines: one payer gets a packet, one small line is let be."""

from collections import Counter

from billing.models import LineVariance
from billing.services.dispute_variances import make_dispute, record_sent
from billing.services.settle_variances import accept_variances
from billing.underpayment_choices import AcceptReason, DisputeMethod, VarianceState
from billing.underpayments.evidence import letter_of, with_everything
from core import clock
from core.pdf import PdfUnavailable
from desk.demo.set_up import Stage

_IN_A_PACKET, _LEFT_OPEN = 2, 5
_ADDRESS = "Provider disputes\nPO Box 100\nAnytown, CO 80001"


def work_underpayments(stage: Stage) -> None:
    """Two lines of the payer with most are disputed, the smallest of all is let be; at least five
    stay to be worked.
    """
    rows = list(
        LineVariance.objects.filter(state=VarianceState.OPEN)
        .select_related("payer", "claim")
        .order_by("identified_on", "pk")
    )
    spare = len(rows) - _LEFT_OPEN
    if spare > 0:
        smallest = min(rows, key=lambda row: (row.variance_amount, row.pk))
        accept_variances(
            practice=stage.practice, rows=[smallest], reason=AcceptReason.EFFORT,
            note="Less than what a letter costs",
        )  # fmt: skip
        rows.remove(smallest)
        spare -= 1
    if spare >= _IN_A_PACKET:
        _dispute(stage, rows)


def _dispute(stage: Stage, rows: list[LineVariance]) -> None:
    payer, _ = Counter(row.payer_id for row in rows).most_common(1)[0]
    chosen = with_everything([row for row in rows if row.payer_id == payer][:_IN_A_PACKET])
    try:
        made = make_dispute(
            practice=stage.practice, rows=chosen, letter=letter_of(chosen),
            recipient=f"{chosen[0].payer.name}\n{_ADDRESS}", signed_by="The billing office",
            user=stage.users["biller"],
        )  # fmt: skip
    except PdfUnavailable:
        return  # without PDF there is no packet
    record_sent(
        dispute=made, method=DisputeMethod.MAIL, sent_on=clock.today(stage.practice),
        tracking_number="9400 1000 3300",
    )  # fmt: skip
