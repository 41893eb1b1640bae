"""The exceptions queue: what waits for an answer over all remittances (screens S21)."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.exceptions import GROUPS, KINDS, kind_of_issue, kinds_of
from billing.selectors.exception_places import add_places
from billing.services.answer_exception import answer_exception
from claims.forms import BulkAssignForm, BulkSnoozeForm
from claims.models import MatchCandidate, RemittanceClaim
from claims.services.match_remittance import NO_CLAIM
from claims.services.set_aside import set_aside_answer
from claims.services.snooze_claim import usual_day
from claims.views.worklist import members
from core import clock
from core.access import POSTERS
from core.choices import WorkState
from core.errors import ApplicationError
from core.lists.filters import ChoiceFilter, DateRangeFilter, ToggleFilter
from core.lists.query import narrowed
from core.lists.spec import Bucket, BulkAction, Column, Empty, ListSpec
from core.lists.state import ListState, read_state
from core.lists.view import list_view
from core.models import User, WorkItem
from core.services.work import assign_work_item, snooze_work_item
from core.subjects import kind_of
from core.web import get_or_404, go, known_ids, page, safe_next, say

MOST = 1000
_ANSWER = kind_of(RemittanceClaim())


def _rows(request: HttpRequest) -> "QuerySet[WorkItem]":
    best = MatchCandidate.objects.filter(remittance_claim_id=OuterRef("subject_id"))
    counted = best.order_by().values("remittance_claim").annotate(n=Count("pk")).values("n")
    is_unmatched = When(subject_kind=_ANSWER, kind=NO_CLAIM, then=Subquery(counted))
    top = When(
        subject_kind=_ANSWER,
        kind=NO_CLAIM,
        then=Subquery(best.filter(position=1).values("score")[:1]),
    )
    return (
        WorkItem.objects.filter(kind__in=list(KINDS), state=WorkState.OPEN)
        .select_related("owner", "practice")
        .annotate(
            candidate_count=Case(is_unmatched, default=Value(None), output_field=IntegerField()),
            top_score=Case(top, default=Value(None), output_field=IntegerField()),
        )
    )


def _shown(request: HttpRequest) -> Q:
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    return Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today)


def _group(group: str) -> Any:
    return lambda request: Q(kind__in=kinds_of(group)) & _shown(request)


def _put_off(request: HttpRequest) -> Q:
    return ~_shown(request)


def _candidates(row: Any) -> str:
    if row.candidate_count is None:
        return ""
    return f"{row.candidate_count}, best {row.top_score}" if row.candidate_count else "none"


EXCEPTIONS = ListSpec(
    name="billing.exceptions",
    title="Exceptions",
    noun="exception,exceptions",
    queryset=_rows,
    prepare=add_places,
    patient_ids=lambda row: [row.place.patient_id],
    columns=[
        Column("about", "About", value="place.name", sub="place.number", sub_label="Number",
               kind="link"),
        Column("kind", "Kind", value=lambda row: kind_of_issue(row.kind).label,
               template="billing/_exception_kind_cell.html", sort="kind"),
        Column("reason", "Why", value="reason", css="cell-reason"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
        Column("candidates", "Candidates", value=_candidates, sort="top_score", css="nowrap"),
        Column("owner", "Owner", value="owner", sort=("owner__last_name", "owner__first_name")),
        Column("due", "Due", value="due_on", kind="date", sort="due_on"),
        Column("age", "Age, days", value="place.age_days", kind="number", sort="opened_at"),
        Column("remit", "Remit", value="place.trace_number", priority=3),
    ],
    filters=[
        ChoiceFilter("kind", "Kind", field="kind",
                     choices=[(str(name), kind.label) for name, kind in KINDS.items()]),
        ChoiceFilter("owner", "Owner", field="owner_id", choices=members),
        ToggleFilter("nobody", "Nobody's", Q(owner_id__isnull=True)),
        ToggleFilter("mine", "Only mine", lambda request: Q(owner_id=request.user.pk)),
        DateRangeFilter("due", "Due", field="due_on"),
    ],
    buckets=[
        Bucket("open", "To answer", _shown, act=True, done="No exception waits for an answer."),
        *(
            Bucket(group, label, _group(group), done="None of this kind waits.")
            for group, label in GROUPS
        ),
        Bucket("later", "Put off", _put_off, done="None is put off."),
    ],
    default_bucket="open",
    money_total="amount",
    default_sort="due",
    row_url=lambda row: row.place.url,
    row_label=lambda row: f"{row.title}, {row.place.number}",
    empty=Empty("No exceptions", "What a remittance leaves to a person lands here.", "check"),
    bulk=[
        BulkAction("assign", "Assign", "billing:exceptions-bulk", key="a", roles=POSTERS),
        BulkAction("snooze", "Put off", "billing:exceptions-bulk", key="s", roles=POSTERS),
        BulkAction("aside", "Leave unapplied", "billing:exceptions-bulk", key="l", roles=POSTERS),
    ],
    primary=("Answer next", "n"),
)  # fmt: skip


def exceptions(request: HttpRequest) -> HttpResponse:
    return list_view(request, EXCEPTIONS)


@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One key, one answer: taken, put off, or what its kind offers."""
    item = get_or_404(WorkItem.objects.select_related("practice"), public_id)
    try:
        say(request, answer_exception(item, key=request.POST.get("answer", "")))
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    return go(request, safe_next(request, reverse("billing:exceptions")))


