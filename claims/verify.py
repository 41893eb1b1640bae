"""Proofs over claims: totals, line numbers for life, evidence and states, nothing left behind."""

from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from claims import states
from claims.choices import (
    AttemptState,
    DenialState,
    InquiryState,
    MessageKind,
    MessageState,
    VersionState,
)
from claims.denial_choices import AppealState, CaseState
from claims.frequency import VOID
from claims.models import (
    Acknowledgement,
    Appeal,
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    ClaimVersionLine,
    Denial,
    DenialCase,
    EligibilityCheck,
    InboundMessage,
    Remittance,
    RemittanceClaim,
    StatusInquiry,
    SubmissionAttempt,
)
from claims.snapshot import snapshot_hash
from coding.choices import LineState
from core import clock, verification
from core.choices import WorkState
from core.models import TimelineEntry, WorkItem
from core.money import ZERO
from core.subjects import kind_of
from core.verification import Checked

MOST_NAMED = 20
STUCK_AFTER = timedelta(hours=1)
_UNDECIDED = [
    AttemptState.QUEUED,
    AttemptState.SENDING,
    AttemptState.IN_DOUBT,
    AttemptState.THROTTLED,
]

_ASKED = [InquiryState.QUEUED, InquiryState.ASKING]


def register() -> None:
    """In the order in which a claim lives."""
    verification.register("claim totals", check_totals)
    verification.register("snapshots as they were built", check_snapshots)
    verification.register("line control numbers", check_line_numbers)
    verification.register("claim states and their evidence", check_evidence)
    verification.register("claims of voided charges", check_voided)
    verification.register("claims marked as open", check_open)
    verification.register("submission attempts with an end or a clock", check_attempts)
    verification.register("received messages accounted for", check_messages)
    verification.register("questions to payers", check_questions)
    verification.register("remittances that balance", check_remittances)
    verification.register("denials with their work", check_denials)


def check_totals() -> Checked:
    """A claim's charge is the sum of its lines; so is each version's."""
    amount = "charge_lines__charge_line__charge_amount"
    void = Q(charge_lines__charge_line__state=LineState.VOID)
    # What was coded anew has its old charges beside the new ones. Where all were taken back, it
    # shows what its version says, whose lines are counted below.
    claims = Claim.everywhere.annotate(
        lines=Coalesce(
            Sum(amount, filter=~void), F("current_version__charge_amount"), Sum(amount), ZERO
        )
    )
    versions = ClaimVersion.everywhere.annotate(total=Coalesce(Sum("lines__charge_amount"), ZERO))
    problems = [
        f"claim {claim.control_number}: {claim.charge_amount} against lines of {claim.lines}"
        for claim in claims.exclude(charge_amount=F("lines"))[:MOST_NAMED]
    ]
    problems += [
        f"version {version.pk}: {version.charge_amount} against lines of {version.total}"
        for version in versions.exclude(charge_amount=F("total")).defer("snapshot")[:MOST_NAMED]
    ]
    return Checked(Claim.everywhere.count() + ClaimVersion.everywhere.count(), problems)


def check_open() -> Checked:
    """The worklist counts the claims whose current version is not over, and no others."""
    over = Q(current_version__state__in=states.OVER)
    wrong = Claim.everywhere.filter(Q(over, is_open=True) | Q(~over, is_open=False))
    problems = [f"claim {claim.control_number}: open or over, but marked otherwise"
                for claim in wrong[:MOST_NAMED]]  # fmt: skip
    return Checked(Claim.everywhere.count(), problems)


def check_snapshots() -> Checked:
    """No snapshot differs from the hash that was taken of it."""
    counted, problems = 0, []
    rows = ClaimVersion.everywhere.values_list("pk", "snapshot", "snapshot_hash")
    for pk, snapshot, expected in rows.iterator(chunk_size=500):
        counted += 1
        if snapshot_hash(snapshot) != expected:
            problems.append(f"version {pk}: the snapshot is not the one that was built")
    return Checked(counted, problems[:MOST_NAMED])


