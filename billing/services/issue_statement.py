"""Issuing a statement: its lines are frozen, its PDF drawn and kept, the one before superseded."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from billing.choices import StatementState
from billing.models import Journal, Statement, StatementLine
from billing.posting.locks import lock_accounts
from billing.services.tell_claims import tell_claims
from billing.statements.build import StatementPlan, plan_statement
from billing.statements.render import render_statement
from billing.states import STATEMENT
from coding.models import ChargeLine
from core import clock, practice_settings, timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.ids import opaque_number
from core.models import Document
from core.money import dollars, format_money
from core.pdf import PdfUnavailable
from core.services.documents import store_document
from core.states import advance
from patients.models import Guarantor

SMALL_BALANCE = "billing.small_balance_limit"
DAYS_TO_PAY = "billing.statement_days_to_pay"
DOCUMENT_KIND = "statement"
NUMBER_LENGTH = 10


class NothingToBill(ApplicationError):
    """No statement goes out: nothing is owed yet, or too little to write for (domain H.2)."""


def issue_statement(*, guarantor: Guarantor) -> Statement:
    """Issue a statement over what `guarantor` owes today, and draw its PDF.

    A second call on the same day with the same balance gives the same statement. Raises
    NothingToBill. A machine without PDF keeps the statement; its PDF can be drawn later.
    """
    with transaction.atomic():
        lock_accounts(guarantor_ids=[guarantor.pk])
        today = clock.today(guarantor.practice)
        plan = plan_statement(guarantor, today)
        _check(guarantor, plan)
        before = Statement.objects.filter(guarantor=guarantor, state=StatementState.ISSUED).first()
        if before is not None:
            if before.issued_on == today and before.balance_amount == plan.balance_amount:
                return before
            advance(before, StatementState.SUPERSEDED, table=STATEMENT)
        statement = _freeze(guarantor, plan)
    try:
        keep_pdf(statement)
    except PdfUnavailable as error:
        timeline.record(
            statement, kind="statement.no_pdf", sentence="issued without PDF",
            details={"why": error.message},
        )  # fmt: skip
    return statement


def keep_pdf(statement: Statement) -> Document:
    """Draw the PDF and keep it, once: a reprint is the stored file. Raises PdfUnavailable."""
    if statement.document is not None:
        return statement.document
    content = render_statement(statement)
    with transaction.atomic():
        document = store_document(
            practice=statement.practice,
            kind=DOCUMENT_KIND,
            content=content,
            content_type="application/pdf",
            label=f"Statement {statement.number}",
            subject=statement,
        )
        Statement.objects.filter(pk=statement.pk).update(document=document)
    statement.document = document
    return document


def _check(guarantor: Guarantor, plan: StatementPlan) -> None:
    limit = dollars(practice_settings.value(guarantor.practice, SMALL_BALANCE))
    if plan.balance_amount <= 0:
        waiting = (
            f" ${format_money(plan.held_amount)} waits for an insurer." if plan.held_amount else ""
        )
        raise NothingToBill(f"Nothing is owed that may be billed.{waiting}")
    if plan.balance_amount <= limit:
        raise NothingToBill(
            f"${format_money(plan.balance_amount)} is not above the practice's limit of"
            f" ${format_money(limit)} for a statement."
        )


def _freeze(guarantor: Guarantor, plan: StatementPlan) -> Statement:
    today = clock.today(guarantor.practice)
    days = practice_settings.value(guarantor.practice, DAYS_TO_PAY)
    statement = Statement.objects.create(
        practice=guarantor.practice,
        number=opaque_number("S", NUMBER_LENGTH),
        guarantor=guarantor,
        issued_on=today,
        due_on=today + timedelta(days=days),
        balance_amount=plan.balance_amount,
        held_amount=plan.held_amount,
        aging=[[label, str(amount)] for label, amount in plan.aging],
        printed=dict(plan.printed),
        last_journal_number=Journal.objects.aggregate(last=Max("number", default=0))["last"],
        issued_by_name=current_actor().name,
    )
    StatementLine.objects.bulk_create(_lines(statement, plan))
    sentence = f"issued statement {statement.number} over ${format_money(plan.balance_amount)}"
    timeline.record(statement, kind="statement.issued", sentence=sentence)
    for patient in guarantor.patients.all():
        timeline.record(patient, kind="statement.issued", sentence=sentence)
    tell_claims(
        _owed_by_line(plan),
        kind="claim.on_statement",
        sentence=f"put {{amount}} on statement {statement.number}",
    )
    return statement


def _owed_by_line(plan: StatementPlan) -> dict[int, Decimal]:
    """What each visit owes, on its first line: claims are told of sums, not of lines."""
    owed = {shown.visit.encounter.pk: shown.owed_amount for shown in plan.visits}
    firsts = (
        ChargeLine.objects.filter(encounter_id__in=owed, claim_link__isnull=False)
        .order_by("encounter_id", "position")
        .distinct("encounter_id")
    )
    return {line.pk: owed[line.encounter_id] for line in firsts}


def _lines(statement: Statement, plan: StatementPlan) -> list[StatementLine]:
    return [
        StatementLine(
            practice=statement.practice,
            statement=statement,
            position=position,
            patient=shown.visit.encounter.patient,
            encounter=shown.visit.encounter,
            patient_name=shown.visit.encounter.patient.full_name,
            service_date=shown.visit.service_date,
            description=shown.visit.description[:300],
            provider_name=shown.visit.provider_name,
            charge_amount=_charged(shown.visit.charge_amount, shown.visit.moved_amount),
            discount_amount=shown.visit.discount_amount,
            insurance_paid_amount=shown.visit.insurance_paid_amount,
            patient_paid_amount=shown.visit.patient_paid_amount,
            owed_amount=shown.owed_amount,
            explanation=shown.explanation[:1000],
            first_shown_on=shown.first_shown_on,
        )
        for position, shown in enumerate(plan.visits, start=1)
    ]


def _charged(charge: Decimal, moved: Decimal) -> Decimal:
    """What the shown lines stand for: a payer may have bundled a hidden line into one of them."""
    return charge + moved
