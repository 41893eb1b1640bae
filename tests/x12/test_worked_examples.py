"""The worked examples W-01 to W-32: read without a fault, written again, judged by another."""

from datetime import datetime
from decimal import Decimal

import pytest

import x12
from tests.x12.files import NAMES, segments, worked
from tests.x12.judge import judged
from x12 import Envelope, Interchange

WITH_TRANSACTIONS = [name for name in NAMES if not name.startswith("w30")]
# pyx12 has no guide for eligibility and claim status (e70 to e77).
OF_PYX12 = [name for name in WITH_TRANSACTIONS if not name.startswith("e7")]


def read(name: str) -> Interchange:
    (found,) = x12.read_interchanges(worked(name.split("_", maxsplit=1)[0]))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_worked_example_has_no_fault(name: str) -> None:
    assert x12.check_bytes(worked(name.split("_", maxsplit=1)[0])) == []


@pytest.mark.parametrize("name", WITH_TRANSACTIONS)
def test_what_was_read_is_written_so_that_it_reads_the_same(name: str) -> None:
    found = read(name)
    records = [item.record for item in found.transactions]
    content = x12.write_interchange(envelope_of(found), records)
    (again,) = x12.read_interchanges(content)
    assert [item.record for item in again.transactions] == records
    assert again.all_faults == []


@pytest.mark.parametrize("name", OF_PYX12)
def test_what_we_write_passes_an_independent_judge(name: str) -> None:
    found = read(name)
    content = x12.write_interchange(envelope_of(found), [t.record for t in found.transactions])
    accepted, why = judged(content)
    assert accepted, why


@pytest.mark.parametrize(
    "name",
    [*("w01", "w02", "w03", "w05", "w31", "w32"), *("e70", "e71", "e72", "e73", "e76", "e77")],
)
def test_a_file_of_our_own_is_written_back_byte_for_byte(name: str) -> None:
    found = read(name)
    content = x12.write_interchange(envelope_of(found), [t.record for t in found.transactions])
    assert segments(content)[2:] == segments(worked(name))[2:], "all but ISA and GS"


def test_the_payment_of_w10_says_what_the_example_says() -> None:
    remittance = read("w10").transactions[0].record
    assert remittance.payment_amount == Decimal("161.5")
    assert (remittance.trace_number, remittance.payer_identifier) == ("EFT0010", "1841111111")
    assert remittance.payee.identifier == "2000000010"
    assert remittance.payee.tax_id == "841234567"
    (claim,) = remittance.claims
    assert claim.patient_control_number == "SFM1001"
    assert claim.remark_codes == ("MA01",)
    assert [line.allowed_amount for line in claim.lines] == [130, 68, 8]
    first = claim.lines[0]
    assert (first.procedure_code, first.modifiers) == ("99214", ("25",))
    assert [(a.group_code, a.reason_code, a.amount) for a in first.adjustments] == [
        ("CO", "45", 70),
        ("CO", "253", Decimal("2.08")),
        ("PR", "2", 26),
    ]
    assert first.line_control_number == "SFM1001L1"


def test_a_crossover_names_the_payer_it_went_to() -> None:
    (claim,) = read("w11").transactions[0].record.claims
    assert claim.status_code == "19"
    assert (claim.crossover_payer_name, claim.crossover_payer_id) == ("ACME SUPPLEMENT", "54321")
    assert claim.remark_codes == ("MA01", "MA18")


def test_a_bundled_line_keeps_the_code_that_was_sent() -> None:
    (claim,) = read("w14").transactions[0].record.claims
    assert [(line.procedure_code, line.submitted_procedure_code) for line in claim.lines] == [
        ("93000", "93005"),
        ("93000", "93010"),
    ]


def test_both_sides_of_an_acknowledged_refund_are_read() -> None:
    adjustments = read("w19").transactions[0].record.provider_adjustments
    assert [(a.reason_code, a.reference, a.amount) for a in adjustments] == [
        ("WO", "ICN20260815015", 60),
        ("72", "ICN20260815015", -60),
    ]


def test_interest_stands_at_the_claim_and_in_the_provider_adjustments() -> None:
    remittance = read("w20").transactions[0].record
    assert remittance.claims[0].supplemental_amounts == (("I", Decimal("1.25")),)
    assert remittance.provider_adjustments[0].amount == Decimal("-1.25")


def test_a_secondary_claim_repeats_what_the_first_payer_decided() -> None:
    (claim,) = read("w03").transactions[0].record.claims()
    (other,) = claim.other_payers
    assert (other.payer_responsibility, other.payer.payer_id) == ("P", "MCRPB")
    assert other.paid_amount == Decimal("161.5")
    assert other.payer_claim_number == "2226300000011"
    decided = claim.lines[0].adjudications[0]
    assert (decided.paid_amount, decided.remaining_amount) == (Decimal("101.92"), 26)
    assert claim.lines[2].ndc is not None
    assert claim.lines[2].ndc.code == "00003029305"


def test_a_rejected_set_names_its_segment_and_its_claim() -> None:
    acknowledgement = read("w31").transactions[0].record
    assert [one.verdict for one in acknowledgement.sets] == ["A", "R"]
    (error,) = acknowledgement.sets[1].errors
    assert (error.segment_id, error.position, error.context) == ("N4", 20, "SFM1002")
    assert (error.elements[0].position, error.elements[0].error_code) == (3, "I9")
    assert segments(worked("w02"))[2 + 20 - 1].startswith(b"N4*"), "the 20th segment from ST on"


def test_claims_of_a_277ca_are_found_by_their_numbers() -> None:
    answer = read("w32").transactions[0].record
    rejected, accepted = answer.claims
    assert answer.batch_reference == "B000000102"
    assert rejected.patient_control_number == "SFM1002"
    assert rejected.is_rejected
    status = rejected.statuses[0]
    assert (status.category_code, status.status_code, status.entity_code) == ("A7", "164", "IL")
    assert not accepted.is_rejected
    assert accepted.payer_claim_number == "PCN9900001"
    assert (answer.accepted_amount, answer.rejected_amount) == (150, 165)


def test_a_rejected_interchange_is_named_by_its_control_number() -> None:
    (answer,) = read("w30").ta1
    assert (answer.control_number, answer.verdict, answer.note_code) == (101, "R", "006")


def envelope_of(found: Interchange) -> Envelope:
    return Envelope(
        sender_id=found.sender_id,
        receiver_id=found.receiver_id,
        created_at=datetime(2026, 11, 23, 9, 30),
        interchange_control_number=found.control_number,
        group_control_number=found.groups[0].control_number,
        usage=found.usage,
        acknowledgement_requested=False,
    )
