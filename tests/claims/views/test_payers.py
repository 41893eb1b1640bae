"""Payers, filing settings, enrolments and sending times through their pages."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from claims.models import (
    Claim,
    Enrolment,
    EnrolmentStep,
    PayerFilingSettings,
    SendSchedule,
    SubmissionBatch,
)
from claims.services import send_scheduled as sending
from claims.services.build_claims import build_claims
from claims.services.recheck_claim import recheck_claim
from claims.services.save_enrolment import save_enrolment
from claims.services.send_scheduled import send_scheduled
from claims.services.watch_enrolments import report_expiring
from core import clock
from core.choices import Role
from core.models import Practice, TimelineEntry, WorkItem
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.claims.views.test_pages import detail, text
from tests.factories.claims import World, coded_case, make_claim, make_world, nguyen

pytestmark = pytest.mark.django_db
NOVEMBER_3 = date(2026, 11, 3)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def filing(world: World, **values: object) -> None:
    PayerFilingSettings.objects.filter(payer=world.acme).update(**values)


# --- payers -------------------------------------------------------------------------------------


def test_the_list_leads_to_a_payer_whose_tabs_all_open(world: World, biller: Client) -> None:
    page = text(biller.get(reverse("claims:payers")))
    url = reverse("claims:payer", args=[world.acme.public_id])
    assert "Acme Health Plan" in page
    assert url in page
    for tab in ("identity", "filing", "clocks", "enrolments", "connection", "timeline", "odd"):
        assert biller.get(url, {"tab": tab}).status_code == 200
    assert "Replacement claim (frequency 7" in text(biller.get(url, {"tab": "filing"}))
    assert "by hand: nothing leaves by itself" in text(biller.get(url, {"tab": "connection"}))


def settings_form(world: World, **values: object) -> dict[str, object]:
    return {
        "partner": world.partner.pk, "payer_id_on_route": "", "paper_totals": "each",
        "correction_mode": "f8", "filing_limit_days": 90, "assignment_code": "A",
        "enrolment_check": "off", "posts": "one_click", **values,
    }  # fmt: skip


def test_settings_are_kept_and_told_with_what_they_were(world: World, biller: Client) -> None:
    url = reverse("claims:payer-filing", args=[world.acme.public_id])
    assert "Acme Health Plan" in text(biller.get(url))
    more = {"attachment_codes": "206, 73721", "requires_taxonomy": "on"}
    biller.post(url, settings_form(world, correction_mode="new", corrected_limit_days=60, **more))
    row = PayerFilingSettings.objects.get(payer=world.acme)
    assert (row.attachment_codes, row.requires_taxonomy) == (["206", "73721"], True)
    assert "for 206, 73721" in text(
        biller.get(reverse("claims:payer", args=[world.acme.public_id]), {"tab": "filing"})
    )
    assert (row.correction_mode, row.corrected_limit_days) == ("new", 60)
    told = TimelineEntry.objects.get(kind="payer.changed")
    assert "changed the filing settings: corrected" not in told.sentence
    assert "corrections" in told.sentence


def test_a_wrong_setting_is_refused_at_its_field(world: World, biller: Client) -> None:
    url = reverse("claims:payer-filing", args=[world.acme.public_id])
    answer = biller.post(url, settings_form(world, corrected_limit_days=0, partner=""))
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)
    assert PayerFilingSettings.objects.get(payer=world.acme).correction_mode == "f8"


def test_each_setting_is_on_the_claim(world: World) -> None:
    filing(world, assignment_code="C", wants_provider_number=True)
    for who, number in ((world.reyes, "R100"), (world.billing_provider, "B200")):
        save_enrolment(
            payer=world.acme, who=who, effective_from=date(2020, 1, 1),
            payer_provider_number=number,
        )  # fmt: skip
    claim = make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3)
    claim.refresh_from_db()
    assert claim.current_version.state == "ready"
    raw = text(client_of(world.practice, Role.BILLER).get(detail(claim, "raw")))
    assert "*Y*C*Y*Y" in raw
    assert raw.index("REF*G2*B200") < raw.index("CLM*") < raw.index("REF*G2*R100")


def test_a_referring_provider_is_wanted_where_the_payer_says_so(world: World) -> None:
    filing(world, requires_referring=True)
    claim = make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3)
    claim.refresh_from_db()
    codes = {row.code for row in claim.current_version.findings.all()}
    assert (claim.current_version.state, codes) == ("scrub_failed", {"PAY-03"})


def test_months_apart_make_two_claims_that_name_each_other(world: World, biller: Client) -> None:
    filing(world, splits_months=True)
    case = coded_case(world, nguyen(world), "99213 /a", "20610-RT /a", on=date(2026, 10, 31))
    line = case.lines.get(procedure_code="20610")
    type(line).objects.filter(pk=line.pk).update(
        service_date_from=NOVEMBER_3, service_date_to=NOVEMBER_3
    )
    first, second = build_claims(case)
    assert first.split_group == second.split_group != ""
    page = text(biller.get(detail(first)))
    assert "This claim stands apart: the payer takes one month" in page
    assert second.control_number in page


# --- enrolments ---------------------------------------------------------------------------------


def enrol(biller: Client, world: World, **values: object) -> object:
    form = {
        "payer": world.acme.pk, "provider": world.reyes.pk, "effective_from": "01/01/2026",
        "effective_to": "12/31/2026", "payer_provider_number": "A77", **values,
    }  # fmt: skip
    return biller.post(reverse("claims:enrolment-new"), form, follow=True)


def test_an_enrolment_is_recorded_and_its_paperwork_kept_step_by_step(
    world: World, biller: Client
) -> None:
    enrol(biller, world)
    row = Enrolment.objects.get()
    url = reverse("claims:enrolment-step", args=[row.public_id])
    biller.post(url, {"subject": "claims", "state": "requested", "requested_on": "11/01/2026"})
    biller.post(
        url,
        {"subject": "claims", "state": "approved", "requested_on": "11/01/2026",
         "approved_on": "11/20/2026"},
    )  # fmt: skip
    step = EnrolmentStep.objects.get()
    assert (step.state, step.approved_on) == ("approved", date(2026, 11, 20))
    assert step.changed_by is not None
    page = text(biller.get(reverse("claims:enrolment", args=[row.public_id])))
    assert "Claims (837): approved" in page
    assert "11/20/2026" in page
    assert "Reyes" in text(biller.get(reverse("claims:enrolments")))


def test_what_cannot_be_is_refused_at_its_field(world: World, biller: Client) -> None:
    enrol(biller, world)
    again = enrol(biller, world, effective_from="06/01/2026", effective_to="")
    assert again.status_code == 422
    assert "is enrolled with Acme Health Plan already" in text(again)
    both = enrol(biller, world, billing_provider=world.billing_provider.pk)
    assert "Choose one of the two, not both." in text(both)
    neither = enrol(biller, world, provider="")
    assert "Choose who is enrolled." in text(neither)
    backwards = enrol(biller, world, provider=world.cole.pk, effective_to="12/31/2025")
    assert "It ends before it begins." in text(backwards)
    url = reverse("claims:enrolment-step", args=[Enrolment.objects.get().public_id])
    early = {"subject": "payment", "state": "approved", "requested_on": "11/02/2026",
             "approved_on": "11/01/2026"}  # fmt: skip
    refused = biller.post(url, early)
    assert refused.status_code == 422
    assert "It was approved before it was asked for." in text(refused)


@pytest.mark.parametrize(
    ("check", "state", "code"),
    [("stop", "scrub_failed", "ENR-01"), ("warn", "ready", "ENR-02"), ("off", "ready", None)],
)
def test_who_is_not_enrolled_on_the_service_date_is_found_as_the_payer_wants_it(
    world: World, biller: Client, check: str, state: str, code: str | None
) -> None:
    filing(world, enrolment_check=check)
    save_enrolment(payer=world.acme, who=world.billing_provider, effective_from=date(2020, 1, 1))
    save_enrolment(
        payer=world.acme, who=world.reyes, effective_from=date(2020, 1, 1),
        effective_to=date(2026, 11, 2),
    )  # fmt: skip
    claim = make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3)
    claim.refresh_from_db()
    rows = list(claim.current_version.findings.filter(cleared_at__isnull=True))
    assert [row.code for row in rows] == ([code] if code else [])
    assert claim.current_version.state == state
    if code:
        assert f"{reverse('claims:payer', args=[world.acme.public_id])}?tab=enrolments" in text(
            biller.get(detail(claim, "edits"))
        )
    save_enrolment(payer=world.acme, who=world.reyes, effective_from=NOVEMBER_3)
    assert recheck_claim(Claim.objects.get()).findings.filter(cleared_at=None).count() == 0


def test_an_end_in_60_days_becomes_work_once_and_renewing_ends_it(
    world: World, biller: Client
) -> None:
    enrol(biller, world, effective_to="12/31/2026")
    assert (report_expiring(), report_expiring()) == (1, 0)
    item = WorkItem.objects.get(kind="enrolment.expiring")
    assert (item.state, item.due_on) == ("open", date(2026, 12, 31))
    row = Enrolment.objects.get()
    save_enrolment(
        payer=row.payer, who=world.reyes, effective_from=row.effective_from, enrolment=row
    )
    item.refresh_from_db()
    assert item.state == "done"


def upload(biller: Client, content: str) -> object:
    file = SimpleUploadedFile("list.csv", content.encode(), "text/csv")
    return biller.post(reverse("claims:enrolment-import"), {"file": file}, follow=True)


HEADER = "payer_id,npi,effective_from,effective_to,payer_provider_number,claims\n"


def test_a_list_is_taken_whole_and_again_without_doubling(world: World, biller: Client) -> None:
    rows = "12345,2000000028,2026-01-01,,R1,approved\n12345,2000000010,01/01/2026,,B1,requested\n"
    page = text(upload(biller, HEADER + rows))
    assert "2 enrolments recorded" in page
    upload(biller, HEADER + rows.replace("R1", "R2"))
    assert set(Enrolment.objects.values_list("payer_provider_number", flat=True)) == {"R2", "B1"}
    assert "payer_id" in text(biller.get(reverse("claims:enrolment-import"), {"template": "1"}))


def test_one_bad_line_is_named_and_nothing_is_recorded(world: World, biller: Client) -> None:
    rows = "12345,2000000028,2026-01-01,,R1,approved\n99999,2000000010,2026-01-01,,,\n"
    answer = upload(biller, HEADER + rows)
    assert answer.status_code == 422
    assert "Line 3: payer_id: No payer has this id." in text(answer)
    assert not Enrolment.objects.exists()
    assert "These columns are missing" in text(upload(biller, "npi\n2000000028\n"))


# --- sending times ------------------------------------------------------------------------------


def set_times(biller: Client, world: World, **values: object) -> object:
    form = {
        "is_on": "on", "days": [0, 1, 2, 3, 4], "times": "12:00 16:30", "cut_off_at": "17:00",
        "time_zone": "America/New_York", **values,
    }  # fmt: skip
    return biller.post(
        reverse("claims:schedule", args=[world.partner.public_id]), form, follow=True
    )


def test_ready_claims_leave_at_the_partners_time_once(world: World, biller: Client) -> None:
    make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3)
    page = text(set_times(biller, world))
    assert "next sending 12:00 EST; cut-off 17:00" in page
    assert send_scheduled() == 0, "it is 11:30 in New York"
    with clock.travel(datetime(2026, 11, 23, 17, 1, tzinfo=UTC)):
        assert (send_scheduled(), send_scheduled()) == (1, 0)
    assert SubmissionBatch.objects.get().claim_count == 1
    row = SendSchedule.objects.get()
    assert row.due_at == datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    assert row.last_words.startswith("1 claim in batch")


def test_times_that_were_missed_are_made_good_once(world: World, biller: Client) -> None:
    make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3)
    set_times(biller, world)
    with clock.travel(datetime(2026, 11, 26, 13, 0, tzinfo=UTC)):
        assert (send_scheduled(), send_scheduled()) == (1, 0)
    assert SubmissionBatch.objects.count() == 1
    assert SendSchedule.objects.get().due_at == datetime(2026, 11, 26, 17, 0, tzinfo=UTC)


def test_a_worker_that_lost_its_lease_sends_nothing(
    world: World, biller: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3)
    set_times(biller, world)
    held = sending.claim_due

    def late(rows: Any, **how: Any) -> list[SendSchedule]:
        found: list[SendSchedule] = held(rows, **how)
        SendSchedule.objects.update(lease_token=None)  # another worker took it meanwhile
        return found

    monkeypatch.setattr(sending, "claim_due", late)
    with clock.travel(datetime(2026, 11, 23, 17, 1, tzinfo=UTC)):
        send_scheduled()
    assert not SubmissionBatch.objects.exists()


def test_what_is_held_or_off_stays(world: World, biller: Client) -> None:
    claim = make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3)
    Claim.objects.filter(pk=claim.pk).update(hold_reason="Waiting")
    set_times(biller, world)
    with clock.travel(datetime(2026, 11, 23, 17, 1, tzinfo=UTC)):
        assert send_scheduled() == 1
    assert SendSchedule.objects.get().last_words == "nothing was ready"
    set_times(biller, world, is_on="")
    with clock.travel(datetime(2026, 11, 30, 17, 1, tzinfo=UTC)):
        assert send_scheduled() == 0


def test_times_that_make_no_sense_are_refused_at_their_field(world: World, biller: Client) -> None:
    for form, words in (
        ({"times": "25:00"}, "is no time: write it like 16:30"),
        ({"times": "17:30"}, "One of the times is after the cut-off"),
        ({"times": ""}, "Write at least one time"),
        ({"days": []}, "Choose at least one day"),
    ):
        answer = set_times(biller, world, **form)
        assert answer.status_code == 422, words
        assert words in text(answer)
    assert not SendSchedule.objects.exists()


# --- the other practice -------------------------------------------------------------------------


def test_the_other_practices_rows_are_not_there(
    world: World, biller: Client, lakeside: Practice
) -> None:
    with practice_scope(lakeside):
        theirs = make_world(lakeside)
        row = save_enrolment(payer=theirs.acme, who=theirs.reyes, effective_from=NOVEMBER_3)
    for name, thing in (
        ("payer", theirs.acme), ("payer-filing", theirs.acme), ("enrolment", row),
        ("schedule", theirs.partner),
    ):  # fmt: skip
        url = reverse(f"claims:{name}", args=[thing.public_id])
        assert biller.get(url).status_code == 404, name
    assert str(row.public_id) not in text(biller.get(reverse("claims:enrolments")))
    assert str(theirs.acme.public_id) not in text(biller.get(reverse("claims:payers")))
