"""The code lists of notes, as the tabular list writes them (domain A.2.1)."""

import pytest

from coding.edits.patterns import padded, patterns_of

CASES = [
    ("type 1 diabetes mellitus (E10.-)", "E109 E1065", "E119"),
    ("smoker's cough (J41.0)", "J410", "J411 J40"),
    ("certain conditions (P70-P74)", "P702 P74", "P75 P69"),
    ("pneumonitis (J70.2-J70.4)", "J702 J703 J704", "J701 J705"),
    ("gout (M1A.-, M10.-)", "M1A011 M109", "M11"),
    ("stage (N18.1-N18.6)", "N1831 N186", "N189 N17"),
    ("benign neoplasm of testis (D29.2.-)", "D2920 D2921", "D293"),
    ("diabetic ulcers (E08-E13 with .51-.52)", "E1151 E0852", "E1165 E1451"),
    ("gangrene (E08-E13 with .62-)", "E11621 E1162", "E1165"),
    ("adverse effect (T36-T50 with fifth or sixth character 5)", "T360X5A T50A95A", "T360X1A"),
    ("poisoning (T36-T65 with fifth or sixth character 1-4)", "T360X1A T518X4A", "T360X5A"),
    ("underdosing of medication (T36-T50) with fifth or sixth character 6", "T360X6A", "T360X5A"),
    ("dysphasia (I69. with final characters -21)", "I69021 I69321", "I69020 I691"),
    ("open wound (S62.- with 7th character B)", "S62501B", "S62501A"),
    ("phalanx (P28.3- - P28.4-)", "P2830 P2849", "P285"),
]  # fmt: skip


@pytest.mark.parametrize(("note", "inside", "outside"), CASES)
def test_a_code_list_is_read(note: str, inside: str, outside: str) -> None:
    found = patterns_of(note)
    assert all(any(one.matches(code) for one in found) for code in inside.split())
    assert not any(one.matches(code) for one in found for code in outside.split())
    assert not any(one.is_uncertain for one in found)


@pytest.mark.parametrize(
    "note", ["underlying disease", "stroke (NIHSS) score", "with endometrial neoplasia [EIN]"]
)
def test_prose_is_no_code_list(note: str) -> None:
    assert patterns_of(note) == ()


def test_a_qualifier_that_cannot_be_read_makes_a_hint_of_the_hit() -> None:
    (found,) = patterns_of("fracture (S52.- with open fracture 7th character)")
    assert (found.matches("S52501B"), found.is_uncertain) == (True, True)


@pytest.mark.parametrize(
    ("code", "seventh", "filled"),
    [("W19", "A", "W19XXXA"), ("T36.0X1", "A", "T360X1A"), ("M80.08", "A", "M8008XA"),
     ("S52.501", "A", "S52501A")],
)  # fmt: skip
def test_placeholders_fill_up_to_the_seventh_character(
    code: str, seventh: str, filled: str
) -> None:
    assert padded(code, seventh) == filled
