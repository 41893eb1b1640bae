"""Modifier codes: the ones in daily use are known, slips of the hand are not."""

import pytest

from coding.code_sets.modifier_codes import STARTER

DAILY = "25 59 XS RT LT E1 F9 T5 GP CQ KX QW JW JZ GA GY 95 GT AS 82 TC 26 QK P3 HN RH"


@pytest.mark.parametrize("code", DAILY.split())
def test_modifiers_in_daily_use_are_known(code: str) -> None:
    assert code in STARTER


@pytest.mark.parametrize("code", ["ZZ", "00", "98", "W1", "I5", "ZD", "4P", "O1"])
def test_what_no_list_ever_held_is_not(code: str) -> None:
    assert code not in STARTER
