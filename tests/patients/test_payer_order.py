"""Who pays first: Medicaid last, Medicare second where an employer's plan pays, and why (W-04)."""

from datetime import date

import pytest

from core.errors import ApplicationError
from core.models import Practice
from patients.payer_order import Insured, insurance_type, order_problems
from patients.selectors import payer_order
from patients.services.record_coverage import record_coverage
from tests.factories.claims import LONG_AGO, joan, make_world
from tests.factories.cob import medicaid, plan_of, supplement

DAY = date(2026, 11, 2)
MEDICARE = Insured(2, "Medicare", "MB")


def employer(people: int | None, *, rank: int = 1, whose: str = "own") -> Insured:
    return Insured(rank, "Acme", "CI", employment_code=whose, employee_count=people)


@pytest.mark.parametrize(
    ("medicare", "other", "age", "code"),
    [
        (MEDICARE, employer(30), 67, "12"),
        (MEDICARE, employer(30, whose="spouse"), 67, "12"),
        (MEDICARE, employer(12), 67, ""),
        (MEDICARE, employer(30, whose="former"), 67, ""),
        (MEDICARE, employer(150), 55, "43"),
        (MEDICARE, employer(150, whose="family"), 55, "43"),
        (MEDICARE, employer(99), 55, ""),
        (MEDICARE, employer(None), 67, ""),
        (MEDICARE, Insured(1, "State Fund", "WC"), 67, "15"),
        (MEDICARE, Insured(1, "Auto Plan", "AM"), 67, "14"),
        (MEDICARE, Insured(1, "Liability Plan", "LM"), 67, "47"),
        (MEDICARE, Insured(1, "Supplement", "CI"), 67, ""),
        (Insured(2, "Medicare", "MB", insurance_type_code="41"), employer(5), 67, "41"),
    ],
)
def test_w04_why_medicare_is_second(medicare: Insured, other: Insured, age: int, code: str) -> None:
    assert insurance_type(medicare, [other], age=age, on=DAY) == code


@pytest.mark.parametrize(("since", "code"), [(date(2024, 6, 1), "13"), (date(2024, 5, 1), "")])
def test_a_plan_from_work_pays_before_medicare_for_thirty_months_of_kidney_failure(
    since: date, code: str
) -> None:
    kidney = Insured(2, "Medicare", "MB", entitlement_code="esrd", kidney_from=since)
    assert insurance_type(kidney, [employer(5, whose="former")], age=50, on=DAY) == code


def kinds(*coverages: Insured, age: int = 67) -> list[str]:
    return [problem.kind for problem in order_problems(coverages, age=age, on=DAY)]


def test_what_is_wrong_with_an_order_is_named() -> None:
    aid = Insured(1, "Medicaid", "MC", is_medicaid=True)
    assert kinds(aid, Insured(2, "Acme", "CI")) == ["medicaid_last"]
    assert kinds(Insured(2, "Acme", "CI")) == ["no_primary"]
    assert kinds(Insured(1, "Medicare", "MB"), employer(30, rank=2)) == ["medicare_second"]
    assert kinds(Insured(1, "Acme", "CI"), MEDICARE) == ["medicare_type"]
    assert kinds(Insured(1, "Tricare", "CH"), Insured(2, "Acme", "CI")) == ["tricare_late"]
    assert kinds(Insured(1, "Medicare", "MB"), Insured(2, "Supplement", "CI")) == []
    assert kinds(employer(30), MEDICARE) == []


@pytest.mark.django_db
def test_the_answers_belong_to_the_right_coverage(in_summit: Practice) -> None:
    world = make_world(in_summit)
    patient = joan(world)
    plan = plan_of(world, "Acme Group", "60001", "CI")
    for wrong, field in (
        ({"entitlement_code": "age"}, "entitlement_code"),
        ({"insurance_type_code": "12"}, "insurance_type_code"),
    ):
        with pytest.raises(ApplicationError) as caught:
            record_coverage(
                patient=patient, plan=plan, rank=2, member_id="G1", effective_from=LONG_AGO,
                **wrong,
            )  # fmt: skip
        assert caught.value.field == field


@pytest.mark.django_db
def test_the_order_of_a_day_names_the_payers_and_their_problems(in_summit: Practice) -> None:
    world = make_world(in_summit)
    patient = joan(world)
    medicaid(world, patient)
    supplement(world, patient, rank=3)
    order = payer_order(patient, DAY)
    assert [one.plan.payer.name for one in order.coverages] == [
        "Medicare Part B", "State Medicaid", "Acme Supplement",
    ]  # fmt: skip
    assert [problem.kind for problem in order.problems] == ["medicaid_last"]
    assert payer_order(patient, date(2019, 1, 1)).coverages == []
