"""The import of CSV files as a job: progress on every page, resumable, nothing lost."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.jobs import Progress, job_kind, start_job
from core.models import Document, Job
from core.services.documents import read_document, store_document
from patients.csv_rows import (
    CONTENT_TYPE,
    ENCOUNTERS,
    CsvRow,
    Layout,
    RejectedRow,
    read_rows,
    rejected_file,
)
from patients.models import ImportProblem
from patients.services.import_appointments import APPOINTMENTS, take_row
from patients.services.import_encounters import record_row
from patients.services.import_rows import TakeRow, import_rows


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: its columns, what becomes of a row, and under which names it is kept."""

    noun: str
    job_kind: str
    sent: str
    rejected: str
    layout: Layout
    take: TakeRow


VISITS = FileKind(
    "encounters", "patients.import_encounters",
    "patients.encounter_csv", "patients.encounter_csv_rejected", ENCOUNTERS, record_row,
)  # fmt: skip
BOOKINGS = FileKind(
    "appointments", "patients.import_appointments",
    "patients.appointment_csv", "patients.appointment_csv_rejected", APPOINTMENTS, take_row,
)  # fmt: skip


def start_import(*, practice: Any, content: bytes, user: Any, kind: FileKind = VISITS) -> Job:
    """Keep the file as it came, then queue its rows.

    Raises ApplicationError when the file cannot be read as a whole or has no rows.
    """
    count = len(read_rows(content, kind.layout))
    document = store_document(
        practice=practice, kind=kind.sent, content=content, content_type=CONTENT_TYPE,
        label=f"{kind.noun.capitalize()} to import, {count} rows",
    )  # fmt: skip
    return start_job(
        practice=practice, kind=kind.job_kind, title=f"Import {kind.noun}",
        arguments={"document_id": document.pk}, user=user,
    )  # fmt: skip


@job_kind(VISITS.job_kind)
def import_visits(job: Job, progress: Progress) -> None:
    """A file of visits."""
    _run(VISITS, job, progress)


@job_kind(BOOKINGS.job_kind)
def import_bookings(job: Job, progress: Progress) -> None:
    """A file of appointments."""
    _run(BOOKINGS, job, progress)


def _run(kind: FileKind, job: Job, progress: Progress) -> None:
    """Take the rows one by one. What is kept of a bad one are its line and reasons, no cells."""
    document = Document.everywhere.get(pk=job.arguments["document_id"], practice=job.practice)
    content = read_document(document)
    rows = {row.number: row for row in read_rows(content, kind.layout)}
    progress.total(len(rows))
    state: dict[str, int] = {"line": 0, "created": 0, **(progress.cursor or {})}

    def on_row(row: CsvRow, problems: list[str]) -> None:
        state["line"] = row.number
        if problems:
            ImportProblem.objects.create(
                practice=job.practice, job=job, line_number=row.number, problems=problems
            )
        else:
            state["created"] += 1
        error = f"Line {row.number}: {'; '.join(problems)}" if problems else ""
        progress.step(error=error, cursor=state)

    import_rows(
        practice=job.practice, content=content, layout=kind.layout, take=kind.take,
        after_line=state["line"], on_row=on_row,
    )  # fmt: skip
    rejected = [
        RejectedRow(rows[bad.line_number], bad.problems)
        for bad in ImportProblem.objects.filter(job=job).order_by("line_number")
    ]
    if rejected:
        store_document(
            practice=job.practice, kind=kind.rejected,
            content=rejected_file(rejected, kind.layout), content_type=CONTENT_TYPE,
            label=f"{len(rejected)} rows that were not taken", subject=job,
        )  # fmt: skip
    progress.result(recorded=state["created"], rejected=len(rejected))


def rejected_files(kind: FileKind = VISITS) -> "QuerySet[Document]":
    """Files of rows that were not taken, newest first."""
    return Document.objects.filter(kind=kind.rejected).order_by("-pk")
