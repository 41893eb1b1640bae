"""Whose work an encounter is: given by the first rule that fits, by a lead's hand, or taken up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coding.assigning import Load, RuleFacts, VisitFacts, first_fitting, pick
from coding.choices import CaseState
from coding.models import AssignmentRule, CodingCase, RuleCoder
from coding.selectors import TAKE_UNASSIGNED, next_case
from coding.services.assign_cases import assign_cases, assign_waiting
from coding.services.assignment_rules import Wanted, move_rule, save_rule, switch_rule
from coding.services.diagnoses import add_diagnosis
from coding.services.hold_case import mark_not_billable
from core import practice_settings
from core.actors import acting_as, person
from core.choices import Role
from core.errors import ApplicationError
from core.models import Membership, Practice, TimelineEntry, User
from core.tenancy import practice_scope
from patients.choices import VisitKind
from tests.cast import client_of, user_of
from tests.factories.coding import load_codes
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def ada(summit: Practice) -> User:
    return coder_named(summit, "Ada")


@pytest.fixture
def ben(summit: Practice) -> User:
    return coder_named(summit, "Ben")


@pytest.fixture
def lead(summit: Practice) -> Client:
    return client_of(summit, Role.CODING_LEAD)


def coder_named(practice: Practice, name: str) -> User:
    user = User.objects.create(username=name.lower(), first_name=name, last_name="Coder")
    Membership.objects.create(user=user, practice=practice, role=Role.CODER)
    return user


def rule_for(
    site: Site, *coders: User, cap: int = 20, name: str = "", **conditions: object
) -> AssignmentRule:
    name = name or f"Rule {AssignmentRule.objects.count() + 1}"
    wanted = Wanted(name=name, coders=coders, open_cap=cap, **conditions)  # type: ignore[arg-type]
    return save_rule(practice=site.practice, wanted=wanted)


def ready(site: Site, **columns: object) -> CodingCase:
    return CodingCase.objects.get(encounter=visit(site, joan(site), **columns))


def whose(site: Site, count: int) -> list[str]:
    return [str(ready(site).coder or "nobody").split()[0] for _ in range(count)]


# --- the rules, pure -----------------------------------------------------------------------------


def a_rule(**columns: object) -> RuleFacts:
    facts = {
        "key": 1, "name": "a", "provider_id": None, "visit_kind": "", "payer_id": None,
        "open_cap": 2, "coder_ids": (1, 2), **columns,
    }  # fmt: skip
    return RuleFacts(**facts)  # type: ignore[arg-type]


VISIT = VisitFacts(provider_id=7, visit_kind="office", payer_id=3)


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"provider_id": 7}, True),
        ({"provider_id": 8}, False),
        ({"visit_kind": "procedure"}, False),
        ({"payer_id": 3, "visit_kind": "office"}, True),
        ({"payer_id": 4, "provider_id": 7}, False),
    ],
)
def test_every_condition_of_a_rule_must_hold(conditions: dict[str, object], fits: bool) -> None:
    assert (first_fitting(VISIT, [a_rule(**conditions)]) is not None) is fits


def test_the_coder_with_the_fewest_open_is_picked_and_of_equals_who_waited_longest() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    assert pick(a_rule(), {1: Load(1), 2: Load(0)}) == 2
    assert pick(a_rule(), {1: Load(1, now), 2: Load(1, now - timedelta(hours=1))}) == 2
    assert pick(a_rule(), {1: Load(1, now), 2: Load(1)}) == 2, "who never had one waited longest"
    assert pick(a_rule(), {}) == 1


def test_nobody_is_picked_where_all_are_at_the_cap() -> None:
    assert pick(a_rule(), {1: Load(2), 2: Load(3)}) is None
    assert pick(a_rule(coder_ids=()), {}) is None


# --- becoming ready ------------------------------------------------------------------------------


def test_a_note_makes_the_encounter_ready_and_somebodys(site: Site, ada: User) -> None:
    rule_for(site, ada, name="All to Ada")
    case = ready(site)
    assert (case.state, case.coder) == (CaseState.READY, ada)
    entry = TimelineEntry.objects.get(kind="case.assigned", subject_id=case.pk)
    assert entry.sentence == "gave it to Ada Coder by the rule All to Ada"


def test_without_its_note_it_is_nobodys_yet(site: Site, ada: User) -> None:
    rule_for(site, ada)
    assert ready(site, note_text="").coder is None


def test_several_coders_take_turns_and_the_cap_leaves_the_rest_to_anybody(
    site: Site, ada: User, ben: User
) -> None:
    rule_for(site, ada, ben, cap=2)
    assert whose(site, 5) == ["Ada", "Ben", "Ada", "Ben", "nobody"]


def test_what_waits_for_others_does_not_count_for_the_cap(site: Site, ada: User) -> None:
    rule_for(site, ada, cap=1)
    first = ready(site)
    mark_not_billable(case=first, reason="Courtesy visit.")
    assert whose(site, 2) == ["Ada", "nobody"]


def test_the_first_rule_that_fits_decides_even_when_its_coders_are_full(
    site: Site, ada: User, ben: User
) -> None:
    patient = joan(site)
    joans_medicare(site, patient)
    medicare = rule_for(site, ada, cap=1, payer=site.medicare_plan.payer)
    rule_for(site, ben)
    got = [CodingCase.objects.get(encounter=visit(site, patient)).coder for _ in range(2)]
    assert got == [ada, None]
    assert ready(site).coder == ben, "self-pay is none of the first rule's"
    switch_rule(rule=medicare, on=False)
    assert CodingCase.objects.get(encounter=visit(site, patient)).coder == ben


def test_a_coder_who_left_gets_nothing(site: Site, ada: User, ben: User) -> None:
    rule_for(site, ada, ben)
    Membership.objects.filter(user=ada).update(is_active=False)
    assert whose(site, 2) == ["Ben", "Ben"]


def test_rules_of_another_practice_do_nothing_here(
    site: Site, lakeside: Practice, ada: User
) -> None:
    with practice_scope(lakeside):
        theirs = coder_named(lakeside, "Cleo")
        save_rule(practice=lakeside, wanted=Wanted(name="All", coders=[theirs], open_cap=5))
    assert ready(site).coder is None
    with pytest.raises(ApplicationError, match="code in this practice"):
        rule_for(site, theirs)


# --- Code next -----------------------------------------------------------------------------------


def test_code_next_opens_ones_own_first_then_nobodys_and_never_anothers(
    site: Site, ada: User, ben: User
) -> None:
    day = date(2026, 11, 2)
    nobodys = ready(site, service_date_from=day - timedelta(days=9))
    bens, adas = ready(site, service_date_from=day - timedelta(days=8)), ready(site)
    assign_cases(cases=[bens], coder=ben)
    assign_cases(cases=[adas], coder=ada)
    practice = site.practice
    assert next_case(practice=practice, user=ada) == adas
    assert next_case(practice=practice, user=ada, after=adas) == nobodys
    assign_cases(cases=[nobodys, adas], coder=ben)
    assert next_case(practice=practice, user=ada) is None


def test_where_the_practice_says_so_what_is_nobodys_waits_for_a_lead(site: Site, ada: User) -> None:
    ready(site)
    practice_settings.change(site.practice, TAKE_UNASSIGNED, False)
    assert next_case(practice=site.practice, user=ada) is None


def test_where_only_others_have_work_left_code_next_says_so(
    site: Site, ada: User, ben: User
) -> None:
    rule_for(site, ada)
    ready(site)
    browser = Client()
    browser.force_login(ben)
    page = browser.get(reverse("coding:next")).content.decode()
    assert "Nothing left for you" in page
    assert "1 encounter is to be coded" in " ".join(page.replace("</a>", "").split())


def test_who_changes_the_codes_takes_the_encounter_up(site: Site, ada: User, ben: User) -> None:
    rule_for(site, ada)
    case = ready(site)
    with acting_as(person(ben)):
        add_diagnosis(case=case, code="I10")
    case.refresh_from_db()
    assert case.coder == ben


def test_a_rule_takes_nothing_from_somebody_who_was_quicker(
    site: Site, ada: User, ben: User
) -> None:
    case = ready(site)
    rule_for(site, ada)
    seen_before = CodingCase.objects.get(pk=case.pk)
    with acting_as(person(ben)):
        add_diagnosis(case=case, code="I10")
    assert assign_waiting(practice=site.practice, cases=[seen_before]) == 0
    case.refresh_from_db()
    assert case.coder == ben


# --- a lead's hand -------------------------------------------------------------------------------


def test_a_lead_assigns_chosen_encounters_and_finished_ones_are_left_alone(
    site: Site, lead: Client, ada: User
) -> None:
    open_one, closed = ready(site), ready(site)
    mark_not_billable(case=closed, reason="Courtesy visit.")
    url, ids = reverse("coding:assign"), [str(open_one.public_id), str(closed.public_id)]
    asked = lead.post(url, {"ids": ids})
    assert asked.status_code == 200
    assert "Assign 2 encounters" in asked.content.decode()
    given = lead.post(url, {"ids": ids, "give": "1", "coder": str(ada.public_id)}, follow=True)
    assert "1 assigned, 1 done already and left alone" in given.content.decode()
    open_one.refresh_from_db()
    closed.refresh_from_db()
    assert (open_one.coder, closed.coder) == (ada, None)
    lead.post(url, {"ids": ids, "give": "1", "coder": ""})
    open_one.refresh_from_db()
    assert open_one.coder is None


def test_only_people_who_code_here_can_be_given_work(site: Site, lead: Client) -> None:
    case = ready(site)
    biller = user_of(site.practice, Role.BILLER)
    values = {"ids": [str(case.public_id)], "give": "1", "coder": str(biller.public_id)}
    refused = lead.post(reverse("coding:assign"), values)
    assert refused.status_code == 422
    with pytest.raises(ApplicationError):
        assign_cases(cases=[case], coder=biller)


def test_another_practices_encounters_cannot_be_assigned(
    site: Site, lakeside: Practice, ada: User
) -> None:
    case = ready(site)
    with practice_scope(lakeside):
        theirs = client_of(lakeside, Role.CODING_LEAD)
        values = {"ids": [str(case.public_id)], "give": "1", "coder": ""}
        said = theirs.post(reverse("coding:assign"), values, follow=True).content.decode()
    assert "Choose encounters first." in said


def test_the_queue_shows_whose_it_is_and_is_filtered_by_it(
    site: Site, lead: Client, ada: User, ben: User
) -> None:
    adas, nobodys = ready(site), ready(site)
    assign_cases(cases=[adas], coder=ada)
    queue = reverse("coding:queue")
    of_ada = lead.get(queue, {"coder": ada.pk}).content.decode()
    assert adas.encounter.number in of_ada
    assert nobodys.encounter.number not in of_ada
    free = lead.get(queue, {"nobody": "1"}).content.decode()
    assert nobodys.encounter.number in free
    assert adas.encounter.number not in free
    assert "Assign to…" in free
    coder = client_of(site.practice, Role.CODER).get(queue).content.decode()
    assert "Assign to…" not in coder


# --- the rules' pages ----------------------------------------------------------------------------


def test_a_lead_writes_a_rule_and_what_is_wrong_is_said_at_its_field(
    site: Site, lead: Client, ada: User, ben: User
) -> None:
    url = reverse("coding:rule-new")
    values = {
        "name": "Procedures", "visit_kind": VisitKind.PROCEDURE, "provider": "", "payer": "",
        "coders": [], "open_cap": "0",
    }  # fmt: skip
    refused = lead.post(url, values)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Choose at least one coder." in page
    assert 'value="Procedures"' in page
    values |= {"coders": [str(ada.public_id), str(ben.public_id)], "open_cap": "5"}
    assert lead.post(url, values).status_code == 303
    rule = AssignmentRule.objects.get()
    assert (rule.name, rule.visit_kind, rule.open_cap) == ("Procedures", "procedure", 5)
    assert {one.coder for one in rule.coders.all()} == {ada, ben}
    again = lead.post(url, values)
    assert "Another rule has this name." in again.content.decode()


def test_changing_a_rule_keeps_the_turns_of_coders_who_stay(
    site: Site, lead: Client, ada: User, ben: User
) -> None:
    rule = rule_for(site, ada)
    ready(site)
    given = RuleCoder.objects.get(coder=ada).last_given_at
    assert given is not None
    url = reverse("coding:rule", args=[rule.public_id])
    assert "Ada Coder" in lead.get(url).content.decode()
    values = {"name": "Both", "coders": [ada.public_id, ben.public_id], "open_cap": "3"}
    assert lead.post(url, values).status_code == 303
    assert RuleCoder.objects.get(coder=ada).last_given_at == given
    rule.refresh_from_db()
    assert rule.name == "Both"


def test_rules_change_places_and_are_switched_off(site: Site, lead: Client, ada: User) -> None:
    first, second = rule_for(site, ada), rule_for(site, ada)
    lead.post(reverse("coding:rule-move", args=[second.public_id]), {"to": "up"})
    assert list(AssignmentRule.objects.all()) == [second, first]
    move_rule(rule=second, up=True)
    assert list(AssignmentRule.objects.all()) == [second, first], "it is the first already"
    lead.post(reverse("coding:rule-switch", args=[first.public_id]), {"on": "0"})
    first.refresh_from_db()
    assert not first.is_active


def test_trying_says_who_would_get_what_and_changes_nothing(
    site: Site, lead: Client, ada: User
) -> None:
    for _ in range(3):
        ready(site)
    rule_for(site, ada, cap=2, name="Two for Ada")
    page = lead.get(reverse("coding:rules"), {"try": "1"}).content.decode()
    assert "Ada Coder" in page
    assert "Nobody: all are at the cap" in page
    assert not CodingCase.objects.filter(coder__isnull=False).exists()
    lead.post(reverse("coding:rules-assign"))
    assert CodingCase.objects.filter(coder=ada).count() == 2
    assert RuleCoder.objects.get().last_given_at is not None
