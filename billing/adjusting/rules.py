"""What may be written off and what may become the patient's (domain F.3, H.1, H.4). Pure.

Each rule has an id in docs/rules.md; all findings come at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.adjusting.plan import Part
from billing.adjusting.reasons import TREATMENTS
from billing.adjusting_choices import TransferReason, WriteOffReason
from billing.ledger.accounts import Account
from billing.posting.facts import Adjustment, Party
from billing.posting.reasons import PATIENT_STANDARD, QMB_REMARKS
from core.findings import Finding, Severity
from core.money import ZERO, format_money


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule demands and why; docs/rules.md is made from these."""

    code: str
    severity: Severity
    meaning: str
    source: str


_RULES = (
    Rule("BAL-01", Severity.ERROR, "No more is written off or moved than is open", "domain F.4, 8"),
    Rule("BAL-02", Severity.ERROR, "The reason fits who owes the balance", "domain F.3"),
    Rule("BAL-03", Severity.ERROR, "Nothing moves while a correction is out", "domain F.3"),
    Rule("BAL-04", Severity.ERROR, "A credit of Medicare or Medicaid is returned, not kept",
         "domain H.4"),
    Rule("BAL-05", Severity.ERROR, "A small balance is at most the practice's limit", "domain H.4"),
    Rule("MOV-01", Severity.ERROR, "The patient does not owe what the payer made the practice's"
         " (CO, PI)", "domain H.1"),
    Rule("MOV-02", Severity.ERROR, "The patient does not owe what Medicaid may (OA-209, QMB"
         " remarks)", "domain H.1, H.6"),
    Rule("MOV-03", Severity.ERROR, "The patient does not owe what the No Surprises Act protects"
         " (N830)", "domain H.1"),
    Rule("MOV-04", Severity.ERROR, "A Medicaid patient owes the copay that Medicaid lists and no"
         " more", "domain H.1"),
    Rule("MOV-05", Severity.ERROR, "Workers' compensation leaves nothing to the patient",
         "domain H.1"),
    Rule("MOV-06", Severity.ERROR, "Filed too late is not the patient's fault (29)", "domain H.1"),
    Rule("MOV-07", Severity.ERROR, "The patient owes no more than the payer said is theirs (PR)",
         "domain H.1"),
    Rule("MOV-08", Severity.ERROR, "The patient owes nothing while an insurer has not decided",
         "domain H.1"),
    Rule("MOV-09", Severity.ERROR, "A signed notice shows on the line (GA or GX)", "domain H.1"),
    Rule("MOV-10", Severity.ERROR, "Who is to pay is somebody else than now", "domain F.3"),
)  # fmt: skip
RULES: Mapping[str, Rule] = {rule.code: rule for rule in _RULES}

