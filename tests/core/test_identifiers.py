"""Identifiers are judged by shape and check digit (domain B.5, W-01, W-07)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import identifiers as ids

nine_digits = st.from_regex(r"[12][0-9]{8}", fullmatch=True)


@given(nine_digits)
def test_exactly_one_check_digit_makes_an_npi(first_nine: str) -> None:
    valid = [d for d in "0123456789" if ids.npi_is_valid(first_nine + d)]
    assert valid == [ids.npi_with_check_digit(first_nine)[-1]]


@pytest.mark.parametrize("npi", ["2000000010", "2000000028", "2000000036", "2000000044"])
def test_accepts_the_casts_npis(npi: str) -> None:
    assert ids.npi_is_valid(npi)


@pytest.mark.parametrize("npi", ["2000000011", "3000000019", "200000001", "２000000010", ""])
def test_refuses_other_npis(npi: str) -> None:
    assert not ids.npi_is_valid(npi)


def test_knows_a_medicare_id_by_its_letters() -> None:
    assert ids.mbi_is_valid("1EG4TE5MK73")
    assert not ids.mbi_is_valid("1EG4TE5MK7S")
    assert not ids.mbi_is_valid("SEG4TE5MK73")


@pytest.mark.parametrize(
    ("written", "eleven"),
    [
        ("0003-0293-05", "00003029305"),
        ("50242-040-62", "50242004062"),
        ("12345-6789-0", "12345678900"),
        ("12345678901", "12345678901"),
    ],
)
def test_pads_drug_codes_to_eleven_digits(written: str, eleven: str) -> None:
    assert ids.ndc11(written) == eleven


@pytest.mark.parametrize("wrong", ["123", "1-2-3", "0003-0293-0x", "00030293051234"])
def test_refuses_other_drug_codes(wrong: str) -> None:
    with pytest.raises(ValueError):
        ids.ndc11(wrong)


@pytest.mark.parametrize(
    ("ssn", "valid"),
    [("123456789", True), ("000456789", False), ("666456789", False), ("900456789", False),
     ("123006789", False), ("123450000", False), ("12345678", False)],
)  # fmt: skip
def test_knows_social_security_numbers_that_are_never_issued(ssn: str, valid: bool) -> None:
    assert ids.ssn_is_valid(ssn) is valid


def test_knows_the_shapes_of_zip_taxonomy_clia_and_ein() -> None:
    assert ids.zip_is_valid("80001")
    assert ids.zip9_is_valid("800011234")
    assert not ids.zip_is_valid("8000-1")
    assert not ids.zip9_is_valid("80001")
    assert ids.taxonomy_is_valid("207Q00000X")
    assert not ids.taxonomy_is_valid("207Q00000Y")
    assert ids.clia_is_valid("06D0000001")
    assert not ids.clia_is_valid("0600000001")
    assert ids.ein_is_valid("841234567")
    assert not ids.ein_is_valid("111111111")
