"""What the record holds for an appeal: the values of its letter and the parts of its packet.

Only what is on record is said. A sentence about a note, an authorization or a proof of filing is
there when the thing is; else the field stays empty and the letter shows a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from claims.denial_choices import DenialCategory as C
from claims.denial_choices import PartKind as K
from claims.denials.clocks import Level
from claims.denials.reasons import reason_of
from claims.denials.remarks import remark_words
from claims.filing_proof import FilingProof, filing_proof
from claims.models import Denial, DenialCase, RemittanceClaim
from coding.models import ChargeLine
from core.money import format_money
from patients.choices import AuthorizationKind
from patients.models import Encounter, EncounterNote, PriorAuthorization

# Which parts go along by themselves, besides the decision and the claim (screens S25).
_WITH: Mapping[str, frozenset[str]] = {
    C.TIMELY: frozenset({K.FILING}),
    C.AUTHORIZATION: frozenset({K.AUTHORIZATION, K.NOTE}),
    C.NECESSITY: frozenset({K.NOTE, K.AUTHORIZATION}),
    C.DOCUMENTATION: frozenset({K.NOTE}),
    C.BUNDLING: frozenset({K.NOTE}),
    C.CODING: frozenset({K.NOTE}),
    C.BENEFIT: frozenset({K.NOTE}),
    C.VARIES: frozenset({K.NOTE}),
    C.APPEAL: frozenset({K.NOTE}),
}


@dataclass(frozen=True, slots=True)
class Available:
    """One part that the record could give: whether it is there, and whether it goes by itself."""

    kind: str
    label: str
    is_there: bool
    is_included: bool
    why_not: str = ""


class Evidence:
    """Everything an appeal of one case can rest on; each thing is looked up once."""

    def __init__(self, case: DenialCase) -> None:
        self.case, self.claim, self.version = case, case.claim, case.version
        self.snapshot: Mapping[str, Any] = self.version.snapshot

    @cached_property
    def denials(self) -> list[Denial]:
        """What is refused and open; of a case that waits, all of it."""
        rows = self.case.denials.select_related("charge_line", "remittance_claim__remittance")
        standing = list(rows.filter(state="open").order_by("pk"))
        return standing or list(rows.order_by("pk"))

    @cached_property
    def answer(self) -> RemittanceClaim | None:
        """The decision that is appealed."""
        return self.denials[-1].remittance_claim if self.denials else None

    @cached_property
    def encounter_ids(self) -> list[int]:
        """The visits of the claim."""
        lines = ChargeLine.objects.filter(claim_link__claim=self.claim)
        return list(lines.values_list("encounter_id", flat=True).distinct())

    @cached_property
    def encounters(self) -> list[Encounter]:
        """The visits with who saw the patient."""
        rows = Encounter.objects.filter(pk__in=self.encounter_ids)
        return list(rows.select_related("rendering_provider").order_by("pk"))

    @cached_property
    def notes(self) -> list[EncounterNote]:
        """The signed notes of the visits: an unsigned one proves nothing."""
        rows = EncounterNote.objects.filter(
            encounter__in=self.encounter_ids, signed_at__isnull=False
        )
        return list(rows.select_related("document", "encounter").order_by("pk"))

    @cached_property
    def authorizations(self) -> list[PriorAuthorization]:
        """What this payer authorized for the patient on the days of service."""
        first, last = self.claim.service_date_from, self.claim.service_date_to
        return list(
            PriorAuthorization.objects.filter(
                Q(effective_to__isnull=True) | Q(effective_to__gte=first),
                patient=self.claim.patient_id, payer=self.case.payer_id,
                kind=AuthorizationKind.AUTHORIZATION, cancelled_on__isnull=True,
                effective_from__lte=last,
            )
        )  # fmt: skip

    @cached_property
    def proof(self) -> FilingProof:
        """The proof of filing, with how much it proves."""
        return filing_proof(self.claim)

    def parts(self) -> list[Available]:
        """The parts in the order of the packet, preselected by what is denied."""
        wanted = _WITH.get(self.case.category, frozenset())
        was_sent = bool(self.proof.pieces)
        there: Sequence[tuple[str, bool, str]] = (
            (K.EOB, self.answer is not None, "no decision is on record"),
            (K.CLAIM, True, ""),
            (K.FILING, was_sent, "the claim was not sent by us"),
            (K.AUTHORIZATION, bool(self.authorizations), "none is on file for these days"),
            (K.NOTE, bool(self.notes), "no signed note is on file"),
            (K.TIMELINE, True, ""),
        )
        always = {K.EOB, K.CLAIM}
        return [
            Available(kind, str(K(kind).label), is_there,
                      is_there and (kind in always or kind in wanted), "" if is_there else why)
            for kind, is_there, why in there
        ]  # fmt: skip

    def values(self, level: Level | None) -> dict[str, str]:
        """The letter's fields. What the record does not hold is empty."""
        snapshot, answer = self.snapshot, self.answer
        patient = snapshot["patient"]
        names = (patient["first_name"], patient["middle_name"], patient["last_name"])
        remittance = answer.remittance if answer else None
        return {
            "payer_name": self.case.payer.name,
            "level_name": _level_words(level.name) if level else "",
            "patient_name": " ".join(filter(None, names)),
            "member_id": snapshot["coverage"]["member_id"],
            "claim_number": self.claim.control_number,
            "payer_claim_number": (answer.payer_claim_number if answer else "")
            or self.version.payer_claim_number,
            "service_dates": self._days(),
            "decision_date": f"{self.case.decided_on:%m/%d/%Y}",
            "remittance_number": remittance.trace_number if remittance else "",
            "denied_lines": self._lines(),
            "denial_reasons": self._reasons(),
            "denied_amount": format_money(self.case.amount),
            "diagnoses": self._diagnoses(),
            "provider_name": self._provider(),
            "practice_name": snapshot["billing_provider"]["name"],
            "practice_phone": _phone(self.claim.billing_provider.phone),
            "authorization": self._authorization(),
            "filing_proof": self.proof.verdict if self.proof.is_proof else "",
            "filing_limit": _day(self.version.filing_deadline_on),
            "visit_note": self._note(),
        }

    def _days(self) -> str:
        first, last = self.claim.service_date_from, self.claim.service_date_to
        return _day(first) if first == last else f"{_day(first)} to {_day(last)}"

    def _lines(self) -> str:
        found = []
        for row in self.denials:
            line = row.charge_line
            what = line.code_with_modifiers if line else "the whole claim"
            day = f" of {_day(line.service_date_from)}" if line else ""
            found.append(f"- {what}{day}: ${format_money(row.amount)}")
        return "\n".join(dict.fromkeys(found))

    def _reasons(self) -> str:
        codes = {f"{r.group_code}-{r.reason_code}": reason_of(r.reason_code).words
                 for r in self.denials}  # fmt: skip
        found = [f"- {code}: {words}" for code, words in codes.items()]
        for code in dict.fromkeys(c for row in self.denials for c in row.remark_codes):
            words = remark_words(code)
            found.append(f"- remark {code}: {words}" if words else f"- remark {code}")
        return "\n".join(found)

    def _diagnoses(self) -> str:
        return ", ".join(_dotted(one["code"]) for one in self.snapshot["diagnoses"])

    def _provider(self) -> str:
        people = {str(one.rendering_provider) for one in self.encounters}
        return ", ".join(sorted(people))

    def _authorization(self) -> str:
        found = [
            f"number {one.number}, valid from {_day(one.effective_from)}"
            + (f" to {_day(one.effective_to)}" if one.effective_to else "")
            for one in self.authorizations
        ]
        return "; ".join(found)

    def _note(self) -> str:
        if not self.notes:
            return ""
        note = self.notes[0]
        signed = f"{note.signed_at:%m/%d/%Y}" if note.signed_at else ""
        who = f" by {note.author_name}" if note.author_name else ""
        return f"The visit note, signed{who} on {signed}, is enclosed."


def _day(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


def _phone(digits: str) -> str:
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def _level_words(name: str) -> str:
    """A level within a sentence: redetermination, but ALJ hearing."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
