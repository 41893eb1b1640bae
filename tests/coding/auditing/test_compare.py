"""Two codings of one note, told apart: each difference has its class, its place and a direction."""

from decimal import Decimal

import pytest

from coding.auditing.coded import Coded, CodedLine
from coding.auditing.compare import Difference, Tally, compare
from coding.auditing.sample import draw
from coding.auditing.score import Audited, Rate, score


def line(code: str, *modifiers: str, units: int = 1, because: str = "") -> CodedLine:
    return CodedLine(code, modifiers, Decimal(units), tuple(because.split()))


def coded(diagnoses: str, *lines: CodedLine) -> Coded:
    return Coded(tuple(diagnoses.split()), lines)


def told(one: Coded, other: Coded) -> list[tuple[str, str, str, str]]:
    return [(d.kind, d.coder, d.auditor, d.direction) for d in compare(one, other).differences]


KNEE = coded(
    "M1711 I10",
    line("99213", "25", because="M1711 I10"),
    line("20610", "RT", because="M1711"),
)


def test_alike_is_no_difference() -> None:
    assert compare(KNEE, KNEE).differences == ()
    assert compare(KNEE, KNEE).tally == Tally(diagnoses=2, procedures=2, modifiers=2, visits=1)


def test_lines_in_another_order_are_alike() -> None:
    assert told(KNEE, coded("M1711 I10", *reversed(KNEE.lines))) == []


