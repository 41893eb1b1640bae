"""Encounters from a CSV file: good rows are recorded, bad rows come back with the reason."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import sweeping
from core.choices import JobState, Role
from core.errors import ApplicationError
from core.models import Document, Job, Practice
from core.services.documents import read_document
from patients.csv_rows import COLUMNS, CsvRow, RejectedRow, read_rows, rejected_file, template_file
from patients.models import Encounter, Patient
from patients.services.import_encounters import import_encounters
from tests.cast import client_of
from tests.factories.patients import Site, joan, make_site

HEADER = "patient_mrn,service_date_from,rendering_provider_npi,external_number,note\n"


@pytest.fixture
def site(in_summit: Practice) -> Site:
    return make_site(in_summit)


@pytest.fixture
def patient(site: Site) -> Patient:
    return joan(site, mrn="400117")


def test_good_rows_are_recorded_and_bad_ones_come_back(site: Site, patient: Patient) -> None:
    content = (
        HEADER
        + '400117,2026-11-02,2000000028,V1,"Seen, examined.\nPlan agreed."\n'
        + "999999,11/02/2026,2000000028,V2,x\n"
        + "400117,2999-01-01,2000000028,V3,x\n"
        + "400117,not a day,123,V4,x\n"
        + "\n"
        + "400117,11/03/2026,2000000028,V1,again\n"
        + "400117,11/03/2026,2000000028,V5\n"
    ).encode()
    result = import_encounters(practice=site.practice, content=content)
    assert result.created == 2
    assert sorted(str(one.external_number) for one in Encounter.objects.all()) == ["V1", "V5"]
    problems = [(one.row.number, "; ".join(one.problems)) for one in result.rejected]
    assert [number for number, _ in problems] == [4, 5, 6, 8]
    assert "patient_mrn: There is no patient with this MRN." in problems[0][1]
    assert "service_date_from: The service date cannot be in the future." in problems[1][1]
    assert "service_date_from" in problems[2][1]
    assert "rendering_provider_npi: This is no NPI" in problems[2][1]
    assert "external_number: An encounter with this number was recorded before." in problems[3][1]


def test_a_row_brings_the_providers_codes_and_says_whether_the_note_is_signed(
    site: Site, patient: Patient
) -> None:
    header = HEADER.replace("note\n", "note,note_is_signed,suggested_diagnoses,suggested_lines\n")
    rows = "400117,2026-11-02,2000000028,V1,Seen.,no,E11.9; I10,99213 /a\n"
    result = import_encounters(practice=site.practice, content=(header + rows).encode())
    assert (result.created, result.rejected) == (1, [])
    encounter = Encounter.objects.get()
    assert encounter.notes.get().signed_at is None
    assert [one.text for one in encounter.suggestions.all()] == ["E11.9", "I10", "99213 /a"]


def test_the_rows_that_come_back_can_be_sent_again(site: Site, patient: Patient) -> None:
    content = (HEADER + "400117,2999-01-01,2000000028,V3,=1+1\n").encode()
    result = import_encounters(practice=site.practice, content=content)
    returned = rejected_file(result.rejected)
    cells = list(csv.reader(io.StringIO(returned.decode("utf-8-sig"))))
    assert cells[0] == [*COLUMNS, "problem"]
    assert "future" in cells[1][-1]
    assert cells[1][COLUMNS.index("note")] == "'=1+1"  # no spreadsheet runs it
    assert [row.cells["external_number"] for row in read_rows(returned)] == ["V3"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "These columns are missing"),
        (b"\x00\x01\x02", "This is no CSV file"),
        (b"name,date\nx,y\n", "These columns are missing"),
        (HEADER.encode(), "There is no row below"),
        (HEADER.replace("note", "birthday").encode(), "not known"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(content: bytes, says: str) -> None:
    with pytest.raises(ApplicationError, match=says):
        read_rows(content)


def test_the_template_has_the_columns_and_is_itself_readable() -> None:
    filled = template_file() + b"400117,2026-11-02,2000000028\r\n"
    assert [row.cells["patient_mrn"] for row in read_rows(filled)] == ["400117"]


def test_a_cell_that_came_back_with_a_mark_is_read_without_it() -> None:
    row = CsvRow(2, {"patient_mrn": "400117", "note": "-- seen, plan agreed"})
    back = rejected_file([RejectedRow(row, ["note: too short"])])
    assert b"'-- seen" in back
    (again,) = read_rows(back.replace(b",,,", b",2026-11-02,2000000028,", 1))
    assert again.cells["note"] == "-- seen, plan agreed"


@pytest.fixture
def desk(summit: Practice) -> Client:
    return client_of(summit, Role.FRONT_DESK)


def upload(client: Client, text: str) -> object:
    file = SimpleUploadedFile("visits.csv", text.encode(), "text/csv")
    return client.post(reverse("patients:encounter-import"), {"file": file})


def test_an_upload_runs_as_a_job_and_nothing_is_lost(
    desk: Client, site: Site, patient: Patient
) -> None:
    rows = "400117,2026-11-02,2000000028,V1,Seen.\n999999,2026-11-02,2000000028,V2,Seen.\n"
    answer = upload(desk, HEADER + rows)
    job = Job.objects.get()
    assert answer["Location"] == reverse("core:job", args=[job.public_id])  # type: ignore[index]
    assert Encounter.objects.count() == 0
    sweeping.run_one("jobs")
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.error_count) == (JobState.DONE, 2, 2, 1)
    assert job.result == {"recorded": 1, "rejected": 1}
    assert "There is no patient with this MRN" in job.errors[0]
    assert "999999" not in str(job.errors) + str(job.cursor)
    assert "csv" in Encounter.objects.get().source
    sent = Document.objects.get(kind="patients.encounter_csv")
    assert read_document(sent).decode() == HEADER + rows
    back = Document.objects.get(kind="patients.encounter_csv_rejected")
    page = desk.get(reverse("patients:encounter-import")).content.decode()
    assert str(back.public_id) in page
    file = desk.get(reverse("core:document", args=[back.public_id]))
    assert b"999999" in file.content
    assert file["Content-Disposition"].endswith('.csv"')


def test_a_job_that_stopped_goes_on_behind_its_last_row(site: Site, patient: Patient) -> None:
    content = (
        HEADER + "400117,2026-11-02,2000000028,V1,a\n400117,2026-11-03,2000000028,V2,b\n"
    ).encode()
    result = import_encounters(practice=site.practice, content=content, after_line=2)
    assert result.created == 1
    assert Encounter.objects.get().external_number == "V2"


def test_a_wrong_upload_is_told_on_the_page(desk: Client, site: Site) -> None:
    answer = upload(desk, "hello")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "These columns are missing" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Job.objects.exists()
    nothing = desk.post(reverse("patients:encounter-import"))
    assert nothing.status_code == 422


def test_the_template_is_a_download(desk: Client, site: Site) -> None:
    answer = desk.get(reverse("patients:encounter-import") + "?template=1")
    assert answer["Content-Type"] == "text/csv"
    assert b"patient_mrn" in answer.content


def test_only_those_who_enter_visits_import(summit: Practice, site: Site) -> None:
    assert client_of(summit, Role.AUDITOR).get(
        reverse("patients:encounter-import")
    ).status_code == 403  # fmt: skip
