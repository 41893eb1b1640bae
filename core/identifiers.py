"""Identifiers of US health care with their shapes and check digits (domain B.5)."""

import re

from django.core.exceptions import ValidationError

_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_CLIA = re.compile(r"\d{2}D\d{7}", re.ASCII)
_LETTER = "[AC-HJKMNP-RT-Y]"  # the Medicare id never uses S, L, O, I, B or Z
_MBI = re.compile(
    rf"[1-9]{_LETTER}(?:{_LETTER}|\d)\d{_LETTER}(?:{_LETTER}|\d)\d{_LETTER}{{2}}\d\d", re.ASCII
)


def npi_is_valid(value: str) -> bool:
    """Ten digits starting with 1 or 2 whose Luhn sum over `80840` + NPI is right."""
    if len(value) != 10 or not _digits(value) or value[0] not in "12":
        return False
    return _luhn_is_valid("80840" + value)


def npi_with_check_digit(first_nine: str) -> str:
    """The NPI whose first nine digits are `first_nine` (demo and test people need lawful ones)."""
    for digit in "0123456789":
        if npi_is_valid(first_nine + digit):
            return first_nine + digit
    raise ValueError("an NPI starts with 1 or 2 and has nine digits before its check digit")


def ein_is_valid(value: str) -> bool:
    """Nine digits, not all equal, without the dash."""
    return len(value) == 9 and _digits(value) and len(set(value)) > 1


def ssn_is_valid(value: str) -> bool:
    """Nine digits; area not 000, 666 or 9xx, group not 00, serial not 0000."""
    if len(value) != 9 or not _digits(value):
        return False
    area, group, serial = value[:3], value[3:5], value[5:]
    return area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000"


def zip_is_valid(value: str) -> bool:
    """Five or nine digits, without the dash."""
    return len(value) in {5, 9} and _digits(value)


def zip9_is_valid(value: str) -> bool:
    """Nine digits, as billing provider and facility need (domain B.4, box 33)."""
    return len(value) == 9 and _digits(value)


def taxonomy_is_valid(value: str) -> bool:
    """Nine capitals or digits, then X."""
    return bool(_TAXONOMY.fullmatch(value))


def mbi_is_valid(value: str) -> bool:
    """The eleven-character Medicare beneficiary identifier (domain B.4, box 1a)."""
    return bool(_MBI.fullmatch(value))


def clia_is_valid(value: str) -> bool:
    """Two digits, D, seven digits."""
    return bool(_CLIA.fullmatch(value))


def ndc11(value: str) -> str:
    """A drug code as eleven digits: 4-4-2, 5-3-2 and 5-4-1 are padded to 5-4-2 (domain B.5).

    Raises ValueError for any other shape.
    """
    if len(value) == 11 and _digits(value):
        return value
    parts = value.split("-")
    shape = tuple(len(part) for part in parts)
    if shape not in {(4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2)} or not _digits("".join(parts)):
        raise ValueError("a drug code is written 5-4-2, 4-4-2, 5-3-2 or 5-4-1")
    labeler, product, package = parts
    return labeler.zfill(5) + product.zfill(4) + package.zfill(2)


def validate_npi(value: str) -> None:
    """Form and model validator for an NPI."""
    if not npi_is_valid(value):
        raise ValidationError("An NPI has 10 digits and a check digit; this one does not fit.")


def validate_tax_id(value: str) -> None:
    """Form and model validator for a tax id of nine digits (EIN or SSN)."""
    if not (ein_is_valid(value) or ssn_is_valid(value)):
        raise ValidationError("A tax id has 9 digits.")


def validate_zip(value: str) -> None:
    """Form and model validator for a ZIP of five or nine digits."""
    if not zip_is_valid(value):
        raise ValidationError("A ZIP code has 5 or 9 digits.")


def validate_zip9(value: str) -> None:
    """Form and model validator for a ZIP of nine digits."""
    if not zip9_is_valid(value):
        raise ValidationError("This address needs the ZIP code with all 9 digits.")


def validate_taxonomy(value: str) -> None:
    """Form and model validator for a provider taxonomy code."""
    if not taxonomy_is_valid(value):
        raise ValidationError("A taxonomy code has 9 capitals or digits and ends in X.")


def _digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _luhn_is_valid(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
