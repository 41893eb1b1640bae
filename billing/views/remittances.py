"""Posting many remittances at once: those that tie out, as a job (screens S20)."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.jobs import queue_posting
from claims.choices import RemittanceState
from claims.models import Remittance
from claims.views.remittances import REMITTANCES
from core.lists.query import narrowed
from core.lists.state import read_state
from core.web import go, known_ids, say

MOST = 1000


@require_POST
def post_many(request: HttpRequest) -> HttpResponse:
    """Post the chosen ones, or all that are ready; what does not tie out is left and why told."""
    chosen = _chosen(request)
    if not chosen:
        say(request, "None of them waits to be posted.", tone="warn")
        return go(request, reverse("claims:remittances"))
    practice = request.practice  # type: ignore[attr-defined]
    job = queue_posting(practice, chosen, user=request.user)
    return go(request, reverse("core:job", args=[job.public_id]))


def _chosen(request: HttpRequest) -> list[int]:
    """The remittances that may be posted, oldest payment first."""
    rows = Remittance.objects.filter(
        state__in=[RemittanceState.MATCHED, RemittanceState.EXCEPTIONS]
    )
    scope = request.POST.get("scope")
    if scope == "ready":
        rows = rows.filter(state=RemittanceState.MATCHED)
    elif scope == "list":
        request.GET = QueryDict(request.POST.get("list", ""))
        listed = narrowed(request, read_state(request, REMITTANCES)).values_list("pk", flat=True)
        rows = rows.filter(pk__in=list(listed[:MOST]))
    else:
        rows = rows.filter(public_id__in=known_ids(request.POST.getlist("ids")[:MOST]))
    return list(rows.order_by("paid_on", "pk").values_list("pk", flat=True)[:MOST])
