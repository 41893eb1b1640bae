"""Denials through the front door: the worklist, one denial, the appeal builder, the reports."""

import io
import re
from datetime import UTC, date, datetime

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from claims.denials.letters import gaps_in
from claims.models import Appeal, AppealRule, Claim, Denial, DenialCase, LetterTemplate
from claims.services.draft_appeal import begin_appeal
from core.choices import Role
from core.jobs import run_due_jobs
from core.models import Document, Job, Practice, TimelineEntry, WorkItem
from core.services.documents import read_document
from patients.models import EncounterNote
from tests.cast import client_of, user_of
from tests.claims.decisions import paid
from tests.claims.denials.conftest import Deny, Post, current
from tests.claims.views.test_pages import text
from tests.factories.claims import World

pytestmark = pytest.mark.django_db
LIST = reverse("claims:denials")
MOST_QUERIES = 25  # of a list page, whatever it holds (screens 3)
WHEN = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def url(name: str, case: DenialCase) -> str:
    return reverse(f"claims:{name}", args=[case.public_id])


def refresh(case: DenialCase) -> DenialCase:
    return DenialCase.objects.select_related("claim", "practice", "payer").get(pk=case.pk)


def letter_of(page: str) -> str:
    """What stands in the letter's box."""
    found = re.search(r'<textarea name="letter".*?>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found.group(1).replace("&#x27;", "'")


def draft(biller: Client, case: DenialCase, **more: str) -> dict[str, object]:
    """The builder's form as it is shown, with what a person fills in."""
    page = text(biller.get(url("appeal", case)))
    parts = re.findall(r'name="parts" value="([^"]+)" form="appeal-form" checked', page)
    letter = letter_of(page).replace("[MISSING: authorization number]", "number A77")
    return {"letter": letter, "recipient": "Acme Health Plan\nPO Box 9\nDenver, CO 80203",
            "signed_by": "Ada Biller", "parts": parts, "method": "mail",
            "sent_on": "2026-11-23", "tracking_number": "9400 1000", **more}  # fmt: skip


# --- the list -------------------------------------------------------------------------------------


def test_the_list_says_reason_step_score_days_left_and_what_was_won_here(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-197", remark="N706")
    page = text(biller.get(LIST))
    for words in (
        case.claim.control_number, "CO-197", "no authorization or notification",
        "documentation missing", "Appeal", "none here yet", "Score is what working it is worth",
        "in 179 d", "Authorization",
    ):  # fmt: skip
        assert words in page, words
    assert url("appeal", case) in page, "Enter on the row does the suggested step"


def test_mine_and_nobodys_are_shown_until_everybodys_are_asked_for(
    biller: Client, deny: Deny, world: World
) -> None:
    case = deny()
    WorkItem.objects.update(owner=user_of(world.practice, Role.MANAGER))
    assert case.claim.control_number not in text(biller.get(LIST))
    assert case.claim.control_number in text(biller.get(LIST, {"everyone": "1"}))
    WorkItem.objects.update(owner=user_of(world.practice, Role.BILLER))
    assert case.claim.control_number in text(biller.get(LIST))


def test_every_tab_holds_what_is_in_its_state_and_nothing_else(biller: Client, deny: Deny) -> None:
    case = deny()
    tabs = ("not-started", "expired", "waiting", "appealed", "not-workable", "settled")
    for tab in tabs:
        state = "not_started" if tab == "expired" else tab.replace("-", "_")
        day = date(2026, 11, 20) if tab == "expired" else date(2026, 12, 20)
        DenialCase.objects.update(state=state, deadline_on=day, settled_at=WHEN)
        for other in (*tabs, "all"):
            page = text(biller.get(LIST, {"bucket": other, "everyone": "1"}))
            assert (case.claim.control_number in page) == (other in {tab, "all"}), (tab, other)


def test_the_list_comes_as_csv_and_filters_by_reason_and_cause(biller: Client, deny: Deny) -> None:
    first, second = deny("CO-197", number=1), deny("CO-16", number=2)
    page = text(biller.get(LIST, {"code": "16", "root": "claim_data"}))
    assert second.claim.control_number in page
    assert first.claim.control_number not in page
    file = biller.get(LIST, {"export": "csv"}).content.decode()
    assert "CO-197 no authorization or notification" in file
    assert "none here yet" in file


def test_the_list_asks_no_more_for_many_denials_than_for_few(biller: Client, deny: Deny) -> None:
    deny(number=1)
    few = queries_of(biller)
    deny(number=2), deny("CO-16", remark="N290", number=3)
    assert queries_of(biller) <= few <= MOST_QUERIES


def queries_of(client: Client) -> int:
    client.get(LIST)
    with CaptureQueriesContext(connection) as found:
        assert client.get(LIST).status_code == 200
    return len(found)


def test_another_practice_sees_none_of_it(deny: Deny, lakeside: Practice) -> None:
    case = deny()
    stranger = client_of(lakeside, Role.BILLER)
    assert case.claim.control_number not in text(stranger.get(LIST, {"everyone": "1"}))
    for name in ("denial", "appeal"):
        assert stranger.get(url(name, case)).status_code == 404
    assert stranger.post(url("denial-act", case), {"act": "mine"}).status_code == 404


# --- one denial -----------------------------------------------------------------------------------


def test_the_page_tells_reason_limits_chance_and_how_the_score_comes_about(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-197")
    page = text(biller.get(url("denial", case)))
    for words in (
        "No authorization is on file", "STEP-197-NONE", "A guess", "05/21/2027", "First appeal",
        "the charge: no contract says what is allowed", "0.450", "EFT701", "Not covered"[:3],
    ):  # fmt: skip
        assert words in page, words


def test_where_no_appeal_may_be_opened_none_is_offered_and_it_says_why(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-16", remark="MA130")
    page = text(biller.get(url("denial", case)))
    assert "never took it as a claim" in page
    assert "Build the appeal" not in page
    assert "No appeal is offered" in text(biller.get(url("appeal", case)))
    answer = biller.post(url("appeal", case), draft_without(), follow=True)
    assert "never took it as a claim" in text(answer)
    assert not Appeal.objects.exists()


def draft_without() -> dict[str, object]:
    return {"act": "packet", "letter": "Pay.", "recipient": "Acme", "signed_by": "Ada"}


def test_the_correction_is_made_from_the_denial_with_its_reason_filled_in(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-4")
    page = text(biller.get(url("denial", case)))
    assert "CO-4, modifier missing" in page
    answer = biller.post(
        reverse("claims:correct", args=[case.claim.public_id]), {"reason": "CO-4, RT added"},
        follow=True,
    )  # fmt: skip
    assert "Made a replacement claim" in text(answer)
    assert refresh(case).state == "waiting"


def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-252")
    answer = biller.post(
        url("denial-act", case),
        {"act": "wait", "step": "records", "waits_for": "The note", "follow_up_on": "2026-11-01"},
    )
    assert answer.status_code == 422
    assert "Choose today or a day to come." in text(answer)
    assert "The note" in text(answer)
    assert refresh(case).state == "not_started"
    answer = biller.post(url("denial-act", case), {"act": "step", "step": "patient"})
    assert answer.status_code == 422
    assert "CO means that the patient may not be billed." in text(answer)


def test_a_step_whose_page_billing_does_not_have_says_so(biller: Client, deny: Deny) -> None:
    page = text(biller.get(url("denial", deny("CO-234"))))
    assert "Write off" in page
    has_page = "billing:write-off" in page or "/write-off" in page
    assert has_page or "not in Claimline yet" in page


def test_an_auditor_reads_and_cannot_act(deny: Deny, world: World) -> None:
    case = deny()
    auditor = client_of(world.practice, Role.AUDITOR)
    assert "Something else" not in text(auditor.get(url("denial", case)))
    assert auditor.post(url("denial-act", case), {"act": "mine"}).status_code == 403


# --- the appeal -----------------------------------------------------------------------------------


def test_the_letter_is_drafted_from_the_record_and_marks_what_it_does_not_hold(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-197")
    page = text(biller.get(url("appeal", case)))
    letter = letter_of(page)
    for words in ("David Nguyen", "AHP222333441", "11/03/2026", "ICN1", "EFT701", "99213",
                  "CO-197: no authorization or notification", "$135.00"):  # fmt: skip
        assert words in letter, words
    assert gaps_in(letter) == ("[MISSING: authorization number]",)
    assert "none is on file for these days" in page
    assert not Appeal.objects.exists(), "looking keeps nothing"


def test_a_packet_with_gaps_is_refused_at_the_letter(biller: Client, deny: Deny) -> None:
    case = deny("CO-197")
    sent = draft(biller, case) | {"act": "packet", "letter": "See [MISSING: authorization number]"}
    answer = biller.post(url("appeal", case), sent)
    assert answer.status_code == 422
    assert "Fill it in or strike it out" in text(answer)
    assert Appeal.objects.get().packet is None


def test_the_packet_is_one_pdf_with_an_index_of_its_parts(biller: Client, deny: Deny) -> None:
    case = deny("CO-197")
    EncounterNote.objects.update(signed_at=WHEN, author_name="Ana Reyes")
    biller.post(url("appeal", case), draft(biller, case) | {"act": "packet"})
    appeal = Appeal.objects.get()
    assert appeal.packet is not None
    pages = pages_of(appeal.packet)
    assert len(pages) == appeal.packet_pages >= 5
    cover, whole = pages[0], "\n".join(pages)
    for words in ("In this packet", "Explanation of benefits", "Claim as it was sent",
                  "Visit note"):  # fmt: skip
        assert words in cover, words
    for words in ("Please call", "CO-197: no authorization", "EFT701", "M1711",
                  "Seen for the complaint", f"page 1 of {len(pages)}"):  # fmt: skip
        assert words in whole, words
    entry = TimelineEntry.objects.get(kind="denial.packet_printed")
    assert entry.document == appeal.packet


def pages_of(document: Document) -> list[str]:
    pdf = pypdfium2.PdfDocument(read_document(document))
    return [page.get_textpage().get_text_bounded() for page in pdf]


def test_added_files_stand_behind_the_drawn_parts_and_are_in_the_index(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-197")
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    answer = biller.post(
        url("appeal", case),
        {"act": "file", "label": "Operative note",
         "file": SimpleUploadedFile("x.png", picture.getvalue(), "image/png")},
    )  # fmt: skip
    assert answer.status_code == 303
    biller.post(url("appeal", case), draft(biller, case) | {"act": "packet"})
    appeal = Appeal.objects.get()
    assert appeal.packet is not None
    pages = pages_of(appeal.packet)
    index = next(line for line in pages[0].splitlines() if "Operative note" in line)
    assert str(len(pages)) in index or str(len(pages)) in pages[0]
    with pikepdf.open(io.BytesIO(read_document(appeal.packet))) as pdf:
        assert len(pdf.pages) == appeal.packet_pages


def test_a_file_that_is_none_is_refused_at_its_field(biller: Client, deny: Deny) -> None:
    file = SimpleUploadedFile("x.pdf", b"not a pdf", "application/pdf")
    answer = biller.post(url("appeal", deny()), {"act": "file", "label": "Note", "file": file})
    assert answer.status_code == 422
    assert "no PDF, PNG or JPEG" in text(answer)


def sent_appeal(biller: Client, case: DenialCase) -> Appeal:
    biller.post(url("appeal", case), draft(biller, case) | {"act": "packet"})
    answer = biller.post(url("appeal", case), draft(biller, case) | {"act": "send"})
    assert answer.status_code == 303, text(answer)
    return Appeal.objects.select_related("case").get(state="sent")


def test_what_is_sent_is_kept_with_who_when_and_how_and_its_decision_is_awaited(
    biller: Client, deny: Deny, world: World
) -> None:
    case = deny("CO-197")
    appeal = sent_appeal(biller, case)
    assert (appeal.method, appeal.tracking_number) == ("mail", "9400 1000")
    assert appeal.sent_by == user_of(world.practice, Role.BILLER)
    assert appeal.decision_due_on == date(2027, 1, 22), "sixty days to decide"
    assert refresh(case).state == "appealed"
    item = WorkItem.objects.get(kind=case.work_kind, state="open")
    assert item.due_on == date(2027, 1, 22)
    page = text(biller.get(reverse("claims:worklist"), {"bucket": "appeal-out"}))
    assert case.claim.control_number in page
    page = text(biller.get(reverse("claims:worklist"), {"bucket": "denied"}))
    assert case.claim.control_number not in page
    answer = biller.post(url("appeal", case), draft_without(), follow=True)
    assert "out already" in text(answer), "what was sent is not changed"


def test_an_upheld_appeal_goes_to_the_next_level_and_the_last_one_ends(
    biller: Client, deny: Deny, world: World
) -> None:
    AppealRule.objects.create(practice=world.practice, payer=world.acme, level=1, name="Dispute",
                              days=90, decision_days=30)  # fmt: skip
    AppealRule.objects.create(practice=world.practice, payer=world.acme, level=2, name="Panel",
                              days=45)  # fmt: skip
    case = deny("CO-197")
    sent_appeal(biller, case)
    outcome = {"act": "outcome", "outcome": "upheld", "decided_on": "2026-11-23", "note": "No."}
    assert biller.post(url("appeal", case), outcome).status_code == 303
    case = refresh(case)
    assert (case.state, case.level, case.deadline_on) == ("not_started", 2, date(2027, 1, 7))
    assert case.deadline_of == "appeal: Panel"
    sent_appeal(biller, case)
    biller.post(url("appeal", case), outcome)
    case = refresh(case)
    assert (case.state, case.outcome) == ("not_workable", "upheld")
    assert "Every level" in case.appeal_refusal
    assert case.step != "appeal"
    like = deny("CO-197", number=2)
    assert (like.tried_count, like.won_count) == (1, 0)


def test_an_overturned_appeal_waits_for_its_payment_which_settles_it(
    biller: Client, deny: Deny, post: Post
) -> None:
    case = deny("CO-197")
    sent_appeal(biller, case)
    biller.post(
        url("appeal", case),
        {"act": "outcome", "outcome": "overturned", "decided_on": "2026-11-23"},
    )
    case = refresh(case)
    assert (case.state, case.outcome) == ("waiting", "overturned")
    post(paid(current(case.claim), "ICN1"), total=90)
    case = refresh(case)
    assert (case.state, case.outcome, str(case.recovered_amount)) == (
        "settled", "overturned", "100.00",
    )  # fmt: skip
    like = deny("CO-197", number=2)
    assert (like.won_count, like.tried_count) == (1, 1), "counted once"


def test_a_decision_of_a_day_to_come_or_before_the_appeal_is_refused_at_its_field(
    biller: Client, deny: Deny
) -> None:
    case = deny("CO-197")
    sent_appeal(biller, case)
    for day, words in (("2026-12-24", "still to come"), ("2026-11-01", "went out on")):
        answer = biller.post(
            url("appeal", case), {"act": "outcome", "outcome": "upheld", "decided_on": day}
        )
        assert answer.status_code == 422
        assert words in text(answer)


# --- many at once ---------------------------------------------------------------------------------


def test_packets_of_one_payer_and_cause_are_previewed_and_drawn_by_a_job(
    biller: Client, deny: Deny
) -> None:
    first, second, other = deny(number=1), deny(number=2), deny("CO-50", number=3)
    EncounterNote.objects.update(signed_at=WHEN)
    for case in (first, second):
        appeal = begin_appeal(case=case, user=None)
        Appeal.objects.filter(pk=appeal.pk).update(
            letter="Please pay.", signed_by="Ada Biller", recipient="Acme\nPO Box 9"
        )
    ids = [str(case.public_id) for case in (first, second, other)]
    page = text(biller.post(reverse("claims:denials-bulk"), {"bulk": "packet", "ids": ids}))
    assert "Appeal packets: 2 denials" in page
    assert "Another payer or another cause than most of the chosen." in page
    biller.post(reverse("claims:denials-bulk"), {"bulk": "packet", "ids": ids, "go": "1"})
    assert run_due_jobs() == 1
    job = Job.objects.get()
    assert (job.state, job.done, job.errors) == ("done", 2, [])
    assert Appeal.objects.filter(packet__isnull=False).count() == 2
    document = Document.objects.get(kind="claim.appeal-packets")
    assert biller.get(reverse("core:document", args=[document.public_id])).status_code == 200


def test_one_denials_packet_leads_to_the_builder(biller: Client, deny: Deny) -> None:
    case = deny()
    answer = biller.post(
        reverse("claims:denials-bulk"), {"bulk": "packet", "ids": [str(case.public_id)]}
    )
    assert answer.headers["Location"] == url("appeal", case)


def test_many_are_assigned_or_set_aside_after_a_preview(
    biller: Client, deny: Deny, world: World
) -> None:
    case = deny()
    chosen = {"ids": [str(case.public_id)], "bulk": "set_aside"}
    assert "Nothing is done yet" in text(biller.post(reverse("claims:denials-bulk"), chosen))
    answer = biller.post(reverse("claims:denials-bulk"), chosen | {"go": "1", "reason": ""})
    assert answer.status_code == 422
    biller.post(reverse("claims:denials-bulk"), chosen | {"go": "1", "reason": "Too small."})
    assert refresh(case).state == "not_workable"
    me = user_of(world.practice, Role.BILLER)
    biller.post(
        reverse("claims:denials-bulk"),
        {"ids": chosen["ids"], "bulk": "assign", "go": "1", "owner": str(me.pk)},
    )
    assert WorkItem.objects.get(kind=case.work_kind).owner == me


# --- letters, levels, reports ---------------------------------------------------------------------


def test_a_lead_changes_a_letter_and_the_next_draft_uses_it(deny: Deny, world: World) -> None:
    lead = client_of(world.practice, Role.CODING_LEAD)
    new = reverse("claims:letter-new")
    answer = lead.post(new, {"name": "Ours", "category": "authorization", "is_active": "on",
                             "body": "Dear {{payer_nmae}}"})  # fmt: skip
    assert answer.status_code == 422
    assert "There is no field {{payer_nmae}}." in text(answer)
    lead.post(new, {"name": "Ours", "category": "authorization", "is_active": "on",
                    "body": "Dear {{payer_name}}"})  # fmt: skip
    letter = LetterTemplate.objects.get()
    lead.post(reverse("claims:letter", args=[letter.public_id]),
              {"name": "Ours", "category": "authorization", "is_active": "on",
               "body": "To {{payer_name}}"})  # fmt: skip
    assert letter.newest.number == 2
    biller = client_of(world.practice, Role.BILLER)
    page = text(biller.get(url("appeal", deny())))
    assert letter_of(page) == "To Acme Health Plan"
    assert "Ours, version 2" in page
    assert biller.post(new, {"name": "X", "body": "Y"}).status_code == 403


def test_a_payers_own_levels_move_the_deadlines_of_its_open_denials(
    biller: Client, deny: Deny, world: World
) -> None:
    case = deny("CO-197")
    page = reverse("claims:payer-appeals", args=[world.acme.public_id])
    assert "the usual levels serve" in text(biller.get(page))
    form = {"level-TOTAL_FORMS": "1", "level-INITIAL_FORMS": "0", "level-0-name": "Dispute",
            "level-0-days": "", "level-0-counted_from": "receipt",
            "level-0-method": "fax"}  # fmt: skip
    answer = biller.post(page, form)
    assert answer.status_code == 422
    assert "Say how many days there are." in text(answer)
    biller.post(page, form | {"level-0-days": "30"})
    assert refresh(case).deadline_on == date(2026, 12, 24), "5 + 30 days is a Sunday; then holidays"
    assert refresh(case).deadline_of == "appeal: Dispute"


def test_each_number_of_the_report_opens_its_rows_and_it_comes_as_csv(
    biller: Client, deny: Deny
) -> None:
    first, second = deny("CO-197", number=1), deny("CO-16", number=2)
    page = text(biller.get(reverse("claims:denial-report")))
    assert "no authorization or notification" in page
    links = {
        link.replace("&amp;", "&") for link in re.findall(r'href="(/claims/denials/\?[^"]+)"', page)
    }
    of_code = next(link for link in links if "code=197" in link)
    rows = text(biller.get(of_code))
    assert first.claim.control_number in rows
    assert second.claim.control_number not in rows
    for link in links:
        assert "1 denial" in text(biller.get(link)) or "2 denials" in text(biller.get(link)), link
    file = biller.get(reverse("claims:denial-report"), {"export": "csv"}).content.decode()
    assert "Pareto,197,no authorization or notification,1,135.00" in file
    assert "Root cause by payer,Authorization,Acme Health Plan,1,135.00" in file


def test_a_fixable_reason_that_comes_five_times_proposes_a_payer_rule(
    biller: Client, deny: Deny, world: World
) -> None:
    case = deny("CO-4")
    report = reverse("claims:denial-report")
    assert "Could be stopped" not in text(biller.get(report))
    for number in range(4):
        row = Denial.objects.get(case=case)
        copy = DenialCase.objects.get(pk=case.pk)
        copy.pk, copy.public_id, copy.rank = None, f"00000000-0000-7000-8000-00000000000{number}", 1
        copy.state, copy.settled_at = "settled", WHEN
        copy.save()
        row.pk, row.public_id = None, f"00000000-0000-7000-8000-00000000001{number}"
        row.case = copy
        row.save()
    page = text(biller.get(report))
    assert "Could be stopped before it is sent" in page
    link = re.search(r'href="(/claims/rules/new\?[^"]+)"', page)
    assert link
    builder = text(biller.get(link.group(1).replace("&amp;", "&")))
    assert "Acme Health Plan: 4 modifier missing" in builder
    assert 'value="99213"' in builder
    assert f'value="{world.acme.public_id}" class="" id' in builder or "checked" in builder


def test_the_claim_page_leads_to_its_denials(biller: Client, deny: Deny) -> None:
    case = deny()
    claim: Claim = case.claim
    page = text(biller.get(reverse("claims:detail", args=[claim.public_id])))
    assert "Work the denial" in page
    assert url("denial", case) in page


def test_an_appeal_and_a_change_of_codes_know_of_each_other(biller: Client, deny: Deny) -> None:
    case = deny()
    begin_appeal(case=case, user=None)
    claim_url = reverse("claims:detail", args=[case.claim.public_id])
    assert "A first appeal of CO-197 to Acme Health Plan is being written." in text(
        biller.get(claim_url)
    )
    assert "the payer will decide it anew" not in text(biller.get(url("appeal", case)))
    biller.post(
        reverse("claims:return", args=[case.claim.public_id]), {"reason": "A longer visit."}
    )
    assert "the payer will decide it anew" in text(biller.get(url("appeal", case)))
