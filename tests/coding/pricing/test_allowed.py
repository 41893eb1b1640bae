"""What a payer should allow, step by step; W-41 and other published figures."""

from dataclasses import replace
from decimal import Decimal

import pytest

from coding.pricing.allowed import price_session, rule_for
from coding.pricing.anesthesia import anesthesia, time_units
from coding.pricing.medicare import fee
from coding.pricing.terms import LineToPrice, Medicare, Method, Rule, Terms, Values

D = Decimal
FACTOR = D("33.4009")
VISIT = Values(D("1.92"), D("1.90"), D("1.10"), D("0.15"))
MEDICARE = Medicare(
    {("99214", ""): VISIT}, (D("1.000"), D("0.985"), D("0.900")), FACTOR, "MPFS 2026", "04-01"
)
LARGE = D("99999")


def fixed(**amounts: str) -> Terms:
    """A contract of fixed amounts: `fixed(A="1000")`; codes are the names."""
    rules = tuple(Rule(Method.FIXED, D(value), code) for code, value in amounts.items())
    return Terms("Acme", rules)


def of_medicare(percent: str, **terms: object) -> Terms:
    rules = (Rule(Method.PCT_MEDICARE, D(percent)),)
    return Terms(**{"name": "Acme", "rules": rules} | terms)  # type: ignore[arg-type]


def surgeries(**indicators: str) -> Medicare:
    """Values that only say which indicator a code has: `surgeries(A="2")`."""
    return Medicare(
        {(code, ""): Values(D(0), D(0), D(0), D(0), multiple=indicator, bilateral="1")
         for code, indicator in indicators.items()},
        factor=FACTOR,
    )  # fmt: skip


def amounts(typed: str, terms: Terms, medicare: Medicare = MEDICARE) -> list[str]:
    """The allowed amounts of lines such as "A B-50 C x2", in their order."""
    words = typed.replace(" x", "*").split()
    lines = []
    for key, word in enumerate(words):
        parts, _, units = word.partition("*")
        code, *modifiers = parts.split("-")
        lines.append(LineToPrice(key, code, tuple(modifiers), D(units or 1), LARGE))
    return [str(one.amount) for one in price_session(lines, terms, medicare)]


# -- W-41 ------------------------------------------------------------------------------------


def test_w41_relative_values_times_indices_times_the_factor() -> None:
    assert fee(VISIT, MEDICARE, FACTOR, is_facility=False) == D("131.15")


def test_w41_a_percentage_of_medicare() -> None:
    assert amounts("99214", of_medicare("120")) == ["157.38"]


def test_w41_a_nurse_practitioner_is_paid_less() -> None:
    line = LineToPrice(1, "99214", charge=LARGE, is_non_physician=True)
    (found,) = price_session([line], of_medicare("100", non_physician_pct=D(85)), MEDICARE)
    assert found.amount == D("111.48")
    assert [step.words for step in found.steps] == [
        "MPFS 2026, 04-01, non-facility, factor 33.4009: 131.15 x 1",
        "Acme, any code: 100 % of Medicare",
        "no physician: 85 %",
    ]


def test_w41_surgeries_by_rank() -> None:
    terms = fixed(A="400", B="1000", C="600")
    medicare = surgeries(A="2", B="2", C="2")
    assert amounts("A B C", terms, medicare) == ["200.00", "1000.00", "300.00"]


def test_w41_bilateral_comes_before_the_rank() -> None:
    medicare = surgeries(A="2", B="2")
    assert amounts("A-50 B", fixed(A="500", B="800"), medicare) == ["375.00", "800.00"]


@pytest.mark.parametrize(
    ("modifier", "percent", "expected"),
    [
        ("80", "16", "160.00"),
        ("AS", "16", "136.00"),
        ("80", "20", "200.00"),
        ("62", "16", "625.00"),
    ],
)
def test_w41_assistants(modifier: str, percent: str, expected: str) -> None:
    terms = replace(fixed(A="1000"), assistant_pct=D(percent))
    assert amounts(f"A-{modifier}", terms) == [expected]


def test_w39_anesthesia() -> None:
    assert time_units(47) == D("3.1")
    assert anesthesia(D(5), D("3.1"), D("20.4976"), ("AA",)) == D("166.03")
    assert anesthesia(D(5), D("3.1"), D("20.4976"), ("QK",)) == D("83.02")
    assert anesthesia(D(5), D("3.1"), D("20.4976"), ("AD",)) == D("61.49")


# -- several services ------------------------------------------------------------------------


def test_an_add_on_and_a_code_of_indicator_0_are_not_reduced() -> None:
    medicare = Medicare({
        ("A", ""): Values(D(0), D(0), D(0), D(0), "2"),
        ("B", ""): Values(D(0), D(0), D(0), D(0), "2", global_days="ZZZ"),
        ("C", ""): Values(D(0), D(0), D(0), D(0), "0"),
        ("E", ""): Values(D(0), D(0), D(0), D(0), "2"),
    }, factor=FACTOR)  # fmt: skip
    terms = fixed(A="100", B="90", C="80", E="70")
    assert amounts("A B C E", terms, medicare) == ["100.00", "90.00", "80.00", "35.00"]


