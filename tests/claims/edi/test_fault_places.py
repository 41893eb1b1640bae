"""What the check of the file finds stands at the field of the claim that it was written from."""

import copy

import pytest

from claims.edi.fault_places import placed_faults
from tests.claims.scrub.test_scrub import SOUND


def test_a_sound_claim_may_leave() -> None:
    assert placed_faults(SOUND) == []


@pytest.mark.writes_broken_claims("a line without a code is to be found by our own check")
def test_a_fault_of_a_line_names_the_line_and_its_field() -> None:
    damaged = copy.deepcopy(SOUND)
    damaged["lines"][1]["procedure_code"] = ""
    (fault, *_) = placed_faults(damaged)
    assert fault.field.startswith("lines.2.")
    assert fault.words.startswith("Line 2, procedure: ")


@pytest.mark.writes_broken_claims("a city of one letter is to be found by our own check")
def test_a_fault_of_a_person_stands_at_that_person() -> None:
    damaged = copy.deepcopy(SOUND)
    damaged["billing_provider"]["city"] = "X"
    fields = {fault.field for fault in placed_faults(damaged)}
    assert fields == {"billing_provider.city"}
