"""835 segments to records, in one pass: a segment is looked at once and then forgotten."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import money, optional_money
from x12.transactions.adjustments import Adjustment, trios_of
from x12.transactions.remittance_835.model import (
    BankAccount,
    PartyIdentity,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)

_NOTHING = [""] * 24  # makes every segment long enough to be read by place
_ONE = Decimal(1)


def read(rows: Iterable[list[str]], component: str) -> Remittance:
    """The record of one transaction. What cannot be read is left out; the checker says what."""
    reader = RemittanceReader(component)
    for elements in rows:
        reader.feed(elements)
    return reader.finish()


class RemittanceReader:
    """Takes an 835 segment by segment. `claims` fills up; who empties it reads in flat memory."""

    def __init__(self, component: str) -> None:
        self._component = component
        self._position = 0
        self._head: dict[str, Any] = {
            "payment_amount": Decimal(0), "method_code": "", "paid_on": None,
            "trace_number": "", "payer_identifier": "",
        }  # fmt: skip
        self._parties: dict[str, dict[str, Any]] = {"PR": {"name": ""}, "PE": {"name": ""}}
        self._party: dict[str, Any] = {}
        self._claim: dict[str, Any] | None = None
        self._line: dict[str, Any] | None = None
        self._lines: list[RemittanceLine] = []
        self._adjustments: list[Adjustment] = []
        self._provider_adjustments: list[ProviderAdjustment] = []
        self._extra: list[tuple[str, ...]] = []
        self.claims: list[RemittanceClaim] = []
        self._handlers: dict[str, Callable[[list[str]], None]] = {
            "ST": self._st, "BPR": self._bpr, "TRN": self._trn, "DTM": self._dtm,
            "N1": self._n1, "N3": self._n3, "N4": self._n4, "PER": self._per,
            "REF": self._ref, "LX": self._lx, "TS3": self._lx, "TS2": self._lx,
            "CLP": self._clp, "NM1": self._nm1, "MOA": self._moa, "SVC": self._svc,
            "CAS": self._cas, "AMT": self._amt, "LQ": self._lq, "PLB": self._plb,
            "SE": self._lx, "MIA": self._mia,
        }  # fmt: skip

    def feed(self, elements: list[str]) -> None:
        """Take the next segment. Changes the list."""
        self._position += 1
        (self._handlers.get(elements[0]) or self._keep)(elements)

    def finish(self) -> Remittance:
        """The payment; its claims are those not taken away before."""
        self._close_claim()
        return Remittance(
            **self._head,
            payer=PartyIdentity(**_frozen(self._parties["PR"])),
            payee=PartyIdentity(**_frozen(self._parties["PE"])),
            claims=tuple(self.claims),
            provider_adjustments=tuple(self._provider_adjustments),
            extra=tuple(self._extra),
        )

    def _keep(self, e: list[str]) -> None:
        """A segment without a field is kept with the line, claim or party it came with."""
        while len(e) > 1 and not e[-1]:
            e.pop()
        if self._component != ":":
            e = [value.replace(self._component, ":") for value in e]
        kept = tuple(e)
        if self._line is not None:
            self._line["extra"] += (kept,)
        elif self._claim is not None:
            self._claim["extra"] += (kept,)
        elif self._party:
            self._party["extra"] = (*self._party.get("extra", ()), kept)
        else:
            self._extra.append(kept)

    def _close_line(self) -> None:
        line = self._line
        if line is not None:
            line["adjustments"] = tuple(self._adjustments)
            self._lines.append(RemittanceLine(**line))
            self._line = None
            self._adjustments = []

    def _close_claim(self) -> None:
        self._close_line()
        claim = self._claim
        if claim is not None:
            self.claims.append(RemittanceClaim(**claim, lines=tuple(self._lines)))
            self._claim = None
        self._lines, self._adjustments = [], []

    def _lx(self, e: list[str]) -> None:
        """LX and SE end a claim; the sums of TS2 and TS3 repeat what the claims say."""
        self._close_claim()

    def _st(self, e: list[str]) -> None:
        e += _NOTHING
        self._head["transaction_control_number"] = e[2]

    def _bpr(self, e: list[str]) -> None:
        e += _NOTHING
        self._head |= {
            "handling_code": e[1],
            "payment_amount": money(e[2]),
            "credit_debit": e[3],
            "method_code": e[4],
            "payment_format": e[5],
            "payer_bank": BankAccount(e[7], e[9], e[6], e[8]) if e[7] or e[9] else None,
            "payee_bank": BankAccount(e[13], e[15], e[12], e[14]) if e[13] or e[15] else None,
            "paid_on": values.day(e[16]),
        }

    def _trn(self, e: list[str]) -> None:
        e += _NOTHING
        self._head |= {"trace_number": e[2], "payer_identifier": e[3]}

    def _n1(self, e: list[str]) -> None:
        e += _NOTHING
        self._party = {"name": e[2], "identifier_qualifier": e[3], "identifier": e[4]}
        self._parties[e[1]] = self._party

    def _n3(self, e: list[str]) -> None:
        e += _NOTHING
        self._party |= {"line1": e[1], "line2": e[2]}

    def _n4(self, e: list[str]) -> None:
        e += _NOTHING
        self._party |= {"city": e[1], "state": e[2], "zip": e[3]}

    def _per(self, e: list[str]) -> None:
        e += _NOTHING
        first = e[1] == "BL" and "phone" not in self._party and e[3] == "TE" and not e[5]
        if self._claim is None and first:
            self._party |= {"contact_name": e[2], "phone": e[4]}
        else:
            self._keep(e)

    def _ref(self, e: list[str]) -> None:
        e += _NOTHING
        if self._line is not None and e[1] == "6R" and not self._line["line_control_number"]:
            self._line["line_control_number"] = e[2]
        elif self._claim is None and e[1] == "TJ" and "tax_id" not in self._party:
            self._party["tax_id"] = e[2]
        else:
            self._keep(e)

    def _clp(self, e: list[str]) -> None:
        self._close_claim()
        e += _NOTHING
        self._claim = {
            "patient_control_number": e[1],
            "status_code": e[2],
            "charge_amount": money(e[3]),
            "paid_amount": money(e[4]),
            "patient_responsibility_amount": optional_money(e[5]),
            "filing_code": e[6],
            "payer_claim_number": e[7],
            "facility_code": e[8],
            "frequency_code": e[9],
            "adjustments": (),
            "remark_codes": (),
            "supplemental_amounts": (),
            "extra": (),
            "segment_number": self._position,
        }

    def _nm1(self, e: list[str]) -> None:
        claim = self._claim
        if claim is None:
            self._keep(e)
            return
        e += _NOTHING
        if e[1] == "QC":
            claim["patient_last_name"] = e[3]
            claim["patient_first_name"] = e[4]
            claim["patient_middle_name"] = e[5]
            claim["patient_suffix"] = e[7]
            claim["member_id_qualifier"] = e[8] if e[9] else "MI"
            claim["member_id"] = e[9]
        else:
            self._other_person(claim, e)

    def _other_person(self, claim: dict[str, Any], e: list[str]) -> None:
        """Corrected patient, rendering provider, crossover payer; kept where they say more."""
        if e[1] == "74":
            claim["corrected_last_name"], claim["corrected_member_id"] = e[3], e[9]
            says_more = bool(e[4] or e[5] or e[7])
        elif e[1] == "82":
            claim["rendering_npi"] = e[9] if e[8] == "XX" else ""
            says_more = e[8] != "XX" or bool(e[3])
        elif e[1] == "TT":
            claim["crossover_payer_name"], claim["crossover_payer_id"] = e[3], e[9]
            says_more = e[8] not in {"", "PI"}
        else:
            says_more = True
        if says_more:
            self._keep(e)

    def _moa(self, e: list[str]) -> None:
        if self._claim is not None:
            e += _NOTHING
            self._claim["remark_codes"] += tuple([code for code in e[3:8] if code])
            if e[1] or e[2] or e[8] or e[9]:
                self._keep(e)

    def _mia(self, e: list[str]) -> None:
        """Inpatient: remark codes stand in 05 and 20 to 23; its amounts are kept as they are."""
        if self._claim is not None:
            self._keep(list(e))
            e += _NOTHING
            self._claim["remark_codes"] += tuple([code for code in (e[5], *e[20:24]) if code])

    def _dtm(self, e: list[str]) -> None:
        e += _NOTHING
        if self._line is not None:
            names, target = _LINE_DATES, self._line
        elif self._claim is not None:
            names, target = _CLAIM_DATES, self._claim
        else:
            names, target = _HEAD_DATES, self._head
        if e[1] in names:
            target[names[e[1]]] = values.day(e[2])
        else:
            self._keep(e)

    def _svc(self, e: list[str]) -> None:
        if self._claim is None:
            return
        if self._line is not None:
            self._close_line()
        else:
            self._adjustments = []
        e += _NOTHING
        procedure = [*e[1].split(self._component), "", ""]
        submitted = [*e[6].split(self._component), "", ""] if e[6] else _NOTHING
        self._line = {
            "procedure_qualifier": procedure[0],
            "procedure_code": procedure[1],
            "modifiers": tuple([code for code in procedure[2:6] if code]),
            "charge_amount": money(e[2]),
            "paid_amount": money(e[3]),
            "units": values.amount(e[5]) or _ONE if e[5] else _ONE,
            "submitted_procedure_code": submitted[1],
            "submitted_modifiers": tuple([code for code in submitted[2:6] if code]),
            "original_units": optional_money(e[7]),
            "line_control_number": "",
            "remark_codes": (),
            "extra": (),
            "segment_number": self._position,
        }

    def _cas(self, e: list[str]) -> None:
        if self._claim is None:
            return
        self._adjustments += trios_of(e)
        if self._line is None:
            self._claim["adjustments"] = tuple(self._adjustments)

    def _amt(self, e: list[str]) -> None:
        e += _NOTHING
        if self._line is not None:
            if e[1] == "B6" and "allowed_amount" not in self._line:
                self._line["allowed_amount"] = optional_money(e[2])
            else:
                self._keep(e)
        elif self._claim is not None:
            self._claim["supplemental_amounts"] += ((e[1], money(e[2])),)

    def _lq(self, e: list[str]) -> None:
        e += _NOTHING
        if self._line is not None and e[1] == "HE":
            self._line["remark_codes"] += (e[2],)
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
                        e[1], values.day(e[2]), reason, reference, money(e[place + 1]),
                        self._position,
                    )
                )  # fmt: skip


_LINE_DATES = {
    "472": "service_date_from", "150": "service_date_from", "151": "service_date_to",
}  # fmt: skip
_CLAIM_DATES = {"050": "received_on", "232": "service_date_from", "233": "service_date_to"}
_HEAD_DATES = {"405": "production_on"}


def _frozen(columns: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in columns.items()}
