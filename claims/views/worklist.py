"""The claim worklist: thirteen buckets of work, and everything (screens S16)."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims import states
from claims.choices import DenialState, Outcome, VersionState
from claims.models import Claim, Denial
from core import clock
from core.access import BILLERS
from core.choices import Role, WorkState
from core.lists.filters import (
    ChoiceFilter,
    DateRangeFilter,
    PersonFilter,
    TextFilter,
    ToggleFilter,
)
from core.lists.spec import Bucket, BulkAction, Column, Empty, ListSpec
from core.lists.view import list_view
from core.models import WorkItem
from core.subjects import kind_of
from patients.choices import Rank
from patients.models import Coverage, Payer

FILING_ALARM_DAYS = 15
_STATE = "current_version__state"
_BEFORE, _PAYER, _WATCH, _ALL = "Before sending", "With the payer", "Watch", "Everything"

_ATTEMPT = "current_version__current_attempt"
_REPORTED = {f"{_ATTEMPT}__silence_reported_at__isnull": False}
# Nobody acknowledges paper: after thirty days of silence it is the answer that is late.
_ON_PAPER = Q(**{f"{_ATTEMPT}__batch__interchange_control_number": ""})


def _rows(request: HttpRequest) -> QuerySet[Any]:
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    work = WorkItem.objects.filter(
        subject_kind=kind_of(Claim()), subject_id=OuterRef("pk"), state=WorkState.OPEN
    ).order_by("due_on", "id")
    second = Coverage.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=OuterRef("service_date_from")),
        patient=OuterRef("patient"),
        rank__gt=OuterRef("current_version__rank"),
        effective_from__lte=OuterRef("service_date_from"),
    )
    denials = Denial.objects.filter(version__claim=OuterRef("pk"), state=DenialState.OPEN)
    return (
        Claim.objects.select_related(
            "patient", "current_version__payer", "current_version__current_attempt"
        )
        .defer("current_version__snapshot")
        .annotate(
            balance_amount=F("insurance_balance_amount") + F("patient_balance_amount"),
            due_on=Subquery(work.values("due_on")[:1]),
            top_reason=Subquery(work.values("title")[:1]),
            owner_id=Subquery(work.values("owner_id")[:1]),
            owner_first_name=Subquery(work.values("owner__first_name")[:1]),
            owner_last_name=Subquery(work.values("owner__last_name")[:1]),
            is_denied=Exists(denials),
            has_second=Exists(second),
            is_snoozed=Exists(work.filter(snoozed_until__gt=today)),
            waits_for_provider=Exists(work.filter(role=Role.PROVIDER)),
        )
    )


def _near_limit(request: HttpRequest) -> Q:
    alarm = clock.today(request.practice) + timedelta(days=FILING_ALARM_DAYS)  # type: ignore[attr-defined]
    waiting = states.UNSENT | states.REJECTED | states.AWAITING_ACK
    return Q(**{f"{_STATE}__in": list(waiting)}, current_version__filing_deadline_on__lte=alarm)


def _awake(**conditions: Any) -> Q:
    return Q(**conditions, is_snoozed=False)


def _state(row: Any) -> str:
    version = row.current_version
    if version.state == VersionState.ADJUDICATED and version.outcome:
        return str(Outcome(version.outcome).label)
    return str(version.get_state_display())


def _owner(row: Any) -> str:
    return " ".join(filter(None, [row.owner_first_name, row.owner_last_name]))


def _payers(_: HttpRequest) -> list[tuple[int, str]]:
    return list(Payer.objects.values_list("pk", "name"))


_BUCKETS = (
    Bucket(
        "needs-fix", "Needs fix", _awake(**{_STATE: VersionState.SCRUB_FAILED}, hold_reason=""),
        _BEFORE, act=True, done="Nothing needs a fix.",
    ),
    Bucket(
        "waiting-provider", "Waiting provider", _awake(waits_for_provider=True), _BEFORE,
        done="No claim waits for a provider.",
    ),
    Bucket("on-hold", "On hold", ~Q(hold_reason=""), _BEFORE, done="Nothing is on hold."),
    Bucket(
        "ready", "Ready to send", Q(**{_STATE: VersionState.READY}, hold_reason=""), _BEFORE,
        done="Everything that was ready is sent.",
    ),
    Bucket(
        "rejected", "Rejected", _awake(**{f"{_STATE}__in": list(states.REJECTED)}), _PAYER,
        act=True, done="No rejection waits.",
    ),
    Bucket(
        "no-acknowledgement", "No acknowledgement",
        _awake(
            **{f"{_STATE}__in": list(states.AWAITING_ACK)},
            **_REPORTED,
        )
        & ~_ON_PAPER,
        _PAYER, done="Every file was acknowledged in time.",
    ),
    Bucket(
        "no-answer", "No answer",
        _awake(**{_STATE: VersionState.NO_RESPONSE})
        | (_awake(**{_STATE: VersionState.SENT}, **_REPORTED) & _ON_PAPER),
        _PAYER, done="No payer is late with an answer.",
    ),
    Bucket("denied", "Denied", _awake(is_denied=True), _PAYER, act=True, done="No denial waits."),
    Bucket(
        "appeal-out", "Appeal out", Q(pk__in=[]), _PAYER, done="Appeals are not in Claimline yet."
    ),
    Bucket(
        "underpaid", "Underpaid", Q(pk__in=[]), _PAYER,
        done="Underpayment checks are not in Claimline yet.",
    ),
    Bucket(
        "secondary-due", "Secondary due",
        _awake(
            **{_STATE: VersionState.ADJUDICATED}, has_second=True, is_denied=False,
            insurance_balance_amount__gt=0,
        )
        | _awake(
            **{_STATE: VersionState.CROSSED_OVER}, current_version__crossover__isnull=True,
        )
        | _awake(
            **{_STATE: VersionState.CROSSED_OVER},
            current_version__crossover__reported_at__isnull=False,
        ),
        _PAYER, done="No secondary claim is due.",
    ),
    Bucket("filing-limit", "Filing limit ≤ 15 d", _near_limit, _WATCH, act=True,
           done="No filing limit is near."),
    Bucket("snoozed", "Snoozed", Q(is_snoozed=True), _WATCH, done="Nothing is snoozed."),
    Bucket(
        "open", "All open claims", ~Q(**{f"{_STATE}__in": list(states.OVER)}), _ALL,
        done="No claim is open.",
    ),
    Bucket("all", "All claims", Q(), _ALL, done="There is no claim yet."),
)  # fmt: skip

WORKLIST = ListSpec(
    name="claims.worklist",
    title="Claims",
    noun="claim,claims",
    patient_ids=lambda row: [row.patient_id],
    queryset=_rows,
    columns=[
        Column(
            "patient", "Patient, claim", value="patient.list_name", sub="control_number",
            sort=("patient__last_name", "patient__first_name"), kind="link",
        ),
        Column("state", "Status", value=_state, template="claims/_state_cell.html", sort=_STATE),
        Column(
            "reason", "Top reason", value="top_reason", sort="top_reason", css="cell-reason"
        ),
        Column(
            "balance", "Balance, $", value="balance_amount", kind="money", sort="balance_amount",
            total=True,
        ),
        Column("due", "Due", value="due_on", kind="date", sort="due_on"),
        Column(
            "owner", "Owner", value=_owner, sort=("owner_last_name", "owner_first_name"),
            priority=3,
        ),
        Column(
            "payer", "Payer", value="current_version.payer.name",
            sort="current_version__payer__name", priority=3, css="nowrap",
        ),
        Column(
            "service", "Service", value="service_date_from", kind="date",
            sort="service_date_from", priority=3,
        ),
        Column(
            "limit", "Filing limit", value="current_version.filing_deadline_on", kind="date",
            sort="current_version__filing_deadline_on", priority=3,
        ),
    ],
    filters=[
        ChoiceFilter("payer", "Payer", field="current_version__payer_id", choices=_payers),
        ChoiceFilter("rank", "Billed as", field="current_version__rank", choices=Rank.choices),
        ChoiceFilter("state", "Status", field=_STATE, choices=VersionState.choices),
        DateRangeFilter("service", "Service date", field="service_date_from"),
        TextFilter("number", "Claim number", lookups=["control_number"]),
        PersonFilter("person", "Patient", lookups=["patient__last_name__istartswith"]),
        ToggleFilter("mine", "Only mine", lambda request: Q(owner_id=request.user.pk)),
    ],
    buckets=_BUCKETS,
    money_total="balance_amount",
    default_sort="due",
    row_url=lambda row: reverse("claims:detail", args=[row.public_id]),
    peek_url=lambda row: reverse("claims:peek", args=[row.public_id]),
    row_label=lambda row: row.control_number,
    empty=Empty(
        "No claims yet", "Released charges become claims here by themselves.", "claims"
    ),
    bulk=[
        BulkAction("batch", "Build batch", "claims:batch-build", key="b", roles=BILLERS),
        BulkAction("recheck", "Check again", "claims:recheck-many", key="k", roles=BILLERS),
    ],
    primary=("Work next", "n"),
)  # fmt: skip


def worklist(request: HttpRequest) -> HttpResponse:
    return list_view(request, WORKLIST)
