"""The search with the Alphabetic Index loaded: its paths, its tables, and codes with a dash."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from coding.code_sets.files import SourceFile
from coding.code_sets.reading import Options
from coding.models import CodeSetRelease, IcdCode
from coding.search.index import IcdIndex
from coding.selectors import icd_index
from coding.services.activate_release import activate_release
from coding.services.import_code_set import Import, import_code_set
from core import clock
from tests.coding.code_sets.test_alphabetic_index import DISEASES, DRUGS, EXTERNAL, NEOPLASMS

ON = date(2030, 1, 15)
CODES = [
    ("C349", "Malignant neoplasm of unspecified part of bronchus or lung", False),
    ("C3490", "Malignant neoplasm of unspecified part of unspecified bronchus or lung", True),
    ("C3491", "Malignant neoplasm of unspecified part of right bronchus or lung", True),
    ("D1430", "Benign neoplasm of unspecified bronchus and lung", True),
    ("K8010", "Calculus of gallbladder with chronic cholecystitis", True),
    ("K8020", "Calculus of gallbladder without cholecystitis", True),
    ("M771", "Lateral epicondylitis", False),
    ("M7710", "Lateral epicondylitis, unspecified elbow", True),
    ("M7712", "Lateral epicondylitis, left elbow", True),
    ("T460X", "Poisoning by, adverse effect of and underdosing of glycosides", False),
    ("T460X1", "Poisoning by glycosides, accidental (unintentional)", False),
    ("T460X1A", "Poisoning by glycosides, accidental (unintentional), initial encounter", True),
    ("T460X3", "Poisoning by glycosides, assault", False),
    ("T460X3A", "Poisoning by glycosides, assault, initial encounter", True),
    ("T460X5", "Adverse effect of glycosides", False),
    ("T460X5A", "Adverse effect of glycosides, initial encounter", True),
    ("T460X6", "Underdosing of glycosides", False),
    ("T460X6A", "Underdosing of glycosides, initial encounter", True),
    ("W64", "Exposure to other animate mechanical forces", True),
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "table-and-index.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Table and Index/icd10cm_index_2030.xml", DISEASES)
        made.writestr("Table and Index/icd10cm_neoplasm_2030.xml", NEOPLASMS)
        made.writestr("Table and Index/icd10cm_eindex_2030.xml", EXTERNAL)
        made.writestr("Table and Index/icd10cm_drug_2030.csv", DRUGS)
        made.writestr("Table and Index/icd10cm_tabular_2030.xml", b"<other/>")
        made.writestr("Table and Index/read me.pdf", b"%PDF")
    return path


@pytest.fixture
def index(archive: Path, db: None) -> IcdIndex:
    release = CodeSetRelease.objects.create(
        kind="icd10cm", label="2030", effective_from="2029-10-01", source_sha256="c",
        row_count=len(CODES), state="active",
    )  # fmt: skip
    IcdCode.objects.bulk_create(
        IcdCode(release=release, code=code, title=title, is_billable=billable, chapter=1)
        for code, title, billable in CODES
    )
    release, _ = import_code_set(
        Import("icd10index", [SourceFile(archive.name, path=archive)], Options())
    )
    activate_release(release, clock.now().date())
    found = icd_index(ON)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "code", "path"),
    [
        ("silent gallstone", "K8020", "Gallstone > silent NEC"),
        ("player's elbow left", "M7712", "Elbow > player's"),
        ("player's elbow", "M7710", "Elbow > player's"),
        ("benign neoplasm lung", "D1430", ""),
        ("digoxin adverse effect", "T460X5A", "Digoxin"),
        ("digoxin underdosing", "T460X6A", "Digoxin"),
        ("digoxin overdose", "T460X1A", "Digoxin"),
        ("animal bite", "W64", "Bite NEC"),
    ],
)
def test_index_entries_lead_to_codes(index: IcdIndex, typed: str, code: str, path: str) -> None:
    hit = index.search(typed)[0]
    assert (hit.code, hit.path if path else "") == (code, path)
