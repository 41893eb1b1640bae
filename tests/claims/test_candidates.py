"""Candidates for an answer without a claim: the score orders them, and every reason is told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from claims.candidates import Answer, Ours, rank, rank_words, score

DAY = date(2026, 11, 2)
OTTO = Ours(
    key=1, number="SFM20352", last_name="Demoson", first_name="Otto",
    member_numbers=frozenset({"M-77 01"}), first_day=DAY, last_day=DAY, charge=Decimal(286),
    line_charges=(Decimal(200), Decimal(86)), codes=frozenset({"99214", "83036"}), payer_id=7,
    provider_npi="2000000028",
)  # fmt: skip
ANSWER = Answer(
    number="0", last_name="DEMOSON", first_name="OTTO", member_number="M7701",
    days=frozenset({DAY}), charge=Decimal(286), codes=frozenset({"99214", "83036"}), payer_id=7,
)  # fmt: skip


def words(answer: Answer, ours: Ours) -> list[str]:
    return [reason.words for reason in score(answer, ours).reasons]


def test_a_claim_that_fits_in_everything_has_the_full_score_and_says_why() -> None:
    assert score(ANSWER, OTTO).score == 100
    assert words(ANSWER, OTTO) == ["member ID", "name", "date", "charge", "codes", "payer"]


def test_the_visit_of_another_day_comes_second_and_says_what_does_not_fit() -> None:
    later = replace(OTTO, key=2, first_day=date(2026, 11, 17), last_day=date(2026, 11, 17))
    sister = replace(
        OTTO, key=3, first_name="Otilia", member_numbers=frozenset({"X9"}), charge=Decimal(172)
    )
    assert [one.key for one in rank(ANSWER, [sister, later, OTTO])] == [1, 2, 3]
    assert "not date" in words(ANSWER, later)
    assert {"last name", "not member ID", "not charge"} <= set(words(ANSWER, sister))


def test_a_number_cut_off_speaks_for_its_claim_and_another_number_against_none() -> None:
    cut = replace(ANSWER, number="SFM2035")
    foreign = replace(ANSWER, number="PX-99-1234")
    assert "claim number, cut off" in words(cut, OTTO)
    assert not any("number" in one for one in words(foreign, OTTO))


def test_a_name_typed_wrong_or_turned_round_is_still_a_name() -> None:
    assert "name, nearly" in words(replace(ANSWER, last_name="DEMOSN"), OTTO)
    turned = replace(ANSWER, last_name="OTTO", first_name="DEMOSON")
    assert "name, turned round" in words(turned, OTTO)


def test_a_few_facts_alone_never_make_a_full_score() -> None:
    bare = Answer("", "", "", "", frozenset(), Decimal(286), frozenset(), None)
    assert score(bare, OTTO).score < 30


def test_of_two_alike_the_one_without_an_answer_stands_first() -> None:
    answered = replace(OTTO, key=9, is_answered=True)
    assert [one.key for one in rank(ANSWER, [answered, OTTO])] == [1, 9]


def test_what_fits_in_nothing_is_not_offered() -> None:
    stranger = replace(
        OTTO, last_name="Fictional", first_name="Nia", member_numbers=frozenset({"Q1"}),
        first_day=date(2025, 1, 1), last_day=date(2025, 1, 1), charge=Decimal(1), codes=frozenset(),
        line_charges=(), payer_id=8,
    )  # fmt: skip
    assert rank(ANSWER, [stranger]) == []


def test_the_person_is_told_how_sure_it_is() -> None:
    assert "No claim of ours" in rank_words([])
    assert "clearly better" in rank_words([96, 61])
    assert "look before you choose" in rank_words([80, 78])
