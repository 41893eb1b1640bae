"""Statements: the list, issuing one, its page and its PDF."""

from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from billing.access import ACCESS
from billing.choices import StatementState
from billing.models import Statement
from billing.services.issue_statement import issue_statement, keep_pdf
from billing.statements.build import plan_statement
from billing.statements.render import statement_context
from billing.views.account import patient_or_404, read_family
from core import audit, clock
from core.errors import ApplicationError
from core.lists import Bucket, Column, DateRangeFilter, Empty, ListSpec, PersonFilter, list_view
from core.pdf import PdfUnavailable
from core.services.documents import read_document
from core.timeline import entries_for
from core.web import get_or_404, go, page, say

SPEC = ListSpec(
    name="billing.statements",
    title="Statements",
    noun="statement,statements",
    queryset=lambda request: Statement.objects.select_related("guarantor").annotate(
        family_ids=ArrayAgg("guarantor__patients__id", default=Value([]))
    ),
    patient_ids=lambda row: row.family_ids,
    columns=[
        Column("number", "Statement", value="number", kind="link", sort="number"),
        Column(
            "guarantor", "To", value=lambda row: str(row.guarantor),
            sort=("guarantor__last_name", "guarantor__first_name"),
        ),
        Column("issued", "Issued", value="issued_on", kind="date", sort="issued_on"),
        Column("due", "Due", value="due_on", kind="date", sort="due_on", priority=2),
        Column(
            "state", "Status", value="state", kind="chip", choices="billing.StatementState",
            sort="state",
        ),
        Column(
            "balance", "Asked for, $", value="balance_amount", kind="money",
            sort="balance_amount", total=True,
        ),
    ],
    filters=[
        DateRangeFilter("issued", "Issued", "issued_on"),
        PersonFilter("person", "Guarantor", ["guarantor__last_name__istartswith"]),
    ],
    buckets=[
        Bucket("open", "Open", Q(state=StatementState.ISSUED)),
        Bucket("settled", "Settled", Q(state=StatementState.SETTLED)),
        Bucket("all", "All", Q()),
    ],
    money_total="balance_amount",
    default_sort="-issued",
    row_url=lambda row: reverse("billing:statement", args=[row.public_id]),
    empty=Empty(
        "No statements yet",
        "Issue one from a patient's account when something is owed.",
        "statements",
    ),
    primary=None,
)  # fmt: skip


def statements(request: HttpRequest) -> HttpResponse:
    """The list of statements."""
    return list_view(request, SPEC)


def issue(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the statement would say, then the statement."""
    patient = patient_or_404(public_id)
    refusal = ""
    if request.method == "POST":
        try:
            made = issue_statement(guarantor=patient.guarantor)
        except ApplicationError as error:
            refusal = error.message
        else:
            say(request, f"Statement {made.number} is issued")
            return go(request, reverse("billing:statement", args=[made.public_id]))
    read_family(patient, "statement preview")
    request.nav = "statements"  # type: ignore[attr-defined]
    plan = plan_statement(patient.guarantor, clock.today(patient.practice))
    context = {"patient": patient, "plan": plan, "refusal": refusal}
    return page(
        request, "billing/statement_issue.html", None, context, status=422 if refusal else 200
    )


def statement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The statement as it was issued, on screen."""
    found = _statement(public_id)
    _audit(found)
    patient = found.guarantor.patients.order_by("pk").first()
    role = getattr(request, "role", "")
    context = statement_context(found) | {
        "patient": patient,
        "entries": entries_for(found),
        "may_pay": role in ACCESS["billing:payment-new"]["POST"],
    }
    return page(request, "billing/statement.html", None, context)


def pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The PDF, shown in the browser; drawn now if it was not drawn when it was issued."""
    found = _statement(public_id)
    try:
        document = keep_pdf(found)
    except PdfUnavailable as error:
        say(request, error.message, tone="warn")
        return go(request, reverse("billing:statement", args=[found.public_id]))
    _audit(found, "pdf")
    response = HttpResponse(read_document(document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.file_name}"'
    return response


def _statement(public_id: UUID) -> Statement:
    rows = Statement.objects.select_related("guarantor", "practice", "document")
    return get_or_404(rows, public_id)


def _audit(found: Statement, note: str = "") -> None:
    """A statement is each family member's record of its own."""
    for patient in found.guarantor.patients.all():
        audit.read(found, patient=patient, note=note)
