"""The job centre: what runs, how far it is, what went wrong; cancel and resume."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import access, audit, clock
from core.choices import JobState
from core.errors import ApplicationError
from core.jobs import cancel_job, resume_job
from core.lists import Bucket, ChoiceFilter, Column, Empty, ListSpec, list_view
from core.models import Job
from core.selectors import OPEN_STATES, jobs
from core.views.errors import forbidden
from core.web import get_or_404, go, page, say

LEFT_IS_SHOWN_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class JobCard:
    """A job as its card shows it."""

    job: Job
    seconds_left: int | None
    can_cancel: bool
    can_resume: bool

    @property
    def left_in_words(self) -> str:
        """About how long it will take, once ten seconds have told something."""
        if self.seconds_left is None:
            return ""
        if self.seconds_left < 90:
            return f"about {max(1, self.seconds_left)} s left"
        return f"about {self.seconds_left // 60} min left"


def card_of(job: Job, *, may_steer: bool) -> JobCard:
    """Progress, time left and what may be done with a job by somebody who `may_steer` it."""
    return JobCard(
        job=job,
        seconds_left=_seconds_left(job),
        can_cancel=may_steer and not job.is_over and not job.cancel_requested,
        can_resume=may_steer and job.state in {JobState.FAILED, JobState.CANCELLED},
    )


def _may_steer(request: HttpRequest, job: Job) -> bool:
    """Its starter and the practice's managers may stop a job and let it go on."""
    role = request.role  # type: ignore[attr-defined]
    row = access.row_for("core:job-cancel")
    if row is None or not row.allows("POST", role):
        return False
    return role in access.MANAGERS or (job.user_id is not None and job.user_id == request.user.pk)


def _seconds_left(job: Job) -> int | None:
    if job.state != JobState.RUNNING or not job.done or not job.total or not job.started_at:
        return None
    passed = clock.now() - job.started_at
    if passed < LEFT_IS_SHOWN_AFTER:
        return None
    return int(passed.total_seconds() * (job.total - job.done) / job.done)


SPEC = ListSpec(
    name="core.jobs",
    title="Jobs",
    noun="job,jobs",
    lead="Long work runs here by itself; you may leave the page, sign out, and come back.",
    queryset=lambda request: jobs(),
    columns=[
        Column("title", "Job", value="title", kind="link", sort="title"),
        Column(
            "state", "Status", value="state", kind="chip", choices="core.JobState", sort="state"
        ),
        Column("progress", "Done", value=lambda job: f"{job.done:,} of {job.total:,}", css="num"),
        Column("errors", "Errors", value="error_count", kind="number", sort="error_count"),
        Column("started", "Started", value="started_at", kind="datetime", sort="started_at"),
        Column("finished", "Finished", value="finished_at", kind="datetime", priority=3),
        Column("by", "Started by", value="user", priority=3),
    ],
    filters=[ChoiceFilter("state", "Status", "state", choices=JobState.choices)],
    buckets=[
        Bucket("open", "Running", Q(state__in=OPEN_STATES), done="Nothing is running."),
        Bucket("failed", "Stopped", Q(state=JobState.FAILED), act=True, done="Nothing stopped."),
        Bucket("all", "All jobs", Q()),
    ],
    default_bucket="all",
    default_sort="-started",
    row_url=lambda job: reverse("core:job", args=[job.public_id]),
    empty=Empty("No jobs yet", "Imports, batches and statement runs show up here.", "jobs"),
)


@require_http_methods(["GET", "POST"])
def job_list(request: HttpRequest) -> HttpResponse:
    """Every job of the practice."""
    return list_view(request, SPEC)


@require_GET
def job_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One job, live while it runs."""
    job = get_or_404(jobs(), public_id)
    context = {"job": job, "card": card_of(job, may_steer=_may_steer(request, job))}
    return page(request, "core/job.html", "components/job_card.html", context)


@require_POST
def job_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop at the next safe point, or, with resume=1, go on from where it stopped."""
    job = get_or_404(jobs(), public_id)
    if not _may_steer(request, job):
        return forbidden(request, roles=access.MANAGERS)
    try:
        if request.POST.get("resume"):
            resume_job(job)
            audit.record("job.resumed", subject=job)
            say(request, "The job goes on from where it stopped.")
        else:
            cancel_job(job)
            audit.record("job.cancelled", subject=job)
            say(request, "The job stops at its next safe point.")
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    return go(request, reverse("core:job", args=[job.public_id]))