@pytest.mark.parametrize(
    ("coder", "auditor", "expected"),
    [
        ("M1711", "M1711 I10", [("missed", "", "I10", "")]),
        ("M1711 I10", "M1711", [("extra", "I10", "", "")]),
        ("M1711", "M1712", [("wrong_code", "M1711", "M1712", "")]),
        ("M1711", "I10", [("extra", "M1711", "", ""), ("missed", "", "I10", "")]),
    ],
)
def test_diagnoses_are_missed_extra_or_wrong(
    coder: str, auditor: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert told(coded(coder), coded(auditor)) == expected


@pytest.mark.parametrize(
    ("coder", "auditor", "expected"),
    [
        ([line("99214")], [line("99213")], [("em_level", "99214", "99213", "over")]),
        ([line("99212")], [line("99214")], [("em_level", "99212", "99214", "under")]),
        ([line("99203")], [line("99213")], [("em_level", "99203", "99213", "over")]),
        ([line("99349")], [line("99348")], [("em_level", "99349", "99348", "over")]),
        ([line("99232")], [line("99233")], [("em_level", "99232", "99233", "under")]),
        ([line("99213")], [line("99396")], [("wrong_code", "99213", "99396", "")]),
        ([line("99396")], [line("99397")], [("wrong_code", "99396", "99397", "")]),
        ([line("20610")], [line("20611")], [("wrong_code", "20610", "20611", "")]),
        ([line("20610")], [line("20610", units=2)], [("units", "1", "2", "under")]),
        ([line("20610", "RT")], [line("20610", "LT")], [("modifier", "RT", "LT", "")]),
        ([line("99213")], [line("99213", "25")], [("modifier", "", "25", "")]),
        ([line("99213", "25", "24")], [line("99213", "25")], [("modifier", "24", "", "")]),
        ([line("36415")], [], [("extra", "36415", "", "over")]),
        ([], [line("36415", "59")], [("missed", "", "36415-59", "under")]),
    ],
)
def test_lines_differ_in_code_level_modifier_or_units(
    coder: list[CodedLine],
    auditor: list[CodedLine],
    expected: list[tuple[str, str, str, str]],
) -> None:
    assert told(coded("I10", *coder), coded("I10", *auditor)) == expected


def test_a_line_with_a_wrong_code_is_one_difference() -> None:
    found = told(
        coded("I10", line("20610", "RT", units=2, because="I10")), coded("I10", line("20611", "LT"))
    )
    assert found == [("wrong_code", "20610", "20611", "")]


def test_a_visit_at_another_level_is_still_asked_for_its_modifier() -> None:
    found = told(coded("I10", line("99214")), coded("I10", line("99213", "25")))
    assert [kind for kind, *_ in found] == ["em_level", "modifier"]


def test_the_main_reason_counts_and_the_order_of_the_others_does_not() -> None:
    one = coded("M1711 I10 E119", line("99213", because="M1711 I10 E119"))
    same = coded("M1711 I10 E119", line("99213", because="M1711 E119 I10"))
    other = coded("M1711 I10 E119", line("99213", because="I10 M1711 E119"))
    fewer = coded("M1711 I10 E119", line("99213", because="M1711"))
    assert told(one, same) == []
    assert told(one, other) == [("pointer", "M1711 I10 E119", "I10 M1711 E119", "")]
    assert told(one, fewer) == [("pointer", "M1711 I10 E119", "M1711", "")]


def test_a_wrong_diagnosis_is_not_counted_again_at_each_line_that_points_to_it() -> None:
    one = coded("M1711", line("99213", because="M1711"), line("20610", because="M1711"))
    other = coded("M1712", line("99213", because="M1712"), line("20610", because="M1712"))
    assert [kind for kind, *_ in told(one, other)] == ["wrong_code"]


def test_the_same_code_twice_is_paired_by_its_modifiers() -> None:
    one = coded("I10", line("20610", "RT"), line("20610", "LT"))
    other = coded("I10", line("20610", "LT"), line("20610", "RT"))
    assert told(one, other) == []


def test_what_is_kept_as_json_is_read_back_the_same() -> None:
    assert Coded.from_plain(KNEE.as_plain()) == KNEE


# --- scores --------------------------------------------------------------------------------------


def audited(one: Coded, other: Coded) -> Audited:
    found = compare(one, other)
    return Audited(found.tally, found.differences)


def test_rates_are_right_codes_of_those_reviewed_and_missed() -> None:
    coder = coded("M1711 I10", line("99214", "25"), line("20610", "RT"))
    auditor = coded("M1712 I10 E119", line("99213", "25"), line("20610", "RT"), line("36415"))
    found = score([audited(coder, auditor), audited(KNEE, KNEE)])
    assert (found.diagnosis.right, found.diagnosis.of) == (3, 5)
    assert (found.procedure.right, found.procedure.of) == (3, 5)
    assert (found.modifier.right, found.modifier.of) == (4, 4)
    assert (found.code.right, found.code.of) == (10, 14)
    assert (found.encounter.right, found.encounter.of) == (1, 2)
    assert (found.visit.right, found.visit.of) == (1, 2)
    assert (found.over, found.under) == (1, 1)
    assert found.code.percent == Decimal("71.4")


def test_the_target_is_held_to_before_rounding_and_said_in_words() -> None:
    assert Rate("x", 9496, 10000).is_under_target
    assert Rate("x", 9496, 10000).percent == Decimal("95.0")
    assert not Rate("x", 95, 100).is_under_target
    assert score([audited(KNEE, KNEE)]).verdict == "On target, 95 %, on fewer than 30 lines"
    poor = audited(KNEE, coded("J020", line("99215")))
    assert score([poor] * 15).verdict == "Under the target of 95 %"


def test_nothing_reviewed_is_no_rate_and_not_a_hundred_percent() -> None:
    nothing = score([])
    assert [rate.percent for rate in nothing.rates] == [None] * 6
    assert not any(rate.is_under_target for rate in nothing.rates)
    assert nothing.verdict == "Nothing audited yet"


def test_a_difference_on_which_the_coder_was_right_does_not_count() -> None:
    found = compare(coded("I10 E119"), coded("I10 J020"))
    counted = tuple(d for d in found.differences if d.kind != "missed")
    rate = score([Audited(found.tally, counted)]).diagnosis
    assert (rate.right, rate.of) == (1, 2)
    assert isinstance(counted[0], Difference)


# --- samples -------------------------------------------------------------------------------------

DECKS = {1: range(100, 140), 2: range(200, 203), 3: range(300, 340)}


def test_the_same_seed_draws_the_same_and_another_seed_others() -> None:
    assert draw(DECKS, 12, seed=7) == draw(DECKS, 12, seed=7)
    assert draw(DECKS, 12, seed=7) != draw(DECKS, 12, seed=8)


def test_as_many_of_each_coder_while_they_have_any() -> None:
    drawn = draw(DECKS, 15, seed=1)
    assert [sum(1 for one in drawn if one // 100 == coder) for coder in DECKS] == [6, 3, 6]
    assert len(set(drawn)) == 15


def test_what_is_drawn_of_one_coder_does_not_depend_on_the_others() -> None:
    alone = draw({1: DECKS[1]}, 4, seed=3)
    among = [one for one in draw(DECKS, 12, seed=3) if one < 200]
    assert alone == among[:4]


def test_no_more_is_drawn_than_there_is() -> None:
    assert sorted(draw({2: DECKS[2]}, 50, seed=1)) == [200, 201, 202]
