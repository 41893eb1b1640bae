"""The buckets of the claim worklist (screens S16): what is in each, and how many, for how much.

Every bucket but "All claims" is a share of the open claims, which the database marks
(`Claim.is_open`): its condition looks at those few and never at the claims of past years. What
stands in other tables is asked once for all claims, never claim by claim.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.http import HttpRequest

from claims import states
from claims.choices import DenialState, VersionState
from claims.denial_choices import CaseState
from claims.models import Claim, ClaimVersion, Denial, DenialCase, SubmissionAttempt
from core import clock
from core.choices import Role, WorkState
from core.lists.query import condition
from core.lists.spec import Bucket
from core.models import WorkItem
from core.money import ZERO
from patients.models import Coverage

FILING_ALARM_DAYS = 15
STATE = "current_version__state"
BEFORE, PAYER, WATCH, EVERYTHING = "Before sending", "With the payer", "Watch", "Everything"
ALL = "all"
_FLAGS = (  # each is a bit of `marks`, by its place
    "is_snoozed", "is_due", "waits_for_provider", "is_denied", "is_silent", "is_silent_on_paper",
    "is_unworked", "is_appealed", "has_second", "is_lost_on_the_way", "is_held", "is_near_limit",
    "is_underpaid",
)  # fmt: skip

# Both say the same; the second lets the database read only the versions of the first.
OPEN = Q(is_open=True) & Q(**{f"{STATE}__in": sorted(set(VersionState.values) - states.OVER)})
BALANCE = F("insurance_balance_amount") + F("patient_balance_amount")


def work_of_claims() -> QuerySet[WorkItem]:
    """The open work items about claims."""
    return WorkItem.objects.filter(subject_kind=Claim._meta.label_lower, state=WorkState.OPEN)


def flagged(claims: QuerySet[Claim], today: date) -> QuerySet[Any]:
    """`claims` with what other tables say of them, as flags that the buckets are made of."""
    work, later = work_of_claims(), Q(snoozed_until__isnull=False, snoozed_until__gt=today)
    open_denials = Denial.objects.filter(state=DenialState.OPEN)
    return claims.annotate(
        # Put off is a claim while all its work is: news opens new work, and that brings it back.
        is_snoozed=_among(work.filter(later), "subject_id")
        & ~_among(work.exclude(later), "subject_id"),
        is_due=_among(work.filter(Q(due_on__isnull=True) | Q(due_on__lte=today)), "subject_id"),
        waits_for_provider=_among(work.filter(role=Role.PROVIDER), "subject_id"),
        is_denied=_among(open_denials, "version__claim"),
        # What is out on appeal waits for the payer; the rest of a claim may still wait for us.
        is_unworked=_among(open_denials.exclude(case__state=CaseState.APPEALED), "version__claim"),
        is_appealed=_among(DenialCase.objects.filter(state=CaseState.APPEALED), "claim"),
        # Nobody acknowledges paper: after thirty days of silence it is the answer that is late.
        is_silent=_among(_silent().exclude(_ON_PAPER), "version__claim"),
        is_silent_on_paper=_among(_silent().filter(_ON_PAPER), "version__claim"),
        has_second=_has_second(),
        is_lost_on_the_way=Q(current_version__in=_lost_on_the_way().values("pk")),
        is_held=~Q(hold_reason=""),
        is_near_limit=_near_limit(today),
        is_underpaid=Q(underpaid_amount__gt=0),
    )


_ON_PAPER = Q(batch__interchange_control_number="")


def _among(rows: QuerySet[Any], column: str) -> Q:
    """Asked once for all claims, where Exists would be asked claim by claim."""
    return Q(pk__in=rows.order_by().values(column))


def _silent() -> QuerySet[SubmissionAttempt]:
    """The sendings that are on their way with their clock run out."""
    return SubmissionAttempt.objects.filter(
        silence_reported_at__isnull=False,
        version__state__in=sorted(states.AWAITING_ACK),
        version__current_attempt=F("pk"),
    )


def _has_second() -> Case:
    """A further coverage on the day; looked for only where something is left with an insurer.

    After the carrier of an accident come its other payers, then whoever pays for all else.
    """
    further = Coverage.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=OuterRef("service_date_from")),
        patient=OuterRef("patient"),
        effective_from__lte=OuterRef("service_date_from"),
    )
    now = "current_version__coverage"
    later = Q(rank__gt=OuterRef(f"{now}__rank"))
    left = Q(**{STATE: VersionState.ADJUDICATED}, insurance_balance_amount__gt=0)
    return Case(
        When(
            left & Q(**{f"{now}__case__isnull": True}),
            then=Exists(further.filter(later, case__isnull=True)),
        ),
        When(
            left,
            then=Exists(
                further.filter(Q(case__isnull=True) | (later & Q(case=OuterRef(f"{now}__case"))))
            ),
        ),
        default=False,
        output_field=BooleanField(),
    )


def _lost_on_the_way() -> QuerySet[ClaimVersion]:
    """Passed on by the payer before, and nobody has it: not on file, or its answer is overdue."""
    passed_on = ClaimVersion.objects.filter(state=VersionState.CROSSED_OVER)
    return passed_on.filter(
        Q(crossover__isnull=True) | Q(crossover__reported_at__isnull=False)
    ).order_by()


def _in(*wanted: str) -> Q:
    return Q(**{f"{STATE}__in": sorted(wanted)})


def _near_limit(today: date) -> Q:
    """Whose limit runs: no payer has it, or none has proved so yet (A1 is no proof, D.3)."""
    alarm = today + timedelta(days=FILING_ALARM_DAYS)
    known = Q(current_version__filing_deadline_on__isnull=False)
    unproved = Q(current_version__timely_proof_on__isnull=True)
    runs = _in(*states.UNSENT, *states.REJECTED, VersionState.BATCHED)
    runs |= _in(*states.WITH_PAYER) & unproved
    return known & runs & Q(current_version__filing_deadline_on__lte=alarm)


_AWAKE = Q(is_snoozed=False)

_SHARES = (
    Bucket("needs-fix", "Needs fix", _AWAKE & _in(VersionState.SCRUB_FAILED) & Q(is_held=False),
           BEFORE, act=True, done="Nothing needs a fix."),
    Bucket("waiting-provider", "Waiting provider", _AWAKE & Q(waits_for_provider=True), BEFORE,
           done="No claim waits for a provider."),
    Bucket("on-hold", "On hold", Q(is_held=True), BEFORE, done="Nothing is on hold."),
    Bucket("ready", "Ready to send", _in(VersionState.READY) & Q(is_held=False), BEFORE,
           done="Everything that was ready is sent."),
    Bucket("rejected", "Rejected", _AWAKE & _in(*states.REJECTED), PAYER, act=True,
           done="No rejection waits."),
    Bucket("no-acknowledgement", "No acknowledgement", _AWAKE & Q(is_silent=True), PAYER,
           done="Every file was acknowledged in time."),
    Bucket("no-answer", "No answer",
           _AWAKE & (_in(VersionState.NO_RESPONSE) | Q(is_silent_on_paper=True)
                     | (_in(VersionState.PENDED, VersionState.FORWARDED) & Q(is_due=True))), PAYER,
           done="No payer is late with an answer."),
    Bucket("denied", "Denied", _AWAKE & Q(is_unworked=True), PAYER, act=True,
           done="No denial waits."),
    Bucket("appeal-out", "Appeal out", Q(is_appealed=True), PAYER,
           done="No appeal waits for its decision."),
    Bucket("underpaid", "Underpaid", _AWAKE & Q(is_underpaid=True), PAYER, act=True,
           done="No payer allowed less than its contract.", sort="-underpaid",
           money_total="underpaid_amount"),
    Bucket("secondary-due", "Secondary due",
           _AWAKE & (Q(has_second=True, is_denied=False) | Q(is_lost_on_the_way=True)), PAYER,
           done="No secondary claim is due."),
    Bucket("filing-limit", "Filing limit ≤ 15 d", Q(is_near_limit=True), WATCH, act=True,
           done="No filing limit is near."),
    Bucket("snoozed", "Snoozed", Q(is_snoozed=True), WATCH, done="Nothing is snoozed."),
    Bucket("open", "All open claims", Q(), EVERYTHING, done="No claim is open."),
)  # fmt: skip


def _within_open(share: Bucket) -> Bucket:
    return replace(share, where=lambda request: OPEN & condition(share.where, request))


BUCKETS = (
    *map(_within_open, _SHARES),
    Bucket(ALL, "All claims", Q(), EVERYTHING, sort="-service", done="There is no claim yet."),
)


def tallies(request: HttpRequest) -> Mapping[str, tuple[int, Decimal]]:
    """Count and open balance of every bucket: one pass over the open claims for all but the last.

    All claims there are is the one count that old ones take part in; what they still owe lies in
    an index of those that owe anything. Counted once a request: home shows them in several groups.
    """
    kept = request.__dict__.get("_claim_tallies")
    if kept is None:
        kept = request.__dict__["_claim_tallies"] = _counted(request)
    return kept


def _counted(request: HttpRequest) -> dict[str, tuple[int, Decimal]]:
    """The open claims grouped by state and flags: few groups, of which the buckets are made."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    rows = (
        flagged(Claim.objects.filter(OPEN), today)
        # One number, not nine flags: the database then foresees few groups, and need not sort.
        .annotate(marks=reduce(add, (_bit(place, flag) for place, flag in enumerate(_FLAGS))))
        .order_by()
        .values(STATE, "marks")
        .annotate(n=Count("pk"), s=Sum(BALANCE), u=Sum("underpaid_amount"))
    )
    groups = [row | _flags_of(row["marks"]) for row in rows]
    counted = {bucket.key: _sum(bucket, request, groups) for bucket in _SHARES}
    owing = Claim.objects.exclude(insurance_balance_amount=0, patient_balance_amount=0)
    everything = owing.order_by().aggregate(total=Sum(BALANCE))["total"] or ZERO
    return counted | {ALL: (Claim.objects.count(), everything)}


