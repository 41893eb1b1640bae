"""Loading the code sets that come with Claimline: whole or not at all, and once."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from coding.choices import CodeSetKind, ReleaseState
from coding.code_sets import icd10cm, places
from coding.models import CodeSetRelease, PlaceOfService

_COLUMNS = ("release_id", "code", "title", "is_billable", "parent_code", "chapter")


def load_icd10cm(folder: Path | None = None) -> tuple[CodeSetRelease, bool]:
    """Load ICD-10-CM by COPY. Returns the release and whether it is new; a known one is kept."""
    folder = folder or icd10cm.data_folder()
    sha256 = icd10cm.source_sha256(folder)
    known = CodeSetRelease.objects.filter(kind=CodeSetKind.ICD10CM, source_sha256=sha256).first()
    if known:
        if not known.icd_terms.exists():  # loaded by a version that did not keep them
            _copy_terms(known, folder)
        return known, False
    with transaction.atomic():
        release = CodeSetRelease.objects.create(
            kind=CodeSetKind.ICD10CM,
            label=icd10cm.LABEL,
            effective_from=icd10cm.EFFECTIVE_FROM,
            effective_to=icd10cm.EFFECTIVE_TO,
            source=icd10cm.SOURCE,
            source_sha256=sha256,
            state=ReleaseState.ACTIVE,
        )
        release.row_count = _copy(release, icd10cm.read_rows(folder))
        _copy_terms(release, folder)
        release.save(update_fields=["row_count"])
    return release, True


def load_places() -> tuple[CodeSetRelease, bool]:
    """Load the place-of-service codes. Returns the release and whether it is new."""
    text = "\n".join(f"{code} {name}" for code, name in places.NAMES.items())
    release, is_new = CodeSetRelease.objects.get_or_create(
        kind=CodeSetKind.POS,
        label=places.LABEL,
        defaults={
            "effective_from": date(2020, 1, 1),
            "source": "CMS place-of-service numbers, names in our own words",
            "source_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "row_count": len(places.NAMES),
            "state": ReleaseState.ACTIVE,
        },
    )
    if is_new:
        PlaceOfService.objects.bulk_create(
            PlaceOfService(
                release=release, code=code, name=name, is_facility=code in places.FACILITY
            )
            for code, name in places.NAMES.items()
        )
    return release, is_new


def _copy(release: CodeSetRelease, rows: Iterable[icd10cm.IcdRow]) -> int:
    """Send the rows through COPY; returns how many there were."""
    buffer, count = io.StringIO(), 0
    for line in _lines(release, rows):
        buffer.write(line)
        count += 1
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY coding_icdcode ({', '.join(_COLUMNS)}) FROM STDIN", buffer)
    return count


def _copy_terms(release: CodeSetRelease, folder: Path) -> None:
    """Inclusion terms, which the search looks through besides the titles."""
    buffer = io.StringIO()
    for code, text in icd10cm.read_terms(folder):
        buffer.write(f"{release.pk}\t{code}\t{_plain(text)}\n")
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY coding_icdterm (release_id, code, text) FROM STDIN", buffer)


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")


def _lines(release: CodeSetRelease, rows: Iterable[icd10cm.IcdRow]) -> Iterator[str]:
    for row in rows:
        title = _plain(row.title)
        billable = "t" if row.is_billable else "f"
        yield f"{release.pk}\t{row.code}\t{title}\t{billable}\t{row.parent_code}\t{row.chapter}\n"
