"""Asking a payer where a claim is (276, domain D.4): on demand, and by the clock."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from claims import states
from claims.bulk_acts import A_PERSON_AGAIN
from claims.choices import AskedBecause, ClockKind, InquiryState, TransportKind
from claims.clocks import STATUS_AGAIN_DAYS, Clocks
from claims.edi.inquiry_records import AskedLine, Insured, StatusQuestion
from claims.edi.write_inquiries import write_276
from claims.models import Claim, ClaimVersion, PayerFilingSettings, StatusInquiry, SubmissionAttempt
from claims.payer_choices import WaitKind
from claims.services.queue_inquiry import INQUIRIES, asker, question_columns, road_to
from core import clock, timeline
from core.actors import Actor, acting_as
from core.choices import Role
from core.errors import ApplicationError
from core.models import Practice, WorkItem
from core.practice_settings import value
from core.services.work import open_work_item
from core.tenancy import practice_scope
from core.waking import wake

AT_ONCE = 50
CANNOT_ASK = "claim.cannot_ask"
TOLD_AGAIN = timedelta(days=7)
_OPEN = [InquiryState.QUEUED, InquiryState.ASKING]


@transaction.atomic
def ask_status(*, version: ClaimVersion, because: str = AskedBecause.PERSON) -> StatusInquiry:
    """Write the question about `version` and queue it.

    While one is open, that one is returned. Raises ApplicationError for a claim that no payer has,
    one that was asked about within the hour, and where nobody can be asked.
    """
    locked = (
        ClaimVersion.objects.select_related("claim", "payer", "coverage", "current_attempt")
        .select_for_update(of=("self",))
        .get(pk=version.pk)
    )
    attempt = locked.current_attempt
    if attempt is None or locked.state not in states.WITH_PAYER:
        raise ApplicationError("Only a claim that waits for its payer's answer is asked about.")
    earlier = StatusInquiry.objects.filter(version=locked).first()
    if earlier is not None and earlier.is_open:
        return earlier
    was_told = earlier is not None and earlier.state != InquiryState.FAILED
    if earlier is not None and was_told and earlier.asked_at > clock.now() - A_PERSON_AGAIN:
        raise ApplicationError("The payer was asked within the last hour: see its answer first.")
    payer = locked.payer
    partner = road_to(payer)
    provider = locked.claim.billing_provider
    asked = asker(payer=payer, partner=partner, provider=provider, prefix="S")
    content = write_276(asked, _question(locked))
    inquiry = StatusInquiry.objects.create(
        **question_columns(payer=payer, partner=partner, asked=asked, content=content, kind="276"),
        version=locked,
        attempt=attempt,
        because=because,
        ask_again_at=clock.now() + _again(partner.practice),
    )
    timeline.record(
        locked.claim,
        kind="claim.status_asked",
        sentence=f"asked {payer.name} where the claim is",
        document=inquiry.question,
    )
    wake(INQUIRIES)
    return inquiry


def ask_overdue() -> int:
    """The sweep: ask about claims that have waited for 21 days; returns how many were queued.

    Their clock runs for the remittance: with so many days left on it, it is time to ask. A claim
    is asked about again after a week, or when its last answer said so.
    """
    return sum(_ask_overdue_of(practice) for practice in Practice.objects.filter(is_active=True))


def _ask_overdue_of(practice: Practice) -> int:
    clocks = Clocks(practice)
    own = clocks.of_payers()
    with practice_scope(practice), acting_as(Actor(source="clocks")):
        due = list(_overdue(_due_before(clocks)).exclude(version__payer__in=own)[:AT_ONCE])
        for payer_id in own:
            ours = _overdue(_due_before(clocks, payer_id)).filter(version__payer=payer_id)
            due += ours[:AT_ONCE]
        for attempt in due:
            _ask(attempt)
    return len(due)


def _due_before(clocks: Clocks, payer_id: int | None = None) -> datetime:
    """With so little left on the clock of the remittance it is time to ask where the claim is."""
    left = clocks.length(WaitKind.REMITTANCE, payer_id) - clocks.length(
        WaitKind.STATUS_QUERY, payer_id
    )
    return clocks.now + timedelta(days=max(0, left))


def _overdue(before: datetime) -> "QuerySet[SubmissionAttempt]":
    asked = StatusInquiry.objects.filter(version=OuterRef("version"), ask_again_at__gt=clock.now())
    told = WorkItem.objects.filter(
        subject_kind=Claim._meta.label_lower,
        subject_id=OuterRef("version__claim"),
        kind=CANNOT_ASK,
        opened_at__gt=clock.now() - TOLD_AGAIN,
    )
    reached = PayerFilingSettings.objects.filter(
        payer=OuterRef("version__payer"),
        partner__is_active=True,
        partner__transport=TransportKind.HTTPS,
    )
    return (
        SubmissionAttempt.objects.filter(
            Exists(reached),
            ~Exists(asked),
            ~Exists(told),
            clock_kind=ClockKind.REMITTANCE,
            clock_due_at__lte=before,
            version__state__in=states.WITH_PAYER,
            version__current_attempt=F("pk"),
        )
        .select_related("version__claim")
        .defer("version__snapshot")
        .order_by("clock_due_at", "pk")
    )


def _ask(attempt: SubmissionAttempt) -> None:
    """One question; where nobody can be asked it becomes work, and is not tried for ever."""
    try:
        ask_status(version=attempt.version, because=AskedBecause.CLOCK)
    except ApplicationError as error:
        open_work_item(
            subject=attempt.version.claim,
            kind=CANNOT_ASK,
            title="The payer could not be asked where this claim is",
            reason=error.message,
            role=Role.BILLER,
            due_on=clock.today(attempt.practice),
            amount=attempt.version.charge_amount,
        )


def _again(practice: Practice) -> timedelta:
    return timedelta(days=int(value(practice, STATUS_AGAIN_DAYS)))


def _question(version: ClaimVersion) -> StatusQuestion:
    """From the frozen picture: the payer is asked in the words that it was told."""
    snapshot = version.snapshot
    claim, subscriber, patient = snapshot["claim"], snapshot["subscriber"], snapshot["patient"]
    is_patient = subscriber["is_patient"]
    person = Insured(
        patient["last_name"],
        patient["first_name"],
        patient["middle_name"],
        patient["suffix"],
        date.fromisoformat(patient["birth_date"]),
        patient["sex"],
    )
    policy_holder = Insured(
        subscriber["last_name"], subscriber["first_name"], subscriber["middle_name"]
    )
    return StatusQuestion(
        member_id=snapshot["coverage"]["member_id"],
        subscriber=person if is_patient else policy_holder,
        dependent=None if is_patient else person,
        claim_number=claim["control_number"],
        payer_claim_number=version.payer_claim_number,
        charge_amount=Decimal(claim["charge_amount"]),
        service_date_from=date.fromisoformat(claim["service_date_from"]),
        service_date_to=date.fromisoformat(claim["service_date_to"]),
        lines=tuple(_line(line) for line in snapshot["lines"]),
    )


def _line(line: dict[str, Any]) -> AskedLine:
    return AskedLine(
        procedure_code=line["procedure_code"],
        modifiers=tuple(line["modifiers"]),
        charge_amount=Decimal(line["charge_amount"]),
        units=Decimal(line["units"]),
        control_number=line["control_number"],
        service_date=date.fromisoformat(line["service_date_from"]),
    )
