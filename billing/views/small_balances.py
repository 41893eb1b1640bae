"""The run that writes small balances off: what it would do, in both directions, then the job."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from billing.selectors.small_balances import small_balances
from billing.services.write_off_small import WRITE_OFF_SMALL
from core import audit
from core.jobs import start_job
from core.web import go, page, say

MOST_SHOWN = 200


def run(request: HttpRequest) -> HttpResponse:
    """The preview; POST starts the job over what is small and idle then."""
    practice = request.practice  # type: ignore[attr-defined]
    found = small_balances(practice)
    if request.method == "POST":
        if not found.rows:
            say(request, "Nothing is left to write off", tone="warn")
            return go(request, reverse("billing:small-balances"))
        job = start_job(
            practice=practice,
            kind=WRITE_OFF_SMALL,
            title="Write off small balances",
            arguments={},
            user=request.user,
        )
        return go(request, reverse("core:job", args=[job.public_id]))
    shown = found.rows[:MOST_SHOWN]
    audit.read_many(
        {row.part.patient_id for row in shown},
        action="list.read", note="small balances", practice=practice,
    )  # fmt: skip
    request.nav = "credits"  # type: ignore[attr-defined]
    context = {"found": found, "rows": shown, "here": "small"}
    return page(request, "billing/small_balances.html", None, context)
