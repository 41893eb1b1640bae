"""Finding diagnoses: exact codes first, words by their beginnings, and what coders abbreviate."""

import pytest

from coding.models import CodeSetRelease, IcdCode
from coding.search.index import IcdIndex
from coding.search.kept import index_of

ROWS = [
    ("E11", "Type 2 diabetes mellitus", False),
    ("E119", "Type 2 diabetes mellitus without complications", True),
    ("E1122", "Type 2 diabetes mellitus with diabetic chronic kidney disease", True),
    ("I10", "Essential (primary) hypertension", True),
    ("N1831", "Chronic kidney disease, stage 3a", True),
    ("M1711", "Unilateral primary osteoarthritis, right knee", True),
    ("M1712", "Unilateral primary osteoarthritis, left knee", True),
    ("S52501A", "Unspecified fracture of the lower end of right radius, initial encounter", True),
    ("S52501S", "Unspecified fracture of the lower end of right radius, sequela", True),
]


@pytest.fixture(scope="module")
def index() -> IcdIndex:
    return IcdIndex(ROWS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("e11.9", "E119"),
        ("E119", "E119"),
        ("i10", "I10"),
        ("htn", "I10"),
        ("hypert", "I10"),
        ("dm2", "E119"),
        ("ckd 3a", "N1831"),
        ("ckd 3a diabetes", "N1831"),  # nothing has all of it: what has all but one word
        ("osteo knee right", "M1711"),
        ("knee left", "M1712"),
        ("fx radius", "S52501A"),
        ("diabetes kidney", "E1122"),
    ],
)
def test_what_is_meant_comes_first(index: IcdIndex, typed: str, first: str) -> None:
    assert index.search(typed)[0].code == first


@pytest.mark.parametrize("typed", ["", "   ", "zzzz", "...", "%_", "'; --", "\x00", "a" * 500])
def test_odd_queries_find_nothing_and_break_nothing(index: IcdIndex, typed: str) -> None:
    assert index.search(typed) == []


def test_a_header_is_found_and_says_that_it_cannot_be_billed(index: IcdIndex) -> None:
    hit = index.search("E11")[0]
    assert (hit.code, hit.is_billable) == ("E11", False)
    assert [one.code for one in index.search("e11")] == ["E11", "E1122", "E119"]


def test_the_limit_is_kept(index: IcdIndex) -> None:
    assert len(index.search("unspecified fracture", 1)) == 1


@pytest.mark.django_db
def test_another_release_is_another_index() -> None:
    release = CodeSetRelease.objects.create(
        kind="icd10cm", label="one", effective_from="2026-01-01", source_sha256="a", row_count=1
    )
    IcdCode.objects.create(release=release, code="I10", title="High pressure", is_billable=True,
                           chapter=9)  # fmt: skip
    assert index_of(release).search("pressure")[0].code == "I10"
    IcdCode.objects.filter(release=release).update(title="Hypertension")
    release.source_sha256 = "b"
    assert index_of(release).search("hypertension")[0].code == "I10"
    assert index_of(release) is index_of(release)
