"""The exceptions of one remittance, as its page lists them: what waits for an answer, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from billing.exceptions import DIFFERS, KINDS, Kind, kind_of_issue
from billing.posting.plan import IssueKind, RemittancePlan
from claims.answer_codes import ELSEWHERE
from claims.choices import RemittanceState
from claims.models import ClaimVersionLine, ProviderAdjustment, Remittance, RemittanceClaim
from claims.services.match_remittance import NO_CLAIM, NO_LINE, WORDS
from core.choices import WorkState
from core.models import WorkItem
from core.subjects import kind_of

# Found, but not as we wrote it.
_LOOSE_LINES = frozenset(
    {"code_date_charge", "code_date_position", "date_charge", "line_number", "split"}
)
_ON_WHOLE = (
    RemittanceState.OUT_OF_BALANCE,
    RemittanceState.HELD,
    RemittanceState.DUPLICATE,
    RemittanceState.SET_ASIDE,
    RemittanceState.RECEIVED,
)


@dataclass
class Question:
    """One thing to answer. `item` is its work where some is open; before posting there may be
    none: then it is what posting will ask.
    """

    key: str
    name: str
    kind: Kind
    reason: str
    amount: Decimal
    answer: RemittanceClaim | None = None
    item: WorkItem | None = None
    adjustment: ProviderAdjustment | None = None
    is_unmatched: bool = False
    is_claim_missing: bool = False
    candidates: list[Any] = field(default_factory=list)

    @property
    def claim(self) -> Any:
        """Our claim, where it is known."""
        return self.answer.version.claim if self.answer and self.answer.version else None


def exceptions_of_page(
    remittance: Remittance, rows: Sequence[RemittanceClaim], plan: RemittancePlan | None
) -> list[Question]:
    """Everything of `remittance` that waits for an answer: unmatched first."""
    if remittance.state in _ON_WHOLE:
        return []
    items = _items(remittance, rows)
    found = _unmatched(rows, items)
    by_id = {row.pk: row for row in rows}
    if remittance.state == RemittanceState.POSTED:
        return found + _open_work(items, by_id)
    return found + _asked(plan, by_id, _adjustments(remittance)) + _differing(rows)


def needs_answer(row: RemittanceClaim) -> str:
    """The kind of exception an answer is: its claim is missing, or a line; "" where neither."""
    if row.status_code in ELSEWHERE or row.set_aside_at is not None:
        return ""
    if row.version_id is None:
        return NO_CLAIM
    return NO_LINE if any(line.charge_line_id is None for line in row.lines.all()) else ""


def why_unmatched(row: RemittanceClaim) -> str:
    """In words, without a name."""
    if row.version_id is not None:
        return "a line was not found"
    return WORDS.get(row.match_reason, "no claim has this number")


def _items(remittance: Remittance, rows: Sequence[RemittanceClaim]) -> list[WorkItem]:
    """The open work on answers, on their claims and on provider adjustments, three queries."""
    subjects: list[tuple[Any, list[int]]] = [
        (RemittanceClaim(), [row.pk for row in rows]),
        (ProviderAdjustment(), [row.pk for row in remittance.provider_adjustments.all()]),
    ]
    if remittance.state == RemittanceState.POSTED:
        versions = [row.version for row in rows if row.version is not None]
        if versions:
            subjects.append((versions[0].claim, [version.claim_id for version in versions]))
    found: list[WorkItem] = []
    for example, ids in subjects:
        found += WorkItem.objects.filter(
            subject_kind=kind_of(example),
            subject_id__in=ids,
            kind__in=list(KINDS),
            state=WorkState.OPEN,
        ).select_related("owner")
    return found


def _unmatched(rows: Iterable[RemittanceClaim], items: Sequence[WorkItem]) -> list[Question]:
    work = {
        item.subject_id: item for item in items if item.subject_kind == kind_of(RemittanceClaim())
    }
    return [
        Question(
            key=str(row.public_id),
            name=row.patient_name or row.patient_control_number,
            kind=KINDS[IssueKind(kind)],
            reason=why_unmatched(row),
            amount=row.paid_amount,
            answer=row,
            item=work.get(row.pk),
            is_unmatched=True,
            is_claim_missing=kind == NO_CLAIM,
        )
        for row in rows
        if (kind := needs_answer(row))
    ]


def _open_work(items: Sequence[WorkItem], by_id: dict[int, RemittanceClaim]) -> list[Question]:
    by_claim = {row.version.claim_id: row for row in by_id.values() if row.version is not None}
    answer_kind, plb_kind = kind_of(RemittanceClaim()), kind_of(ProviderAdjustment())
    found = []
    for item in items:
        if item.kind in {NO_CLAIM, NO_LINE}:
            continue
        answer = None
        if item.subject_kind == answer_kind:
            answer = by_id.get(item.subject_id)
        elif item.subject_kind != plb_kind:
            answer = by_claim.get(item.subject_id)
        found.append(
            Question(
                key=str(item.public_id),
                name=_name(answer) or "Provider adjustment",
                kind=kind_of_issue(item.kind),
                reason=item.reason,
                amount=item.amount or Decimal(0),
                answer=answer,
                item=item,
            )
        )
    return found


def _asked(
    plan: RemittancePlan | None,
    by_id: dict[int, RemittanceClaim],
    adjustments: dict[int, ProviderAdjustment],
) -> list[Question]:
    """What posting will ask, before it is posted."""
    found = []
    for number, issue in enumerate(plan.issues if plan else ()):
        if issue.kind in {IssueKind.NO_CLAIM, IssueKind.NO_LINE}:
            continue
        answer = by_id.get(issue.remittance_claim_id or 0)
        found.append(
            Question(
                key=f"ask-{number}",
                name=_name(answer) or "Provider adjustment",
                kind=kind_of_issue(issue.kind),
                reason=issue.reason,
                amount=issue.amount,
                answer=answer,
                adjustment=adjustments.get(issue.provider_adjustment_id or 0),
            )
        )
    return found


def _differing(rows: Iterable[RemittanceClaim]) -> list[Question]:
    """Lines that were found although the payer wrote them otherwise: to look at, not to answer."""
    return [
        Question(
            key=f"differs-{row.public_id}",
            name=_name(row),
            kind=DIFFERS,
            reason=", ".join(_written(line) for line in odd),
            amount=row.paid_amount,
            answer=row,
        )
        for row in rows
        if row.version_id is not None
        and (odd := [x for x in row.lines.all() if x.match_reason in _LOOSE_LINES])
    ]


def _written(line: Any) -> str:
    return "-".join([line.procedure_code, *line.modifiers])


def _name(row: RemittanceClaim | None) -> str:
    if row is None:
        return ""
    if row.version is not None:
        return str(row.version.claim.patient.list_name)
    return row.patient_name or row.patient_control_number


def _adjustments(remittance: Remittance) -> dict[int, ProviderAdjustment]:
    return {row.pk: row for row in remittance.provider_adjustments.all()}


def lines_to_choose(answer: RemittanceClaim) -> list[ClaimVersionLine]:
    """Our lines that a line of theirs may be, in our order; at most what keys 1 to 9 reach."""
    if answer.version_id is None:
        return []
    return list(
        ClaimVersionLine.objects.filter(version_id=answer.version_id).order_by("line_number")
    )
