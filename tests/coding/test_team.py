"""The coding team at a glance: numbers that are links, and questions that nobody answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import CodingCase, ProviderQuery
from coding.selectors import TAKE_UNASSIGNED
from coding.services.assign_cases import assign_cases
from coding.services.chase_queries import chase_overdue
from coding.services.provider_queries import answer_query, ask_provider, withdraw_query
from coding.team import DAYS_TO_CODE, team_of
from core import clock, practice_settings, sweeping
from core.actors import acting_as, person
from core.choices import Role, WorkState
from core.models import Practice, TimelineEntry, WorkItem
from core.tenancy import practice_scope
from patients.choices import VisitKind
from tests.cast import client_of, user_of
from tests.factories.coding import load_codes
from tests.factories.patients import Site, joan, make_site, visit

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 2)
NOON = datetime(2026, 11, 2, 19, tzinfo=UTC)  # in Denver


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    site = make_site(in_summit)
    site.reyes.user = user_of(in_summit, Role.PROVIDER)
    site.reyes.save()
    return site


@pytest.fixture
def lead(summit: Practice) -> Client:
    return client_of(summit, Role.CODING_LEAD)


def ready(site: Site, **columns: object) -> CodingCase:
    return CodingCase.objects.get(encounter=visit(site, joan(site), **columns))


def asked(site: Site, due_on: date = MONDAY) -> ProviderQuery:
    coder = person(user_of(site.practice, Role.CODER))
    with clock.travel(NOON), acting_as(coder):
        return ask_provider(
            case=ready(site), topic="acuity", text="How would you describe its course?",
            options=["Acute", "Chronic"], due_on=due_on,
        )  # fmt: skip


def sweep_on(day: date, hour: int = 19) -> int:
    with clock.travel(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)):
        return sweeping.run_one("coding.queries")


def opened(kind: str) -> list[WorkItem]:
    return list(WorkItem.objects.filter(kind=kind, state=WorkState.OPEN))


# --- the page ------------------------------------------------------------------------------------


def test_each_coder_has_a_row_and_each_number_opens_the_very_encounters(
    site: Site, lead: Client
) -> None:
    coder = user_of(site.practice, Role.CODER)
    mine = [ready(site), ready(site)]
    assign_cases(cases=mine, coder=coder)
    ready(site)
    with clock.travel(NOON):
        row = next(row for row in team_of(site.practice).coders if row.coder == coder)
        assert (row.open.count, row.returned.count, row.oldest) == (2, 0, MONDAY)
        listed = lead.get(row.open.url).content.decode()
    assert "2 encounters" in listed
    for case in mine:
        assert case.encounter.number in listed


def test_overdue_questions_and_stuck_encounters_are_counted_and_found(
    site: Site, lead: Client
) -> None:
    query = asked(site)
    with clock.travel(NOON + timedelta(days=4)):
        team = team_of(site.practice)
        (row,) = [row for row in team.coders if row.coder == query.asked_by]
        assert (row.waiting.count, row.overdue.count, row.late.count) == (1, 1, 1)
        assert row.overdue.act
        assert [(label, figure.count) for label, figure in team.stuck] == [("Waiting query", 1)]
        for figure in (row.overdue, row.late, team.stuck[0][1]):
            assert query.case.encounter.number in lead.get(figure.url).content.decode()
    with clock.travel(NOON + timedelta(days=3)):
        assert team_of(site.practice).stuck == [], "three days are in time"


def test_what_is_nobodys_is_counted_by_visit(site: Site) -> None:
    ready(site, visit_kind=VisitKind.PROCEDURE)
    ready(site)
    assert [(label, figure.count) for label, figure in team_of(site.practice).unassigned] == [
        ("Office visit", 1),
        ("Procedure", 1),
    ]


def test_a_team_without_work_says_so(site: Site, lead: Client) -> None:
    page = lead.get(reverse("coding:team")).content.decode()
    assert "Every encounter to code is somebody’s." in page
    assert "Nothing is stuck." in page


def test_another_practices_encounters_are_not_counted(site: Site, lakeside: Practice) -> None:
    ready(site)
    with practice_scope(lakeside):
        assert team_of(lakeside).unassigned == []


def test_a_lead_changes_how_work_is_given_out(site: Site, lead: Client) -> None:
    url = reverse("coding:team-settings")
    refused = lead.post(url, {"days_to_code": "many"})
    assert refused.status_code == 422
    assert 'value="many"' in refused.content.decode()
    assert lead.post(url, {"days_to_code": "5"}).status_code == 303
    assert practice_settings.value(site.practice, DAYS_TO_CODE) == 5
    assert practice_settings.value(site.practice, TAKE_UNASSIGNED) is False


def test_the_page_costs_the_same_however_many_coders_there_are(
    site: Site, lead: Client, django_assert_max_num_queries: object
) -> None:
    for role in (Role.CODER, Role.CODING_LEAD):
        assign_cases(cases=[ready(site), ready(site)], coder=user_of(site.practice, role))
    url = reverse("coding:team")
    lead.get(url)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        lead.get(url)


# --- questions without an answer -----------------------------------------------------------------


def test_a_question_is_in_time_on_its_day_and_chased_on_the_next(site: Site) -> None:
    query = asked(site)
    assert sweep_on(MONDAY) == 0
    assert sweep_on(MONDAY + timedelta(days=1), hour=6) == 0, "it is still Monday in Denver"
    assert sweep_on(MONDAY + timedelta(days=1), hour=8) == 1
    (reminder,) = opened("query_overdue")
    assert reminder.owner == query.asked_by
    (theirs,) = opened("provider_query")
    assert theirs.title == "Overdue: question to the provider"
    assert theirs.owner == query.provider.user
    assert TimelineEntry.objects.filter(kind="query.overdue").count() == 1


def test_two_business_days_later_the_lead_gets_it_and_nothing_happens_twice(site: Site) -> None:
    asked(site)
    tuesday = MONDAY + timedelta(days=1)
    assert [sweep_on(tuesday), sweep_on(tuesday)] == [1, 0]
    assert sweep_on(tuesday + timedelta(days=1)) == 0
    assert sweep_on(tuesday + timedelta(days=2)) == 1
    (escalated,) = opened("query_escalated")
    assert (escalated.owner, escalated.role) == (None, Role.CODING_LEAD)
    assert sweep_on(tuesday + timedelta(days=30)) == 0
    assert len(opened("query_overdue")) == 1


def test_a_weekend_does_not_count_towards_escalation(site: Site) -> None:
    friday = date(2026, 11, 6)
    asked(site, due_on=friday)
    assert sweep_on(friday + timedelta(days=1)) == 1
    assert sweep_on(date(2026, 11, 10)) == 0
    assert sweep_on(date(2026, 11, 11)) == 0, "Veterans Day"
    assert sweep_on(date(2026, 11, 12)) == 1
    assert len(opened("query_escalated")) == 1


@pytest.mark.parametrize("end", ["answered", "withdrawn"])
def test_an_answer_ends_the_chase(site: Site, end: str) -> None:
    query = asked(site)
    sweep_on(MONDAY + timedelta(days=1))
    sweep_on(MONDAY + timedelta(days=3))
    if end == "answered":
        answer_query(query=query, user=query.provider.user, answer="Acute")  # type: ignore[arg-type]
    else:
        withdraw_query(query=query)
    assert opened("query_overdue") + opened("query_escalated") + opened("provider_query") == []
    assert sweep_on(MONDAY + timedelta(days=9)) == 0


def test_the_sweep_takes_every_practice_and_each_in_its_own_scope(
    site: Site, lakeside: Practice
) -> None:
    asked(site)
    with practice_scope(lakeside):
        other = make_site(lakeside)
        asked(other)
    with clock.travel(NOON + timedelta(days=1)):
        assert chase_overdue() == 2
    assert len(opened("query_overdue")) == 1
    assert WorkItem.everywhere.filter(kind="query_overdue").count() == 2
