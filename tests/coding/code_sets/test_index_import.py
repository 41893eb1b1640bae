"""The Alphabetic Index on the road of every set: staged, compared, activated, rolled back."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from coding.code_sets.files import BadFile, SourceFile
from coding.code_sets.reading import Options
from coding.code_sets.releases import release_on
from coding.models import CodeSetRelease, IndexEntry
from coding.services.activate_release import activate_release, roll_back_release
from coding.services.import_code_set import Import, import_code_set
from core import clock
from core.choices import Role
from core.jobs import run_due_jobs
from core.models import Job, Practice
from tests.cast import client_of
from tests.coding.code_sets.test_alphabetic_index import DISEASES, DRUGS, EXTERNAL, NEOPLASMS

KIND = "icd10index"
PARTS = {
    "Index to Diseases and Injuries": 12,
    "External Cause of Injuries Index": 1,
    "Table of Neoplasms": 2,
    "Table of Drugs and Chemicals": 2,
}


def official_zip(diseases: bytes = DISEASES, year: str = "2030") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [
            ("index", diseases), ("neoplasm", NEOPLASMS), ("eindex", EXTERNAL),
            ("tabular", b"<other/>"),
        ]:  # fmt: skip
            archive.writestr(f"Table and Index/icd10cm_{name}_{year}.xml", content)
        archive.writestr(f"Table and Index/icd10cm_drug_{year}.csv", DRUGS)
        archive.writestr("Table and Index/read me.pdf", b"%PDF")
    return made.getvalue()


def loaded(*files: tuple[str, bytes], **options: object) -> tuple[CodeSetRelease, bool]:
    sent = [SourceFile(name, content) for name, content in files]
    return import_code_set(Import(KIND, sent, Options(**options)))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_official_zip_is_staged_and_used_from_the_day_it_is_activated() -> None:
    release, is_new = loaded(("table-and-index.zip", official_zip()))
    assert is_new
    assert (release.label, release.row_count, release.state) == ("FY2030", 17, "loaded")
    assert (release.effective_from, release.effective_to) == (date(2029, 10, 1), date(2030, 9, 30))
    assert release.facts["tables"] == {"index entries": 17, **PARTS}
    on = date(2030, 1, 15)
    assert release_on(KIND, on) is None
    activate_release(release, clock.now().date())
    assert release_on(KIND, on) == release
    roll_back_release(CodeSetRelease.objects.get(pk=release.pk))
    assert release_on(KIND, on) is None
    assert IndexEntry.objects.filter(release=release).count() == 17


@pytest.mark.django_db
def test_the_same_files_again_change_nothing() -> None:
    first, _ = loaded(("a.zip", official_zip()))
    assert loaded(("b.zip", official_zip())) == (first, False)
    assert IndexEntry.objects.count() == 17


@pytest.mark.django_db
def test_the_next_year_is_compared_entry_by_entry_wherever_it_now_stands() -> None:
    old, _ = loaded(("a.zip", official_zip()))
    activate_release(old, clock.now().date())
    first = b"<mainTerm><title>Calculus"
    changed = DISEASES.replace(
        first, b"<mainTerm><title>Aarskog</title><code>Q87.1</code></mainTerm>" + first
    ).replace(b"K80.10", b"K80.11")
    new, _ = loaded(("b.zip", official_zip(changed, "2031")))
    said = new.facts["comparison"]
    assert (said["added"], said["changed"], said["retired"]) == (1, 1, 0)
    assert said["added_sample"] == ["diseases / Aarskog"]
    assert said["changed_sample"] == [
        "diseases / Calculus, calculi > gallbladder > with > cholecystitis"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([("index_2030.xml", DISEASES), ("neoplasm_2030.xml", NEOPLASMS[:-30])], "no XML"),
        ([("index_2030.xml", DISEASES), ("index_2030b.xml", DISEASES + b" ")], "Two files are the"),
        ([("icd10cm_index_2030.xml", b"<a><b/></a>")], "icd10cm_index_2030.xml: This is no file"),
        ([("icd10cm_order_2030.txt", b"x")], "no file of the Alphabetic Index"),
        ([("index.xml", DISEASES)], "say from when it holds"),
        ([("drugs_2030.csv", b"a,b\n1,2\n")], "not the columns"),
        ([("drugs_2030.csv", (DRUGS + "3,x,Odd,,,,,,,,\n").encode())], "drugs_2030.csv: Line 4"),
        ([("drugs_2030.csv", DRUGS.splitlines()[0].encode())], "no entries"),
    ],
)
def test_what_is_not_whole_leaves_nothing(files: list[tuple[str, bytes]], message: str) -> None:
    with pytest.raises(BadFile, match=message):
        loaded(*files)
    assert not CodeSetRelease.objects.filter(kind=KIND).exists()
    assert not IndexEntry.objects.exists()


@pytest.mark.django_db
def test_a_bomb_is_refused_before_anything_is_read() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("icd10cm_index_2030.xml", b"<a>" + b" " * 25_000_000)
    with pytest.raises(BadFile, match="unpacks to over"):
        loaded(("table-and-index.zip", made.getvalue()))


@pytest.mark.django_db
def test_entities_that_grow_without_end_are_refused() -> None:
    steps = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 40}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "0123456789">{steps}]><a>&e8;</a>'
    with pytest.raises(BadFile):
        loaded(("icd10cm_index_2030.xml", bomb.encode()))


@pytest.mark.django_db
def test_files_whose_names_tell_no_year_take_the_days_that_are_said() -> None:
    release, _ = loaded(
        ("index.xml", DISEASES), label="FY2030", effective_from=date(2029, 10, 1),
        effective_to=date(2030, 9, 30),
    )  # fmt: skip
    assert (release.label, release.effective_to) == ("FY2030", date(2030, 9, 30))


@pytest.mark.django_db
def test_the_screen_takes_it_as_a_job_with_progress(summit: Practice, in_summit: Practice) -> None:
    lead = client_of(summit, Role.CODING_LEAD)
    file = SimpleUploadedFile("table-and-index.zip", official_zip())
    answer = lead.post(reverse("coding:code-set-load"), {"kind": KIND, "file": file})
    assert answer.status_code == 303
    assert run_due_jobs() == 1
    job = Job.objects.get()
    assert (job.state, job.last_error) == ("done", "")
    release = CodeSetRelease.objects.get(kind=KIND)
    text = lead.get(reverse("coding:code-set", args=[release.public_id])).content.decode()
    assert "Table of Drugs and Chemicals" in text
    answer = lead.post(
        reverse("coding:code-set-activate", args=[release.public_id]), {"on": "11/01/2026"}
    )
    release.refresh_from_db()
    assert release.state == "active"
    assert client_of(summit, Role.CODER).post(reverse("coding:code-set-load")).status_code == 403


@pytest.mark.django_db
def test_the_command_says_what_it_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "table-and-index.zip"
    path.write_bytes(official_zip())
    call_command("load_code_set", KIND, str(path), "--activate-on", "2026-11-01")
    said = capsys.readouterr().out
    assert "FY2030: 17 rows, staged" in said
    assert "Table of Neoplasms: 2" in said
    assert "in use from 2026-11-01" in said
