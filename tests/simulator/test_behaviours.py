"""A claim's fate: the same every time, in the weights asked for, or forced."""

from collections import Counter
from decimal import Decimal

import pytest

from simulator.behaviours import DEFAULT_MIX, by_hash, choose, forced

PAY, DENY = "pay", "deny_co16"


def test_a_fate_depends_on_seed_and_claim_number_alone() -> None:
    names = [f"C{n}" for n in range(300)]
    once = [by_hash(1, name, DEFAULT_MIX) for name in names]
    assert once == [by_hash(1, name, DEFAULT_MIX) for name in names]
    assert once != [by_hash(2, name, DEFAULT_MIX) for name in names]


def test_fates_come_in_the_weights_of_the_mix() -> None:
    counted = Counter(by_hash(7, f"C{n}", {PAY: 3, DENY: 1}) for n in range(4000))
    assert set(counted) == {PAY, DENY}
    assert 0.22 < counted[DENY] / 4000 < 0.28


def test_trouble_does_not_strike_twice() -> None:
    mix = {DENY: 1}
    how = {"seed": 1, "mix": mix, "fates": (), "claim_number": "C1"}
    assert choose(**how, times_seen=0, is_primary=True) == DENY  # type: ignore[arg-type]
    assert choose(**how, times_seen=1, is_primary=True) == PAY  # type: ignore[arg-type]
    assert choose(**how, times_seen=0, is_primary=False) == PAY  # type: ignore[arg-type]


def test_a_scenario_names_a_fate_for_each_coming() -> None:
    how = {"seed": 1, "mix": {DENY: 1}, "claim_number": "C1", "is_primary": True}
    fates = ("reject_payer", "bundle")
    got = [choose(**how, fates=fates, times_seen=n) for n in range(3)]  # type: ignore[arg-type]
    assert got == ["reject_payer", "bundle", PAY]


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("C1", True),
        ("MEMBER1", True),
        ("*-DENY", True),
        ("*deny", True),
        ("$145.00", True),
        ("$145", False),
        ("C2", False),
        ("*X", False),
    ],
)
def test_a_scenario_is_found_by_its_markers(key: str, found: bool) -> None:
    fates = forced({key: (DENY,)}, "C1", "MEMBER1", "Testperson-Deny", Decimal(145))
    assert bool(fates) is found
