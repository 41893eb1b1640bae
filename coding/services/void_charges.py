"""Taking released charges back so that they are coded again (domain F.3, "void or recode")."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from coding.choices import CaseState, LineState
from coding.models import CaseChange, ChargeLine, CodeEvidence, CodingCase
from coding.news import CHARGES_VOIDED
from coding.services.save_line_claim_data import copy_line_claim_data
from coding.states import CASE, OPEN
from core import timeline
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.money import ZERO, format_money
from core.news import announce
from core.services.work import open_work_item
from core.states import advance
from patients.models import Guarantor

RETURNED = "coding_returned"
_MOST_LETTERS = 300
_OF_ITS_OWN = frozenset({"id", "public_id", "control_number", "state"})


@transaction.atomic
def return_released_case(
    *, case: CodingCase, reason: str, line_ids: Collection[int] | None = None
) -> None:
    """Void charges of a released encounter and give it back to its coder with drafts of them.

    All its released lines, or those of `line_ids` (one claim of an encounter that became several).
    A void line is kept as it was; its draft has a new control number, because REF 6R names one
    charge for life. Claims and ledger follow in this transaction, and refuse what has gone too
    far: then nothing changes. Raises ApplicationError without a reason or where they refuse, and
    Conflict when none of these charges is released any more.
    """
    reason = " ".join(reason.split())[:_MOST_LETTERS]
    if not reason:
        raise ApplicationError("Say what is wrong.", field="reason")
    locked = lock_case(case)
    lines = _released(locked, line_ids)
    if not lines:
        raise Conflict("None of its charges is released: there is nothing to take back.")
    ChargeLine.everywhere.filter(pk__in=[line.pk for line in lines]).update(state=LineState.VOID)
    drafts = ChargeLine.everywhere.bulk_create([_draft_of(line) for line in lines])
    _take_quotes_along(lines, drafts)
    copy_line_claim_data(lines, drafts)
    # No undo reaches back to before the return: it would take the drafts away again.
    CaseChange.everywhere.filter(case=case).delete()
    # Whoever still has the released encounter on the screen is told that it changed.
    CodingCase.everywhere.filter(pk=case.pk).update(version=F("version") + 1)
    if locked.state not in OPEN:
        advance(case, CaseState.RETURNED, table=CASE)
    open_work_item(
        subject=case, kind=RETURNED, title="Returned to coding", reason=reason,
        owner=locked.coder, role=Role.CODER, renews=True,
    )  # fmt: skip
    _tell(case, lines, reason)
    announce(
        CHARGES_VOIDED,
        subject=case,
        ids={"case_id": case.pk, "charge_line_ids": [line.pk for line in lines]},
    )
    case.refresh_from_db(fields=["state", "state_changed_at", "version"])


def lock_case(case: CodingCase) -> CodingCase:
    """The case, and then the account, as every posting does first."""
    locked = (
        CodingCase.everywhere.select_for_update(of=("self",))
        .select_related("patient", "coder")
        .get(pk=case.pk)
    )
    accounts = Guarantor.everywhere.filter(pk=locked.patient.guarantor_id)
    list(accounts.select_for_update(no_key=True).values_list("pk", flat=True))
    return locked


def _released(case: CodingCase, line_ids: Collection[int] | None) -> list[ChargeLine]:
    rows = ChargeLine.everywhere.filter(case=case, state=LineState.RELEASED)
    if line_ids is not None:
        rows = rows.filter(pk__in=line_ids)
    return list(rows.order_by("position", "pk"))


def _draft_of(line: ChargeLine) -> ChargeLine:
    """The same service as a draft: code, modifiers, units, minutes, pointers, drug and fee."""
    names = {column.name: column.attname for column in ChargeLine._meta.concrete_fields}
    kept = {attname for name, attname in names.items() if name not in _OF_ITS_OWN}
    return ChargeLine(**{attname: getattr(line, attname) for attname in kept})


def _take_quotes_along(lines: Sequence[ChargeLine], drafts: Sequence[ChargeLine]) -> None:
    """What the note says for a charge supports its draft; the void line keeps its own."""
    draft_of = {line.pk: draft.pk for line, draft in zip(lines, drafts, strict=True)}
    CodeEvidence.everywhere.bulk_create(
        [
            CodeEvidence(
                practice_id=quote.practice_id, case_id=quote.case_id, note_id=quote.note_id,
                line_id=draft_of[quote.line_id or 0], start=quote.start, length=quote.length,
                quote=quote.quote,
            )
            for quote in CodeEvidence.everywhere.filter(line__in=list(draft_of))
        ]
    )  # fmt: skip


def _tell(case: CodingCase, lines: Sequence[ChargeLine], reason: str) -> None:
    total: Decimal = sum((line.charge_amount for line in lines), ZERO)
    noun = "charge" if len(lines) == 1 else "charges"
    timeline.record(
        case,
        kind="charges.voided",
        sentence=f"took back {len(lines)} {noun} of ${format_money(total)} to be coded again: "
        f"{reason}",
        before={"lines": [line.control_number for line in lines], "state": LineState.RELEASED},
        after={"state": LineState.VOID},
    )
