"""Reads of the kernel's own pages."""

from django.db.models import QuerySet

from core.choices import JobState
from core.models import Document, Job

OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


def jobs() -> QuerySet[Job]:
    """The practice's jobs, newest first."""
    return Job.objects.select_related("user").order_by("-id")


def running_jobs() -> list[Job]:
    """What is under way now; at most twenty, the indicator needs no more."""
    return list(Job.objects.filter(state__in=OPEN_STATES).order_by("-id")[:20])


def documents() -> QuerySet[Document]:
    """The practice's documents, without their bytes."""
    return Document.objects.select_related("practice")
