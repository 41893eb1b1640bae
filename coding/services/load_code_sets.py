"""Loading the code sets that come with Claimline: whole or not at all, and once."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from coding.choices import CodeSetKind, ReleaseState
from coding.code_sets import icd10cm, places
from coding.code_sets.bulk import copy_table
from coding.code_sets.icd_tabular import Tabular
from coding.code_sets.starter import Starter, starters
from coding.models import CodeSetRelease, IcdCode, IcdNote, IcdTerm, PlaceOfService


def load_icd10cm(folder: Path | None = None) -> tuple[CodeSetRelease, bool]:
    """Load ICD-10-CM by COPY. Returns the release and whether it is new; a known one is kept.

    A release that an earlier version of Claimline loaded without notes, terms or the chapters'
    titles gets them.
    """
    folder = folder or icd10cm.data_folder()
    sha256 = icd10cm.source_sha256(folder)
    known = CodeSetRelease.objects.filter(kind=CodeSetKind.ICD10CM, source_sha256=sha256).first()
    if known:
        if not IcdTerm.objects.filter(release=known).exists():
            copy_table(known.pk, icd10cm.term_table(icd10cm.read_folder(folder)[1]))
        if not IcdNote.objects.filter(release=known).exists():
            _add_notes(known, folder)
        if "chapters" not in known.facts:
            known.facts |= _facts(icd10cm.read_folder(folder)[1])
            known.save(update_fields=["facts"])
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
        rows, tabular = icd10cm.read_folder(folder)
        release.row_count = len(rows)
        release.facts = _facts(tabular)
        for table in icd10cm.tables(rows, tabular):
            copy_table(release.pk, table)
        release.save(update_fields=["row_count", "facts"])
    return release, True


def _facts(tabular: Tabular) -> dict[str, Any]:
    return {"notes": len(tabular.notes), "blocks": tabular.block_titles,
            "chapters": tabular.chapter_titles}  # fmt: skip


def _add_notes(release: CodeSetRelease, folder: Path) -> None:
    _, tabular = icd10cm.read_folder(folder)
    with transaction.atomic():
        for table in icd10cm.note_tables(tabular):
            copy_table(release.pk, table)
        categories: dict[str, list[str]] = {}
        for category, block in tabular.blocks.items():
            categories.setdefault(block, []).append(category)
        for block, first_three in categories.items():
            rows = IcdCode.objects.filter(release=release, code__gte=min(first_three))
            rows.filter(code__lt=max(first_three) + "~").update(block=block)


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


def load_starters() -> list[tuple[CodeSetRelease, bool]]:
    """Load the starter tables. A changed one stands beside its older self and takes its place."""
    return [_load_starter(one) for one in starters()]


def _load_starter(starter: Starter) -> tuple[CodeSetRelease, bool]:
    known = CodeSetRelease.objects.filter(kind=starter.kind, source_sha256=starter.sha256).first()
    if known:
        return known, False
    earlier = CodeSetRelease.objects.filter(kind=starter.kind, is_starter=True)
    with transaction.atomic():
        label = f"{starter.label} ({earlier.count() + 1})" if earlier.exists() else starter.label
        release = CodeSetRelease.objects.create(
            kind=starter.kind,
            label=label,
            effective_from=starter.effective_from,
            source=starter.source,
            source_sha256=starter.sha256,
            is_starter=True,
            state=ReleaseState.ACTIVE,
        )
        counts = [copy_table(release.pk, table) for table in starter.tables]
        release.row_count = counts[0]
        release.save(update_fields=["row_count"])
    return release, True
