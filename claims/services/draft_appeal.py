"""Keeping an appeal that is being written: its letter, to whom it goes, and what goes with it."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Max

from claims.denial_choices import AppealState, CaseState, PartKind
from claims.denials.drafts import current_appeal, draft_of
from claims.denials.evidence import Evidence
from claims.models import Appeal, AppealPart, DenialCase
from core import audit, timeline
from core.errors import ApplicationError, Conflict
from core.services.documents import store_document
from patients.note_files import read_note_file

FILE_KIND = "claim.appeal-file"
_MOST_FILES = 12


def begin_appeal(*, case: DenialCase, user: Any) -> Appeal:
    """The appeal under way, or a new draft from the record. Raises Conflict where an appeal may not
    be opened, with the reason.
    """
    with transaction.atomic():
        case = DenialCase.objects.select_for_update(of=("self",)).select_related(
            "claim__billing_provider", "claim__practice", "version", "payer", "practice"
        ).get(pk=case.pk)  # fmt: skip
        found = current_appeal(case)
        if found is not None:
            return found
        if not case.is_open:
            raise Conflict("This denial is settled.")
        if case.appeal_refusal:
            raise Conflict(f"No appeal: {case.appeal_refusal}")
        draft = draft_of(case, Evidence(case), user)
        if draft.level is None:
            raise Conflict("The payer has no further level of appeal.")
        appeal = Appeal.objects.create(
            practice_id=case.practice_id, case=case, level=draft.level.number,
            level_name=draft.level.name, recipient=draft.recipient, letter=draft.letter,
            letter_by=draft.letter_by, signed_by=draft.signed_by, method=draft.method,
            last_day=draft.limit.last_day if draft.limit else None,
        )  # fmt: skip
        AppealPart.objects.bulk_create(
            AppealPart(practice_id=case.practice_id, appeal=appeal, kind=one.kind,
                       label=one.label, is_included=one.is_included, position=place)
            for place, one in enumerate(draft.parts, 1)
            if one.is_there
        )  # fmt: skip
        timeline.record(
            case.claim,
            kind="denial.appeal_drafted",
            sentence=f"began an appeal of {case.code}: {appeal.level_name}",
        )
        return appeal


def save_draft(
    *, appeal: Appeal, letter: str, recipient: str, signed_by: str, included: Collection[str]
) -> Appeal:
    """Keep what was typed; `included` are the public ids of the parts that go along. A packet that
    was made of other words is no packet of these. Raises Conflict once it is out.
    """
    with transaction.atomic():
        row = _draft(appeal)
        before = {"letter": row.letter, "recipient": row.recipient, "signed_by": row.signed_by}
        after = {
            "letter": letter.strip().replace("\r\n", "\n"),
            "recipient": recipient.strip().replace("\r\n", "\n"),
            "signed_by": " ".join(signed_by.split()),
        }
        changed = before != after
        for part in row.parts.all():
            wanted = str(part.public_id) in included
            if part.is_included != wanted:
                AppealPart.objects.filter(pk=part.pk).update(is_included=wanted)
                changed = True
        if changed:
            Appeal.objects.filter(pk=row.pk).update(**after, packet=None, packet_pages=0)
            audit.record("appeal.changed", subject=row, before=before, after=after)
        row.refresh_from_db()
        return row


def add_file(*, appeal: Appeal, content: bytes, label: str) -> AppealPart:
    """Put a PDF or picture behind the drawn parts. Raises ApplicationError at `file` for what
    cannot be read, at `label` without words.
    """
    words = " ".join(label.split())[:120]
    if not words:
        raise ApplicationError("Say what it is, for the index.", field="label")
    found = read_note_file(content)
    with transaction.atomic():
        row = _draft(appeal)
        if row.parts.filter(kind=PartKind.FILE).count() >= _MOST_FILES:
            raise ApplicationError(f"At most {_MOST_FILES} files.", field="file")
        document = store_document(
            practice=row.practice, kind=FILE_KIND, content=content,
            content_type=found.content_type, label="File of an appeal", subject=row.case.claim,
        )  # fmt: skip
        place = (row.parts.aggregate(last=Max("position"))["last"] or 0) + 1
        part = AppealPart.objects.create(
            practice_id=row.practice_id, appeal=row, kind=PartKind.FILE, label=words,
            document=document, position=place,
        )  # fmt: skip
        Appeal.objects.filter(pk=row.pk).update(packet=None, packet_pages=0)
        audit.record("appeal.file_added", subject=row, note=f"{found.page_count} pages")
        return part


def discard_draft(*, appeal: Appeal) -> None:
    """Throw an unsent appeal away; files that were added stay kept as documents."""
    with transaction.atomic():
        row = _draft(appeal)
        claim, name = row.case.claim, row.level_name
        row.delete()
        timeline.record(claim, kind="denial.appeal_dropped",
                        sentence=f"threw the draft of an appeal away: {name}")  # fmt: skip


def _draft(appeal: Appeal) -> Appeal:
    row = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("case__claim", "practice")
        .get(pk=appeal.pk)
    )
    if row.state != AppealState.DRAFT or row.case.state == CaseState.SETTLED:
        raise Conflict("This appeal is out already: what was sent is not changed.")
    return row
