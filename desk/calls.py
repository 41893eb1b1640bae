"""Whom to call about what: claims by payer, and patients, with everything the other side asks."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse

from billing.choices import StatementState
from billing.models import Statement
from claims import states
from claims.bucket_flags import work_of_claims
from claims.choices import VersionState
from claims.models import Claim, ClaimVersionLine, StatusInquiry
from claims.money_at_risk import money_at_risk
from core import clock
from core.choices import WorkState
from core.models import ContactLog, Practice, WorkItem
from core.money import ZERO
from patients.models import Patient, Payer

MOST_ON_A_SHEET, STATEMENT_DAYS = 100, 30
_WITH_PAYER = sorted(
    states.WITH_PAYER
    | {VersionState.ADJUDICATED, VersionState.CROSSED_OVER, VersionState.REVERSED,
       VersionState.FORWARDED}
)  # fmt: skip


@dataclass(frozen=True)
class PayerCalls:
    """One payer with claims to call about."""

    payer: Payer
    count: int
    amount: Decimal
    oldest_on: date | None


@dataclass(frozen=True)
class Entry:
    """One claim or patient of a sheet: what to say first, and what to read out."""

    subject: Any
    title: str
    person: str
    amount: Decimal
    to_do: str
    due_on: date | None
    facts: list[tuple[str, str]]
    question: str
    links: list[tuple[str, str]] = field(default_factory=list)


def due_work(today: date) -> Q:
    """Open items that are due and not put off."""
    awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today)
    return Q(state=WorkState.OPEN) & awake & (Q(due_on__isnull=True) | Q(due_on__lte=today))


def claims_to_call_about(today: date) -> QuerySet[Any]:
    """Claims that are with their payer, or answered by it, and whose work is due."""
    due = work_of_claims().filter(due_work(today)).order_by()
    return Claim.objects.filter(
        is_open=True, current_version__state__in=_WITH_PAYER, pk__in=due.values("subject_id")
    )


def payers_to_call(today: date) -> list[PayerCalls]:
    """Each payer with how many claims wait for a call and for how much; most money first."""
    oldest = work_of_claims().filter(due_work(today), subject_id=OuterRef("pk")).order_by("due_on")
    rows = (
        claims_to_call_about(today)
        .annotate(due_on=Subquery(oldest.values("due_on")[:1]))
        .values("current_version__payer")
        .annotate(n=Count("pk"), s=Sum("insurance_balance_amount"), first=Min("due_on"))
        .order_by("-s", "current_version__payer")
    )
    payers = Payer.objects.in_bulk([row["current_version__payer"] for row in rows])
    return [
        PayerCalls(payers[row["current_version__payer"]], row["n"], row["s"] or ZERO, row["first"])
        for row in rows
    ]


def sheet_of_payer(payer: Payer, today: date) -> list[Claim]:
    """The claims to talk about with `payer`, most money at risk first."""
    rows = (
        claims_to_call_about(today)
        .filter(current_version__payer=payer)
        .select_related("patient", "practice", "billing_provider", "rendering_provider",
                        "current_version__payer", "current_version__coverage",
                        "current_version__current_attempt__batch")
        .annotate(at_risk_amount=money_at_risk(today))
        .order_by("-at_risk_amount", "pk")
    )  # fmt: skip
    return list(rows[:MOST_ON_A_SHEET])


def entries_of(claims: list[Claim]) -> list[Entry]:
    """What is read out of each claim; a constant number of queries, however many there are."""
    keys = [claim.pk for claim in claims]
    versions = [claim.current_version_id for claim in claims]
    codes: dict[int, list[str]] = {}
    for line in ClaimVersionLine.objects.filter(version__in=versions).order_by("line_number"):
        codes.setdefault(line.version_id, []).append(
            "-".join([line.procedure_code, *line.modifiers])
        )
    told: dict[int, StatusInquiry] = {}
    for one in StatusInquiry.objects.filter(version__in=versions).exclude(words=""):
        told.setdefault(one.version_id, one)
    work: dict[int, WorkItem] = {}
    for item in work_of_claims().filter(subject_id__in=keys).order_by("due_on", "id"):
        work.setdefault(item.subject_id, item)
    said = _last_contacts(Claim._meta.label_lower, keys)
    return [
        _claim_entry(
            claim, codes.get(claim.version.pk, []), told.get(claim.version.pk),
            work.get(claim.pk), said.get(claim.pk),
        )
        for claim in claims
    ]  # fmt: skip


def _last_contacts(kind: str, keys: list[int]) -> dict[int, ContactLog]:
    rows = ContactLog.objects.filter(subject_kind=kind, subject_id__in=keys)
    newest = rows.order_by("subject_id", "-at", "-id").distinct("subject_id")
    return {row.subject_id: row for row in newest}


def _claim_entry(
    claim: Claim, codes: list[str], told: StatusInquiry | None, item: WorkItem | None,
    said: ContactLog | None,
) -> Entry:  # fmt: skip
    version, patient = claim.version, claim.patient
    attempt, coverage = version.current_attempt, version.coverage
    facts = [
        ("Patient", patient.full_name),
        ("Birth date", f"{patient.birth_date:%m/%d/%Y}"),
        ("Member id", coverage.member_id),
        ("Group", coverage.group_number),
        ("Service", _days(claim)),
        ("Billed", f"${claim.charge_amount:,.2f}"),
        ("Services", ", ".join(codes)),
        ("Rendering NPI", claim.rendering_provider.npi),
        ("Our claim number", claim.control_number),
        ("Their claim number", version.payer_claim_number or "not told yet"),
        ("Sent", _day_of(attempt.sent_at, claim.practice) if attempt and attempt.sent_at else ""),
        (
            "They took it in",
            f"{version.timely_proof_on:%m/%d/%Y}" if version.timely_proof_on else "",
        ),
        ("Last answer by wire", told.words if told else ""),
        ("Last call", _contact_words(said, claim.practice)),
    ]
    return Entry(
        subject=claim, title=claim.control_number, person=patient.list_name,
        amount=claim.insurance_balance_amount,
        to_do=item.title if item else "", due_on=item.due_on if item else None,
        facts=[(name, value) for name, value in facts if value], question=_question(version.state),
    )  # fmt: skip


def _days(claim: Claim) -> str:
    first, last = claim.service_date_from, claim.service_date_to
    return f"{first:%m/%d/%Y}" if first == last else f"{first:%m/%d/%Y} to {last:%m/%d/%Y}"


def _day_of(instant: datetime, practice: Practice) -> str:
    """The day on the practice's own calendar: an evening is not tomorrow."""
    return f"{clock.local(instant, practice):%m/%d/%Y}"


