"""Write-offs and moves: asking with a preview of the journal, deciding, undoing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.access import ACCESS
from billing.adjusting.limits import WRITE_OFF, limit_of, may_decide
from billing.adjusting.plan import Part
from billing.adjusting_choices import RequestKind, RequestState
from billing.adjusting_forms import DecisionForm, TransferForm, WriteOffForm
from billing.ledger.accounts import Account
from billing.ledger.lines import Line
from billing.models import BalanceRequest
from billing.selectors.journal_rows import summarise
from billing.selectors.open_parts import open_parts
from billing.services.decide_request import (
    approve_request,
    refuse_request,
    undo_request,
    withdraw_request,
)
from billing.services.open_request import Refusal
from billing.services.post_request import lines_of, parts_of
from billing.services.transfer_balance import preview_transfer, transfer_balance
from billing.services.write_off import preview_write_off, request_write_off
from billing.views.account import patient_or_404
from claims.models import Claim
from coding.models import ChargeLine
from coding.selectors import service_names
from core import audit
from core.errors import ApplicationError
from core.findings import Finding
from core.ids import uuid7
from core.lists import Bucket, Column, DateRangeFilter, Empty, ListSpec, list_view
from core.money import format_money
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say
from patients.models import Patient, Payer
from patients.selectors import coverages_on

SPEC = ListSpec(
    name="billing.requests",
    title="Write-offs and moves",
    noun="request,requests",
    queryset=lambda request: BalanceRequest.objects.select_related("patient", "claim"),
    patient_ids=lambda row: [row.patient_id],
    columns=[
        Column("number", "Number", value="number", kind="link", sort="number"),
        Column("patient", "Patient", value=lambda row: row.patient.list_name, sub="patient.mrn",
               sub_label="MRN", sort=("patient__last_name", "patient__first_name")),
        Column("kind", "What", value=lambda row: row.get_kind_display(), sort="kind"),
        Column("reason", "Reason", value=lambda row: row.get_reason_code_display(),
               sort="reason_code"),
        Column("asked", "Asked", value="requested_at", kind="datetime", sort="requested_at",
               sub="requested_by_name", sub_label="By"),
        Column("state", "Status", value="state", kind="chip", choices="billing.RequestState",
               sort="state"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
    ],
    filters=[DateRangeFilter("asked", "Asked", "requested_at")],
    buckets=[
        Bucket("waiting", "To approve", Q(state=RequestState.WAITING), act=True),
        Bucket("write-offs", "Written off",
               Q(state=RequestState.POSTED, kind=RequestKind.WRITE_OFF)),
        Bucket("moves", "Moved", Q(state=RequestState.POSTED, kind=RequestKind.TRANSFER)),
        Bucket("undone", "Undone", Q(state=RequestState.UNDONE)),
        Bucket("no", "Refused or withdrawn",
               Q(state__in=[RequestState.REFUSED, RequestState.WITHDRAWN])),
        Bucket("all", "All"),
    ],
    money_total="amount",
    default_sort="-asked",
    row_url=lambda row: reverse("billing:request", args=[row.public_id]),
    empty=Empty(
        "No write-offs or moves yet",
        "They are asked for on the ledger of a claim or of a patient's account.",
        "check",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Page:
    """The page on which something is asked for, and the form on it."""

    what: str
    patient: Patient
    claim: Claim | None
    form: WriteOffForm | TransferForm


def requests(request: HttpRequest) -> HttpResponse:
    """What was asked for, first what waits for somebody's approval."""
    return list_view(request, SPEC, "billing/money_list.html", {"here": "requests"})


def write_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write off what is open on a claim's lines."""
    claim = get_or_404(Claim.objects.select_related("patient__practice"), public_id)
    return _write_off(request, claim.patient, claim)


def account_write_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write off what is open on a patient's account: self-pay visits have no claim."""
    return _write_off(request, patient_or_404(public_id), None)


def transfer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody else pay what is open on a claim's lines."""
    claim = get_or_404(Claim.objects.select_related("patient__practice"), public_id)
    patient = claim.patient
    parts = _parts(patient, claim)
    coverages = coverages_on(patient, claim.service_date_from)
    if request.method != "POST":
        form = TransferForm(parts=parts, coverages=coverages, initial=_initial(parts))
        return _ask(request, _Page("transfer", patient, claim, form))
    form = TransferForm(request.POST, parts=parts, coverages=coverages)

    def preview() -> tuple[list[Finding], tuple[Line, ...]]:
        return preview_transfer(
            patient, form.amounts(), form.cleaned_data["reason_code"], form.party()
        )

    def act() -> BalanceRequest:
        return transfer_balance(
            patient=patient,
            claim=claim,
            amounts=form.amounts(),
            reason_code=form.cleaned_data["reason_code"],
            to=form.party(),
            note=form.cleaned_data["note"],
            submission_key=form.cleaned_data["submission_key"],
        )

    return _answer(request, _Page("transfer", patient, claim, form), preview, act)


def _write_off(request: HttpRequest, patient: Patient, claim: Claim | None) -> HttpResponse:
    parts = _parts(patient, claim)
    if request.method != "POST":
        form = WriteOffForm(parts=parts, initial=_initial(parts, empty=claim is None))
        return _ask(request, _Page("write_off", patient, claim, form))
    form = WriteOffForm(request.POST, parts=parts)

    def preview() -> tuple[list[Finding], tuple[Line, ...]]:
        return preview_write_off(patient, form.amounts(), form.cleaned_data["reason_code"])

    def act() -> BalanceRequest:
        return request_write_off(
            patient=patient,
            claim=claim,
            amounts=form.amounts(),
            reason_code=form.cleaned_data["reason_code"],
            note=form.cleaned_data["note"],
            submission_key=form.cleaned_data["submission_key"],
        )

    return _answer(request, _Page("write_off", patient, claim, form), preview, act)


def _answer(
    request: HttpRequest,
    asking: _Page,
    preview: Callable[[], tuple[list[Finding], tuple[Line, ...]]],
    act: Callable[[], BalanceRequest],
) -> HttpResponse:
    """Show the journal first; written only by the second button, over the same form."""
    form = asking.form
    if not form.is_valid():
        return _ask(request, asking, status=422)
    try:
        findings, lines = preview()
        if findings:
            raise Refusal(findings)
        if request.POST.get("step") != "confirm":
            return _ask(request, asking, lines=lines)
        made = act()
    except Refusal as error:
        for finding in error.findings:
            form.add_error(finding.field if finding.field in form.fields else None,
                           f"{finding.message} ({finding.code})")  # fmt: skip
        return _ask(request, asking, status=422)
    except ApplicationError as error:
        add_error(form, error)
        return _ask(request, asking, status=422)
    is_posted = made.state == RequestState.POSTED
    words = "is posted" if is_posted else "waits for somebody else's approval"
    say(request, f"{str(made).capitalize()} {words}", tone="success" if is_posted else "warn")
    return go(request, reverse("billing:request", args=[made.public_id]))


def _ask(
    request: HttpRequest,
    asking: _Page,
    *,
    lines: Sequence[Line] = (),
    status: int = 200,
) -> HttpResponse:
    what, patient, claim, form = asking.what, asking.patient, asking.claim, asking.form
    audit.read(claim or patient, patient=patient, note=what)
    request.nav = "claims" if claim else "patients"  # type: ignore[attr-defined]
    limit = limit_of(patient.practice, WRITE_OFF, request.user)
    amount = sum(form.amounts().values()) if lines else None
    context = {
        "what": what,
        "patient": patient,
        "claim": claim,
        "form": form,
        "rows": part_rows(form),
        "preview": summarise(lines),
        "amount": amount,
        "limit": limit,
        "is_above": amount is not None and what == "write_off" and amount > limit,
    }
    return page(request, "billing/balance_change.html", None, context, status=status)