def check_line_numbers() -> Checked:
    """REF 6R is the charge line's own number, whatever the version; each line is on one claim."""
    lines = ClaimVersionLine.everywhere
    strange = lines.exclude(control_number=F("charge_line__control_number"))
    shared = (
        lines.values("practice_id", "control_number")
        .annotate(owners=Count("charge_line_id", distinct=True))
        .filter(owners__gt=1)
    )
    foreign = lines.filter(
        ~Exists(
            ClaimChargeLine.everywhere.filter(
                claim_id=OuterRef("version__claim_id"), charge_line_id=OuterRef("charge_line_id")
            )
        )
    )
    problems = [f"version line {row.pk}: another number than its charge" for row in strange[:20]]
    problems += [f"line number {row['control_number']} on several charges" for row in shared[:20]]
    problems += [f"version line {row.pk}: its charge is not on the claim" for row in foreign[:20]]
    return Checked(lines.count(), problems)


def check_evidence() -> Checked:
    """An attempt's state is its rank, and a version shows what its newest attempt proves."""
    problems = []
    for state, rank in states.EVIDENCE_RANK.items():
        wrong = SubmissionAttempt.everywhere.filter(state=state).exclude(evidence_rank=rank)
        problems += [f"attempt {row.pk}: {state} with rank {row.evidence_rank}" for row in wrong]
    shown = [state for state in states.EVIDENCE_RANK if state != AttemptState.ADJUDICATED]
    versions = (
        ClaimVersion.everywhere.filter(state__in=shown)
        .exclude(state=F("current_attempt__state"))
        .defer("snapshot")
    )
    problems += [
        f"version {version.pk}: shows {version.state}, its attempt says otherwise"
        for version in versions[:MOST_NAMED]
    ]
    return Checked(SubmissionAttempt.everywhere.count(), problems[:MOST_NAMED])


def check_voided() -> Checked:
    """A charge that was taken back is on no claim that can be sent or is out, but for a void, which
    has the payer forget it.
    """
    carrying = ClaimVersionLine.everywhere.filter(charge_line__state=LineState.VOID).exclude(
        version__frequency_code=VOID
    )
    alive = [*states.UNSENT, *states.REJECTED, *states.WITH_PAYER, VersionState.BATCHED]
    wrong = carrying.filter(version__state__in=alive)
    return Checked(
        carrying.count(), [f"version line {row.pk}: its charge is void" for row in wrong[:20]]
    )


def check_attempts() -> Checked:
    """Every attempt has ended, or owns a clock or open work (reliability I10)."""
    work = WorkItem.everywhere.filter(
        subject_kind=kind_of(Claim()),
        subject_id=OuterRef("version__claim_id"),
        state=WorkState.OPEN,
    )
    waiting = SubmissionAttempt.everywhere.filter(
        pk=F("version__current_attempt_id"), version__state__in=states.WITH_PAYER
    )
    silent = waiting.filter(clock_due_at__isnull=True).exclude(Exists(work))
    is_over = Q(batch__transmission__state__in=["sent", "refused"]) | Q(
        batch__mailing__state__in=["mailed", "dropped"]
    )
    lost = SubmissionAttempt.everywhere.filter(is_over, state__in=_UNDECIDED)
    problems = [f"attempt {row.pk}: waits with neither clock nor work" for row in silent[:20]]
    problems += [f"attempt {row.pk}: {row.state}, its file is not" for row in lost[:20]]
    return Checked(SubmissionAttempt.everywhere.count(), problems)


