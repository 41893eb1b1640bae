"""Loading a code set as a job: progress on every page, and nothing left of one that is stopped."""

import json
from datetime import date
from typing import Any

from coding.choices import CodeSetKind
from coding.code_sets.files import SourceFile, members
from coding.code_sets.reading import Options
from coding.services.import_code_set import Import, import_code_set, spec_of
from core.errors import ApplicationError
from core.jobs import Progress, job_kind, start_job
from core.models import Document, Job
from core.progress_apart import progress_apart
from core.services.documents import read_document, store_document

KIND = "coding.load_code_set"
SENT = "coding.code_set_file"
_KILO = 1024


def start_loading(*, practice: Any, wanted: Import) -> Job:
    """Keep the files as they came, then queue the load. Raises ApplicationError at once for what
    is plainly wrong: no licence, an unsafe or broken archive.
    """
    spec = spec_of(wanted.kind)
    if spec.licensor and not wanted.licence_attested:
        raise ApplicationError(
            f"Say that your practice holds the licence of the {spec.licensor}.",
            field="licence_attested",
        )
    members(wanted.files)
    documents = [
        store_document(
            practice=practice, kind=SENT, content=file.open().read(),
            content_type="application/octet-stream", label=file.name[-120:],
        )
        for file in wanted.files
    ]  # fmt: skip
    options = wanted.options
    said = {
        "label": options.label, "variant": options.variant, "keep_texts": options.keep_texts,
        "from": options.effective_from.isoformat() if options.effective_from else "",
        "to": options.effective_to.isoformat() if options.effective_to else "",
    }  # fmt: skip
    return start_job(
        practice=practice, kind=KIND,
        title=f"Load {CodeSetKind(wanted.kind).label}, in kilobytes",
        arguments={
            "kind": wanted.kind, "documents": ",".join(str(one.pk) for one in documents),
            "options": json.dumps(said), "attested": int(wanted.licence_attested),
        },
        user=wanted.user,
    )  # fmt: skip


@job_kind(KIND)
def run(job: Job, progress: Progress) -> None:
    """Read and store the files in one transaction. Run again after a stop, it begins anew."""
    progress.begin_anew()
    with progress_apart(job) as step:
        release, is_new = import_code_set(
            _wanted(job),
            on_total=lambda size: step(0, size // _KILO + 1),
            on_bytes=lambda size: step(size // _KILO, None),
        )
    progress.finished()
    progress.result(
        release=str(release), rows=f"{release.row_count:,}", page=str(release.public_id),
        new="yes" if is_new else "no, these files were loaded before",
    )  # fmt: skip


def _wanted(job: Job) -> Import:
    said = json.loads(str(job.arguments["options"]))
    ids = [int(one) for one in str(job.arguments["documents"]).split(",")]
    rows = Document.everywhere.filter(practice=job.practice, kind=SENT).in_bulk(ids)
    files = [SourceFile(rows[one].label, content=read_document(rows[one])) for one in ids]
    return Import(
        kind=str(job.arguments["kind"]),
        files=files,
        options=Options(
            label=said["label"],
            variant=said["variant"],
            keep_texts=said["keep_texts"],
            effective_from=_day(said["from"]),
            effective_to=_day(said["to"]),
        ),
        licence_attested=bool(job.arguments["attested"]),
        user=job.user,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
