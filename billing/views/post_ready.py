"""Posting every remittance that ties out, from the list (S20)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.jobs import POST_READY
from core.jobs import start_job
from core.web import go


@require_POST
def post_ready(request: HttpRequest) -> HttpResponse:
    """A job, for each is posted whole and some are long; its page names those that were left."""
    job = start_job(
        practice=request.practice,  # type: ignore[attr-defined]
        kind=POST_READY,
        title="Post all remittances that tie out",
        arguments={},
        user=request.user,
    )
    return go(request, reverse("core:job", args=[job.public_id]))
