"""The claim worklist: thirteen buckets of work, and everything (screens S16)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.bucket_counts import tallies
from claims.bucket_flags import STATE, flagged, work_of_claims
from claims.buckets import BALANCE, BUCKETS
from claims.choices import Outcome, VersionState
from claims.models import Claim
from claims.money_at_risk import FORMULA, money_at_risk
from core import clock
from core.access import BILLERS
from core.lists.filters import (
    ChoiceFilter,
    DateRangeFilter,
    PersonFilter,
    TextFilter,
    ToggleFilter,
)
from core.lists.spec import BulkAction, Column, Empty, ListSpec
from core.lists.view import list_view
from core.models import Membership, TimelineEntry
from patients.choices import Rank
from patients.models import Payer

_V = VersionState
# What is to be done where nobody has said it in a work item.
_NEXT = {
    _V.SCRUB_FAILED: "Put right what was found",
    _V.READY: "Send with the next batch",
    _V.BATCHED: "On its way out",
    _V.FILE_REJECTED: "Correct and send again",
    _V.CH_REJECTED: "Correct and send again",
    _V.PAYER_REJECTED: "Correct and send again",
    _V.NO_RESPONSE: "Ask the payer",
    _V.ADJUDICATED: "Settle what is left",
}


def _rows(request: HttpRequest) -> QuerySet[Any]:
    return flagged(_drawn(request), clock.today(request.practice))  # type: ignore[attr-defined]


def _drawn(request: HttpRequest) -> QuerySet[Any]:
    """What the cells show, without the flags that only the buckets ask for."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    work = work_of_claims().filter(subject_id=OuterRef("pk")).order_by("due_on", "id")
    return (
        Claim.objects.select_related("patient", "practice", "current_version__payer")
        .defer("current_version__snapshot")
        .annotate(
            balance_amount=BALANCE,
            at_risk_amount=money_at_risk(today),
            due_on=Subquery(work.values("due_on")[:1]),
            top_reason=Subquery(work.values("title")[:1]),
            snoozed_until=Subquery(work.values("snoozed_until")[:1]),
            owner_id=Subquery(work.values("owner_id")[:1]),
            owner_first_name=Subquery(work.values("owner__first_name")[:1]),
            owner_last_name=Subquery(work.values("owner__last_name")[:1]),
        )
    )


def _add_facts(rows: Sequence[Any]) -> None:
    """What lists of claims show beside their columns: age, days to the limit, the last event."""
    if not rows:
        return
    today = clock.today(rows[0].practice)
    kind = Claim._meta.label_lower
    entries = TimelineEntry.objects.filter(subject_kind=kind, subject_id__in=[r.pk for r in rows])
    newest = entries.order_by("subject_id", "-at", "-id").distinct("subject_id")
    last = {one.subject_id: one for one in newest}
    for row in rows:
        deadline = row.current_version.filing_deadline_on
        row.age_days = (today - row.service_date_from).days
        row.days_to_limit = (deadline - today).days if deadline else None
        row.last_event = last.get(row.pk)


def _state(row: Any) -> str:
    version = row.current_version
    if version.state == VersionState.ADJUDICATED and version.outcome:
        return str(Outcome(version.outcome).label)
    return str(version.get_state_display())


def _to_do(row: Any) -> str:
    """The reason of the oldest work; what is on its way out has nothing to be done but that."""
    state = row.current_version.state
    if state in {_V.READY, _V.BATCHED} and not row.hold_reason:
        return _NEXT[state]
    return row.top_reason or _NEXT.get(state, "")


def _owner(row: Any) -> str:
    return " ".join(filter(None, [row.owner_first_name, row.owner_last_name]))


def _limit_words(row: Any) -> str:
    if row.days_to_limit is None or not row.is_open:
        return ""
    return f"in {row.days_to_limit} d" if row.days_to_limit >= 0 else "past"


def _last_event(row: Any) -> str:
    return f"{row.last_event.actor_name} {row.last_event.sentence}" if row.last_event else ""


def _payers(_: HttpRequest) -> list[tuple[int, str]]:
    return list(Payer.objects.values_list("pk", "name"))


def members(request: HttpRequest) -> list[tuple[int, str]]:
    """Who can own a claim's work."""
    rows = Membership.objects.filter(practice=request.practice, is_active=True)  # type: ignore[attr-defined]
    return [(row.user_id, str(row.user)) for row in rows.select_related("user")]


WORKLIST = ListSpec(
    name="claims.worklist",
    title="Claims",
    noun="claim,claims",
    patient_ids=lambda row: [row.patient_id],
    queryset=_rows,
    page_queryset=_drawn,
    columns=[
        Column(
            "patient", "Patient, claim", value="patient.list_name", sub="control_number",
            sort=("patient__last_name", "patient__first_name"), kind="link",
        ),
        Column("state", "Status", value=_state, template="claims/_state_cell.html", sort=STATE),
        Column("reason", "What to do", value=_to_do, sort="top_reason", css="cell-reason"),
        Column(
            "balance", "Balance, $", value="balance_amount", kind="money", sort="balance_amount",
            total=True,
        ),
        Column(
            "risk", "At risk, $", value="at_risk_amount", kind="money", sort="at_risk_amount",
            priority=3,
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
            "limit", "Filing limit, days left", value="current_version.filing_deadline_on",
            sub=_limit_words, kind="date", sort="current_version__filing_deadline_on", priority=3,
        ),
        Column(
            "age", "Age, days", value="age_days", kind="number", sort="service_date_from",
            priority=3, extra=True,
        ),
        Column(
            "billed", "Billed, $", value="charge_amount", kind="money", sort="charge_amount",
            total=True, priority=3, extra=True,
        ),
        Column(
            "underpaid", "Underpaid, $", value="underpaid_amount", kind="money",
            sort="underpaid_amount", total=True, priority=3, extra=True,
        ),
        Column("last", "Last event", value=_last_event, priority=3, css="cell-reason", extra=True),
    ],
    filters=[
        ChoiceFilter("payer", "Payer", field="current_version__payer_id", choices=_payers),
        ChoiceFilter("rank", "Billed as", field="current_version__rank", choices=Rank.choices),
        ChoiceFilter("state", "Status", field=STATE, choices=VersionState.choices),
        DateRangeFilter("service", "Service date", field="service_date_from"),
        TextFilter("number", "Claim number", lookups=["control_number"]),
        ChoiceFilter("owner", "Owner", field="owner_id", choices=members),
        ToggleFilter("nobody", "Nobody's", Q(owner_id__isnull=True)),
        PersonFilter("person", "Patient", lookups=["patient__last_name__istartswith"]),
        ToggleFilter("mine", "Only mine", lambda request: Q(owner_id=request.user.pk)),
    ],
    buckets=BUCKETS,
    tallies=tallies,
    prepare=_add_facts,
    lead=FORMULA,
    money_total="balance_amount",
    default_sort="-risk",
    row_url=lambda row: reverse("claims:detail", args=[row.public_id]),
    peek_url=lambda row: reverse("claims:peek", args=[row.public_id]),
    row_label=lambda row: row.control_number,
    empty=Empty(
        "No claims yet", "Released charges become claims here by themselves.", "claims"
    ),
    bulk=[
        BulkAction("batch", "Build batch", "claims:batch-build", key="b", roles=BILLERS),
        BulkAction("assign", "Assign", "claims:bulk", key="a", roles=BILLERS),
        BulkAction("snooze", "Put off", "claims:bulk", key="s", roles=BILLERS),
        BulkAction("hold", "Hold", "claims:bulk", key="h", roles=BILLERS),
        BulkAction("recheck", "Check again", "claims:bulk", key="c", roles=BILLERS),
        BulkAction("ask", "Ask where they are", "claims:bulk", key="w", roles=BILLERS),
        BulkAction("note", "Note", "claims:bulk", key="m", roles=BILLERS),
    ],
    primary=("Work next", "n"),
)  # fmt: skip


def worklist(request: HttpRequest) -> HttpResponse:
    extra = {"may_bill": getattr(request, "role", "") in BILLERS}
    return list_view(request, WORKLIST, "claims/worklist.html", extra)
