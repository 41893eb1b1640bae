"""What is suggested about a denial and what is never offered (domain G.1, screens S24)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from claims.denial_choices import DenialCategory, DenialStep
from claims.denials.reasons import REASONS, category_of, cost_of, reason_of, root_of, stage_of
from claims.denials.rights import is_denial, no_appeal, no_patient
from claims.denials.suggest import DenialFacts, core_scenario, suggest


def facts(code: str, *remarks: str, **more: object) -> DenialFacts:
    group, _, reason = code.partition("-")
    return replace(DenialFacts(group, reason, remarks, amount=Decimal(100)), **more)  # type: ignore[arg-type]


def step(code: str, *remarks: str, **more: object) -> str:
    return suggest(facts(code, *remarks, **more)).step


# --- what is a denial -----------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["PR-1", "PR-2", "PR-3", "CO-45", "CO-253", "OA-23"])
def test_a_share_or_what_is_agreed_is_no_denial(code: str) -> None:
    assert not is_denial(*code.split("-"))
    refused = no_appeal(*code.split("-"), ())
    assert refused is not None
    assert refused.rule == "APPEAL-SHARE"


@pytest.mark.parametrize("code", ["CO-197", "CO-16", "PR-96", "OA-18", "PI-50"])
def test_anything_else_that_refuses_money_is(code: str) -> None:
    assert is_denial(*code.split("-"))


# --- never appealed -------------------------------------------------------------------------------


@pytest.mark.parametrize("remark", ["MA130", "N211"])
@pytest.mark.parametrize("reason", sorted(REASONS))
def test_no_reason_is_appealed_without_rights(reason: str, remark: str) -> None:
    found = suggest(facts(f"CO-{reason}", remark))
    assert DenialStep.APPEAL not in {found.step, *found.others}


def test_an_unprocessable_claim_is_sent_anew_and_says_why() -> None:
    found = suggest(facts("CO-16", "MA130", "N290"))
    assert (found.step, found.rule) == (DenialStep.NEW, "STEP-MA130")
    refused = facts("CO-16", "MA130").appeal_refusal
    assert refused is not None
    assert "never took it as a claim" in refused.sentence


def test_an_ncci_pair_with_indicator_0_is_written_off_and_never_appealed() -> None:
    found = suggest(facts("CO-236", is_pair_absolute=True))
    assert found.step == DenialStep.WRITE_OFF
    assert DenialStep.APPEAL not in found.others
    refused = facts("CO-97", is_pair_absolute=True).appeal_refusal
    assert refused is not None
    assert refused.rule == "APPEAL-NCCI0"


def test_a_unit_limit_of_adjudication_2_is_never_appealed() -> None:
    found = suggest(facts("CO-151", is_limit_absolute=True))
    assert DenialStep.APPEAL not in {found.step, *found.others}
    assert DenialStep.APPEAL in suggest(facts("CO-151")).others


# --- what is done first ---------------------------------------------------------------------------


def test_a_missing_field_is_named_by_its_remark() -> None:
    found = suggest(facts("CO-16", "N290"))
    assert found.step == DenialStep.FIX
    assert "rendering provider's NPI" in found.why
    assert found.confidence == "high"
    assert suggest(facts("CO-16")).confidence == "low"


def test_a_remark_that_asks_for_records_makes_it_a_matter_of_documentation() -> None:
    assert step("CO-16", "N706") == DenialStep.RECORDS
    assert category_of("16", ["N706"]) == DenialCategory.DOCUMENTATION
    assert core_scenario("CO", "16", ("N706",)) == "documents"


def test_an_authorization_that_the_claim_did_not_name_is_put_on_it() -> None:
    assert step("CO-197", authorization_number="A1") == DenialStep.FIX
    named = suggest(facts("CO-197", authorization_number="A1", claim_named_authorization=True))
    assert named.step == DenialStep.APPEAL
    assert "A1" in named.why
    assert suggest(facts("CO-197")).confidence == "low"


def test_late_filing_is_appealed_with_the_payers_own_acceptance_and_else_given_up() -> None:
    assert step("CO-29", was_accepted_in_time=True) == DenialStep.APPEAL
    assert step("CO-29") == DenialStep.WRITE_OFF


def test_a_notice_decides_who_bears_what_is_not_necessary() -> None:
    assert step("CO-50", modifiers=("GZ",)) == DenialStep.WRITE_OFF
    assert step("PR-50", modifiers=("GA",)) == DenialStep.PATIENT
    assert step("CO-50") == DenialStep.APPEAL


def test_a_payer_that_takes_no_replacement_is_asked_to_reopen() -> None:
    found = suggest(facts("CO-4", correction_mode="reopen", payer_name="Medicare Part B"))
    assert found.step == DenialStep.REOPEN
    assert "Medicare Part B takes no replacement" in found.why


def test_another_plan_on_file_is_billed() -> None:
    found = suggest(facts("CO-22", other_payer="Acme Health Plan"))
    assert (found.step, found.confidence) == (DenialStep.REROUTE, "high")


def test_a_duplicate_that_is_being_processed_needs_nothing() -> None:
    assert step("OA-18", "N522") == DenialStep.NONE


# --- the patient ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "remarks", "modifiers", "rule"),
    [
        ("CO-96", (), (), "PATIENT-GROUP"),
        ("CO-29", (), (), "PATIENT-LATE"),
        ("CO-50", (), ("GZ",), "PATIENT-GZ"),
        ("PR-96", ("N782",), (), "PATIENT-ALERT"),
        ("OA-209", (), (), "PATIENT-209"),
    ],
)
def test_the_patient_is_not_asked_for_what_the_patient_does_not_owe(
    code: str, remarks: tuple[str, ...], modifiers: tuple[str, ...], rule: str
) -> None:
    group, reason = code.split("-")
    refused = no_patient(group, reason, remarks, modifiers)
    assert refused is not None
    assert refused.rule == rule
    found = suggest(facts(code, *remarks, modifiers=modifiers))
    assert DenialStep.PATIENT not in {found.step, *found.others}


@pytest.mark.parametrize("code", ["PR-96", "PR-204", "OA-100"])
def test_what_the_payer_says_is_the_patients_may_be_moved(code: str) -> None:
    group, reason = code.split("-")
    assert no_patient(group, reason, (), ()) is None


# --- the table ------------------------------------------------------------------------------------


def test_every_reason_has_words_a_category_and_a_cause() -> None:
    for code, reason in REASONS.items():
        assert reason.words, code
        assert reason.steps, code
        assert root_of(reason.category), code
        assert stage_of(reason.category), code
        assert cost_of(reason.category) >= 0, code
        assert reason.chance is None or 0 < reason.chance < 1, code


def test_an_unknown_reason_says_that_we_have_no_words() -> None:
    assert "no words" in reason_of("Z99").words
    assert suggest(facts("CO-Z99")).step == DenialStep.APPEAL


def test_retired_reasons_are_read_as_their_successors() -> None:
    assert REASONS["38"].is_retired
    assert REASONS["38"].category == REASONS["242"].category
    assert REASONS["125"].chance == Decimal("0.80")


@pytest.mark.parametrize(
    ("code", "scenario"),
    [("4", "data"), ("252", "documents"), ("97", "not_separate"), ("204", "not_covered")],
)
def test_core_360_groups_reasons_into_four_scenarios(code: str, scenario: str) -> None:
    assert core_scenario("CO", code, ()) == scenario
