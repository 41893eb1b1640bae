"""Slips of the fingers are put right; words that are nothing like a known one are left."""

import pytest

from coding.search.spelling import Speller, edit_distance

SPELLER = Speller(
    {"pneumonia": 90, "hypertension": 80, "hypotension": 10, "asthma": 30, "knee": 50}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pnuemonia", "pneumonia"), ("newmonia", "pneumonia"), ("hypertenson", "hypertension"),
     ("ashtma", "asthma"), ("kne", None), ("knea", "knee"), ("xylophone", None), ("1234", None)],
)  # fmt: skip
def test_the_nearest_common_word_is_meant(typed: str, meant: str | None) -> None:
    found = SPELLER.correct(typed)
    assert (found[0] if found else None) == meant


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("knee", "knee", 0), ("kene", "knee", 1), ("knees", "knee", 1), ("nee", "knee", 1),
     ("pain", "pian", 1), ("hip", "leg", 3)],
)  # fmt: skip
def test_neighbours_swapped_count_once(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, 3) == distance


def test_a_distance_above_the_most_is_not_counted_out() -> None:
    assert edit_distance("abdomen", "zzzzzzz", 2) == 3


@pytest.mark.parametrize(
    ("typed", "meant"), [("exema", "eczema"), ("asma", "asthma"), ("fosfate", "phosphate")]
)
def test_what_sounds_alike_is_nearer_than_what_looks_alike(typed: str, meant: str) -> None:
    speller = Speller({"eczema": 20, "edema": 90, "asthma": 30, "aura": 30, "phosphate": 20})
    assert speller.correct(typed)[0] == meant
