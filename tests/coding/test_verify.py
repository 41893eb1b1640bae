"""The proofs over coding rows count what they looked at and name what is wrong."""

import pytest

from coding import verify
from coding.models import ChargeLine, CodingCase
from coding.services.finish_case import finish_case
from core.models import Practice
from tests.factories.coding import coded, load_codes
from tests.factories.patients import Site, joan, make_site, visit


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def case(site: Site) -> CodingCase:
    found = coded(visit(site, joan(site)))
    finish_case(case=found)
    return found


@pytest.mark.django_db
def test_sound_rows_are_counted_and_pass(case: CodingCase) -> None:
    for check in (verify.every_encounter_has_a_case, verify.released_lines,
                  verify.charges_multiply):  # fmt: skip
        checked = check()
        assert (checked.counted, checked.problems) == (1, [])


@pytest.mark.django_db
def test_a_lost_case_an_unpriced_line_and_a_wrong_sum_are_found(case: CodingCase) -> None:
    line = ChargeLine.everywhere.get()
    ChargeLine.everywhere.filter(pk=line.pk).update(fee_source="", pointers=[0], charge_amount=1)
    [problem] = verify.released_lines().problems
    assert line.control_number in problem
    assert "has no price" in problem
    assert "points to no diagnosis" in problem
    assert verify.charges_multiply().problems
