"""The coding audit through its pages: drawn, coded blind, compared, judged, closed, told."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coding.audited import score_of
from coding.auditing.typed import read_diagnoses, read_lines
from coding.choices import AuditItemState, AuditState, AuditTrigger
from coding.grammar import parse_line
from coding.models import AuditDifference, AuditItem, CodingAudit, CodingCase
from coding.services.audits import WantedAudit, close_item, compare_item, draw_audit
from coding.services.finish_case import finish_case
from coding.services.hold_case import return_case
from coding.services.lines import add_line
from core import clock, practice_settings
from core.actors import acting_as, person
from core.choices import Role
from core.errors import ApplicationError, Conflict, NotAllowed
from core.models import AuditEvent, Practice, TimelineEntry, User
from core.tenancy import practice_scope
from tests.cast import client_of, user_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import VISIT_DAY, Site, joan, make_site, visit

pytestmark = pytest.mark.django_db
RIGHT = {"act": "compare", "diagnoses": "E11.9 I10", "lines": "99213"}


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    practice_settings.change(in_summit, "coding.release_on_finish", False)
    return make_site(in_summit)


@pytest.fixture
def coder(summit: Practice) -> User:
    return user_of(summit, Role.CODER)


@pytest.fixture
def chief(summit: Practice) -> User:
    return user_of(summit, Role.CODING_LEAD)


@pytest.fixture
def lead(summit: Practice) -> Client:
    return client_of(summit, Role.CODING_LEAD)


def finished(site: Site, by: User, lines: str = "99213", diagnoses: str = "E119 I10") -> CodingCase:
    with acting_as(person(by)):
        case = coded(visit(site, joan(site)), diagnoses, lines)
        finish_case(case=case)
    case.refresh_from_db()
    return case


def drawn(site: Site, chief: User, **columns: object) -> CodingAudit:
    today = clock.today(site.practice)
    wanted = WantedAudit(
        **{
            "name": "November", "finished_from": today - timedelta(days=30),
            "finished_to": today, "size": 10, **columns,
        }  # type: ignore[arg-type]
    )  # fmt: skip
    with acting_as(person(chief)):
        return draw_audit(practice=site.practice, wanted=wanted)


@pytest.fixture
def item(site: Site, coder: User, chief: User) -> AuditItem:
    finished(site, coder)
    return drawn(site, chief).items.get()


def url_of(item: AuditItem) -> str:
    return reverse("coding:audit-item", args=[item.public_id])


# --- drawing -------------------------------------------------------------------------------------


def test_a_sample_keeps_the_codes_as_they_were_and_the_seed(
    site: Site, coder: User, chief: User
) -> None:
    finished(site, coder, "99214-25;20610-rt /a")
    audit = drawn(site, chief, seed=11)
    item = audit.items.get()
    assert (audit.seed, item.coder, audit.drawn_by) == (11, coder, chief)
    assert item.snapshot["diagnoses"] == ["E119", "I10"]
    assert item.snapshot["lines"][1] == {
        "code": "20610", "modifiers": ["RT"], "units": "1", "pointers": ["E119"],
    }  # fmt: skip


def test_a_lead_draws_on_the_page_and_is_told_when_nothing_fits(
    site: Site, lead: Client, coder: User
) -> None:
    url = reverse("coding:audit-new")
    today = clock.today(site.practice).isoformat()
    values = {
        "name": "First", "finished_from": today, "finished_to": today, "trigger": "any",
        "size": "5", "coder": "", "provider": "",
    }  # fmt: skip
    refused = lead.post(url, values)
    assert refused.status_code == 422
    assert "No encounter fits" in refused.content.decode()
    finished(site, coder)
    page = lead.post(url, values, follow=True).content.decode()
    assert "5 were asked for; no more fit" in page
    assert lead.post(url, values).status_code == 422, "what was audited is not drawn again"


def test_bad_input_is_answered_at_its_field(site: Site, lead: Client) -> None:
    values = {
        "name": "Kept", "finished_from": "2026-11-30", "finished_to": "2026-11-01",
        "trigger": "any", "size": "0",
    }  # fmt: skip
    page = lead.post(reverse("coding:audit-new"), values).content.decode()
    assert 'value="Kept"' in page
    assert 'href="#id_size"' in page
    assert (
        "It ends before it begins."
        in lead.post(reverse("coding:audit-new"), {**values, "size": "5"}).content.decode()
    )
    endless = {**values, "size": "5", "finished_to": "9999-12-31"}
    assert (
        "Enter a year up to 3000."
        in lead.post(reverse("coding:audit-new"), endless).content.decode()
    )


@pytest.mark.parametrize(
    ("trigger", "count"),
    [
        (AuditTrigger.ANY, 2),
        (AuditTrigger.MODIFIERS, 1),
        (AuditTrigger.LEVEL_FIVE, 0),
        (AuditTrigger.NEW_CODER, 2),
        (AuditTrigger.OVERRIDDEN, 0),
    ],
)
def test_a_trigger_narrows_what_is_drawn(site: Site, chief: User, trigger: str, count: int) -> None:
    coder = user_of(site.practice, Role.CODER)
    finished(site, coder, "99213-25;20610-rt")
    finished(site, coder, "99213")
    if count:
        assert drawn(site, chief, trigger=trigger).items.count() == count
    else:
        with pytest.raises(ApplicationError, match="No encounter fits"):
            drawn(site, chief, trigger=trigger)


# --- blind ---------------------------------------------------------------------------------------


def test_the_auditor_sees_the_note_and_not_the_codes_until_they_compared(
    site: Site, lead: Client, coder: User, chief: User
) -> None:
    finished(site, coder, "99214", "I10")
    item = drawn(site, chief).items.get()
    page = lead.get(url_of(item)).content.decode()
    assert "Seen for the complaint" in page
    assert "99214" not in page.replace("99214-25 /ab", "")
    assert "Essential" not in page
    after = lead.post(
        url_of(item), {"act": "compare", "diagnoses": "i10", "lines": "99213"}, follow=True
    ).content.decode()
    assert "99214" in after
    assert "E/M level" in after
    assert "Over-coded" in after


@pytest.mark.parametrize(
    ("diagnoses", "lines", "says"),
    [
        ("X99.9", "99213", "X99.9 is no code on 11/02/2026."),
        ("E11", "99213", "E11 needs more characters."),
        ("I10 i10", "99213", "I10 stands twice."),
        ("I10", "99213 /b", "There is no diagnosis B."),
        ("I10", "99213\nA9", "A9 is no code on 11/02/2026."),
        ("I10", "99213-??", "Line 1: 99213-?? is not a procedure code"),
        ("I10", "99213-00", "00 is no modifier."),
        ("", "99213", "Type the diagnoses, in their order."),
    ],
)
def test_what_is_no_code_that_day_is_refused_at_its_field_and_stays_typed(
    lead: Client, item: AuditItem, diagnoses: str, lines: str, says: str
) -> None:
    values = {"act": "compare", "diagnoses": diagnoses, "lines": lines}
    response = lead.post(url_of(item), values)
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    field = "lines" if diagnoses in {"I10"} else "diagnoses"
    assert f'href="#id_{field}"' in page
    assert lines in page
    item.refresh_from_db()
    assert (item.state, item.second) == (AuditItemState.WAITING, None)


def test_units_and_pointers_left_out_are_those_of_the_coding_screen(site: Site) -> None:
    codes = read_diagnoses("E119, I10", VISIT_DAY)
    (line,) = read_lines("99213", codes, VISIT_DAY)
    assert (line.units, line.pointers) == (1, ("E119", "I10"))
    (asleep,) = read_lines("00400-aa t47", codes, VISIT_DAY)
    assert asleep.units == 47, "anesthesia is compared by its minutes, as it is coded"


def test_nobody_audits_their_own_codes(site: Site, lead: Client, chief: User) -> None:
    finished(site, chief)
    item = drawn(site, chief).items.get()
    page = lead.get(url_of(item)).content.decode()
    assert "You coded this encounter: somebody else audits it." in page
    assert "second-form" not in page
    refused = lead.post(url_of(item), RIGHT)
    assert refused.status_code == 422
    with acting_as(person(chief)), pytest.raises(NotAllowed):
        compare_item(item=item, diagnoses="I10", lines="99213")


def test_it_is_compared_once(lead: Client, item: AuditItem) -> None:
    lead.post(url_of(item), RIGHT)
    again = lead.post(url_of(item), {**RIGHT, "lines": "99214"})
    assert again.status_code == 422
    assert "This encounter was compared already." in again.content.decode()


def test_an_encounter_coded_again_says_so_and_keeps_what_was_drawn(
    site: Site, lead: Client, coder: User, item: AuditItem
) -> None:
    with acting_as(person(coder)):
        return_case(case=item.case, reason="The note says more.")
        add_line(case=item.case, typed=parse_line("83036-qw"))
    page = lead.get(url_of(item)).content.decode()
    assert "coded again after the sample was drawn" in page
    lead.post(url_of(item), RIGHT)
    assert not AuditDifference.objects.exists(), "the new line is not held against the old codes"
    audit = reverse("coding:audit", args=[item.audit.public_id])
    assert "Re-coded since" in lead.get(audit).content.decode()


# --- the lead's word -----------------------------------------------------------------------------


@pytest.fixture
def compared(lead: Client, item: AuditItem) -> AuditItem:
    lead.post(url_of(item), {**RIGHT, "diagnoses": "E119"})
    item.refresh_from_db()
    return item


def test_the_coder_was_right_only_with_a_reason_and_then_it_does_not_count(
    lead: Client, compared: AuditItem
) -> None:
    row = compared.differences.get(kind="extra")
    url = reverse("coding:audit-difference", args=[compared.public_id, row.public_id])
    refused = lead.post(url, {"right": "1", "reason": " "})
    assert refused.status_code == 422
    assert "Say why the coder was right." in refused.content.decode()
    assert score_of([compared]).diagnosis.right == 1
    assert lead.post(url, {"right": "1", "reason": "The note treats it."}).status_code == 303
    compared = AuditItem.objects.get(pk=compared.pk)
    assert score_of([compared]).diagnosis.right == 2
    lead.post(url, {"right": "0"})
    row.refresh_from_db()
    assert (row.coder_was_right, row.reason) == (False, "")


def test_closing_the_last_one_closes_the_audit_and_tells_the_encounter(
    lead: Client, chief: User, compared: AuditItem
) -> None:
    lead.post(url_of(compared), {"act": "close"})
    compared.refresh_from_db()
    assert compared.state == AuditItemState.CLOSED
    assert CodingAudit.objects.get().state == AuditState.CLOSED
    assert TimelineEntry.objects.filter(kind="case.audited").count() == 1
    row = compared.differences.first()
    assert row is not None
    url = reverse("coding:audit-difference", args=[compared.public_id, row.public_id])
    assert lead.post(url, {"right": "1", "reason": "Late."}).status_code == 422
    with acting_as(person(chief)), pytest.raises(Conflict):
        close_item(item=compared)


def test_what_was_not_compared_cannot_be_closed(lead: Client, item: AuditItem) -> None:
    refused = lead.post(url_of(item), {"act": "close"}, follow=True)
    assert "Only a compared encounter can be closed." in refused.content.decode()
    item.refresh_from_db()
    assert item.state == AuditItemState.WAITING


# --- who sees what -------------------------------------------------------------------------------


def test_a_coder_sees_their_own_closed_encounter_and_no_other(
    summit: Practice, lead: Client, compared: AuditItem
) -> None:
    coder, manager = client_of(summit, Role.CODER), client_of(summit, Role.MANAGER)
    assert coder.get(url_of(compared)).status_code == 404
    lead.post(url_of(compared), {"act": "close"})
    page = coder.get(url_of(compared)).content.decode()
    assert "Differences" in page
    assert "Close and next" not in page
    AuditItem.objects.update(coder=user_of(summit, Role.MANAGER))
    assert coder.get(url_of(compared)).status_code == 404
    assert manager.get(url_of(compared)).status_code == 200


def test_the_coders_home_shows_the_feedback(
    summit: Practice, lead: Client, compared: AuditItem
) -> None:
    coder = client_of(summit, Role.CODER)
    number = compared.case.encounter.number
    assert number not in coder.get(reverse("desk:home")).content.decode()
    lead.post(url_of(compared), {"act": "close"})
    page = coder.get(reverse("desk:home")).content.decode()
    assert url_of(compared) in page
    assert number in page


def test_another_practice_sees_nothing_of_it(lakeside: Practice, item: AuditItem) -> None:
    theirs = client_of(lakeside, Role.CODING_LEAD)
    assert theirs.get(url_of(item)).status_code == 404
    assert theirs.get(reverse("coding:audit", args=[item.audit.public_id])).status_code == 404
    assert "November" not in theirs.get(reverse("coding:audits")).content.decode()
    with practice_scope(lakeside):
        assert not AuditItem.objects.exists()


def test_looking_at_an_audit_is_a_read_of_its_patients(lead: Client, item: AuditItem) -> None:
    lead.get(reverse("coding:audit", args=[item.audit.public_id]))
    event = AuditEvent.objects.filter(action="list.read").latest("pk")
    assert event.after == {"patients": [item.case.patient_id]}


# --- the result ----------------------------------------------------------------------------------


def test_the_file_has_a_row_for_each_difference(lead: Client, compared: AuditItem) -> None:
    url = reverse("coding:audit", args=[compared.audit.public_id])
    response = lead.get(url, {"export": "csv"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["Difference"] for row in rows] == ["Extra"]
    assert rows[0]["Coder has"] == "I10"
    assert rows[0]["Counts"] == "yes"
    assert "Testpatient" not in response.content.decode()


def test_the_list_and_the_result_say_how_it_stands_to_the_target(
    lead: Client, compared: AuditItem
) -> None:
    for url in (reverse("coding:audits"), reverse("coding:audit", args=[compared.audit.public_id])):
        assert "Under target" in lead.get(url).content.decode()


def test_the_result_costs_the_same_however_many_encounters(
    site: Site, lead: Client, coder: User, chief: User, django_assert_max_num_queries: object
) -> None:
    for _ in range(4):
        finished(site, coder)
    audit = drawn(site, chief)
    url = reverse("coding:audit", args=[audit.public_id])
    lead.get(url)
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        lead.get(url)
