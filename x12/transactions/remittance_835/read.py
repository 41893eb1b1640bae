"""835 segments to records, in one pass."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import money, optional_money
from x12.segment import Segment
from x12.transactions.remittance_835.model import (
    Adjustment,
    PartyIdentity,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)


def read(segments: Sequence[Segment]) -> Remittance:
    """The record of one transaction. What cannot be read is left out; the checker says what."""
    state = _State()
    for segment in segments:
        handler = _HANDLERS.get(segment.id)
        if handler:
            handler(state, segment)
    return state.finish()


class _State:
    """What has been read so far: the payment, the claim and the line that are open."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {
            "payment_amount": Decimal(0), "method_code": "", "paid_on": None,
            "trace_number": "", "payer_identifier": "",
        }  # fmt: skip
        self.parties: dict[str, dict[str, str]] = {"PR": {"name": ""}, "PE": {"name": ""}}
        self.party = ""
        self.claims: list[RemittanceClaim] = []
        self.claim: dict[str, Any] | None = None
        self.line: dict[str, Any] | None = None
        self.lines: list[RemittanceLine] = []
        self.provider_adjustments: list[ProviderAdjustment] = []

    def close_line(self) -> None:
        if self.line is not None:
            self.lines.append(RemittanceLine(**_frozen(self.line)))
            self.line = None

    def close_claim(self) -> None:
        self.close_line()
        if self.claim is not None:
            self.claims.append(RemittanceClaim(**_frozen(self.claim), lines=tuple(self.lines)))
        self.claim, self.lines = None, []

    def finish(self) -> Remittance:
        self.close_claim()
        return Remittance(
            **self.head,
            payer=PartyIdentity(**self.parties["PR"]),
            payee=PartyIdentity(**self.parties["PE"]),
            claims=tuple(self.claims),
            provider_adjustments=tuple(self.provider_adjustments),
        )


def _frozen(columns: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in columns.items()}


def _st(state: _State, segment: Segment) -> None:
    state.head["transaction_control_number"] = segment[2]


def _bpr(state: _State, segment: Segment) -> None:
    state.head |= {
        "handling_code": segment[1],
        "payment_amount": money(segment[2]),
        "credit_debit": segment[3],
        "method_code": segment[4],
        "paid_on": values.day(segment[16]),
    }


def _trn(state: _State, segment: Segment) -> None:
    state.head |= {"trace_number": segment[2], "payer_identifier": segment[3]}


def _dtm(state: _State, segment: Segment) -> None:
    found = values.day(segment[2])
    if state.line is not None:
        if segment[1] in {"472", "150"}:
            state.line["service_date_from"] = found
        if segment[1] in {"472", "151"}:
            state.line["service_date_to"] = found
    elif state.claim is not None:
        names = {"050": "received_on", "232": "service_date_from"}
        if segment[1] in names:
            state.claim[names[segment[1]]] = found
    elif segment[1] == "405":
        state.head["production_on"] = found


def _n1(state: _State, segment: Segment) -> None:
    state.party = segment[1]
    state.parties[segment[1]] = {
        "name": segment[2], "identifier_qualifier": segment[3], "identifier": segment[4],
    }  # fmt: skip


def _n3(state: _State, segment: Segment) -> None:
    state.parties.get(state.party, {})["line1"] = segment[1]


def _n4(state: _State, segment: Segment) -> None:
    names = {"city": segment[1], "state": segment[2], "zip": segment[3]}
    state.parties.get(state.party, {}).update(names)


def _per(state: _State, segment: Segment) -> None:
    if segment[1] == "BL":
        names = {"contact_name": segment[2], "phone": segment[4]}
        state.parties.get(state.party, {}).update(names)


def _ref(state: _State, segment: Segment) -> None:
    if state.line is not None:
        if segment[1] == "6R":
            state.line["line_control_number"] = segment[2]
    elif state.claim is None and segment[1] == "TJ":
        state.parties.get(state.party, {})["tax_id"] = segment[2]


