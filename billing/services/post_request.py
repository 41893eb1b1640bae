"""Writing an approved write-off or move into the books, with all that follows from it."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from billing.adjusting.plan import Part, plan_transfer, plan_write_off
from billing.adjusting_choices import RequestKind, RequestState, TransferReason
from billing.ledger.balances import charge_line_totals
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Source
from billing.ledger.period import posting_day
from billing.models import BalanceRequest
from billing.posting.facts import Party
from billing.selectors.open_parts import open_parts
from billing.services.push_balances import push_balances
from billing.services.settle_statements import reopen_statement, settle_statements
from billing.services.tell_both import tell_both
from billing.services.tell_claims import tell_claims
from billing.states import REQUEST
from claims.denial_choices import CaseOutcome
from claims.services.resolve_denial import resolve_denials_of_lines
from core.errors import Conflict
from core.money import ZERO, format_money
from core.states import advance


def post_request(request: BalanceRequest, *, decision: dict[str, object] | None = None) -> None:
    """Write the journal of `request` and mark it posted; `decision` says who approved it.

    The caller holds the account's locks and has asked the rules. Raises Conflict where less is
    open by now than was asked for.
    """
    parts = parts_of(request)
    journal = record_journal(
        practice=request.practice,
        draft=JournalDraft(
            posted_on=posting_day(request.practice),
            source=Source(request.kind, request.pk),
            idempotency_key=f"request:{request.public_id}",
            lines=lines_of(request, parts),
            memo=f"{request.get_reason_code_display()}, {request.number}",
        ),
    )
    advance(
        request,
        RequestState.POSTED,
        table=REQUEST,
        update={"journal": journal, **(decision or {})},
    )
    settle_accounts(request)
    _tell(request, parts)


def parts_of(request: BalanceRequest) -> list[Part]:
    """The parts of a request with what is open on them now. Raises Conflict where one is gone or
    smaller than what was asked for.
    """
    rows = list(request.lines.all())
    by_key = {
        part.key: part for part in open_parts(request.practice, [r.charge_line_id for r in rows])
    }
    found = []
    for row in rows:
        wanted = Part(
            row.account_id, request.patient_id, row.guarantor_id, row.charge_line_id,
            row.payer_id, row.rank, ZERO, row.amount,
        )  # fmt: skip
        now = by_key.get(wanted.key)
        if (
            now is None
            or abs(now.open_amount) < abs(row.amount)
            or ((now.open_amount > 0) != (row.amount > 0))
        ):
            raise Conflict("What was open has changed since this was asked for: refuse it and ask"
                           " anew.")  # fmt: skip
        found.append(replace(now, amount=row.amount))
    return found


def lines_of(request: BalanceRequest, parts: list[Part]) -> tuple[Line, ...]:
    """The journal of a request, for the preview and for the posting."""
    if request.kind == RequestKind.WRITE_OFF:
        return plan_write_off(parts, request.reason_code)
    return plan_transfer(
        parts, request.reason_code, guarantor_id=request.patient.guarantor_id, to=party_of(request)
    )


def party_of(request: BalanceRequest) -> Party | None:
    """Who is to pay after a move; None: the patient, or an agency for them."""
    if request.to_payer_id is None or request.to_rank is None:
        return None
    return Party(request.to_payer_id, request.to_rank)


def settle_accounts(request: BalanceRequest) -> None:
    """Everything that follows the ledger: lists, claims, denials and statements."""
    line_ids = list(request.lines.values_list("charge_line_id", flat=True))
    _settle_denials(request, line_ids)
    push_balances(request.practice, patient_ids=[request.patient_id], charge_line_ids=line_ids)
    guarantor_id = request.patient.guarantor_id
    settle_statements(guarantor_id=guarantor_id)
    reopen_statement(guarantor_id=guarantor_id)


def _settle_denials(request: BalanceRequest, line_ids: list[int]) -> None:
    """A denied line on which no insurer owes anything any more needs nobody to work it."""
    if request.state != RequestState.POSTED:
        return
    totals = charge_line_totals(request.practice, line_ids)
    done = [line_id for line_id, (insurance, _) in totals.items() if not insurance]
    how = CaseOutcome.OTHERWISE
    if request.kind == RequestKind.WRITE_OFF:
        how = CaseOutcome.WRITTEN_OFF
    elif request.to_payer_id is None:
        how = CaseOutcome.PATIENT
    words = f"{request}, {request.get_reason_code_display()}"
    resolve_denials_of_lines(done, outcome=words, how=how)


def _tell(request: BalanceRequest, parts: list[Part]) -> None:
    reason = request.get_reason_code_display()
    amounts: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for part in parts:
        amounts[part.charge_line_id] += part.amount
    verb = "wrote off" if request.kind == RequestKind.WRITE_OFF else "moved"
    to = f" to {target_words(request)}" if request.kind == RequestKind.TRANSFER else ""
    tell_both(
        request,
        kind=f"{request.kind}.posted",
        sentence=f"{verb} ${format_money(request.amount)}{to}, {request.number}: {reason}",
        note=request.note,
    )
    tell_claims(
        amounts,
        kind=f"claim.{request.kind}",
        sentence=f"{verb} {{amount}}{to}, {request.number}: {reason}",
    )


def target_words(request: BalanceRequest) -> str:
    """Who is to pay after a move."""
    if request.to_payer is not None:
        return f"{request.to_payer.name}, rank {request.to_rank}"
    is_agency = request.reason_code == TransferReason.AGENCY
    return "the collection agency" if is_agency else "the patient"