def test_the_sixth_surgery_is_by_report() -> None:
    codes = dict.fromkeys("ABCEFG", "2")
    terms = fixed(**dict(zip("ABCEFG", ("60", "50", "40", "30", "20", "10"), strict=True)))
    found = amounts("A B C E F G", terms, surgeries(**codes))
    assert found == ["60.00", "25.00", "20.00", "15.00", "10.00", "10.00"]


def test_endoscopies_of_a_family_are_paid_above_their_base() -> None:
    """CMS's example: the highest in full, the others less the base of the family."""

    def scope(fee_amount: str) -> Values:
        return Values(D(fee_amount), D(0), D(0), D(0), "3", endoscopy_base="45378")

    medicare = Medicare({
        ("45378", ""): Values(D("255.40"), D(0), D(0), D(0), "3"),
        ("45385", ""): scope("374.56"), ("45380", ""): scope("285.98"),
    }, factor=D(1))  # fmt: skip
    assert amounts("45385 45380", of_medicare("100"), medicare) == ["374.56", "30.58"]


def test_imaging_pays_half_of_the_second_technical_part() -> None:
    def part(amount: str) -> Values:
        return Values(D(amount), D(0), D(0), D(0), "4")

    medicare = Medicare({
        ("70551", ""): part("300"), ("70551", "TC"): part("200"), ("70551", "26"): part("100"),
        ("72148", ""): part("250"), ("72148", "TC"): part("170"), ("72148", "26"): part("80"),
    }, factor=D(1))  # fmt: skip
    terms = of_medicare("100")
    assert amounts("70551 72148", terms, medicare) == ["300.00", "161.00"]  # 85 + 76
    assert amounts("70551-26 72148-26", terms, medicare) == ["100.00", "76.00"]
    assert amounts("70551-TC 72148-TC", terms, medicare) == ["200.00", "85.00"]


def test_therapy_pays_half_the_practice_expense_of_later_units() -> None:
    medicare = Medicare({
        ("97110", ""): Values(D(15), D(14), D(14), D(1), "5"),
        ("97140", ""): Values(D(14), D(12), D(12), D(1), "5"),
    }, factor=D(1))  # fmt: skip
    assert amounts("97110 x2 97140", of_medicare("100"), medicare) == ["53.00", "21.00"]


def test_a_contract_may_leave_multiples_alone() -> None:
    terms = replace(fixed(A="400", B="1000"), reduces_multiples=False)
    assert amounts("A B", terms, surgeries(A="2", B="2")) == ["400.00", "1000.00"]


# -- rules of a contract ---------------------------------------------------------------------

RULES = Terms("Acme", (
    Rule(Method.PCT_CHARGE, D(60)),
    Rule(Method.PCT_CHARGE, D(70), "20000", "29999"),
    Rule(Method.FIXED, D(90), "20610"),
    Rule(Method.FIXED, D(80), "20610", place="22"),
    Rule(Method.FIXED, D(45), "20610", modifier="52"),
    Rule(Method.PER_UNIT, D("1.58"), "J3301"),
    Rule(Method.CASE_RATE, D(2500), "59400"),
    Rule(Method.CARVE_OUT, D(0), "80048", "89398"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (LineToPrice(1, "99213", charge=D(100)), "60.00"),
        (LineToPrice(1, "29881", charge=D(100)), "70.00"),
        (LineToPrice(1, "20610", charge=D(100)), "90.00"),
        (LineToPrice(1, "20610", charge=D(100), place="22"), "80.00"),
        (LineToPrice(1, "20610", ("52",), charge=D(100)), "45.00"),
        (LineToPrice(1, "J3301", units=D(4), charge=D(100)), "6.32"),
        (LineToPrice(1, "59400", charge=D(4000)), "2500.00"),
        (LineToPrice(1, "83036", charge=D(25)), "0.00"),
        (LineToPrice(1, "20610", charge=D(50)), "50.00"),
    ],
)
def test_the_most_exact_rule_wins_and_the_lesser_is_paid(line: LineToPrice, expected: str) -> None:
    (found,) = price_session([line], RULES, MEDICARE)
    assert str(found.amount) == expected


def test_a_facility_takes_the_other_column() -> None:
    line = LineToPrice(1, "99214", charge=LARGE, place="22", is_facility=True)
    (found,) = price_session([line], of_medicare("100"), MEDICARE)
    assert found.amount == D("104.83")


@pytest.mark.parametrize(
    ("terms", "line", "why"),
    [
        (None, LineToPrice(1, "99214"), "No contract is in force on the day."),
        (fixed(A="1"), LineToPrice(1, "99214"), "Acme: no rule for 99214."),
        (of_medicare("100"), LineToPrice(1, "J3301"),
         "Acme, any code: MPFS 2026: no values for J3301."),
    ],
)  # fmt: skip
def test_where_nothing_says_an_amount_that_is_said(
    terms: Terms | None, line: LineToPrice, why: str
) -> None:
    (found,) = price_session([line], terms, MEDICARE)
    assert (found.amount, found.steps[0].words) == (None, why)


def test_of_equal_rules_the_first_is_taken() -> None:
    one, other = Rule(Method.FIXED, D(1), "A"), Rule(Method.FIXED, D(2), "A")
    assert rule_for(LineToPrice(1, "A"), Terms("Acme", (one, other))) is one