def part_rows(form: WriteOffForm | TransferForm) -> list[tuple[Part, ChargeLine, str, str, Any]]:
    """Each open part with its line, what was done, who owes it, and its box."""
    lines = ChargeLine.objects.select_related("encounter").in_bulk(
        [part.charge_line_id for part in form.parts]
    )
    names = service_names(lines.values())
    payers = dict(Payer.objects.values_list("pk", "name"))
    return [
        (
            part, lines[part.charge_line_id], names[part.charge_line_id],
            payers[part.payer_id] if part.payer_id else "Patient", form[part.key],
        )
        for part in form.parts
    ]  # fmt: skip


def _parts(patient: Patient, claim: Claim | None) -> list[Part]:
    lines = (
        claim.charge_lines.values_list("charge_line_id", flat=True)
        if claim
        else patient.charge_lines.values_list("pk", flat=True)
    )
    return open_parts(patient.practice, list(lines))


def _initial(parts: Sequence[Part], *, empty: bool = False) -> dict[str, Any]:
    """Everything that an insurer owes, on a claim; the rest is chosen by hand."""
    chosen = {
        part.key: part.open_amount
        for part in parts
        if part.account == Account.INSURANCE_AR and part.open_amount > 0 and not empty
    }
    return {"submission_key": uuid7(), **chosen}


def request_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request: what it asks, the journal it writes or wrote, who decided."""
    return _show(request, _found(public_id), DecisionForm())


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve, refuse, withdraw or undo it; a refusal of ours comes back on its page."""
    found = _found(public_id)
    form = DecisionForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "approve": (lambda: approve_request(request=found, note=note), "Approved and posted"),
        "refuse": (lambda: refuse_request(request=found, reason=note), "Refused"),
        "withdraw": (lambda: withdraw_request(request=found), "Withdrawn"),
        "undo": (lambda: undo_request(request=found, reason=note), "Undone by its mirror"),
    }
    act, words = acts.get(request.POST.get("act", ""), (None, ""))
    if act is None:
        return _show(request, found, form, status=422)
    try:
        act()
    except ApplicationError as error:
        add_error(form, error)
        return _show(request, _found(public_id), form, status=422)
    say(request, f"{words}: {found.number}, ${format_money(found.amount)}")
    return go(request, reverse("billing:request", args=[found.public_id]))


def _found(public_id: UUID) -> BalanceRequest:
    rows = BalanceRequest.objects.select_related(
        "patient__practice", "patient__guarantor", "practice", "claim", "journal", "to_payer"
    )
    return get_or_404(rows, public_id)


def _show(
    request: HttpRequest, found: BalanceRequest, form: DecisionForm, status: int = 200
) -> HttpResponse:
    audit.read(found, patient=found.patient, note="write-off or move")
    request.nav = "credits"  # type: ignore[attr-defined]
    role = getattr(request, "role", "")
    is_waiting = found.state == RequestState.WAITING
    rows, changed = [], ""
    if is_waiting:
        try:
            rows = summarise(lines_of(found, parts_of(found)))
        except ApplicationError as error:
            changed = error.message
    decides = role in ACCESS["billing:request-decide"]["POST"]
    context = {
        "found": found,
        "form": form,
        "lines": found.lines.select_related("charge_line", "payer"),
        "preview": rows,
        "changed": changed,
        "may_approve": is_waiting and decides and may_decide(
            found.practice, WRITE_OFF, request.user,
            amount=found.amount, requested_by_id=found.requested_by_id,
        ),
        "is_own": is_waiting and found.requested_by_id == request.user.pk,
        "may_undo": found.state == RequestState.POSTED and decides,
        "may_open_journals": role in ACCESS["billing:journal"]["GET"],
        "entries": entries_for(found),
    }  # fmt: skip
    return page(request, "billing/request.html", None, context, status=status)
