"""How much was coded and how heavy it was: the arithmetic, and the page that shows it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from coding.grammar import parse_line
from coding.models import CodingCase
from coding.productivity import CodedCase, Output, active_seconds, output, weights
from coding.productivity_report import productivity_of
from coding.services.audits import WantedAudit, close_item, compare_item, draw_audit
from coding.services.diagnoses import add_diagnosis
from coding.services.finish_case import finish_case
from coding.services.hold_case import return_case
from coding.services.lines import add_line
from core import clock, practice_settings
from core.actors import acting_as, person
from core.choices import Role
from core.models import Practice, User
from core.tenancy import practice_scope
from patients.choices import VisitKind
from tests.cast import client_of, user_of
from tests.factories.coding import load_codes
from tests.factories.patients import Site, joan, make_site, visit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 19, tzinfo=UTC)
NOVEMBER = {"first": "2026-11-01", "last": "2026-11-30"}


def at(*minutes: float) -> list[datetime]:
    return [NOON + timedelta(minutes=one) for one in minutes]


# --- the arithmetic ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moments", "seconds"),
    [
        ([], 0),
        (at(0), 0),
        (at(0, 2, 3), 180),
        (at(3, 0, 2), 180),
        (at(0, 5), 300),
        (at(0, 5.02), 0),
        (at(0, 1, 60, 62), 180),
    ],
)
def test_gaps_of_more_than_five_minutes_were_not_spent_on_it(
    moments: list[datetime], seconds: int
) -> None:
    assert active_seconds(moments) == seconds


def test_a_kind_of_visit_weighs_its_median_against_all() -> None:
    cases = [CodedCase(1, "office", 1, s) for s in (60, 120, 120)]
    cases += [CodedCase(2, "procedure", 3, s) for s in (180, 300)]
    weighing = weights(cases)
    assert weighing == {"office": Decimal(1), "procedure": Decimal(2)}
    heavy = output([case for case in cases if case.coder_id == 2], weighing)
    assert (heavy.case_mix, heavy.weighted) == (Decimal("2.00"), Decimal("4.0"))
    assert (heavy.lines, heavy.active_minutes, heavy.median_minutes) == (6, Decimal(8), Decimal(4))
    assert heavy.per_hour == Decimal("15.0")
    all_of_it = output(cases, weighing)
    assert all_of_it.case_mix == Decimal("1.40")
    assert all_of_it.kinds["office"].encounters == 3


def test_without_measured_time_there_is_no_mix_and_without_cases_no_median() -> None:
    cases = [CodedCase(1, "office", 1, 0)]
    found = output(cases, weights(cases))
    assert (found.case_mix, found.weighted, found.per_hour) == (None, None, None)
    assert output([], {}) == Output()


# --- the report ----------------------------------------------------------------------------------


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    practice_settings.change(in_summit, "coding.release_on_finish", False)
    return make_site(in_summit)


def coded_in(site: Site, by: User, minutes: int, kind: str = VisitKind.OFFICE) -> CodingCase:
    """An encounter whose coding took so many minutes, an act a minute."""
    case = CodingCase.objects.get(encounter=visit(site, joan(site), visit_kind=kind))
    with acting_as(person(by)):
        for minute in range(minutes):
            with clock.travel(NOON + timedelta(minutes=minute)):
                if minute == 0:
                    add_diagnosis(case=case, code="I10")
                elif minute == 1:
                    add_line(case=case, typed=parse_line("99213"))
                else:
                    add_diagnosis(case=case, code=f"R{100 + minute}")
        with clock.travel(NOON + timedelta(minutes=minutes)):
            finish_case(case=case)
    return case


def test_the_minutes_are_the_coders_own_acts(site: Site) -> None:
    coder = user_of(site.practice, Role.CODER)
    coded_in(site, coder, 2)
    coded_in(site, coder, 4)
    (row,) = productivity_of(site.practice, NOON.date(), NOON.date()).rows
    assert row.coder == coder
    assert (row.output.encounters, row.output.lines) == (2, 2)
    assert (row.output.active_minutes, row.output.median_minutes) == (Decimal(6), Decimal(3))


def test_what_came_back_is_counted_and_another_day_is_not(site: Site) -> None:
    coder = user_of(site.practice, Role.CODER)
    coded_in(site, coder, 2)
    with clock.travel(NOON + timedelta(hours=1)):
        return_case(case=coded_in(site, coder, 2), reason="Wrong side.")
    (row,) = productivity_of(site.practice, NOON.date(), NOON.date()).rows
    assert (row.output.encounters, row.returned) == (1, 1)
    later = NOON.date() + timedelta(days=1)
    assert productivity_of(site.practice, later, later).rows == []


def test_another_practice_counts_none_of_it(site: Site, lakeside: Practice) -> None:
    coded_in(site, user_of(site.practice, Role.CODER), 2)
    with practice_scope(lakeside):
        assert productivity_of(lakeside, NOON.date(), NOON.date()).rows == []


# --- the page ------------------------------------------------------------------------------------

URL = "coding:productivity"


def names(client: Client) -> list[str]:
    content = client.get(reverse(URL), {**NOVEMBER, "export": "csv"}).content.decode("utf-8-sig")
    return [row["Coder"] for row in csv.DictReader(io.StringIO(content))]


def test_leads_see_everybody_and_a_coder_only_their_own_row(site: Site) -> None:
    coder, lead = user_of(site.practice, Role.CODER), user_of(site.practice, Role.CODING_LEAD)
    coded_in(site, coder, 2)
    coded_in(site, lead, 3, VisitKind.PROCEDURE)
    assert names(client_of(site.practice, Role.MANAGER)) == [str(coder), str(lead)]
    own = client_of(site.practice, Role.CODER)
    assert names(own) == [str(coder)]
    page = own.get(reverse(URL), NOVEMBER).content.decode()
    assert "My numbers" in page
    assert str(lead) not in page


def test_the_page_shows_weights_and_says_how_it_is_counted(site: Site) -> None:
    coder = user_of(site.practice, Role.CODER)
    coded_in(site, coder, 2)
    coded_in(site, coder, 4, VisitKind.PROCEDURE)
    page = client_of(site.practice, Role.CODING_LEAD).get(reverse(URL), NOVEMBER).content.decode()
    assert "A gap of more than five minutes does not count." in page
    for figure in ("0.67", "1.33", "1.00"):
        assert figure in page


def test_the_scores_of_audits_closed_in_the_period_stand_beside_the_work(site: Site) -> None:
    coder, chief = user_of(site.practice, Role.CODER), user_of(site.practice, Role.CODING_LEAD)
    coded_in(site, coder, 2)
    wanted = WantedAudit("November", NOON.date(), NOON.date(), size=1)
    with clock.travel(NOON + timedelta(days=1)), acting_as(person(chief)):
        item = draw_audit(practice=site.practice, wanted=wanted).items.get()
        close_item(item=compare_item(item=item, diagnoses="I10", lines="99214"))
    lead = client_of(site.practice, Role.CODING_LEAD)
    page = lead.get(reverse(URL), NOVEMBER).content.decode()
    assert '50.0 % <span class="is-warning">under</span>' in page
    content = lead.get(reverse(URL), {**NOVEMBER, "export": "csv"}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["Code-level accuracy %"], row["E/M level agreement %"]) == ("50.0", "0.0")
    assert row["Modifier accuracy %"] == ""


def test_a_period_that_makes_no_sense_is_refused_at_its_field(site: Site) -> None:
    lead = client_of(site.practice, Role.CODING_LEAD)
    backwards = lead.get(reverse(URL), {"first": "2026-11-30", "last": "2026-11-01"})
    assert backwards.status_code == 422
    assert "It ends before it begins." in backwards.content.decode()
    assert 'value="2026-11-30"' in backwards.content.decode()
    too_long = lead.get(reverse(URL), {"first": "2024-01-01", "last": "2026-11-01"})
    assert "Choose at most a year." in too_long.content.decode()


def test_it_costs_the_same_however_much_was_coded(
    site: Site, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        coded_in(site, user_of(site.practice, Role.CODER), 2)
    lead = client_of(site.practice, Role.CODING_LEAD)
    lead.get(reverse(URL), NOVEMBER)
    with django_assert_max_num_queries(17):  # type: ignore[operator]
        lead.get(reverse(URL), NOVEMBER)
