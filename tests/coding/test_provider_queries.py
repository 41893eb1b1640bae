"""Questions to providers: they do not lead, the encounter waits, and the answer is an addendum."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coding.choices import CaseState, QueryState
from coding.models import CodingCase, ProviderQuery
from coding.query_templates import ALWAYS, OTHER, TEMPLATES, options_of, refuse_leading
from coding.services.finish_case import finish_case
from coding.services.provider_queries import answer_query, ask_provider, withdraw_query
from core import clock
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.models import Practice, WorkItem
from core.states import IllegalTransition
from patients.models import EncounterNote
from tests.cast import client_of, user_of
from tests.factories.claims import World, joan, make_world, ready_case

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)
ASKED = {"topic": "acuity", "text": "The note says knee pain. How would you describe its course?"}


@pytest.fixture
def world(in_summit: Practice) -> World:
    return make_world(in_summit)


@pytest.fixture
def case(world: World) -> CodingCase:
    world.reyes.user = user_of(world.practice, Role.PROVIDER)
    world.reyes.save()
    return ready_case(world, joan(world), on=ON)


@pytest.fixture
def query(case: CodingCase) -> ProviderQuery:
    return ask_provider(case=case, options=["Acute", "Chronic"], **ASKED)


def state(case: CodingCase) -> str:
    case.refresh_from_db()
    return case.state


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Please add the diagnosis of sepsis.", "would lead"),
        ("You should document heart failure, do you agree?", "would lead"),
        ("The DRG would be higher with a comorbidity.", "names no money matters"),
        ("Without it the claim is denied.", "names no money matters"),
        ("The note mentions [condition]. How is its course?", "in place of the brackets"),
        ("", "Ask in 1 to 2,000 characters"),
    ],
)
def test_a_question_that_pushes_to_an_answer_is_not_sent(
    case: CodingCase, text: str, says: str
) -> None:
    with pytest.raises(ApplicationError, match=says):
        ask_provider(case=case, topic="acuity", text=text, options=["Acute", "Chronic"])
    assert not ProviderQuery.objects.exists()
    assert state(case) == CaseState.READY


def test_every_question_offers_two_answers_other_and_unable_to_determine() -> None:
    with pytest.raises(ApplicationError, match="at least two"):
        options_of(["Acute", " Acute ", OTHER])
    assert options_of(["Acute", "Chronic", OTHER]) == ["Acute", "Chronic", *ALWAYS]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.topic)
def test_our_own_templates_lead_nobody(template: object) -> None:
    text = template.text.replace("[", "").replace("]", "")  # type: ignore[attr-defined]
    refuse_leading(text, options_of(template.options))  # type: ignore[attr-defined]


# --- the encounter meanwhile ---------------------------------------------------------------------


def test_the_encounter_waits_and_the_provider_has_the_work(
    case: CodingCase, query: ProviderQuery
) -> None:
    assert state(case) == CaseState.WAITING_QUERY
    with pytest.raises((ApplicationError, IllegalTransition)):
        finish_case(case=case)
    item = WorkItem.objects.get(kind="provider_query")
    assert (item.owner, item.due_on) == (query.provider.user, query.due_on)
    with pytest.raises(Conflict):
        ask_provider(case=case, options=["Acute", "Chronic"], **ASKED)


def test_the_answer_is_signed_into_the_record_and_the_note_stays(
    case: CodingCase, query: ProviderQuery
) -> None:
    note = case.encounter.notes.get()
    provider = query.provider.user
    assert provider is not None
    answer_query(query=query, user=provider, answer="Chronic", comment="Since two years.")
    query.refresh_from_db()
    assert (query.state, query.answer) == (QueryState.ANSWERED, "Chronic")
    assert query.answered_at is not None
    addendum = EncounterNote.objects.exclude(pk=note.pk).get()
    assert addendum == query.addendum
    assert addendum.text.endswith("Answer: Chronic\nSince two years.")
    assert case.encounter.notes.get(pk=note.pk).text == note.text
    assert state(case) == CaseState.IN_PROGRESS
    assert WorkItem.objects.get(kind="query_answered").reason.startswith("Answer: Chronic")
    with pytest.raises(Conflict):
        answer_query(query=query, user=provider, answer="Acute")


def test_only_who_was_asked_answers_and_other_needs_its_words(
    case: CodingCase, query: ProviderQuery
) -> None:
    with pytest.raises(ApplicationError, match="Only the provider who was asked"):
        answer_query(query=query, user=user_of(case.practice, Role.CODER), answer="Acute")
    provider = query.provider.user
    assert provider is not None
    with pytest.raises(ApplicationError, match="Choose one of the answers"):
        answer_query(query=query, user=provider, answer="Sepsis")
    with pytest.raises(ApplicationError, match="Describe it"):
        answer_query(query=query, user=provider, answer=OTHER)
    assert state(case) == CaseState.WAITING_QUERY


def test_a_question_taken_back_gives_the_encounter_back(
    case: CodingCase, query: ProviderQuery
) -> None:
    withdraw_query(query=query)
    query.refresh_from_db()
    assert (query.state, query.answered_at) == (QueryState.WITHDRAWN, None)
    assert state(case) == CaseState.IN_PROGRESS
    assert not WorkItem.objects.filter(kind="provider_query", state="open").exists()


def test_a_question_is_overdue_after_its_day(query: ProviderQuery) -> None:
    assert not query.is_overdue
    with clock.travel(clock.now() + timedelta(days=20)):
        assert query.is_overdue


# --- screens -------------------------------------------------------------------------------------


def test_a_coder_asks_and_a_provider_answers_on_their_screens(
    world: World, case: CodingCase
) -> None:
    coder = client_of(world.practice, Role.CODER)
    ask = reverse("coding:query-ask", args=[case.public_id])
    assert "in place of the brackets" in text_of(coder, ask)
    form = {**ASKED, "options": "Acute\nChronic", "due_on": "2099-01-04"}
    refused = coder.post(ask, {**form, "text": "Please add acute pain."})
    assert refused.status_code == 422
    assert "That would lead the provider" in refused.content.decode()
    assert "Please add acute pain." in refused.content.decode()
    assert coder.post(ask, form).status_code == 303
    assert "Waiting query" in text_of(coder, reverse("coding:case", args=[case.public_id]))
    assert "Acuity" in text_of(coder, reverse("coding:queries"))

    query = ProviderQuery.objects.get()
    page = reverse("coding:query", args=[query.public_id])
    provider = client_of(world.practice, Role.PROVIDER)
    assert "Questions to answer" in text_of(provider, reverse("desk:home"))
    assert "knee pain" in text_of(provider, page)
    empty = provider.post(page, {"comment": "Since two years."})
    assert empty.status_code == 422
    assert "Choose one of the answers." in empty.content.decode()
    assert "Since two years." in empty.content.decode()
    assert provider.post(page, {"answer": "Chronic"}).status_code == 303
    assert "Chronic" in text_of(coder, reverse("coding:queries"))


def test_a_provider_sees_only_their_own_questions(world: World, case: CodingCase) -> None:
    world.reyes.user = None
    world.reyes.save()
    query = ask_provider(case=case, options=["Acute", "Chronic"], **ASKED)
    provider = client_of(world.practice, Role.PROVIDER)
    assert "No question is open." in text_of(provider, reverse("coding:queries"))
    page = reverse("coding:query", args=[query.public_id])
    assert provider.get(page).status_code == 404


def test_the_other_practices_questions_do_not_exist_here(
    query: ProviderQuery, lakeside: Practice
) -> None:
    coder = client_of(lakeside, Role.CODER)
    assert coder.get(reverse("coding:query", args=[query.public_id])).status_code == 404
    assert coder.post(reverse("coding:query-withdraw", args=[query.public_id])).status_code == 404


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()
