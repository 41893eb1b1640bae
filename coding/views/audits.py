"""Coding audits: the list, drawing a sample, its result, and one encounter in two steps."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding.access import LEADS
from coding.audited import items_with_differences, score_of, scores_by_coder, shown
from coding.auditing.coded import Coded
from coding.choices import AuditItemState
from coding.models import AuditDifference, AuditItem, CodingAudit
from coding.note_text import sections_of
from coding.services.audits import (
    WantedAudit,
    close_item,
    compare_item,
    decide_difference,
    draw_audit,
    may_audit,
)
from coding.team_forms import DrawForm, SecondCodingForm
from core import audit, clock
from core.errors import ApplicationError
from core.lists.export import CONTENT_TYPES, csv_file
from core.web import add_error, get_or_404, go, page, say

LATEST = 50
_HEADS = [
    "Audit", "Encounter", "Service", "Coder", "Auditor", "State", "Difference", "Part", "Line",
    "Coder has", "Auditor has", "Direction", "Counts", "Reason",
]  # fmt: skip


@require_GET
def audits(request: HttpRequest) -> HttpResponse:
    """The latest audits with how far they are and what came of them."""
    rows = list(CodingAudit.objects.select_related("coder", "provider", "drawn_by")[:LATEST])
    by_audit: dict[int, list[AuditItem]] = {row.pk: [] for row in rows}
    items = AuditItem.objects.filter(audit__in=by_audit).prefetch_related("differences")
    for item in items:
        by_audit[item.audit_id].append(item)
    context = {
        "audits": [
            (row, score_of(by_audit[row.pk]), _closed(by_audit[row.pk]), len(by_audit[row.pk]))
            for row in rows
        ]
    }
    return _team_page(request, "coding/team/audits.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draw a sample."""
    practice = request.practice  # type: ignore[attr-defined]
    today = clock.today(practice)
    initial = {
        "name": f"Audit of {today:%m/%d/%Y}",
        "finished_from": today.replace(day=1),
        "finished_to": today,
    }
    data = request.POST if request.method == "POST" else None
    form = DrawForm(data, practice=practice, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = draw_audit(practice=practice, wanted=WantedAudit(**form.cleaned_data))
        except ApplicationError as error:
            add_error(form, error)
        else:
            return go(request, reverse("coding:audit", args=[made.public_id]))
    status = 422 if form.is_bound else 200
    return _team_page(request, "coding/team/audit_new.html", {"form": form}, status)


@require_GET
def audit_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One audit: its encounters, its scores by coder; `?export=csv` is the file."""
    found = get_or_404(CodingAudit.objects.select_related("coder", "provider"), public_id)
    items = list(items_with_differences(Q(audit=found)))
    exported = request.GET.get("export") == "csv"
    audit.read_many(
        [item.case.patient_id for item in items], note="coding audit", practice=found.practice,
        action="list.exported" if exported else "list.read",
    )  # fmt: skip
    if exported:
        return _file(found, items)
    scores = scores_by_coder(items)
    names = {item.coder_id: item.coder for item in items}
    context = {
        "audit": found,
        "items": [(one, _recoded(one), *_counted(one)) for one in items],
        "closed": _closed(items),
        "score": score_of(items),
        "by_coder": [(names[key], one) for key, one in scores.items() if one.encounters],
        "next": _next(items, request),
    }
    return _team_page(request, "coding/team/audit.html", context)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One encounter: the note and the auditor's codes; after Compare, both sides.

    A coder opens their own once it is closed; before, it is not there for them.
    """
    found = get_or_404(items_with_differences(_visible(request)), public_id)
    if request.POST.get("act") == "close":
        return _close(request, found)
    form = SecondCodingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            compare_item(item=found, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            return go(request, reverse("coding:audit-item", args=[found.public_id]))
    return _item_page(request, found, form, 422 if form.is_bound else 200)


@require_POST
def difference(request: HttpRequest, public_id: UUID, difference_id: UUID) -> HttpResponse:
    """The lead's word on one difference."""
    found = get_or_404(items_with_differences(Q()), public_id)
    row = get_or_404(AuditDifference.objects.filter(item=found), difference_id)
    right = request.POST.get("right") == "1"
    reason = request.POST.get("reason", "")
    try:
        decide_difference(difference=row, coder_was_right=right, reason=reason)
    except ApplicationError as error:
        refused = {"refused": row.pk, "problem": error.message, "typed": reason}
        return _item_page(request, found, SecondCodingForm(), 422, refused)
    return go(request, reverse("coding:audit-item", args=[found.public_id]) + "#differences")


def _close(request: HttpRequest, found: AuditItem) -> HttpResponse:
    try:
        close_item(item=found)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
        return go(request, reverse("coding:audit-item", args=[found.public_id]))
    say(request, "Closed; the coder sees it now")
    return go(request, _after(found))


def _visible(request: HttpRequest) -> Q:
    if request.role in LEADS:  # type: ignore[attr-defined]
        return Q()
    return Q(coder=request.user.pk, state=AuditItemState.CLOSED)


def _item_page(
    request: HttpRequest,
    found: AuditItem,
    form: SecondCodingForm,
    status: int,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """What step it is at decides what is in sight: the coder's codes only after comparing."""
    audit.read(found.case, patient=found.case.patient, note="coding audit")
    is_lead = request.role in LEADS  # type: ignore[attr-defined]
    is_compared = found.state != AuditItemState.WAITING
    context = {
        "item": found,
        "form": form,
        "notes": [(note, sections_of(note.text)) for note in found.case.encounter.notes.all()],
        "may_audit": is_lead and may_audit(found, request.user),  # type: ignore[arg-type]
        "is_lead": is_lead,
        "is_compared": is_compared,
        "is_closed": found.state == AuditItemState.CLOSED,
        "recoded": _recoded(found),
        **(extra or {}),
    }
    if is_compared:
        context["sides"] = [
            (f"{found.coder}, as drawn", Coded.from_plain(found.snapshot)),
            (f"{found.auditor}, auditor", Coded.from_plain(found.second)),
        ]
        context["differences"] = shown(found)
    return _team_page(request, "coding/team/audit_item.html", context, status)


def _team_page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    request.nav = "coding-team"  # type: ignore[attr-defined]
    return page(request, template, None, context, status=status)


def _recoded(item: AuditItem) -> bool:
    """Whether the codes were changed after the sample was drawn."""
    return bool(item.case.version != item.case_version)


def _counted(item: AuditItem) -> tuple[int, int]:
    """Differences that count, and those on which the coder was right."""
    right = [row.coder_was_right for row in item.differences.all()]
    return right.count(False), right.count(True)


def _closed(items: list[AuditItem]) -> int:
    return sum(1 for one in items if one.state == AuditItemState.CLOSED)


def _next(items: list[AuditItem], request: HttpRequest) -> AuditItem | None:
    """The first that this person may go on with."""
    for one in items:
        if one.state != AuditItemState.CLOSED and may_audit(one, request.user):  # type: ignore[arg-type]
            return one
    return None


def _after(found: AuditItem) -> str:
    """The next encounter of the audit that waits, else the audit."""
    waiting = AuditItem.objects.filter(audit=found.audit_id, state=AuditItemState.WAITING)
    following = waiting.exclude(coder=found.auditor_id).first()
    if following is not None:
        return reverse("coding:audit-item", args=[following.public_id])
    return reverse("coding:audit", args=[found.audit.public_id])


def _file(found: CodingAudit, items: list[AuditItem]) -> HttpResponse:
    response = HttpResponse(
        csv_file(_HEADS, _rows(found, items)), content_type=CONTENT_TYPES["csv"]
    )
    name = f"coding-audit-{clock.now():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(found: CodingAudit, items: list[AuditItem]) -> Iterator[list[Any]]:
    """A row for each difference; an encounter without one has a row that says none."""
    for one in items:
        encounter = one.case.encounter
        head = [
            found.name, encounter.number, encounter.service_date_from, str(one.coder),
            str(one.auditor or ""), one.get_state_display(),
        ]  # fmt: skip
        differences = shown(one)
        if not differences:
            said = "" if one.state == AuditItemState.WAITING else "none"
            yield [*head, said, *[""] * 7]
        for told in differences:
            row = told.row
            yield [
                *head, row.get_kind_display(), row.get_part_display(), told.place,
                told.coder, told.auditor, row.get_direction_display(),
                not row.coder_was_right, row.reason,
            ]  # fmt: skip
