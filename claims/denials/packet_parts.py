"""The parts of a packet as its template draws them: plain values from the record."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from claims.denial_choices import PartKind as K
from claims.denials.evidence import Evidence
from claims.denials.packet import AddedFile
from claims.denials.reasons import reason_of
from claims.denials.remarks import known_first
from claims.models import Appeal, AppealPart, RemittanceAdjustment, RemittanceClaim
from core import clock, timeline
from core.services.documents import read_document

# What a payer is shown of the timeline: what went between us and it, not what we talked about.
_SHOWN = frozenset({
    "accepted", "acknowledged", "batched", "built", "corrected", "denied", "mailed", "paid",
    "posted", "printed", "received", "rejected", "reversed", "sent", "called", "logged",
})  # fmt: skip


def front_of(appeal: Appeal, evidence: Evidence) -> dict[str, Any]:
    """Everything that the template needs besides the files."""
    case, claim, snapshot = evidence.case, evidence.claim, evidence.snapshot
    parts = [one for one in appeal.parts.all() if one.is_included and one.kind != K.FILE]
    return {
        "appeal": appeal,
        "case": case,
        "claim": claim,
        "version": evidence.version,
        "payer": case.payer,
        "practice": claim.practice,
        "provider": claim.billing_provider,
        "patient": snapshot["patient"],
        "coverage": snapshot["coverage"],
        "snapshot": snapshot,
        "born": _day(snapshot["patient"]["birth_date"]),
        "lines": [{**line, "day": _day(line["service_date_from"])} for line in snapshot["lines"]],
        "number": (evidence.answer.payer_claim_number if evidence.answer else "")
        or evidence.version.payer_claim_number,
        "paragraphs": [one for one in appeal.letter.split("\n\n") if one.strip()],
        "parts": [_part(one, evidence) for one in parts],
        "reasons": _reasons(evidence),
        "drawn_on": clock.today(claim.practice),
    }


def files_of(appeal: Appeal, evidence: Evidence) -> list[AddedFile]:
    """The added files, and notes that are files themselves."""
    found = []
    for part in appeal.parts.select_related("document"):
        if not part.is_included:
            continue
        if part.kind == K.FILE and part.document is not None:
            content = read_document(part.document)
            found.append(AddedFile(part.label, content, part.document.content_type))
        elif part.kind == K.NOTE:
            for note in evidence.notes:
                if note.document is not None:
                    content = read_document(note.document)
                    found.append(AddedFile(part.label, content, note.document.content_type))
    return found


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _part(part: AppealPart, evidence: Evidence) -> dict[str, Any]:
    """One part by its kind; the template has a branch for each."""
    drawn: dict[str, Any] = {"kind": part.kind, "label": part.label, "anchor": f"part-{part.pk}"}
    if part.kind == K.EOB:
        drawn |= {"answer": evidence.answer, "lines": eob_lines(evidence.answer)}
    elif part.kind == K.FILING:
        drawn["proof"] = evidence.proof
    elif part.kind == K.NOTE:
        drawn["notes"] = evidence.notes
    elif part.kind == K.AUTHORIZATION:
        drawn["authorizations"] = evidence.authorizations
    elif part.kind == K.TIMELINE:
        drawn["entries"] = _entries(evidence)
    return drawn


def _reasons(evidence: Evidence) -> list[tuple[str, str]]:
    codes = {f"{r.group_code}-{r.reason_code}": reason_of(r.reason_code).words
             for r in evidence.denials}  # fmt: skip
    remarks = known_first(c for row in evidence.denials for c in row.remark_codes)
    return [*codes.items(), *remarks]


def eob_lines(answer: RemittanceClaim | None) -> list[dict[str, Any]]:
    """The lines of this claim's answer alone: nobody else of that remittance stands on it."""
    if answer is None:
        return []
    rows = [
        {
            "code": "-".join([line.procedure_code, *line.modifiers]),
            "day": line.service_date,
            "billed": line.charge_amount,
            "paid": line.paid_amount,
            "adjustments": _trios(line.adjustments.all()),
            "remarks": known_first(line.remark_codes),
        }
        for line in answer.lines.prefetch_related("adjustments")
    ]
    whole = list(answer.adjustments.filter(remittance_line__isnull=True))
    if whole or not rows:
        rows.append(
            {
                "code": "whole claim",
                "day": None,
                "billed": answer.charge_amount,
                "paid": answer.paid_amount,
                "adjustments": _trios(whole),
                "remarks": known_first(answer.remark_codes),
            }
        )
    return rows


def _trios(rows: Iterable[RemittanceAdjustment]) -> list[tuple[str, str, Decimal]]:
    return [
        (f"{one.group_code}-{one.reason_code}", reason_of(one.reason_code).words, one.amount)
        for one in rows
    ]


def _entries(evidence: Evidence) -> list[Any]:
    entries = timeline.entries_for(evidence.claim).order_by("at", "pk")
    return [one for one in entries if one.kind.replace(".", "_").rsplit("_", 1)[-1] in _SHOWN]