def _contact_words(said: ContactLog | None, practice: Practice) -> str:
    if said is None:
        return ""
    reference = f", reference {said.reference}" if said.reference else ""
    return f"{_day_of(said.at, practice)} with {said.with_whom}{reference}: {said.outcome}"


def _question(state: str) -> str:
    """What to ask first, by where the claim stands."""
    if state == VersionState.ADJUDICATED:
        return "Why was it decided so, and what would they need to look at it again?"
    if state == VersionState.NO_RESPONSE or state in states.AWAITING_ACK:
        return "Do they have it? If so, where does it stand; if not, where should it go?"
    return "Where does it stand, what are they waiting for, and by which day is it decided?"


def patients_to_call(today: date) -> list[Patient]:
    """Patients with work of their own that is due, and those who owe on a statement of more than
    thirty days ago and were not spoken to since; most money first.
    """
    kind = Patient._meta.label_lower
    due = WorkItem.objects.filter(due_work(today), subject_kind=kind).order_by()
    since = clock.now() - timedelta(days=STATEMENT_DAYS)
    spoken = ContactLog.objects.filter(subject_kind=kind, at__gte=since).order_by()
    later = WorkItem.objects.filter(subject_kind=kind, state=WorkState.OPEN).exclude(
        due_work(today)
    )
    billed = Statement.objects.filter(
        guarantor=OuterRef("guarantor"), state=StatementState.ISSUED, issued_on__lte=since.date()
    )
    owes = Q(Exists(billed), patient_balance_amount__gt=0)
    quiet = ~Q(pk__in=spoken.values("subject_id")) & ~Q(
        pk__in=later.order_by().values("subject_id")
    )
    rows = Patient.objects.filter(Q(pk__in=due.values("subject_id")) | (owes & quiet))
    rows = rows.select_related("guarantor", "practice")
    return list(rows.order_by("-patient_balance_amount", "pk")[:MOST_ON_A_SHEET])


def entries_of_patients(patients: list[Patient]) -> list[Entry]:
    """Whom to ask for, at which number, and what is owed for what."""
    kind = Patient._meta.label_lower
    keys = [patient.pk for patient in patients]
    work: dict[int, WorkItem] = {}
    items = WorkItem.objects.filter(subject_kind=kind, subject_id__in=keys, state=WorkState.OPEN)
    for item in items.order_by("due_on", "id"):
        work.setdefault(item.subject_id, item)
    statements: dict[int, Statement] = {}
    issued = Statement.objects.filter(
        guarantor__in=[one.guarantor_id for one in patients], state=StatementState.ISSUED
    )
    for statement in issued.order_by("-issued_on", "-id"):
        statements.setdefault(statement.guarantor_id, statement)
    said = _last_contacts(kind, keys)
    return [
        _patient_entry(one, work.get(one.pk), statements.get(one.guarantor_id), said.get(one.pk))
        for one in patients
    ]


def _patient_entry(
    patient: Patient, item: WorkItem | None, statement: Statement | None, said: ContactLog | None
) -> Entry:
    guarantor = patient.guarantor
    facts = [
        ("Ask for", f"{guarantor.first_name} {guarantor.last_name}"),
        ("Phone", phone_words(guarantor.phone or patient.phone)),
        ("Patient", patient.full_name),
        ("Birth date", f"{patient.birth_date:%m/%d/%Y}"),
        ("Owes", f"${patient.patient_balance_amount:,.2f}"),
        ("Statement", f"of {statement.issued_on:%m/%d/%Y}" if statement else "none issued yet"),
        ("Last call", _contact_words(said, patient.practice)),
    ]
    links = [
        ("What is owed for what", reverse("billing:account", args=[patient.public_id])),
        ("Take a payment", reverse("billing:payment-new", args=[patient.public_id])),
    ]
    return Entry(
        subject=patient, title=f"MRN {patient.mrn}", person=patient.list_name,
        amount=patient.patient_balance_amount,
        to_do=item.title if item else "Ask about the statement",
        due_on=item.due_on if item else None,
        facts=[(name, value) for name, value in facts if value],
        question="Who is speaking? Say nothing about the visit before you know.", links=links,
    )  # fmt: skip


def phone_words(digits: str) -> str:
    """(303) 555-0100."""
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits
