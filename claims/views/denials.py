"""The denial worklist and the page of one denial (screens S24)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from claims.access import SENDERS
from claims.denial_choices import CaseState, Confidence, DenialCategory, DenialStep, RootCause
from claims.denials.case_page import case_context
from claims.denials.chances import in_words
from claims.denials.places import step_url
from claims.denials.reasons import reason_of
from claims.denials.remarks import known_first
from claims.denials.score import FORMULA, score_of_rows
from claims.models import DenialCase
from claims.views.worklist import members
from core import audit, clock
from core.choices import WorkState
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
from core.web import get_or_404, page
from patients.models import Payer, Provider

EVERYONE = "everyone"


def all_cases(request: HttpRequest) -> QuerySet[Any]:
    """Every denial with its score, its owner and its due date."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    work = WorkItem.objects.filter(
        subject_kind="claims.claim", subject_id=OuterRef("claim_id"), kind=OuterRef("work_kind")
    ).order_by(_open_first(), "-pk")
    return (
        DenialCase.objects.select_related(
            "claim__patient", "claim__rendering_provider", "payer", "practice"
        )
        .annotate(
            score=score_of_rows(today),
            owner_id=Subquery(work.values("owner_id")[:1]),
            owner_first_name=Subquery(work.values("owner__first_name")[:1]),
            owner_last_name=Subquery(work.values("owner__last_name")[:1]),
            due_on=Subquery(work.values("due_on")[:1]),
        )
    )  # fmt: skip


def _open_first() -> Case:
    """The open item of a case, else its last: whoever sent a correction keeps the denial."""
    return Case(When(state=WorkState.OPEN, then=Value(0)), default=Value(1),
                output_field=IntegerField())  # fmt: skip


def _rows(request: HttpRequest) -> QuerySet[Any]:
    """Mine and nobody's, unless everyone's are asked for (screens S24)."""
    rows = all_cases(request)
    if request.GET.get(EVERYONE) == "1":
        return rows
    return rows.filter(Q(owner_id=request.user.pk) | Q(owner_id__isnull=True))


def _today(request: HttpRequest) -> Any:
    return clock.today(request.practice)  # type: ignore[attr-defined]


def _expired(request: HttpRequest) -> Q:
    return Q(state=CaseState.NOT_STARTED, deadline_on__lt=_today(request))


def _not_started(request: HttpRequest) -> Q:
    return Q(state=CaseState.NOT_STARTED) & ~Q(
        deadline_on__isnull=False, deadline_on__lt=_today(request)
    )


def _add_days(rows: Sequence[Any]) -> None:
    for row in rows:
        today = clock.today(row.practice)
        row.days_left = (row.deadline_on - today).days if row.deadline_on else None
        row.step_label = str(DenialStep(row.next_step).label)
        row.step_page = step_url(row)
        row.reason_words = reason_of(row.reason_code).words
        row.remark_words = known_first(row.remark_codes)


def words_of(row: Any) -> str:
    """Group, reason and remarks, the reason in words."""
    return f"{row.code} {reason_of(row.reason_code).words}"


def _remarks(row: Any) -> str:
    return ", ".join(row.remark_codes)


def _left(row: Any) -> str:
    if row.days_left is None or not row.is_open:
        return ""
    return f"in {row.days_left} d" if row.days_left >= 0 else "past"


def _record(row: Any) -> str:
    return in_words(row.won_count, row.partly_count, row.tried_count)


def _chance(row: Any) -> str:
    return f"{row.chance * 100:.0f} %"


def _owner(row: Any) -> str:
    return " ".join(filter(None, [row.owner_first_name, row.owner_last_name]))


def _payers(_: HttpRequest) -> list[tuple[Any, str]]:
    return list(Payer.objects.order_by("name").values_list("pk", "name"))


def _providers(_: HttpRequest) -> list[tuple[Any, str]]:
    return [(one.pk, str(one)) for one in Provider.objects.order_by("last_name", "first_name")]


DENIALS = ListSpec(
    name="claims.denials",
    title="Denials",
    noun="denial,denials",
    lead=FORMULA,
    patient_ids=lambda row: [row.claim.patient_id],
    queryset=_rows,
    columns=[
        Column(
            "patient", "Patient, claim", value="claim.patient.list_name",
            sub="claim.control_number", kind="link",
            sort=("claim__patient__last_name", "claim__patient__first_name"),
        ),
        Column("denial", "Denied for, remarks", value=words_of, sub=_remarks,
               template="claims/denials/_reason_cell.html", sort=("group_code", "reason_code"),
               css="cell-reason"),
        Column("step", "Suggested step", value="step_label",
               template="claims/denials/_step_cell.html", sort="step"),
        Column("amount", "Denied, $", value="amount", kind="money", sort="amount", total=True),
        Column("deadline", "Work by, days left", value="deadline_on", sub=_left, kind="date",
               sort="deadline_on"),
        Column("score", "Score", value="score", kind="money", sort=("score", "deadline_on")),
        Column("chance", "Chance, seen here", value=_chance, sub=_record, sort="chance",
               priority=3),
        Column("payer", "Payer", value="payer.name", sort="payer__name", priority=3,
               css="nowrap"),
        Column("root", "Root cause", value=lambda row: row.get_root_cause_display(),
               sort="root_cause", priority=3),
        Column("level", "Level", value="level", kind="number", sort="level", priority=3),
        Column("owner", "Owner", value=_owner, sort=("owner_last_name", "owner_first_name"),
               priority=3),
        Column("state", "Status", value="state", kind="chip", choices="claims.CaseState",
               sort="state", priority=3),
        Column("waits", "Waits for", value="waits_for", priority=3, extra=True),
        Column("expected", "Expected, $", value="expected_amount", kind="money",
               sort="expected_amount", priority=3, extra=True),
        Column("opened", "Opened", value="opened_at", kind="datetime", sort="opened_at",
               priority=3, extra=True),
        Column("outcome", "Outcome", value="outcome", kind="chip", choices="claims.CaseOutcome",
               sort="outcome", priority=3, extra=True),
        Column("recovered", "Recovered, $", value="recovered_amount", kind="money",
               sort="recovered_amount", priority=3, extra=True, total=True),
    ],
    filters=[
        ChoiceFilter("payer", "Payer", field="payer_id", choices=_payers),
        ChoiceFilter("root", "Root cause", field="root_cause", choices=RootCause.choices),
        ChoiceFilter("category", "Category", field="category", choices=DenialCategory.choices),
        TextFilter("code", "Reason code", lookups=["reason_code__iexact"]),
        ChoiceFilter("step", "Suggested step", field="step", choices=DenialStep.choices),
        ChoiceFilter("sure", "Confidence", field="step_confidence", choices=Confidence.choices),
        ChoiceFilter("provider", "Provider", field="claim__rendering_provider_id",
                     choices=_providers),
        DateRangeFilter("opened", "Denied", field="opened_at", instant=True),
        DateRangeFilter("deadline", "Work by", field="deadline_on"),
        TextFilter("number", "Claim number", lookups=["claim__control_number"]),
        ChoiceFilter("owner", "Owner", field="owner_id", choices=members),
        PersonFilter("person", "Patient", lookups=["claim__patient__last_name__istartswith"]),
        ToggleFilter(EVERYONE, "Everybody's", Q()),
    ],
    buckets=[
        Bucket("not-started", "Not started", _not_started, "To do", act=True,
               done="No denial waits for a first step."),
        Bucket("expired", "Past the deadline", _expired, "To do", act=True,
               done="No deadline was missed.", sort="-amount"),
        Bucket("waiting", "Waiting on others", Q(state=CaseState.WAITING), "Under way",
               done="Nobody is waited for."),
        Bucket("appealed", "Appealed", Q(state=CaseState.APPEALED), "Under way",
               done="No appeal is out."),
        Bucket("not-workable", "Not workable", Q(state=CaseState.NOT_WORKABLE), "Under way",
               done="Nothing was given up."),
        Bucket("settled", "Settled", Q(state=CaseState.SETTLED), "Everything", sort="-opened",
               done="Nothing is settled yet."),
        Bucket("all", "All denials", Q(), "Everything", sort="-opened",
               done="There is no denial yet."),
    ],
    money_total="amount",
    default_sort="-score",
    row_url=step_url,
    row_label=lambda row: f"{row.code} of {row.claim.control_number}",
    prepare=_add_days,
    empty=Empty("No denials", "What a payer refuses in a remittance comes here by itself.",
                "denials"),
    bulk=[
        BulkAction("packet", "Appeal packets", "claims:denials-bulk", key="p", roles=SENDERS),
        BulkAction("assign", "Assign", "claims:denials-bulk", key="a", roles=SENDERS),
        BulkAction("wait", "Wait", "claims:denials-bulk", key="s", roles=SENDERS),
        BulkAction("set_aside", "Not workable", "claims:denials-bulk", key="u", roles=SENDERS),
    ],
    primary=("Work next", "n"),
)  # fmt: skip


def denials(request: HttpRequest) -> HttpResponse:
    """The worklist; when nothing is left, when the next appeal is due."""
    return list_view(request, DENIALS, "claims/denials/list.html", _next_appeal(request))


def _next_appeal(request: HttpRequest) -> dict[str, Any]:
    out = DenialCase.objects.filter(state=CaseState.APPEALED)
    due = (
        out.filter(appeals__state="sent")
        .order_by("appeals__decision_due_on")
        .values_list("appeals__decision_due_on", flat=True)
        .first()
    )
    return {"appeals_out": out.count(), "next_decision_on": due}


@require_GET
def denial(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One denial: what was refused and why, what to do, until when, and what it may bring."""
    case = find_case(request, public_id)
    audit.read(case.claim, case.claim.patient)
    context = case_context(request, case, do=request.GET.get("do", ""))
    return page(request, "claims/denials/case.html", None, context)


def find_case(request: HttpRequest, public_id: UUID) -> Any:
    """The case with what its page shows."""
    rows = all_cases(request).select_related(
        "claim__patient", "claim__practice", "claim__billing_provider",
        "claim__rendering_provider", "payer", "practice", "version__payer", "version__plan",
    )  # fmt: skip
    return get_or_404(rows, public_id)
