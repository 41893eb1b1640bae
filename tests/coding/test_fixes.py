"""Fixes as buttons: what they are called, and which of them a key may press."""

import pytest

from coding.fixes import Fix, fixes_of
from core.findings import Finding, Severity


def finding(code: str, fix: str) -> Finding:
    return Finding(code, Severity.WARNING, "said", "diagnosis:1", fix, "source")


@pytest.mark.parametrize(
    ("code", "fix", "is_judgment"),
    [
        ("ICD-13", "replace:M5451", True),
        ("ICD-20", "replace:I110", False),
        ("NEC-01", "add_modifier:GA", True),
        ("MOD-01", "swap_modifier:GZ>GA", True),
        ("CLIA-01", "add_modifier:QW", False),
        ("ICD-11", "remove", False),
    ],
)
def test_what_only_the_note_or_a_paper_can_say_has_no_key(
    code: str, fix: str, is_judgment: bool
) -> None:
    assert [one.is_judgment for one in fixes_of(finding(code, fix))] == [is_judgment]


def test_a_button_says_what_the_code_is_called() -> None:
    (fix,) = fixes_of(finding("ICD-13", "replace:M5451"))
    assert fix.code == "M5451"
    assert fix.titled("Vertebrogenic low back pain").label == (
        "Replace by M54.51, Vertebrogenic low back pain"
    )
    assert fix.titled("") == fix


def test_both_sides_joined_name_the_code_they_become() -> None:
    assert Fix("join:M1711+M1712=M170", "diagnosis:1", "x").code == "M170"