def check_messages() -> Checked:
    """Every message is applied, set aside, a duplicate, failed, or due soon (reliability I9)."""
    messages = InboundMessage.everywhere
    stuck = messages.filter(
        state=MessageState.RECEIVED, received_at__lt=clock.now() - STUCK_AFTER, attempts=0
    )
    without_effect = (
        messages.filter(state=MessageState.APPLIED)
        .exclude(kind=MessageKind.EVENT)
        .filter(
            ~Exists(Acknowledgement.everywhere.filter(message=OuterRef("pk"))),
            ~Exists(Remittance.everywhere.filter(message=OuterRef("pk"))),
        )
        # What answers a question is told, with its file, on the patient's or the claim's timeline.
        .exclude(
            Exists(TimelineEntry.everywhere.filter(document=OuterRef("document"))),
            kind__in=[MessageKind.BENEFITS_271, MessageKind.STATUS_277],
        )
    )
    unnamed = messages.filter(state=MessageState.QUARANTINED, result="")
    tests = messages.filter(state=MessageState.TESTED).filter(
        Exists(Acknowledgement.everywhere.filter(message=OuterRef("pk")))
        | Exists(Remittance.everywhere.filter(message=OuterRef("pk")))
    )
    problems = [f"message {row.pk}: nobody looked at it for an hour" for row in stuck[:20]]
    problems += [f"message {row.pk}: applied without an effect" for row in without_effect[:20]]
    problems += [f"message {row.pk}: set aside without a reason" for row in unnamed[:20]]
    problems += [f"message {row.pk}: a test that had an effect" for row in tests[:20]]
    return Checked(messages.count(), problems)


def check_questions() -> Checked:
    """Every question to a payer is answered with its file, given up with a reason, or due soon."""
    problems: list[str] = []
    count = 0
    for model in (EligibilityCheck, StatusInquiry):
        rows = model.everywhere
        count += rows.count()
        long_due = clock.now() - STUCK_AFTER
        stuck = rows.filter(state__in=_ASKED, due_at__lt=long_due).exclude(lease_until__gt=long_due)
        silent = rows.filter(state=InquiryState.FAILED, last_error="")
        unread = rows.filter(state=InquiryState.ANSWERED, answer=None)
        for found, what in (
            (stuck, "nobody asked for an hour"),
            (silent, "given up without a reason"),
            (unread, "answered without an answer"),
        ):
            problems += [f"question {row.reference}: {what}" for row in found[:MOST_NAMED]]
    return Checked(count, problems)


def check_remittances() -> Checked:
    """What may be posted adds up: payment = claims' payments less provider adjustments."""
    rows = Remittance.everywhere.filter(state__in=["matched", "exceptions", "posted"])
    paid = dict(
        RemittanceClaim.everywhere.filter(remittance__in=rows)
        .values_list("remittance_id")
        .annotate(Sum("paid_amount"))
        .order_by()
    )
    held = rows.annotate(held=Coalesce(Sum("provider_adjustments__amount"), ZERO))
    problems = [
        f"remittance {row.pk}: does not add up to its payment"
        for row in held
        if paid.get(row.pk, ZERO) - row.held != row.payment_amount
    ]
    decided = RemittanceClaim.everywhere.filter(
        Q(remittance__state="posted"),
        Q(version__state__in=[VersionState.SENT, VersionState.FILE_ACCEPTED]),
    ).exclude(status_code="25")
    problems += [
        f"remittance claim {row.pk}: posted, its version still waits" for row in decided[:20]
    ]
    return Checked(rows.count(), problems[:MOST_NAMED])


def check_denials() -> Checked:
    """An open refusal stands in an open case; a case holds what is open of it; an appeal that is
    out is one of a case that says so.
    """
    refused = Denial.everywhere.filter(state=DenialState.OPEN, case__isnull=False)
    problems = [
        f"denial {row.pk}: open, its case {row.case_id} is settled"
        for row in refused.filter(case__state=CaseState.SETTLED)[:MOST_NAMED]
    ]
    held = Coalesce(Sum("denials__amount", filter=Q(denials__state=DenialState.OPEN)), ZERO)
    cases = DenialCase.everywhere.filter(state=CaseState.NOT_STARTED).annotate(held=held)
    problems += [
        f"denial case {row.pk}: {row.amount} against open refusals of {row.held}"
        for row in cases.exclude(held=0).exclude(amount=F("held"))[:MOST_NAMED]
    ]
    out = Appeal.everywhere.filter(state=AppealState.SENT).exclude(case__state=CaseState.APPEALED)
    problems += [f"appeal {row.pk}: out, its case says otherwise" for row in out[:MOST_NAMED]]
    return Checked(Denial.everywhere.count(), problems)
