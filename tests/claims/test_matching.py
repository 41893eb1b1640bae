"""W-27: their lines find ours in the order of domain E.7, and two candidates are never guessed."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from claims.matching import (
    Found,
    OurLine,
    OurVersion,
    TheirClaim,
    TheirLine,
    match_lines,
    match_version,
)

D4, D6 = date(2026, 11, 4), date(2026, 11, 6)


def ours(key: int, code: str, mods: tuple[str, ...], day: date, charge: str) -> OurLine:
    return OurLine(key, key, f"N{key}", code, mods, day, Decimal(charge))


def theirs(
    code: str,
    mods: tuple[str, ...],
    day: date | None,
    charge: str,
    *,
    number: str = "",
    position: int = 9,
    submitted: str = "",
) -> TheirLine:
    codes = [(code, mods)] + ([(submitted, ())] if submitted else [])
    return TheirLine(position, number, tuple(codes), day, Decimal(charge))


THERAPY = [
    ours(1, "97110", ("GP",), D4, "45"),
    ours(2, "97110", ("GP",), D6, "45"),
    ours(3, "97140", ("GP",), D4, "40"),
]


def found(lines: list[OurLine], *given_lines: TheirLine) -> list[int | None]:
    return [result.key for result in match_lines(lines, given_lines)]


def test_the_line_number_wins_over_everything_else() -> None:
    assert found(THERAPY, theirs("99999", (), None, "1", number="N3")) == [3]


def test_code_modifiers_date_and_charge_find_the_line() -> None:
    assert found(THERAPY, theirs("97110", ("GP",), D6, "45")) == [2]


def test_the_line_is_found_without_its_modifier() -> None:
    assert found(THERAPY, theirs("97110", (), D4, "45")) == [1]


def test_code_and_charge_are_enough_when_they_are_unique() -> None:
    assert found(THERAPY, theirs("97140", ("GP",), None, "40")) == [3]


def test_two_candidates_are_an_exception() -> None:
    assert match_lines(THERAPY[:2], [theirs("97110", ("GP",), None, "45")]) == [
        Found(None, "ambiguous")
    ]


def test_lines_that_are_alike_in_everything_are_taken_in_order() -> None:
    twins = [ours(1, "97110", ("GP",), D4, "45"), ours(2, "97110", ("GP",), D4, "45")]
    answer = theirs("97110", ("GP",), D4, "45")
    assert found(twins, answer, answer) == [1, 2]


def test_several_answers_may_name_one_line_by_its_number() -> None:
    part = theirs("97110", ("GP",), D4, "20", number="N1")
    assert found(THERAPY, part, part) == [1, 1]


def test_the_submitted_code_of_a_bundled_line_finds_it() -> None:
    lines = [ours(1, "93005", (), D6, "40"), ours(2, "93010", (), D6, "30")]
    bundled = [
        theirs("93000", (), D6, "40", submitted="93005"),
        theirs("93000", (), D6, "30", submitted="93010"),
    ]
    assert found(lines, *bundled) == [1, 2]


def test_the_position_decides_where_the_charge_was_changed() -> None:
    assert found(THERAPY, theirs("97140", (), D4, "39", position=3)) == [3]


def test_our_own_line_count_is_the_last_resort() -> None:
    assert found(THERAPY, theirs("00000", (), D4, "1", number="2")) == [2]


def test_the_code_that_we_billed_says_more_than_the_one_the_payer_made_of_it() -> None:
    lines = [ours(1, "93000", (), D6, "40"), ours(2, "93005", (), D6, "40")]
    assert found(lines, theirs("93000", (), D6, "40", submitted="93005")) == [2]


def test_units_paid_apart_belong_to_the_one_line_that_they_add_up_to() -> None:
    lines = [ours(1, "97110", ("GP",), D4, "90"), ours(2, "97140", ("GP",), D4, "40")]
    parts = [theirs("97110", ("GP",), D4, "45"), theirs("97110", ("GP",), D4, "45")]
    results = match_lines(lines, [*parts, theirs("97140", ("GP",), D4, "40")])
    assert [one.key for one in results] == [1, 1, 2]
    assert results[0].reason == "split"


def test_parts_that_do_not_add_up_are_an_exception() -> None:
    lines = [ours(1, "97110", ("GP",), D4, "90")]
    part = theirs("97110", ("GP",), D4, "44")
    assert found(lines, part, part) == [None, None]


@given(st.permutations(range(3)))
def test_the_order_of_the_answers_does_not_matter_when_they_differ(order: list[int]) -> None:
    answers = [theirs(o.code, o.modifiers, o.service_date, str(o.charge)) for o in THERAPY]
    assert found(THERAPY, *[answers[i] for i in order]) == [THERAPY[i].key for i in order]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["97110", "97140"]),
            st.sampled_from([(), ("GP",)]),
            st.sampled_from([D4, D6]),
            st.sampled_from(["40", "45"]),
        ),
        max_size=5,
    )
)
def test_without_numbers_no_line_is_ever_decided_twice(
    rows: list[tuple[str, tuple[str, ...], date, str]],
) -> None:
    lines = [ours(n, *row) for n, row in enumerate(rows, 1)]
    answers = [theirs(*row) for row in rows] * 2
    keys = [key for key in found(lines, *answers) if key]
    assert len(keys) == len(set(keys)) == len(rows)


def version(key: int, **changes: object) -> OurVersion:
    columns: dict[str, object] = {
        "payer_id": 1, "rank": 1, "payer_claim_number": "", "frequency_code": "1",
        "is_replaced": False,
    }  # fmt: skip
    return OurVersion(key, **{**columns, **changes})  # type: ignore[arg-type]


def claim(**changes: object) -> TheirClaim:
    columns: dict[str, object] = {
        "status_code": "1", "payer_claim_number": "", "frequency_code": "1", "payer_id": 1,
    }  # fmt: skip
    return TheirClaim(**{**columns, **changes})  # type: ignore[arg-type]


def test_the_only_version_of_the_payer_is_meant() -> None:
    assert match_version([version(7)], claim()).key == 7


def test_rank_tells_primary_from_secondary() -> None:
    both = [version(1), version(2, rank=2, payer_id=2)]
    assert match_version(both, claim(status_code="2", payer_id=None)).key == 2


def test_the_payers_claim_number_outweighs_frequency() -> None:
    both = [version(1, payer_claim_number="ICN1", frequency_code="7"), version(2)]
    assert match_version(both, claim(payer_claim_number="ICN1")).key == 1


def test_an_answer_to_a_correction_says_so_even_under_the_number_of_the_first_claim() -> None:
    both = [version(1, payer_claim_number="ICN1"), version(2, frequency_code="7")]
    said = {"payer_claim_number": "ICN1", "frequency_code": "7"}
    assert match_version(both, claim(**said)).key == 2
    assert match_version(both, claim(status_code="22", **said)).key == 1


def test_a_replaced_version_gives_way_to_its_successor() -> None:
    assert match_version([version(1, is_replaced=True), version(2)], claim()).key == 2


def test_two_left_is_an_exception() -> None:
    assert match_version([version(1), version(2)], claim()) == Found(None, "ambiguous")


def test_a_version_of_another_payer_is_not_meant() -> None:
    assert match_version([version(1)], claim(payer_id=9)) == Found(None, "other_payer")


def test_a_claim_that_was_never_sent_cannot_be_answered() -> None:
    assert match_version([], claim()).key is None
