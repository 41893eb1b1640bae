"""Loading official files as a staged release: whole or not at all, once, and not yet in use."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from coding.choices import CodeSetKind
from coding.code_sets.bulk import copy_table
from coding.code_sets.comparing import compare
from coding.code_sets.files import BadFile, Member, SourceFile, members
from coding.code_sets.kinds import SPECS, Spec
from coding.code_sets.reading import Options, Reading
from coding.code_sets.releases import release_on
from coding.models import CodeSetRelease
from core import audit
from core.errors import ApplicationError

_LOCK = 0x434F4445  # one load at a time; the number only has to be ours


@dataclass(frozen=True)
class Import:
    """What is to be loaded: the files of one release, what the person said, and their licence."""

    kind: str
    files: list[SourceFile]
    options: Options = field(default_factory=Options)
    licence_attested: bool = False
    user: Any = None
    origin: str = ""


def import_code_set(
    wanted: Import,
    *,
    on_total: Callable[[int], None] | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> tuple[CodeSetRelease, bool]:
    """Stage a release. Returns it and whether it is new: the same files again change nothing.

    All is one transaction: whatever stops it leaves nothing. `on_total` hears how many bytes there
    are to read, `on_bytes` each share of them. Raises BadFile with a sentence for files that are
    wrong, unsafe or damaged, and ApplicationError without the licence that the set needs.
    """
    spec = spec_of(wanted.kind)
    _check_licence(spec, wanted)
    sha256 = _sha256(wanted)
    with transaction.atomic():
        _one_at_a_time()
        known = CodeSetRelease.objects.filter(kind=wanted.kind, source_sha256=sha256).first()
        if known:
            return known, False
        found = members(wanted.files)
        reading = spec.read(found, wanted.options).with_options(wanted.options)
        used = _used(reading, found)
        if on_total:
            on_total(sum(member.size for member in used))
        for member in used:
            member.on_bytes = on_bytes
        release = _stored(wanted, reading, sha256)
        counts = _fill(release, reading)
        _describe(release, spec, reading, counts)
        audit.record(
            "code_set.staged", subject=release,
            after={"release": str(release), "rows": release.row_count, "sha256": sha256,
                   "licence_attested": wanted.licence_attested},
        )  # fmt: skip
    return release, True


def spec_of(kind: str) -> Spec:
    """How a set is loaded. Raises ApplicationError for a kind that cannot be."""
    if kind not in SPECS:
        raise ApplicationError(
            f"{kind} is no code set that can be loaded: {', '.join(SPECS)}.", field="kind"
        )
    return SPECS[kind]


def _check_licence(spec: Spec, wanted: Import) -> None:
    if spec.licensor and not wanted.licence_attested:
        raise ApplicationError(
            f"{CodeSetKind(spec.kind).label} holds content of the {spec.licensor}. Say that your "
            "practice holds the licence for it.",
            field="licence_attested",
            code="code_sets.no_licence",
        )


def _sha256(wanted: Import) -> str:
    """One hash over the bytes of all files, in whatever order they came."""
    digests = sorted(file.sha256() for file in wanted.files)
    if not digests:
        raise BadFile("No file was given.")
    if len(digests) == 1 and not wanted.options.keep_texts and not wanted.options.variant:
        return digests[0]
    words = [*digests, wanted.options.variant, str(wanted.options.keep_texts)]
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _used(reading: Reading, found: list[Member]) -> list[Member]:
    named = set(reading.facts.get("files", []))
    if named:
        return [member for member in found if member.base in named]
    return [max(found, key=lambda member: member.size)] if found else []


def _stored(wanted: Import, reading: Reading, sha256: str) -> CodeSetRelease:
    if reading.effective_to and reading.effective_to < reading.effective_from:
        raise ApplicationError("The last day is before the first.", field="effective_to")
    label = reading.label
    same = CodeSetRelease.objects.filter(kind=wanted.kind, variant=reading.variant, label=label)
    if same.exists():  # a corrected file of the same release
        label = f"{label[:48]}, {sha256[:8]}"
    return CodeSetRelease.objects.create(
        kind=wanted.kind,
        variant=reading.variant,
        label=label,
        effective_from=reading.effective_from,
        effective_to=reading.effective_to,
        source=(wanted.origin or ", ".join(file.name for file in wanted.files))[:300],
        source_sha256=sha256,
        loaded_by=wanted.user,
        licence_attested=wanted.licence_attested,
    )


def _fill(release: CodeSetRelease, reading: Reading) -> list[int]:
    try:
        return [copy_table(release.pk, table) for table in reading.tables]
    except IntegrityError as error:
        raise BadFile(f"A row stands in it twice or has no known form: {_detail(error)}") from error
    except DataError as error:
        raise BadFile(f"A value does not fit: {_detail(error)}") from error


def _detail(error: Exception) -> str:
    """The database's own second line: which row, which value."""
    lines = str(error).splitlines()
    return " ".join(line for line in lines[:2] if line)[:240]


def _describe(release: CodeSetRelease, spec: Spec, reading: Reading, counts: list[int]) -> None:
    if not counts[0]:
        raise BadFile("There is no row in it.")
    release.row_count = counts[0]
    tables = {
        str(table.model._meta.verbose_name_plural): count
        for table, count in zip(reading.tables, counts, strict=True)
    } | reading.facts.get("parts", {})
    old = release_on(release.kind, release.effective_from, release.variant)
    found = compare(spec.models[0], release, old, spec.known_by)
    release.facts = {
        **reading.facts,
        "tables": tables,
        "warnings": reading.warnings,
        "comparison": found.as_dict() if found else None,
        "compared_with": old.pk if found and old else None,
    }
    release.save(update_fields=["row_count", "facts"])