def _clp(state: _State, segment: Segment) -> None:
    state.close_claim()
    state.claim = {
        "patient_control_number": segment[1],
        "status_code": segment[2],
        "charge_amount": money(segment[3]),
        "paid_amount": money(segment[4]),
        "patient_responsibility_amount": optional_money(segment[5]),
        "filing_code": segment[6],
        "payer_claim_number": segment[7],
        "facility_code": segment[8],
        "frequency_code": segment[9],
        "adjustments": [],
        "remark_codes": [],
        "supplemental_amounts": [],
    }


def _nm1(state: _State, segment: Segment) -> None:
    if state.claim is None:
        return
    match segment[1]:
        case "QC":
            state.claim |= {
                "patient_last_name": segment[3],
                "patient_first_name": segment[4],
                "member_id": segment[9],
            }
        case "74":
            state.claim |= {"corrected_last_name": segment[3], "corrected_member_id": segment[9]}
        case "82":
            state.claim["rendering_npi"] = segment[9]
        case "TT":
            state.claim |= {"crossover_payer_name": segment[3], "crossover_payer_id": segment[9]}


def _remarks(state: _State, segment: Segment) -> None:
    if state.claim is not None:
        start = 3 if segment.id == "MOA" else 5
        state.claim["remark_codes"] += [code for code in segment.elements[start:] if code.isalnum()]


def _svc(state: _State, segment: Segment) -> None:
    if state.claim is None:
        return
    state.close_line()
    procedure, submitted = segment.parts(1), segment.parts(6)
    state.line = {
        "procedure_qualifier": procedure[0] if procedure else "",
        "procedure_code": procedure[1] if len(procedure) > 1 else "",
        "modifiers": [code for code in procedure[2:6] if code],
        "charge_amount": money(segment[2]),
        "paid_amount": money(segment[3]),
        "units": optional_money(segment[5]) or Decimal(1),
        "submitted_procedure_code": submitted[1] if len(submitted) > 1 else "",
        "submitted_modifiers": [code for code in submitted[2:6] if code],
        "original_units": optional_money(segment[7]),
        "adjustments": [],
        "remark_codes": [],
    }


def _cas(state: _State, segment: Segment) -> None:
    target = state.line if state.line is not None else state.claim
    if target is None:
        return
    for place in range(2, len(segment.elements), 3):
        if segment[place] or segment[place + 1]:
            target["adjustments"].append(
                Adjustment(
                    segment[1],
                    segment[place],
                    money(segment[place + 1]),
                    optional_money(segment[place + 2]),
                )
            )


def _amt(state: _State, segment: Segment) -> None:
    if state.line is not None:
        if segment[1] == "B6":
            state.line["allowed_amount"] = optional_money(segment[2])
    elif state.claim is not None:
        state.claim["supplemental_amounts"].append((segment[1], money(segment[2])))


def _lq(state: _State, segment: Segment) -> None:
    if state.line is not None and segment[1] == "HE":
        state.line["remark_codes"].append(segment[2])


def _plb(state: _State, segment: Segment) -> None:
    state.close_claim()
    for place in range(3, len(segment.elements), 2):
        if segment[place]:
            state.provider_adjustments.append(
                ProviderAdjustment(
                    segment[1],
                    values.day(segment[2]),
                    segment.part(place, 1),
                    segment.part(place, 2),
                    money(segment[place + 1]),
                )
            )


_HANDLERS = {
    "ST": _st, "BPR": _bpr, "TRN": _trn, "DTM": _dtm, "N1": _n1, "N3": _n3, "N4": _n4,
    "PER": _per, "REF": _ref, "CLP": _clp, "NM1": _nm1, "MOA": _remarks, "MIA": _remarks,
    "SVC": _svc, "CAS": _cas, "AMT": _amt, "LQ": _lq, "PLB": _plb,
}  # fmt: skip
