"""The import of encounters as a job: progress on every page, resumable, nothing lost."""

from typing import Any

from django.db.models import QuerySet

from core.jobs import Progress, job_kind, start_job
from core.models import Document, Job
from core.services.documents import read_document, store_document
from patients.csv_rows import CONTENT_TYPE, CsvRow, RejectedRow, read_rows, rejected_file
from patients.models import ImportProblem
from patients.services.import_encounters import import_encounters

KIND = "patients.import_encounters"
SENT, REJECTED = "patients.encounter_csv", "patients.encounter_csv_rejected"


def start_import(*, practice: Any, content: bytes, user: Any) -> Job:
    """Keep the file as it came, then queue its rows.

    Raises ApplicationError when the file cannot be read as a whole or has no rows.
    """
    count = len(read_rows(content))
    document = store_document(
        practice=practice, kind=SENT, content=content, content_type=CONTENT_TYPE,
        label=f"Encounters to import, {count} rows",
    )  # fmt: skip
    return start_job(
        practice=practice, kind=KIND, title="Import encounters",
        arguments={"document_id": document.pk}, user=user,
    )  # fmt: skip


@job_kind(KIND)
def run(job: Job, progress: Progress) -> None:
    """Record the rows one by one. What is kept of a bad one are its line and reasons, no cells."""
    document = Document.everywhere.get(pk=job.arguments["document_id"], practice=job.practice)
    content = read_document(document)
    rows = {row.number: row for row in read_rows(content)}
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

    import_encounters(
        practice=job.practice, content=content, after_line=state["line"], on_row=on_row
    )
    rejected = [
        RejectedRow(rows[bad.line_number], bad.problems)
        for bad in ImportProblem.objects.filter(job=job).order_by("line_number")
    ]
    if rejected:
        store_document(
            practice=job.practice, kind=REJECTED, content=rejected_file(rejected),
            content_type=CONTENT_TYPE, label=f"{len(rejected)} rows that were not taken",
            subject=job,
        )  # fmt: skip
    progress.result(recorded=state["created"], rejected=len(rejected))


def rejected_files() -> "QuerySet[Document]":
    """Files of rows that were not taken, newest first."""
    return Document.objects.filter(kind=REJECTED).order_by("-pk")
