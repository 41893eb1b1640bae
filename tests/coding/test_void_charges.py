"""Released charges taken back: void lines stay, drafts of them are coded on, others are left."""

from decimal import Decimal

import pytest

from billing.models import Journal
from coding.choices import CaseState, LineState
from coding.grammar import parse_line
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.services.diagnoses import remove_diagnosis
from coding.services.finish_case import finish_case
from coding.services.hold_case import mark_not_billable, return_case
from coding.services.lines import add_line, change_line, remove_line
from coding.services.void_charges import return_released_case
from coding.verify import charges_multiply, released_lines
from core.errors import ApplicationError, Conflict
from core.models import NewsItem, Practice, TimelineEntry, WorkItem
from core.practice_settings import change
from tests.factories.coding import coded, load_codes
from tests.factories.patients import Site, joan, make_site, visit

pytestmark = pytest.mark.django_db
KEPT = (
    "position", "procedure_code", "modifiers", "units", "unit_code", "minutes", "unit_fee_amount",
    "fee_source", "charge_amount", "pointers", "place_of_service_code", "service_date_from",
    "service_date_to", "description", "ndc_code", "ndc_unit_code", "ndc_quantity",
)  # fmt: skip
LINES = "99213-25/a;J3301-JZ x4 /b #0003-0293-05 1 ML"


@pytest.fixture
def case(in_summit: Practice) -> CodingCase:
    """A released visit that nobody insures: no claim is in the way."""
    load_codes(in_summit)
    site: Site = make_site(in_summit)
    released = coded(visit(site, joan(site)), lines=LINES)
    finish_case(case=released)
    return released


def lines(case: CodingCase, state: str) -> list[ChargeLine]:
    return list(ChargeLine.objects.filter(case=case, state=state).order_by("position", "pk"))


def test_the_lines_are_void_and_their_drafts_say_the_same_under_new_numbers(
    case: CodingCase,
) -> None:
    before = lines(case, LineState.RELEASED)
    return_released_case(case=case, reason="The drug was given twice.")
    void, drafts = lines(case, LineState.VOID), lines(case, LineState.DRAFT)
    assert void == before
    for old, new in zip(void, drafts, strict=True):
        assert [getattr(new, name) for name in KEPT] == [getattr(old, name) for name in KEPT]
        assert new.control_number != old.control_number


def test_the_case_is_returned_to_its_coder_with_the_reason(case: CodingCase) -> None:
    version = case.version
    return_released_case(case=case, reason="  The drug was\n given twice. ")
    assert (case.state, case.version) == (CaseState.RETURNED, version + 1)
    item = WorkItem.objects.get(kind="coding_returned", state="open")
    assert (item.reason, item.owner) == ("The drug was given twice.", case.coder)
    told = TimelineEntry.objects.get(kind="charges.voided").sentence
    assert told == "took back 2 charges of $175.00 to be coded again: The drug was given twice."
    news = NewsItem.objects.get(topic="coding.charges_voided")
    assert news.ids["charge_line_ids"] == [line.pk for line in lines(case, LineState.VOID)]


def test_it_needs_a_reason_and_something_released(case: CodingCase) -> None:
    with pytest.raises(ApplicationError) as refused:
        return_released_case(case=case, reason=" ")
    assert refused.value.field == "reason"
    return_released_case(case=case, reason="Wrong side")
    with pytest.raises(Conflict):
        return_released_case(case=case, reason="Wrong side")
    assert len(lines(case, LineState.DRAFT)) == 2


def test_returning_from_the_coding_screen_is_the_same(case: CodingCase) -> None:
    return_case(case=case, reason="Wrong side")
    assert case.state == CaseState.RETURNED
    assert len(lines(case, LineState.VOID)) == 2


def test_a_case_released_since_the_page_was_opened_has_its_charges_taken_back_as_well(
    case: CodingCase,
) -> None:
    case.state = CaseState.FINISHED  # as an old page still says
    return_case(case=case, reason="Wrong side")
    assert lines(case, LineState.RELEASED) == []


def test_coded_again_it_is_released_with_new_charges_and_the_void_ones_stay(
    case: CodingCase,
) -> None:
    return_released_case(case=case, reason="One more injection")
    first, second = lines(case, LineState.DRAFT)
    change_line(case=case, line=second, units=Decimal(6))
    finish_case(case=case)
    assert case.state == CaseState.RELEASED
    assert [line.units for line in lines(case, LineState.RELEASED)] == [1, 6]
    assert [line.units for line in lines(case, LineState.VOID)] == [1, 4]
    assert WorkItem.objects.get(kind="coding_returned").outcome == "coded again"
    assert Journal.objects.filter(source_kind="charge", mirror=None).count() == 2
    assert first.position == 1


def test_a_void_line_keeps_its_pointers_and_is_never_changed(case: CodingCase) -> None:
    return_released_case(case=case, reason="Not diabetes")
    void = lines(case, LineState.VOID)[0]
    with pytest.raises(ApplicationError, match="released"):
        change_line(case=case, line=void, units=Decimal(2))
    remove_diagnosis(case=case, diagnosis=case.diagnoses.get(position=1))
    kept, draft = lines(case, LineState.VOID)[0], lines(case, LineState.DRAFT)[0]
    assert (kept.pointers, draft.pointers) == (void.pointers, [])


def test_one_claims_charges_can_go_back_while_the_others_of_the_visit_stay(
    case: CodingCase,
) -> None:
    visit_line, drug = lines(case, LineState.RELEASED)
    return_released_case(case=case, reason="Level", line_ids=[visit_line.pk])
    assert lines(case, LineState.RELEASED) == [drug]
    [draft] = lines(case, LineState.DRAFT)
    change_line(case=case, line=draft, modifiers=[])
    case.refresh_from_db()
    assert case.state == CaseState.IN_PROGRESS
    assert released_lines().problems == []
    pointed = CaseDiagnosis.objects.get(pk=drug.pointers[0])
    with pytest.raises(ApplicationError, match="on a claim"):
        remove_diagnosis(case=case, diagnosis=pointed)
    with pytest.raises(ApplicationError, match="return that claim first"):
        mark_not_billable(case=case, reason="Courtesy")
    finish_case(case=case)
    assert [line.state for line in ChargeLine.objects.filter(case=case).order_by("pk")] == [
        LineState.VOID, LineState.RELEASED, LineState.RELEASED,
    ]  # fmt: skip


def test_where_a_lead_releases_a_finished_case_with_charges_out_is_returned_as_well(
    case: CodingCase,
) -> None:
    change(case.practice, "coding.release_on_finish", False)
    visit_line, drug = lines(case, LineState.RELEASED)
    return_released_case(case=case, reason="Level", line_ids=[visit_line.pk])
    finish_case(case=case)
    assert case.state == CaseState.FINISHED
    return_released_case(case=case, reason="Units", line_ids=[drug.pk])
    assert case.state == CaseState.RETURNED
    assert len(lines(case, LineState.DRAFT)) == 2


def test_lines_are_numbered_and_removed_without_the_void_ones(case: CodingCase) -> None:
    return_released_case(case=case, reason="Again")
    remove_line(case=case, line=lines(case, LineState.DRAFT)[0])
    added = add_line(case=case, typed=parse_line("20610-rt"))
    assert [line.position for line in lines(case, LineState.DRAFT)] == [1, 2]
    assert added.position == 2
    assert [line.position for line in lines(case, LineState.VOID)] == [1, 2]
    assert charges_multiply().problems == []