class _LeaveForm(forms.Form):
    """Why answers are left in unapplied cash."""

    reason = forms.CharField(
        label="Why", max_length=200, error_messages={"required": "Say in a few words why."}
    )


_TITLES = {"assign": "Assign", "snooze": "Put off", "aside": "Leave unapplied"}


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One act on many exceptions: what is asked first, then doing it."""
    act, state = request.POST.get("bulk", ""), _state(request)
    if act not in _TITLES:
        say(request, "Choose what to do with them.", tone="danger")
        return go(request, state.url())
    items = _chosen(request, state)
    taken = [one for one in items if act != "aside" or one.kind == NO_CLAIM]
    is_sent = "go" in request.POST
    form = _form(request, act, is_sent)
    if is_sent and taken and form.is_valid():
        done, problems = 0, list[str]()
        for item in taken:
            try:
                _do(act, item, form.cleaned_data)
                done += 1
            except ApplicationError as error:
                problems.append(error.message)
        say(request, f"{_TITLES[act]}: {done} done", tone="warn" if problems else "success")
        for words in problems[:3]:
            say(request, words, tone="danger")
        return go(request, state.url())
    add_places(items)
    context = {
        "form": form, "act": act, "title": _TITLES[act], "taken": taken,
        "left": len(items) - len(taken), "list_query": state.query, "list_url": state.url(),
        "whole": request.POST.get("scope") == "list",
    }  # fmt: skip
    status = 422 if is_sent else 200
    return page(request, "billing/exceptions_bulk.html", None, context, status=status)


def _state(request: HttpRequest) -> ListState:
    """The list that the rows were chosen in, as its address said it."""
    request.GET = QueryDict(request.POST.get("list", ""))
    request.path = reverse("billing:exceptions")
    return read_state(request, EXCEPTIONS)


def _chosen(request: HttpRequest, state: ListState) -> list[WorkItem]:
    if request.POST.get("scope") == "list":
        return list(narrowed(request, state)[:MOST])
    ids = known_ids(request.POST.getlist("ids")[:MOST])
    return list(_rows(request).filter(public_id__in=ids).order_by("due_on", "pk"))


def _form(request: HttpRequest, act: str, is_sent: bool) -> forms.Form:
    data = request.POST if is_sent else None
    practice = request.practice  # type: ignore[attr-defined]
    if act == "assign":
        return BulkAssignForm(data, people=members(request), me=request.user.pk or 0)
    if act == "snooze":
        initial = {"until": usual_day(practice)}
        return BulkSnoozeForm(data, initial=initial, today=clock.today(practice))
    return _LeaveForm(data)


def _do(act: str, item: WorkItem, values: dict[str, Any]) -> None:
    if act == "assign":
        owner = User.objects.filter(pk=values["owner"]).first() if values["owner"] else None
        assign_work_item(item, owner=owner)
    elif act == "snooze":
        snooze_work_item(item, until=values["until"], reason=values["reason"])
    else:
        found = RemittanceClaim.objects.select_related("remittance").get(pk=item.subject_id)
        set_aside_answer(found, reason=values["reason"])