_NSA_REMARK, _PAYER_PAID_PATIENT, _FILED_LATE, _MEDICAID_MAY = "N830", "100", "29", "209"
_NOTICE_MODIFIERS = frozenset({"GA", "GX"})
_COPAY = "3"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the payers and the practice said about one charge line."""

    name: str
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    was_answered: bool = False
    is_medicaid: bool = False
    is_workers_comp: bool = False
    has_coverage: bool = True
    awaits_correction: str = ""


Facts = Mapping[int, LineFacts]


def write_off_findings(
    parts: Sequence[Part],
    reason_code: str,
    facts: Facts,
    *,
    small_limit: Decimal,
    federal_payer_ids: Collection[int],
) -> list[Finding]:
    """Everything that stands against writing `parts` off for this reason."""
    found: list[Finding] = []
    fits = TREATMENTS[reason_code].receivables
    for part in parts:
        line = facts[part.charge_line_id]
        found += _amount(part, line) + _correction(line)
        if part.account not in fits:
            words = f"{_who(part)} owes it, and this reason is for what {_others(part)} owes"
            found.append(_finding("BAL-02", f"{line.name}: {words}.", "reason_code"))
        if reason_code == WriteOffReason.SMALL_BALANCE and abs(part.amount) > small_limit:
            found.append(_finding("BAL-05", f"{line.name}: ${format_money(part.amount)} is above"
                                  f" the limit of ${format_money(small_limit)}.",
                                  "reason_code"))  # fmt: skip
        found += _credit(part, line, reason_code, federal_payer_ids)
    return found


def transfer_findings(
    parts: Sequence[Part], reason_code: str, facts: Facts, *, to: Party | None
) -> list[Finding]:
    """Everything that stands against moving `parts` to `to`, None being the patient."""
    found: list[Finding] = []
    for part in parts:
        line = facts[part.charge_line_id]
        found += _amount(part, line) + _correction(line)
        if part.amount < 0:
            found.append(_finding("BAL-01", f"{line.name}: a credit is not moved; apply or refund"
                                  " it.", part.key))  # fmt: skip
        if reason_code == TransferReason.AGENCY:
            if part.account != Account.PATIENT_AR:
                found.append(_finding("BAL-02", f"{line.name}: an agency collects what the patient"
                                      " owes.", "reason_code"))  # fmt: skip
        elif to is not None:
            if (part.payer_id, part.rank) == (to.payer_id, to.rank):
                found.append(_finding("MOV-10", f"{line.name}: this payer has it already.", "to"))
        elif part.account == Account.PATIENT_AR:
            found.append(_finding("MOV-10", f"{line.name}: the patient owes it already.", "to"))
        else:
            found += _to_patient(part, line, reason_code)
    return found


def _amount(part: Part, line: LineFacts) -> list[Finding]:
    """Between nothing and what is open, in the direction in which it is open."""
    is_within = (
        ZERO < part.amount <= part.open_amount
        if part.open_amount > 0
        else part.open_amount <= part.amount < ZERO
    )
    if is_within:
        return []
    return [
        _finding(
            "BAL-01",
            f"{line.name}: ${format_money(part.open_amount)} is open there.",
            part.key,
        )
    ]


def _credit(
    part: Part, line: LineFacts, reason_code: str, federal_payer_ids: Collection[int]
) -> list[Finding]:
    """Only a small credit may be kept, and none of Medicare's or Medicaid's (H.4)."""
    if part.amount >= 0:
        return []
    if part.payer_id in federal_payer_ids:
        return [_finding("BAL-04", f"{line.name}: it is Medicare's or Medicaid's, and is"
                         " refunded.", part.key)]  # fmt: skip
    if reason_code != WriteOffReason.SMALL_BALANCE:
        return [_finding("BAL-02", f"{line.name}: a credit is applied or refunded; only a small"
                         " one is written off.", "reason_code")]  # fmt: skip
    return []


def _correction(line: LineFacts) -> list[Finding]:
    if not line.awaits_correction:
        return []
    return [_finding("BAL-03", f"{line.name}: {line.awaits_correction}.")]


def _to_patient(part: Part, line: LineFacts, reason_code: str) -> list[Finding]:
    """Never into 1200 what H.1 forbids, whatever the reason given."""
    found = _forbidden(line)
    if reason_code == TransferReason.NO_COVERAGE:
        if line.has_coverage:
            found.append(_finding("MOV-08", f"{line.name}: a coverage was in force on the day.",
                                  "reason_code"))  # fmt: skip
        return found
    if not line.was_answered:
        found.append(_finding("MOV-08", f"{line.name}: the insurer has not decided.",
                              "reason_code"))  # fmt: skip
        return found
    if reason_code == TransferReason.SIGNED_NOTICE:
        if not line.modifiers & _NOTICE_MODIFIERS:
            found.append(_finding("MOV-09", f"{line.name}: the line has neither GA nor GX.",
                                  "reason_code"))  # fmt: skip
        return found
    share = _patient_share(line)
    if part.amount > share:
        found.append(_finding("MOV-07", f"{line.name}: the payer made ${format_money(share)} the"
                              " patient's.", part.key))  # fmt: skip
    return found


def _forbidden(line: LineFacts) -> list[Finding]:
    found: list[Finding] = []
    codes = {adjustment.code for adjustment in line.adjustments}
    ours = sorted(code for code in codes if code.startswith(("CO-", "PI-")) and code != "CO-45")
    if any(adjustment.reason_code == _FILED_LATE for adjustment in line.adjustments):
        found.append(_finding("MOV-06", f"{line.name}: it was filed too late (29)."))
    elif ours and not _patient_share(line):
        found.append(_finding("MOV-01", f"{line.name}: {', '.join(ours)} is the practice's."))
    if f"OA-{_MEDICAID_MAY}" in codes or line.remark_codes & QMB_REMARKS:
        found.append(_finding("MOV-02", f"{line.name}: a Medicare beneficiary with Medicaid may"
                              " not be billed."))  # fmt: skip
    if _NSA_REMARK in line.remark_codes:
        found.append(_finding("MOV-03", f"{line.name}: the payer says it is protected (N830)."))
    if line.is_medicaid and not any(code == f"PR-{_COPAY}" for code in codes):
        found.append(_finding("MOV-04", f"{line.name}: Medicaid listed no copay."))
    if line.is_workers_comp:
        found.append(_finding("MOV-05", f"{line.name}: it is a work injury."))
    return found


def _patient_share(line: LineFacts) -> Decimal:
    """What the payers made the patient's: PR trios, and what they paid to the patient."""
    listed = PATIENT_STANDARD if not line.is_medicaid else frozenset({_COPAY})
    return sum(
        (
            adjustment.amount
            for adjustment in line.adjustments
            if (adjustment.group_code == "PR"
                and (not line.is_medicaid or adjustment.reason_code in listed))
            or adjustment.reason_code == _PAYER_PAID_PATIENT
        ),
        ZERO,
    )  # fmt: skip


def _who(part: Part) -> str:
    return "the patient" if part.account == Account.PATIENT_AR else "an insurer"


def _others(part: Part) -> str:
    return "an insurer" if part.account == Account.PATIENT_AR else "the patient"


def _finding(code: str, message: str, field: str = "") -> Finding:
    rule = RULES[code]
    return Finding(code, rule.severity, message, field=field, source=rule.source)