def _bit(place: int, flag: str) -> Case:
    return Case(
        When(**{flag: True}, then=Value(1 << place)),
        default=Value(0),
        output_field=IntegerField(),
    )


def _flags_of(marks: int) -> dict[str, bool]:
    return {flag: bool(marks >> place & 1) for place, flag in enumerate(_FLAGS)}


def _sum(bucket: Bucket, request: HttpRequest, groups: list[dict[str, Any]]) -> tuple[int, Decimal]:
    where = condition(bucket.where, request)
    inside = [group for group in groups if _holds(where, group)]
    money = "u" if bucket.money_total == "underpaid_amount" else "s"
    return sum(group["n"] for group in inside), sum((group[money] for group in inside), ZERO)


def _holds(where: Q, group: dict[str, Any]) -> bool:
    """Whether a group fulfils a bucket's condition: the very one that its rows are chosen by."""
    met = [
        _holds(child, group) if isinstance(child, Q) else _is(child, group)
        for child in where.children
    ]
    found = any(met) if where.connector == Q.OR and met else all(met)
    return found != where.negated


def _is(child: Any, group: dict[str, Any]) -> bool:
    name, value = child
    if name == "pk__isnull":  # a bucket that holds nothing yet (core/lists/query.py)
        return not value
    if name == f"{STATE}__in":
        return group[STATE] in value
    return bool(group[name] == value)
