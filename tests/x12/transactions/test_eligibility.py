"""270 and 271: what is asked, what is told, and what does not make sense."""

from datetime import date
from decimal import Decimal

import pytest

import x12
from tests.x12.files import changed, recounted, without, worked
from x12.transactions.eligibility.model import (
    Benefit,
    EligibilityInquiry270,
    EligibilityResponse271,
    Member,
    Rejection,
    Trace,
)


def question() -> EligibilityInquiry270:
    (found,) = x12.read_interchanges(worked("e70"))
    record: EligibilityInquiry270 = found.transactions[0].record
    return record


def answer(name: str) -> EligibilityResponse271:
    (found,) = x12.read_interchanges(worked(name))
    record: EligibilityResponse271 = found.transactions[0].record
    return record


def david(record: EligibilityInquiry270 | EligibilityResponse271) -> Member:
    return next(record.members())


def codes(content: bytes) -> list[str]:
    return [f"{fault.severity} {fault.code}" for fault in x12.check_bytes(recounted(content))]


def test_a_question_names_the_payer_the_provider_and_who_is_meant() -> None:
    (source,) = question().sources
    (receiver,) = source.receivers
    assert (source.party.name, source.party.identifier) == ("ACME HEALTH PLAN", "12345")
    assert (receiver.party.role, receiver.party.identifier) == ("1P", "2000000010")
    one = david(question())
    assert (one.last_name, one.suffix, one.member_id) == ("NGUYEN", "JR", "AHP222333444")
    assert (one.birth_date, one.relationship_code) == (date(1985, 2, 20), "18")
    assert one.traces == (Trace("VISIT0001", "9SUMMIT001", "1", "DESK"),)


def test_kinds_of_service_and_a_procedure_may_be_asked_for() -> None:
    two = changed(worked("e70"), "EQ*30", "EQ*MH~\nEQ*30")
    (found,) = x12.read_interchanges(recounted(two))
    second, first = david(found.transactions[0].record).questions
    assert first.service_type_codes == ("30", "98")
    assert (first.procedure_code, first.coverage_level) == ("99213", "FAM")
    assert first.periods[0].last == date(2026, 12, 31)
    assert second.service_type_codes == ("MH",)


def test_a_dependent_stands_under_the_subscriber() -> None:
    (found,) = x12.read_interchanges(worked("e74"))
    mai = david(found.transactions[0].record)
    (lily,) = mai.dependents
    assert (mai.last_name, mai.questions) == ("NGUYEN", ())
    assert (lily.first_name, lily.questions[0].service_type_codes) == ("LILY", ("30",))


def test_benefits_say_copay_deductible_share_and_limits() -> None:
    told = david(answer("e71")).benefits
    active, copay, deductible, left, family, share, *_ = told
    assert (active.information_code, active.plan_name) == ("1", "ACME SILVER PPO")
    assert active.service_type_codes == ("30", "98")
    assert (copay.amount, copay.network) == (Decimal(25), "Y")
    assert copay.messages == ("COPAY IS WAIVED FOR TELEHEALTH",)
    assert (deductible.period_code, deductible.amount) == ("23", Decimal(1500))
    assert (left.period_code, left.amount) == ("29", Decimal("310.25"))
    assert (family.coverage_level, family.amount) == ("FAM", Decimal(820))
    assert (share.percent, share.network) == (Decimal("0.2"), "N")


def test_limits_and_other_bodies_are_kept() -> None:
    content = changed(worked("e71"), "PT***22*****Y*Y", "PT***22***VS*20*Y*Y")
    (found,) = x12.read_interchanges(content)
    told = david(found.transactions[0].record).benefits
    visits = next(one for one in told if one.information_code == "F")
    assert (visits.quantity_qualifier, visits.quantity) == ("VS", Decimal(20))
    assert (visits.authorization, visits.network) == ("Y", "Y")
    assert visits.extra == (("HSD", "VS", "20", "", "", "22"),)
    doctor = next(one for one in told if one.information_code == "L")
    assert [kept[0] for kept in doctor.extra] == ["LS", "NM1", "N3", "N4", "PER", "PRV", "LE"]
    procedure = next(one for one in told if one.procedure_code)
    assert isinstance(procedure, Benefit)
    assert (procedure.procedure_code, procedure.percent) == ("70551", Decimal("0.1"))


def test_why_nobody_was_found_is_told() -> None:
    assert david(answer("e72")).rejections == (Rejection("75", "C"), Rejection("71", "C"))
    (source,) = answer("e73").sources
    assert source.rejections == (Rejection("42", "R", "Y"),)
    assert source.receivers == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("EB*A*IND*30*****.2*", "EB*A*IND*30*****20*", "W R-EB08"),
        ("EB*A*IND*30*****.2*", "EB*A*IND*30******", "W R-EB08"),
        ("EB*B*IND*98***27*25*", "EB*B*IND*98***27**", "W R-EB07"),
        ("EB*F*IND*PT*", "EB*6*IND*30*HM*ACME SILVER PPO~\nEB*F*IND*PT*", "W R-EB01"),
        ("XX*2000000010", "XX*2000000011", "E C-NPI"),
        ("EB*1*FAM*30^98*", "EB*1*FAM*30^98TOOLONG*", "E E7"),
        ("EB*B*IND*98***27*25*****Y", "EB*B*XXX*98***27*25*****Y", "E E7"),
    ],
)
def test_what_does_not_make_sense_in_an_answer_is_named(old: str, new: str, fault: str) -> None:
    assert fault in codes(changed(worked("e71"), old, new))


def test_a_question_that_asks_nothing_is_an_error() -> None:
    assert "E C-EQ" in codes(changed(worked("e70"), "EQ*30^98*HC:99213*FAM", "EQ***FAM"))
    assert "E C-EQ" in codes(without(worked("e70"), "EQ*30^98"))


def test_a_question_about_nobody_in_particular_is_a_warning() -> None:
    nobody = changed(
        worked("e70"), "NM1*IL*1*NGUYEN*DAVID*T**JR*MI*AHP222333444", "NM1*IL*1*NGUYEN"
    )
    assert "W C-MEMBER" in codes(without(nobody, "DMG*D8*1985"))


def test_another_repetition_separator_is_learned_from_the_isa() -> None:
    odd = worked("e71").replace(b"^", b"!")
    assert x12.check_bytes(odd) == []
    (found,) = x12.read_interchanges(odd)
    assert found.transactions[0].record == answer("e71")
