"""What H.1 and H.4 forbid, rule by rule, on plain values."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.adjusting.plan import Part, plan_transfer, plan_write_off
from billing.adjusting.reasons import TREATMENTS
from billing.adjusting.rules import (
    RULES,
    LineFacts,
    transfer_findings,
    write_off_findings,
)
from billing.adjusting_choices import TransferReason, WriteOffReason
from billing.ledger.accounts import Account
from billing.posting.facts import Adjustment, Party
from core.findings import Finding

D = Decimal
INSURANCE = Part(Account.INSURANCE_AR, 1, 2, 3, 4, 1, D("100"), D("100"))
OWED = Part(Account.PATIENT_AR, 1, 2, 3, None, None, D("100"), D("100"))
DECIDED = LineFacts("99213", (Adjustment("PR", "1", D("100")),), was_answered=True)
FEDERAL = {4}


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def moved(part: Part, facts: LineFacts, reason: str = TransferReason.PATIENT_SHARE,
          to: Party | None = None) -> list[str]:  # fmt: skip
    return codes(transfer_findings([part], reason, {3: facts}, to=to))


def written_off(part: Part, reason: str, facts: LineFacts = DECIDED) -> list[str]:
    found = write_off_findings(
        [part], reason, {3: facts}, small_limit=D("4.99"), federal_payer_ids=FEDERAL
    )
    return codes(found)


def said(*adjustments: tuple[str, str, str], remarks: str = "", **more: bool) -> LineFacts:
    return LineFacts(
        "99213",
        tuple(Adjustment(group, code, D(amount)) for group, code, amount in adjustments),
        remark_codes=frozenset(remarks.split()),
        was_answered=True,
        **more,
    )


def test_what_the_payer_made_the_patients_moves() -> None:
    assert moved(INSURANCE, DECIDED) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (said(("CO", "197", "100")), "MOV-01"),
        (said(("PI", "16", "100")), "MOV-01"),
        (said(("OA", "209", "100")), "MOV-02"),
        (said(("PR", "2", "100"), remarks="N782"), "MOV-02"),
        (said(("PR", "1", "100"), remarks="N830"), "MOV-03"),
        (said(("PR", "2", "100"), is_medicaid=True), "MOV-04"),
        (said(("PR", "1", "100"), is_workers_comp=True), "MOV-05"),
        (said(("CO", "29", "100")), "MOV-06"),
        (said(("PR", "29", "100")), "MOV-06"),
        (said(("PR", "1", "99.99"), ("CO", "45", "0.01")), "MOV-07"),
        (LineFacts("99213"), "MOV-08"),
        (replace(DECIDED, awaits_correction="a corrected claim is on its way"), "BAL-03"),
    ],
)
def test_what_may_not_reach_the_patient_never_does(facts: LineFacts, code: str) -> None:
    assert code in moved(INSURANCE, facts)


def test_medicaids_listed_copay_is_the_patients() -> None:
    facts = said(("PR", "3", "100"), is_medicaid=True)
    assert moved(INSURANCE, facts) == []


def test_what_the_payer_paid_to_the_patient_is_theirs_to_pay() -> None:
    assert moved(INSURANCE, said(("OA", "100", "100")), TransferReason.PAID_PATIENT) == []


def test_a_signed_notice_shows_on_the_line() -> None:
    refused = said(("PR", "50", "100"))
    assert moved(INSURANCE, refused, TransferReason.SIGNED_NOTICE) == ["MOV-09"]
    noted = replace(refused, modifiers=frozenset({"GA"}))
    assert moved(INSURANCE, noted, TransferReason.SIGNED_NOTICE) == []


def test_no_coverage_is_a_reason_only_where_there_was_none() -> None:
    assert moved(INSURANCE, LineFacts("99213"), TransferReason.NO_COVERAGE) == ["MOV-08"]
    uncovered = LineFacts("99213", has_coverage=False)
    assert moved(INSURANCE, uncovered, TransferReason.NO_COVERAGE) == []


def test_a_move_is_to_somebody_else() -> None:
    assert moved(INSURANCE, DECIDED, TransferReason.NEXT_PAYER, Party(4, 1)) == ["MOV-10"]
    assert moved(INSURANCE, DECIDED, TransferReason.NEXT_PAYER, Party(5, 2)) == []
    assert moved(OWED, DECIDED) == ["MOV-10"]


def test_an_agency_collects_from_patients_only() -> None:
    assert moved(INSURANCE, DECIDED, TransferReason.AGENCY) == ["BAL-02"]
    assert moved(OWED, DECIDED, TransferReason.AGENCY) == []


@pytest.mark.parametrize("reason", WriteOffReason.values)
def test_each_reason_fits_those_whose_balance_it_lowers(reason: str) -> None:
    small = replace(INSURANCE, amount=D("1")), replace(OWED, amount=D("1"))
    for part in small:
        fits = part.account in TREATMENTS[reason].receivables
        assert written_off(part, reason) == ([] if fits else ["BAL-02"])
        line = plan_write_off([part], reason)[0]
        assert (line.debit.account, line.credit) == (TREATMENTS[reason].account, part.side)


def test_a_federal_credit_is_never_written_off() -> None:
    """W-48: -3.00 of Medicare is refunded."""
    credit = replace(INSURANCE, open_amount=D("-3.00"), amount=D("-3.00"))
    assert written_off(credit, WriteOffReason.SMALL_BALANCE) == ["BAL-04"]
    commercial = replace(credit, payer_id=5)
    assert written_off(commercial, WriteOffReason.SMALL_BALANCE) == []
    assert written_off(commercial, WriteOffReason.QMB) == ["BAL-02"]


def test_a_small_credit_goes_the_other_way() -> None:
    credit = replace(OWED, open_amount=D("-3.00"), amount=D("-3.00"))
    [line] = plan_write_off([credit], WriteOffReason.SMALL_BALANCE)
    assert (line.debit, line.credit.account) == (credit.side, Account.SMALL_BALANCE)
    assert line.amount == D("3.00")


def test_a_move_never_touches_revenue() -> None:
    lines = plan_transfer([OWED], TransferReason.AGENCY, guarantor_id=2, to=None)
    lines += plan_transfer([INSURANCE], TransferReason.NEXT_PAYER, guarantor_id=2, to=Party(5, 2))
    assert {side.account for line in lines for side in (line.debit, line.credit)} <= {
        Account.INSURANCE_AR, Account.PATIENT_AR, Account.COLLECTIONS_AR,
    }  # fmt: skip


def test_every_rule_has_a_meaning_and_a_source() -> None:
    assert all(rule.meaning and rule.source for rule in RULES.values())
