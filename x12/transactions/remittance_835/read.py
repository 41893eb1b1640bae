"""835 segments to records, in one pass: a segment is looked at once and then forgotten."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from x12.drafts import draft_of
from x12.transactions.adjustments import Adjustment, add_trios
from x12.transactions.remittance_835.model import (
    ZERO,
    BankAccount,
    PartyIdentity,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from x12.values import amount, day

_NOTHING = [""] * 24  # makes a segment long enough to be read by place
_ONE = Decimal(1)
_Claim, _Line = draft_of(RemittanceClaim), draft_of(RemittanceLine)


def read(rows: Iterable[list[str]], component: str) -> Remittance:
    """The record of one transaction. What cannot be read is left out; the checker says what."""
    reader = RemittanceReader(component)
    reader.feed(iter(rows))
    return reader.finish()


class RemittanceReader:
    """Takes an 835 from ST on. `claims` fills up; who empties it reads in flat memory."""

    __slots__ = (
        "_adjustments", "_claim", "_component", "_handlers", "_head", "_kept", "_kept_of_claim",
        "_kept_of_party", "_line", "_lines", "_near", "_parties", "_party", "_position",
        "_procedures", "_provider_adjustments", "claims",
    )  # fmt: skip

    def __init__(self, component: str) -> None:
        self._component = component
        self._position = 0
        self._head: dict[str, Any] = {
            "payment_amount": ZERO, "method_code": "", "paid_on": None,
            "trace_number": "", "payer_identifier": "",
        }  # fmt: skip
        self._parties: dict[str, dict[str, Any]] = {"PR": {"name": ""}, "PE": {"name": ""}}
        self._party = ""  # the role of the one whose segments come
        self._claim: Any = None
        self._line: Any = None
        self._lines: list[RemittanceLine] = []
        self._adjustments: list[Adjustment] = []
        self._provider_adjustments: list[ProviderAdjustment] = []
        # Segments without a field, kept with whatever they came with: `_near` is where the next
        # one goes.
        self._kept: list[tuple[str, ...]] = []
        self._near = self._kept_of_party = self._kept
        self._kept_of_claim: list[tuple[str, ...]] = []
        self._procedures = lru_cache(maxsize=1 << 12)(self._read_procedure)
        self.claims: list[RemittanceClaim] = []
        self._handlers: dict[str, Callable[[list[str]], None]] = {
            "ST": self._st, "BPR": self._bpr, "TRN": self._trn, "DTM": self._dtm,
            "N1": self._n1, "N3": self._n3, "N4": self._n4, "PER": self._per,
            "REF": self._ref, "LX": self._end_claim, "TS3": self._end_claim,
            "TS2": self._end_claim, "CLP": self._clp, "NM1": self._nm1, "MOA": self._moa,
            "SVC": self._svc, "CAS": self._cas, "AMT": self._amt, "LQ": self._lq,
            "PLB": self._plb, "SE": self._end_claim, "MIA": self._mia,
        }  # fmt: skip

    def finish(self) -> Remittance:
        """The payment; its claims are those not taken away before."""
        self._close_claim()
        return Remittance(
            **self._head,
            payer=self._identity("PR"),
            payee=self._identity("PE"),
            claims=tuple(self.claims),
            provider_adjustments=tuple(self._provider_adjustments),
            extra=tuple(self._kept),
        )

    def _identity(self, role: str) -> PartyIdentity:
        found = self._parties[role]
        return PartyIdentity(**{**found, "extra": tuple(found.get("extra", ()))})

    def feed(  # noqa: C901, PLR0912 - the one hot loop, flat on purpose
        self, rows: Iterator[list[str]]
    ) -> list[str] | None:
        """Take segments up to the SE, which is returned, or up to the ST of another transaction.

        Returns None where the segments end before. May change the lists. Four of five segments
        belong to a service line: they are taken right here, where a call for each would cost half
        of all the time.
        """
        handlers, keep, is_plain = self._handlers, self._keep, self._component == ":"
        line, kept = self._line, self._near
        position = self._position
        for e in rows:
            position += 1
            name = e[0]
            if name == "REF" and is_plain and len(e) > 2 and kept is not self._kept_of_party:
                if line is not None and e[1] == "6R" and not line.line_control_number:
                    line.line_control_number = e[2]
                elif e[-1]:
                    kept.append(tuple(e))
                else:
                    keep(e)
                continue
            if line is not None and len(e) > 2:
                if name == "AMT" and is_plain:
                    if e[1] == "B6" and line.allowed_amount is None:
                        line.allowed_amount = amount(e[2])
                    else:
                        kept.append(tuple(e))
                    continue
                if name == "CAS":
                    add_trios(e, self._adjustments)
                    continue
                if name == "DTM" and e[1] == "472":
                    line.service_date_from = day(e[2])
                    continue
            if name == "ST" and position > 1:
                return e
            self._position = position
            handlers.get(name, keep)(e)
            if name == "SE":
                return e
            line, kept = self._line, self._near
        self._position = position
        return None

    def _keep(self, e: list[str]) -> None:
        """A segment without a field is kept with the line, claim or party it came with."""
        while not e[-1] and len(e) > 1:
            e.pop()
        if self._component != ":":
            e = [value.replace(self._component, ":") for value in e]
        self._near.append(tuple(e))

    def _close_line(self) -> None:
        line = self._line
        if line is not None:
            line.adjustments = tuple(self._adjustments)
            if self._near:
                line.extra = tuple(self._near)
            self._near = self._kept_of_claim
            line.__class__ = RemittanceLine
            self._lines.append(line)
            self._line = None
            self._adjustments = []

    def _close_claim(self) -> None:
        self._close_line()
        claim = self._claim
        if claim is not None:
            claim.lines = tuple(self._lines)
            if self._near:
                claim.extra = tuple(self._near)
            self._near = self._kept_of_party
            claim.__class__ = RemittanceClaim
            self.claims.append(claim)
            self._claim = None
        self._lines, self._adjustments = [], []

    def _end_claim(self, e: list[str]) -> None:
        """LX and SE end a claim; the sums of TS2 and TS3 repeat what the claims say."""
        self._close_claim()

    def _st(self, e: list[str]) -> None:
        e += _NOTHING
        self._head["transaction_control_number"] = e[2]

    def _bpr(self, e: list[str]) -> None:
        e += _NOTHING
        self._head |= {
            "handling_code": e[1],
            "payment_amount": amount(e[2]) or ZERO,
            "credit_debit": e[3],
            "method_code": e[4],
            "payment_format": e[5],
            "payer_bank": BankAccount(e[7], e[9], e[6], e[8]) if e[7] or e[9] else None,
            "payee_bank": BankAccount(e[13], e[15], e[12], e[14]) if e[13] or e[15] else None,
            "paid_on": day(e[16]),
        }

    def _trn(self, e: list[str]) -> None:
        e += _NOTHING
        self._head |= {
            "trace_number": e[2], "payer_identifier": e[3], "trace_supplement": e[4],
        }  # fmt: skip

    def _n1(self, e: list[str]) -> None:
        e += _NOTHING
        self._party = e[1]
        self._near = self._kept_of_party = []
        self._parties[e[1]] = {
            "name": e[2], "identifier_qualifier": e[3], "identifier": e[4], "extra": self._near,
        }  # fmt: skip

    def _n3(self, e: list[str]) -> None:
        e += _NOTHING
        self._tell_party(line1=e[1], line2=e[2])

    def _n4(self, e: list[str]) -> None:
        e += _NOTHING
        self._tell_party(city=e[1], state=e[2], zip=e[3])

    def _tell_party(self, **columns: str) -> bool:
        """Whether there is a party to tell that does not know it yet, or may be told again."""
        if self._party:
            self._parties[self._party] |= columns
        return bool(self._party)

    def _per(self, e: list[str]) -> None:
        e += _NOTHING
        known = self._parties.get(self._party, {})
        first = e[1] == "BL" and "phone" not in known and e[3] == "TE" and not e[5]
        if self._claim is not None or not (
            first and self._tell_party(contact_name=e[2], phone=e[4])
        ):
            self._keep(e)

    def _ref(self, e: list[str]) -> None:
        """The number of a line, the tax id of a party; anything else is kept."""
        line = self._line
        if line is not None and len(e) > 2 and e[1] == "6R" and not line.line_control_number:
            line.line_control_number = e[2]
            return
        if self._claim is not None or len(e) < 3:
            self._keep(e)
            return
        known = self._parties.get(self._party, {})
        is_new = e[1] == "TJ" and "tax_id" not in known
        if not (is_new and self._tell_party(tax_id=e[2])):
            self._keep(e)

    def _clp(self, e: list[str]) -> None:
        self._close_claim()
        if len(e) < 10:
            e += _NOTHING
        claim = self._claim = _Claim()
        self._near = self._kept_of_claim = []
        claim.patient_control_number = e[1]
        claim.status_code = e[2]
        claim.charge_amount = amount(e[3]) or ZERO
        claim.paid_amount = amount(e[4]) or ZERO
        claim.patient_responsibility_amount = amount(e[5]) if e[5] else None
        claim.filing_code = e[6]
        claim.payer_claim_number = e[7]
        claim.facility_code = e[8]
        claim.frequency_code = e[9]
        claim.segment_number = self._position

    def _nm1(self, e: list[str]) -> None:
        claim = self._claim
        if claim is None:
            self._keep(e)
            return
        if len(e) < 10:
            e += _NOTHING
        if e[1] == "QC":
            claim.patient_last_name = e[3]
            claim.patient_first_name = e[4]
            claim.patient_middle_name = e[5]
            claim.patient_suffix = e[7]
            claim.member_id_qualifier = e[8] if e[9] else "MI"
            claim.member_id = e[9]
        else:
            self._other_person(claim, e)

    def _other_person(self, claim: Any, e: list[str]) -> None:
        """Corrected patient, rendering provider, crossover payer; kept where they say more."""
        if e[1] == "74":
            claim.corrected_last_name, claim.corrected_member_id = e[3], e[9]
            says_more = bool(e[4] or e[5] or e[7])
        elif e[1] == "82":
            claim.rendering_npi = e[9] if e[8] == "XX" else ""
            says_more = e[8] != "XX" or bool(e[3])
        elif e[1] == "TT":
            claim.crossover_payer_name, claim.crossover_payer_id = e[3], e[9]
            says_more = e[8] not in {"", "PI"}
        else:
            says_more = True
        if says_more:
            self._keep(e)

    def _moa(self, e: list[str]) -> None:
        if self._claim is not None:
            self._claim.remark_codes += tuple([code for code in e[3:8] if code])
            if any(e[1:3]) or any(e[8:10]):
                self._keep(e)

    def _mia(self, e: list[str]) -> None:
        """Inpatient: remark codes stand in 05 and 20 to 23; its amounts are kept as they are."""
        if self._claim is not None:
            self._keep(list(e))
            codes = (*e[5:6], *e[20:24])
            self._claim.remark_codes += tuple([code for code in codes if code])

    def _dtm(self, e: list[str]) -> None:
        """Dates of a line, of the claim or of the payment."""
        mark, text = (e[1], e[2]) if len(e) > 2 else ("", "")
        if self._line is not None and mark in _LINE_DATES:
            setattr(self._line, _LINE_DATES[mark], day(text))
        elif self._line is None and self._claim is not None and mark in _CLAIM_DATES:
            setattr(self._claim, _CLAIM_DATES[mark], day(text))
        elif self._claim is None and mark == "405":
            self._head["production_on"] = day(text)
        else:
            self._keep(e)

    def _svc(self, e: list[str]) -> None:
        if self._claim is None:
            return
        if self._line is not None:
            self._close_line()
        else:
            self._adjustments = []
        if len(e) < 8:
            e += _NOTHING
        line = self._line = _Line()
        self._near = []
        line.procedure_qualifier, line.procedure_code, line.modifiers = self._procedures(e[1])
        line.charge_amount = amount(e[2]) or ZERO
        line.paid_amount = amount(e[3]) or ZERO
        if e[5]:
            line.units = amount(e[5]) or _ONE
        if e[6]:
            _, line.submitted_procedure_code, line.submitted_modifiers = self._procedures(e[6])
        if e[7]:
            line.original_units = amount(e[7])
        line.segment_number = self._position

    def _read_procedure(self, text: str) -> tuple[str, str, tuple[str, ...]]:
        """Qualifier, code and modifiers of SVC01 or SVC06."""
        found = [*text.split(self._component), "", ""]
        return found[0], found[1], tuple([code for code in found[2:6] if code])

    def _cas(self, e: list[str]) -> None:
        if self._claim is None:
            return
        add_trios(e, self._adjustments)
        if self._line is None:
            self._claim.adjustments = tuple(self._adjustments)

    def _amt(self, e: list[str]) -> None:
        """An amount beside the claim's own, or what the payer allowed for a line."""
        line = self._line
        if line is not None and len(e) > 2 and e[1] == "B6" and line.allowed_amount is None:
            line.allowed_amount = amount(e[2])
        elif self._claim is not None and line is None and len(e) > 2:
            self._claim.supplemental_amounts += ((e[1], amount(e[2]) or ZERO),)
        else:
            self._keep(e)

    def _lq(self, e: list[str]) -> None:
        if self._line is not None and len(e) > 2 and e[1] == "HE":
            self._line.remark_codes += (e[2],)
        else:
            self._keep(e)

    def _plb(self, e: list[str]) -> None:
        self._close_claim()
        e += _NOTHING
        for place in range(3, 15, 2):
            if e[place] or e[place + 1]:
                reason, _, reference = e[place].partition(self._component)
                self._provider_adjustments.append(
                    ProviderAdjustment(
                        e[1], day(e[2]), reason, reference, amount(e[place + 1]) or ZERO,
                        self._position,
                    )
                )  # fmt: skip


_LINE_DATES = {
    "472": "service_date_from", "150": "service_date_from", "151": "service_date_to",
}  # fmt: skip
_CLAIM_DATES = {"050": "received_on", "232": "service_date_from", "233": "service_date_to"}
