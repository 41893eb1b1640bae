"""One act on many denials: what it would do, then doing it (screens S24)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims.denial_choices import DenialAct, DenialStep
from claims.denial_forms import AsideForm, BulkWaitForm
from claims.denials.bulk_acts import (
    MOST_AT_ONCE,
    MOST_PACKETS,
    DenialPreview,
    preview_denials,
)
from claims.denials.places import appeal_url
from claims.forms import BulkAssignForm, BulkForm
from claims.models import DenialCase
from claims.services.packets_at_once import queue_packets
from claims.services.snooze_claim import usual_day
from claims.services.work_denial import assign_case, set_aside, wait_for
from claims.views.denials import DENIALS
from claims.views.worklist import members
from core import audit, clock
from core.errors import ApplicationError
from core.lists.state import ListState, read_state
from core.models import User
from core.web import go, known_ids, page, say


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Preview of `bulk` on the chosen `ids`; with `go`, doing it. One denial's packet needs no
    preview: it leads to the builder.
    """
    name = request.POST.get("bulk", "")
    state = _state(request)
    if name not in DenialAct.values:
        say(request, "Choose what to do with the denials.", tone="danger")
        return go(request, state.url())
    act = DenialAct(name)
    cases = _cases(request)
    if act == DenialAct.PACKET and len(cases) == 1:
        return go(request, appeal_url(cases[0]))
    found = preview_denials(act, cases)
    is_sent = "go" in request.POST
    form = _form(request, act, is_sent=is_sent)
    if is_sent and found.taken and form.is_valid():
        return _done(request, state, found, form)
    return _page(request, state, found, form, status=422 if is_sent else 200)


def _state(request: HttpRequest) -> ListState:
    """The list the denials were chosen in, as its address said it."""
    request.GET = QueryDict(request.POST.get("list", ""))
    request.path = reverse("claims:denials")
    return read_state(request, DENIALS)


def _cases(request: HttpRequest) -> list[DenialCase]:
    wanted = known_ids(request.POST.getlist("ids")[:MOST_AT_ONCE])
    rows = DenialCase.objects.filter(public_id__in=wanted)
    return list(rows.select_related("claim__patient", "payer", "practice").order_by("pk"))


def _form(request: HttpRequest, act: DenialAct, *, is_sent: bool) -> forms.Form:
    data = request.POST if is_sent else None
    practice = request.practice  # type: ignore[attr-defined]
    if act == DenialAct.ASSIGN:
        return BulkAssignForm(
            data, people=members(request), me=request.user.pk or 0, auto_id="bulk_%s"
        )
    if act == DenialAct.WAIT:
        return BulkWaitForm(
            data, today=clock.today(practice), auto_id="bulk_%s",
            initial={"until": usual_day(practice)},
        )  # fmt: skip
    return AsideForm(data) if act == DenialAct.SET_ASIDE else BulkForm(data)


def _done(
    request: HttpRequest, state: ListState, found: DenialPreview, form: forms.Form
) -> HttpResponse:
    given = form.cleaned_data
    if found.act == DenialAct.PACKET:
        job = queue_packets(
            practice=request.practice,  # type: ignore[attr-defined]
            cases=found.taken[:MOST_PACKETS], user=request.user,
        )  # fmt: skip
        return go(request, reverse("core:job", args=[job.public_id]))
    problems = []
    for case in found.taken:
        try:
            _one(found.act, case, given)
        except ApplicationError as error:
            problems.append(f"{case.code} of {case.claim.control_number}: {error.message}")
    words = f"{found.act.label}: {len(found.taken) - len(problems)} done"
    left = found.refused_count + len(problems)
    say(request, words + (f", {left} left alone" if left else ""),
        tone="warn" if problems else "success")  # fmt: skip
    for one in problems[:3]:
        say(request, one, tone="danger")
    return go(request, state.url())


def _one(act: DenialAct, case: DenialCase, given: dict[str, Any]) -> None:
    if act == DenialAct.ASSIGN:
        owner = User.objects.get(pk=given["owner"]) if given["owner"] else None
        assign_case(case=case, owner=owner)
    elif act == DenialAct.WAIT:
        wait_for(case=case, step=DenialStep.WAIT, waits_for=given["waits_for"],
                 follow_up_on=given["until"])  # fmt: skip
    else:
        set_aside(case=case, reason=given["reason"])


def _page(
    request: HttpRequest, state: ListState, found: DenialPreview, form: forms.Form, *, status: int
) -> HttpResponse:
    audit.read_many(
        [case.claim.patient_id for _, _, cases in found.refused for case in cases],
        action="page.read", note="denial bulk preview",
        practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip
    context = {
        "found": found,
        "form": form,
        "ids": request.POST.getlist("ids")[:MOST_AT_ONCE],
        "list_query": state.query,
        "list_url": state.url(),
        "list_title": state.bucket.label if state.bucket else DENIALS.title,
        "most": MOST_PACKETS,
    }
    return page(request, "claims/denials/bulk.html", None, context, status=status)
