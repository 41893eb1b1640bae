"""Taking in one payment of a payer: is it new, does it balance, whose is it (domain E.2, E.8).

Nothing is posted here.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from claims.choices import MessageSource, RemittanceState
from claims.edi.records import Fault, Remit
from claims.events import RECEIVED, tell_remittance
from claims.models import InboundMessage, Remittance
from claims.selectors import is_our_payee, payer_of_remittance
from claims.services.match_remittance import match_remittance
from claims.services.message_results import Applied, counted
from claims.services.store_remittance import store_remittance
from claims.states import REMITTANCE
from core import clock, timeline
from core.choices import Role
from core.services.work import close_work_item, open_work_item
from core.states import advance

OUT_OF_BALANCE, REISSUED = "remittance.out_of_balance", "remittance.reissued"
SAME_NUMBERS = "R-CONTROL"
# They came, and do not stand in the way of another payment with their trace.
_DO_NOT_COUNT = (RemittanceState.OUT_OF_BALANCE, RemittanceState.SET_ASIDE)


def import_remittance(message: InboundMessage, remit: Remit) -> Applied:
    """Store one ST of an 835 and match it.

    A payment we have is a duplicate, by identity and content, whatever file it came in. The same
    trace with another amount, day or content is held for a person. One that does not balance is
    kept with its faults and goes no further.
    """
    name = f"835 {remit.trace_number} of {remit.payment_amount}"
    if not is_our_payee(remit.payee_npi, remit.payee_tax_id):
        return Applied(f"{name} pays someone else than this practice", took_effect=False)
    _one_at_a_time(message, remit)
    earlier = _earlier(remit)
    same = next((row for row in earlier if _is_same(row, remit)), None)
    if same:
        return _duplicate(message, remit, same, name)
    remittance = store_remittance(
        message, remit, RemittanceState.RECEIVED, warnings=_warnings(remit)
    )
    _tell_received(message, remit, remittance)
    if remit.faults:
        _refuse(remittance)
        return Applied(f"{name} does not balance")
    counting = [row for row in earlier if row.state not in _DO_NOT_COUNT]
    if _is_reissued(remit, counting):
        _hold(remittance, counting[0])
        return Applied(f"{name} is held: this payment came before with other content")
    _replace_broken(remittance, earlier)
    match_remittance(remittance)
    return Applied(f"{name} with {counted(len(remit.claims), 'claim')}")


def _tell_received(message: InboundMessage, remit: Remit, remittance: Remittance) -> None:
    timeline.record(
        remittance,
        kind="remittance.received",
        sentence=f"{_came(message)} a remittance over {remit.payment_amount}",
        document=message.document,
        details={"note": f"{counted(len(remit.claims), 'claim')} · trace {remit.trace_number}"},
    )
    tell_remittance(RECEIVED, remittance)


def _came(message: InboundMessage) -> str:
    """A payer sends its remittance; one on paper a person types in."""
    return "typed in" if message.source == MessageSource.MANUAL else "sent"


def _one_at_a_time(message: InboundMessage, remit: Remit) -> None:
    """The same payment in two files at once must meet itself: one waits for the other."""
    key = f"{message.practice_id}|{remit.trace_originator}|{remit.trace_number}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 835))", [key])


def _earlier(remit: Remit) -> list[Remittance]:
    """Remittances of this payer with the same trace, copies left out.

    TRN03 says who numbered the payment. Where a payer leaves it out, its number is only its own:
    two payers may both have a check 1001.
    """
    rows = Remittance.objects.filter(
        trace_originator=remit.trace_originator, trace_number=remit.trace_number
    ).exclude(state=RemittanceState.DUPLICATE)
    if not remit.trace_originator:
        payer = payer_of_remittance(remit.payer_identifier, remit.payer_name)
        named = Q(payer_identifier=remit.payer_identifier[:80], payer_name=remit.payer_name[:60])
        rows = rows.filter(named | Q(payer=payer) if payer else named)
    return list(rows.order_by("pk"))


def _is_same(row: Remittance, remit: Remit) -> bool:
    """Whether `remit` is the payment of `row`: identity and content (W-25).

    A zero payment has no money and often no trace of its own: its content alone decides.
    """
    if row.content_hash != remit.content_hash or row.payment_amount != remit.payment_amount:
        return False
    return remit.payment_amount == 0 or row.paid_on == remit.paid_on


def _is_reissued(remit: Remit, counting: Sequence[Remittance]) -> bool:
    """Whether a payment that counts bears this trace.

    Zero payments repeat traces: content decides, and theirs is another (domain E.8).
    """
    return bool(counting) and not (
        remit.payment_amount == 0 and all(row.payment_amount == 0 for row in counting)
    )


def _warnings(remit: Remit) -> list[Fault]:
    """Control numbers that came before on another payment: payers reset them (domain E.8)."""
    if not remit.control_numbers:
        return []
    before = Remittance.objects.filter(control_numbers=remit.control_numbers)
    other = before.exclude(trace_number=remit.trace_number).order_by("-pk").first()
    if other is None:
        return []
    numbers = remit.control_numbers.partition("/")[2]
    words = f"the control numbers {numbers} came before, on remittance {other.trace_number}"
    return [Fault(SAME_NUMBERS, words)]


def _replace_broken(remittance: Remittance, earlier: Sequence[Remittance]) -> None:
    """What did not balance under this trace is answered: the payer sent it anew."""
    for row in earlier:
        if row.state == RemittanceState.OUT_OF_BALANCE:
            advance(
                row,
                RemittanceState.SET_ASIDE,
                table=REMITTANCE,
                update={"replaced_by": remittance},
            )
            timeline.record(
                row,
                kind="remittance.settled",
                sentence="sent the payment anew, and that one balances: this one is set aside",
            )
            close_work_item(subject=row, kind=OUT_OF_BALANCE, outcome="A corrected file came.")


def _duplicate(message: InboundMessage, remit: Remit, first: Remittance, name: str) -> Applied:
    store_remittance(message, remit, RemittanceState.DUPLICATE, duplicate_of=first)
    timeline.record(
        first,
        kind="remittance.repeated",
        sentence="sent the same remittance again: nothing changes",
        document=message.document,
    )
    return Applied(f"{name} came before", took_effect=False, is_duplicate=True)


def _refuse(remittance: Remittance) -> None:
    _move(remittance, RemittanceState.OUT_OF_BALANCE)
    first = remittance.faults[0]
    timeline.record(
        remittance,
        kind="remittance.failed",
        sentence=f"was not posted: {first['message']}",
    )
    _work(remittance, OUT_OF_BALANCE, "A remittance does not balance", str(first["message"]))


def _hold(remittance: Remittance, first: Remittance) -> None:
    _move(remittance, RemittanceState.HELD)
    sentence = "sent a payment that came before with other content: it is held"
    timeline.record(
        remittance,
        kind="remittance.held",
        sentence=sentence,
        details={"note": f"first received {first.received_at:%m/%d/%Y}"},
    )
    _work(
        remittance,
        REISSUED,
        "A payment came twice with different content",
        f"Trace {remittance.trace_number}: ask the payer which of the two counts.",
    )


def _move(remittance: Remittance, to: str) -> None:
    advance(remittance, to, table=REMITTANCE)


def _work(remittance: Remittance, kind: str, title: str, reason: str) -> None:
    open_work_item(
        subject=remittance,
        kind=kind,
        title=title,
        reason=reason,
        role=Role.POSTER,
        due_on=clock.today(remittance.practice),
        amount=remittance.payment_amount,
    )
