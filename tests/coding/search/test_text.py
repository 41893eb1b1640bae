"""Words that are the same to the search."""

import pytest

from coding.search.text import other_endings, stem, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anaemia", "anemia"),
        ("oesophagus", "esophagus"),
        ("tumours", "tumor"),
        ("fibre", "fiber"),
        ("hospitalisation", "hospitalization"),
        ("paralysed", "paralyzed"),
        ("diarrhoea", "diarrhea"),
        ("fractures", "fracture"),
        ("fractured", "fracture"),
        ("allergies", "allergy"),
        ("bleeding", "bleed"),
        ("swelling", "swell"),
        ("dizziness", "dizzy"),
        ("II", "2"),
        ("3rd", "third"),
        ("007", "7"),
    ],
)
def test_spellings_and_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one.lower()) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ulna", "ulnar"), ("colitis", "colic"), ("red", "ring"), ("hypertension", "hypotension")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_accents_apostrophes_and_signs_do_not_count() -> None:
    assert stems("Ménière's disease") == stems("meniere disease")
    assert stems("s/p Crohn’s") == ["s", "p", "crohn"]


@pytest.mark.parametrize(
    ("adjective", "noun"),
    [("neutropenic", "neutropenia"), ("cirrhotic", "cirrhosis"), ("psoriatic", "psoriasis"),
     ("arthritic", "arthritis"), ("traumatic", "trauma")],
)  # fmt: skip
def test_an_adjective_finds_its_noun(adjective: str, noun: str) -> None:
    assert stem(noun) in other_endings(stem(adjective))
