"""The split rules of domain B.1, one by one (W-06 among them)."""

from datetime import date
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.splitting import Part, Service, SplitRules, split_services

DAY = date(2026, 11, 2)


def services(count: int, **facts: object) -> list[Service]:
    """Lines 1 to `count` of one day in the office, alike unless `facts` say otherwise."""
    return [service(key, **facts) for key in range(1, count + 1)]


def service(key: int, **facts: object) -> Service:
    plain = {"service_date": DAY, "place_of_service_code": "11", "diagnoses": (1,)}
    return Service(key, **{**plain, **facts})  # type: ignore[arg-type]


def sizes(parts: list[Part]) -> list[int]:
    return [len(part.keys) for part in parts]


def together(lines: list[Service], *pairs: tuple[int, int]) -> list[Service]:
    """The lines, with a group for each pair."""
    keys = {key for pair in pairs for key in pair}
    groups = {key: frozenset(pair for pair in pairs if key in pair) for key in keys}
    return [
        Service(
            one.key, one.service_date, one.place_of_service_code, one.diagnoses, one.rendering,
            one.identity, groups.get(one.key, frozenset()),
        )
        for one in lines
    ]  # fmt: skip


def test_a_plain_visit_is_one_claim_that_gives_no_reason() -> None:
    assert split_services(services(4)) == [Part((1, 2, 3, 4))]
    assert split_services([]) == []


def test_w06_53_lines_with_an_add_on_across_the_limit_are_49_and_4() -> None:
    parts = split_services(together(services(53), (50, 51)))
    assert sizes(parts) == [49, 4]
    assert parts[1].keys == (50, 51, 52, 53)
    assert {part.reason for part in parts} == {"more than 50 lines"}


def test_w06_without_a_pair_they_are_50_and_3() -> None:
    assert sizes(split_services(services(53))) == [50, 3]


def test_w06_on_forms_of_six_lines_they_are_nine() -> None:
    found = sizes(split_services(services(53), SplitRules(most_lines=6)))
    assert (len(found), found[-1]) == (9, 5)


def test_groups_that_share_a_line_stay_together_as_one() -> None:
    parts = split_services(together(services(52), (49, 50), (50, 51)))
    assert sizes(parts) == [48, 4]


def test_a_group_that_no_claim_holds_is_parted_all_the_same() -> None:
    lines = [service(key, together=frozenset({"all"})) for key in range(1, 54)]
    assert sizes(split_services(lines)) == [50, 3]


def test_a_day_is_kept_whole_where_a_claim_can_hold_it() -> None:
    first, second = (
        services(30),
        [service(key, service_date=date(2026, 11, 3)) for key in range(31, 61)],
    )
    assert sizes(split_services(first + second)) == [30, 30]


def test_more_than_twelve_diagnoses_are_parted_where_they_share_the_most() -> None:
    lines = [
        service(1, diagnoses=(1, 2, 3, 4)), service(2, diagnoses=(5, 6, 7, 8)),
        service(3, diagnoses=(9, 10, 11, 12)), service(4, diagnoses=(13, 1)),
        service(5, diagnoses=(5,)), service(6, diagnoses=(13,)),
    ]  # fmt: skip
    parts = split_services(lines)
    assert [part.keys for part in parts] == [(1, 2, 3, 5), (4, 6)]
    assert {part.reason for part in parts} == {"more than 12 diagnoses"}


def test_twelve_diagnoses_are_one_claim() -> None:
    lines = [service(key, diagnoses=(key, key + 6)) for key in range(1, 7)]
    assert len(split_services(lines)) == 1


def test_what_b1_takes_apart_is_apart_even_where_it_belongs_together() -> None:
    lines = [
        service(1, identity=("group", "north")), service(2, identity=("group", "south")),
        service(3, identity=("group", "north")),
    ]  # fmt: skip
    parts = split_services(together(lines, (1, 2)))
    assert [part.keys for part in parts] == [(1, 3), (2,)]
    assert parts[0].reason == "another provider, place or authorization"


def test_two_releases_of_the_diagnosis_codes_never_share_a_claim() -> None:
    lines = [service(1, service_date=date(2026, 9, 30)), service(2, service_date=date(2026, 10, 1))]
    parts = split_services(lines)
    assert [part.keys for part in parts] == [(1,), (2,)]
    assert parts[0].reason == "diagnosis codes of another year's release"


def test_months_and_years_are_apart_only_for_the_payer_that_wants_it() -> None:
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)]
    lines = [service(key, service_date=day) for key, day in enumerate(days, 1)]
    assert len(split_services(lines)) == 1
    by_year = split_services(lines, SplitRules(years_apart=True))
    assert [part.keys for part in by_year] == [(1, 2, 3), (4,)]
    by_month = split_services(lines, SplitRules(months_apart=True))
    assert [part.keys for part in by_month] == [(1,), (2, 3), (4,)]
    assert by_month[0].reason == "the payer takes one month"


def test_rendering_providers_share_a_claim_unless_the_payer_cannot_take_them_by_line() -> None:
    lines = [service(1, rendering=7), service(2, rendering=8), service(3, rendering=7)]
    assert len(split_services(lines)) == 1
    parts = split_services(lines, SplitRules(rendering_apart=True))
    assert [part.keys for part in parts] == [(1, 3), (2,)]


def test_a_stay_and_an_office_visit_are_two_episodes() -> None:
    parts = split_services([service(1), service(2, place_of_service_code="21")])
    assert [part.reason for part in parts] == ["inpatient and outpatient"] * 2


def test_every_reason_of_a_part_is_told_once() -> None:
    lines = [service(key, diagnoses=(key,)) for key in range(1, 54)] + [
        service(99, place_of_service_code="21")
    ]
    last = split_services(lines)[-1]
    assert last == Part((99,), "inpatient and outpatient")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(0, 70))
def test_each_line_is_on_exactly_one_claim_and_no_claim_is_too_large(seed: int, count: int) -> None:
    dice = Random(seed)
    drawn = [
        (dice.randint(0, 40), dice.choice(["11", "21"]), dice.randint(0, 5)) for _ in range(count)
    ]
    lines = [
        service(
            key, diagnoses=(diagnosis,), place_of_service_code=place,
            together=frozenset({group}) if group else frozenset(),
        )
        for key, (diagnosis, place, group) in enumerate(drawn)
    ]  # fmt: skip
    parts = split_services(lines)
    assert sorted(key for part in parts for key in part.keys) == list(range(len(lines)))
    of = {line.key: set(line.diagnoses) for line in lines}
    for part in parts:
        assert len(part.keys) <= 50
        assert len(set().union(*(of[key] for key in part.keys))) <= 12
