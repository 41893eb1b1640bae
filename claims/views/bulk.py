"""One act on many claims: what it would do, then doing it (screens S16)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims.bulk_acts import Preview, preview
from claims.choices import BulkAct
from claims.forms import BULK_FORMS
from claims.models import Claim
from claims.services.run_bulk import MOST_AT_ONCE, plan_bulk, queue_bulk, run_bulk
from claims.services.snooze_claim import usual_day
from claims.views.worklist import WORKLIST, members
from core import audit, clock
from core.lists.query import narrowed, tally
from core.lists.state import ListState, read_state
from core.web import go, known_ids, page, say

MOST = 5_000


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Preview of `bulk` on the chosen `ids`, or on the whole list that `list` describes; with
    `go`, doing it.
    """
    act = _act(request.POST.get("bulk", ""))
    state = _state(request)
    if act is None:
        say(request, "Choose what to do with the claims.", tone="danger")
        return go(request, state.url())
    claims = _claims(request, state)
    found = preview(act, claims)
    is_sent = "go" in request.POST
    form = _form(request, act, is_sent)
    if is_sent and found.taken and form.is_valid():
        return _done(request, state, found, form)
    return _page(request, state, found, form, status=422 if is_sent else 200)


def _act(name: str) -> BulkAct | None:
    return BulkAct(name) if name in BulkAct.values else None


def _state(request: HttpRequest) -> ListState:
    """The list the claims were chosen in, as its address said it."""
    request.GET = QueryDict(request.POST.get("list", ""))
    request.path = reverse("claims:worklist")
    return read_state(request, WORKLIST)


def _claims(request: HttpRequest, state: ListState) -> list[Claim]:
    if request.POST.get("scope") == "list":
        keys = list(narrowed(request, state).values_list("pk", flat=True)[:MOST])
        rows = Claim.objects.filter(pk__in=keys)
    else:
        rows = Claim.objects.filter(public_id__in=known_ids(request.POST.getlist("ids")[:MOST]))
    found = rows.select_related("patient", "current_version").defer("current_version__snapshot")
    return list(found.order_by("pk"))


def _form(request: HttpRequest, act: BulkAct, is_sent: bool) -> forms.Form:
    options: dict[str, Any] = {"auto_id": "bulk_%s"}
    if act == BulkAct.ASSIGN:
        options |= {"people": members(request), "me": request.user.pk}
    if act == BulkAct.SNOOZE:
        practice = request.practice  # type: ignore[attr-defined]
        options |= {"initial": {"until": usual_day(practice)}, "today": clock.today(practice)}
    return BULK_FORMS[act](request.POST if is_sent else None, **options)


def _done(request: HttpRequest, state: ListState, found: Preview, form: forms.Form) -> HttpResponse:
    values = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in form.cleaned_data.items()
    }
    run = plan_bulk(
        practice=request.practice, act=found.act, claims=found.taken, values=values,  # type: ignore[attr-defined]
        user=request.user,
    )  # fmt: skip
    if len(found.taken) > MOST_AT_ONCE:
        job = queue_bulk(run)
        return go(request, reverse("core:job", args=[job.public_id]))
    done, problems = run_bulk(run)
    words = f"{found.act.label}: {done} done"
    left = found.refused_count + len(problems)
    words += f", {left} left alone" if left else ""
    say(request, words, tone="warn" if problems else "success")
    for one in problems[:3]:
        say(request, one, tone="danger")
    return go(request, f"{state.url()}#row-{found.taken[0].public_id}")


def _page(
    request: HttpRequest, state: ListState, found: Preview, form: forms.Form, *, status: int
) -> HttpResponse:
    audit.read_many(
        [claim.patient_id for claims in found.examples.values() for claim in claims],
        action="page.read", note="bulk preview", practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip
    whole = request.POST.get("scope") == "list"
    context = {
        "found": found,
        "form": form,
        "ids": [] if whole else request.POST.getlist("ids")[:MOST],
        "whole": whole,
        "total": min(tally(WORKLIST, narrowed(request, state)).count, MOST),
        "list_query": state.query,
        "list_url": state.url(),
        "list_title": state.bucket.label if state.bucket else WORKLIST.title,
        "refused": [(why, count, found.examples[why]) for why, count in found.refused],
        "is_long": len(found.taken) > MOST_AT_ONCE,
    }
    return page(request, "claims/bulk.html", None, context, status=status)
