"""The code-set pages through their doors: load, watch, preview, activate, roll back."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bench.code_set_files import icd_order, mue_csv, ptp_zips
from coding.choices import CaseState
from coding.models import CodeSetRelease, CodingCase, IcdCode
from coding.services.diagnoses import add_diagnosis
from coding.services.load_code_sets import load_starters
from core.choices import Role
from core.jobs import run_due_jobs
from core.models import Document, Job, Practice
from tests.cast import client_of
from tests.factories.coding import load_codes
from tests.factories.patients import joan, joans_medicare, make_site, visit

PAGE = "coding:code-sets"


@pytest.fixture
def lead(summit: Practice) -> Client:
    return client_of(summit, Role.CODING_LEAD)


def send(client: Client, kind: str, *files: tuple[str, bytes], **more: Any) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("coding:code-set-load"), {"kind": kind, "file": sent, **more})


def text_of(client: Client, name: str = PAGE, *args: Any) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_each_family_says_starter_table_until_an_official_file_is_in_use(
    lead: Client, in_summit: Practice
) -> None:
    load_starters()
    assert "starter table, 7 rows, until an official file is loaded" in text_of(lead)
    name, content = mue_csv(30, date(2026, 10, 1))
    answer = send(lead, "mue", (name, content), licence_attested="on")
    assert answer.status_code == 303
    assert "waits for a worker" in text_of(lead)
    assert run_due_jobs() == 1
    job = Job.objects.get()
    assert (job.state, job.last_error) == ("done", "")
    # Staged: seen on the page, not in use.
    page = text_of(lead)
    assert "1 staged" in page
    assert "starter table, 7 rows" in page

    release = CodeSetRelease.objects.get(kind="mue", is_starter=False)
    preview = text_of(lead, "coding:code-set", release.public_id)
    assert "against starter, 2026 Q4" in preview
    assert "said to be held by who loaded it" in preview
    lead.post(reverse("coding:code-set-activate", args=[release.public_id]), {"on": "2026-10-01"})
    assert "starter table, 7 rows" not in text_of(lead)
    lead.post(reverse("coding:code-set-roll-back", args=[release.public_id]))
    assert "starter table, 7 rows" in text_of(lead)
    assert "Rolled back" in text_of(lead, "coding:code-set", release.public_id)


def test_several_files_make_one_release(lead: Client, in_summit: Practice) -> None:
    send(lead, "ptp", *ptp_zips(400), licence_attested="on")
    run_due_jobs()
    release = CodeSetRelease.objects.get(kind="ptp")
    assert (release.row_count, release.facts["warnings"]) == (400, [])
    assert Document.objects.filter(kind="coding.code_set_file").count() == 4


def test_without_the_licence_nothing_is_kept_and_the_field_says_so(
    lead: Client, in_summit: Practice
) -> None:
    answer = send(lead, "ptp", *ptp_zips(4))
    assert answer.status_code == 422
    assert "holds the licence of the American Medical Association" in answer.content.decode()
    assert not Job.objects.exists()
    assert not Document.objects.exists()


def test_a_broken_archive_is_refused_at_once_and_a_wrong_file_by_the_job(
    lead: Client, in_summit: Practice
) -> None:
    answer = send(lead, "gpci", ("rvu26d.zip", b"not a zip"))
    assert answer.status_code == 422
    assert "is no ZIP file" in answer.content.decode()
    send(lead, "gpci", ("GPCI2026.csv", b"nothing,of,this\n"))
    run_due_jobs()
    assert Job.objects.get().state == "failed"
    assert "does not tell its year" in text_of(lead)
    assert not CodeSetRelease.objects.filter(kind="gpci").exists()


def test_the_preview_counts_open_encounters_whose_codes_change(
    lead: Client, in_summit: Practice
) -> None:
    load_codes(in_summit)
    site = make_site(in_summit)
    patient = joan(site)
    joans_medicare(site, patient)
    case = CodingCase.objects.get(encounter=visit(site, patient))
    add_diagnosis(case=case, code="I10")
    send(lead, "icd10cm", icd_order(3, 5))
    run_due_jobs()
    release = CodeSetRelease.objects.get(label="FY2027")
    preview = text_of(lead, "coding:code-set", release.public_id)
    assert "1 open encounter of your practice has a code whose row differs." in preview
    CodingCase.objects.update(state=CaseState.RELEASED)
    assert "0 open encounters" in text_of(lead, "coding:code-set", release.public_id)
    lead.post(reverse("coding:code-set-discard", args=[release.public_id]))
    assert not IcdCode.objects.filter(release_id=release.pk).exists()


def test_a_load_that_is_stopped_before_it_begins_leaves_nothing(
    lead: Client, in_summit: Practice
) -> None:
    send(lead, "ptp", *ptp_zips(4), licence_attested="on")
    job = Job.objects.get()
    lead.post(reverse("coding:code-set-stop", args=[job.public_id]))
    assert run_due_jobs() == 0
    assert not CodeSetRelease.objects.filter(kind="ptp").exists()


def test_a_coder_sees_and_does_not_load(summit: Practice, in_summit: Practice) -> None:
    coder = client_of(summit, Role.CODER)
    load_starters()
    assert "Load official files" not in text_of(coder)
    assert send(coder, "mue").status_code == 403


def test_a_system_admin_loads_and_is_led_to_no_patients(
    summit: Practice, in_summit: Practice
) -> None:
    admin = client_of(summit, Role.SYSTEM_ADMIN)
    page = text_of(admin)
    assert "Load official files" in page
    assert f'href="{reverse("coding:queue")}"' not in page


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_although_the_load_is_one_transaction_and_a_stop_undoes_it(
    lead: Client, in_summit: Practice
) -> None:
    send(lead, "ptp", *ptp_zips(40_000), licence_attested="on")
    Job.objects.update(cancel_requested=True)
    run_due_jobs()
    job = Job.objects.get()
    assert job.state == "cancelled"
    assert job.total > 1_000  # kilobytes, told while the transaction that was undone still ran
    assert not CodeSetRelease.objects.filter(kind="ptp").exists()
    lead.post(reverse("core:job-cancel", args=[job.public_id]), {"resume": "1"})
    run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.percent) == ("done", 100)
    assert CodeSetRelease.objects.get(kind="ptp").row_count == 40_000
