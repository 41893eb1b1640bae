"""Taking in what people bring by hand: one file, or a ZIP archive of many.

The bytes are kept first, whatever they are. A single file becomes a message at once; an archive is
opened by a job, and each file in it becomes a message of its own, so that one bad file stops no
other. What each message came to is told on the upload's page.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction

from claims.choices import MessageSource, UploadState
from claims.models import TradingPartner, Upload, UploadedFile
from claims.services.receive_message import receive_message
from core import audit
from core.errors import ApplicationError
from core.jobs import Progress, job_kind, start_job
from core.models import Job, Practice
from core.services.documents import read_document, store_document

KIND = "claims.open_upload"
X12_TYPE, ZIP_TYPE = "application/edi-x12", "application/zip"
MOST_FILES = 1000
MOST_BYTES = 64 * 1024 * 1024  # of one file, as in a folder
MOST_IN_ALL = 512 * 1024 * 1024
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_LOCKED = 0x1  # bit of a member's flags: a password is needed


def take_upload(
    *,
    practice: Practice,
    partner: TradingPartner | None,
    name: str,
    content: bytes,
    user: Any = None,
) -> Upload:
    """Keep an uploaded file and have it processed. Raises ApplicationError for an empty one."""
    if not content:
        raise ApplicationError("The file is empty.", field="file")
    with transaction.atomic():
        if content.startswith(_ZIP_STARTS):
            return _queue_archive(practice, partner, name, content, user)
        message = receive_message(
            practice=practice,
            partner=partner,
            source=MessageSource.UPLOAD,
            content=content,
            content_type=X12_TYPE,
        )
        upload = Upload.objects.create(
            practice=practice,
            document=message.document,
            partner=partner,
            name=_short(name),
            state=UploadState.TAKEN,
            uploaded_by=user,
        )
        UploadedFile.objects.create(
            practice=practice, upload=upload, position=1, name=upload.name, message=message
        )
    return upload


def _queue_archive(
    practice: Practice, partner: TradingPartner | None, name: str, content: bytes, user: Any
) -> Upload:
    document = store_document(
        practice=practice,
        kind="x12.upload",
        content=content,
        content_type=ZIP_TYPE,
        label="Uploaded archive",
    )
    upload = Upload.objects.create(
        practice=practice, document=document, partner=partner, name=_short(name), uploaded_by=user
    )
    audit.record("upload.received", subject=upload, after={"sha256": document.sha256})
    upload.job = start_job(
        practice=practice,
        kind=KIND,
        title="Open an uploaded archive",
        arguments={"upload": upload.pk},
        user=user,
    )
    upload.save(update_fields=["job"])
    return upload


@job_kind(KIND)
def open_upload_job(job: Job, progress: Progress) -> None:
    """Take the files out one by one. A run that died goes on after the last file it took."""
    upload = Upload.objects.select_related("practice", "partner", "document").get(
        pk=job.arguments["upload"]
    )
    try:
        archive = zipfile.ZipFile(io.BytesIO(read_document(upload.document)))
        members = _members(archive)
    except (zipfile.BadZipFile, ApplicationError) as error:
        words = getattr(error, "message", "") or "The archive is damaged: upload it again."
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.REFUSED, problem=words)
        raise ApplicationError(words) from error
    done = upload.files.count()  # by an earlier run, which counted them
    progress.total(len(members))
    for position, member in list(enumerate(members, 1))[done:]:
        problem = _take(upload, position, archive, member)
        progress.step(error=f"File {position}: {problem}" if problem else "")
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.TAKEN)
    progress.result(files=len(members))


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive, without folders and what operating systems add."""
    found = [member for member in archive.infolist() if _is_wanted(member)]
    if not found:
        raise ApplicationError("The archive holds no file.")
    if len(found) > MOST_FILES:
        raise ApplicationError(f"The archive holds more than {MOST_FILES:,} files.")
    if sum(member.file_size for member in found) > MOST_IN_ALL:
        raise ApplicationError(f"Unpacked it is larger than {MOST_IN_ALL // 1024**2} MB.")
    return found


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return not member.is_dir() and not path.name.startswith(".") and "__MACOSX" not in path.parts


def _take(upload: Upload, position: int, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    """Make one member a message, or keep why it is none; returns that."""
    content, problem = _read(archive, member)
    with transaction.atomic():
        message = None
        if not problem:
            message = receive_message(
                practice=upload.practice,
                partner=upload.partner,
                source=MessageSource.UPLOAD,
                content=content,
                content_type=X12_TYPE,
            )
        UploadedFile.objects.create(
            practice=upload.practice,
            upload=upload,
            position=position,
            name=_short(PurePosixPath(member.filename).name),
            message=message,
            problem=problem,
        )
    return problem


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[bytes, str]:
    """The bytes, or why there are none. No more is unpacked than is allowed, whatever the
    archive says of itself.
    """
    if member.flag_bits & _LOCKED:
        return b"", "It is locked with a password."
    if member.file_size > MOST_BYTES:
        return b"", f"It is larger than {MOST_BYTES // 1024**2} MB."
    try:
        content = b"".join(_chunks(archive, member))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        return b"", "It is damaged in the archive."
    if len(content) > MOST_BYTES:
        return b"", f"It is larger than {MOST_BYTES // 1024**2} MB."
    if content.startswith(_ZIP_STARTS):
        return b"", "It is an archive itself: upload it alone."
    return (content, "") if content else (b"", "It is empty.")


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        left = MOST_BYTES + 1
        while left > 0 and (chunk := stream.read(min(1024**2, left))):
            left -= len(chunk)
            yield chunk


def _short(name: str) -> str:
    """The sender's name for a file without its path, no longer than the column."""
    return PurePosixPath(name.replace("\\", "/")).name[-120:]
