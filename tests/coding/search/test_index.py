"""Finding diagnoses: exact codes first, what is denied, seventh characters, siblings, releases."""

import pytest

from coding.models import CodeSetRelease, IcdCode, IcdTerm
from coding.search.index import IcdIndex, Term
from coding.search.kept import forget, index_of
from coding.search.warm import warm_up

ROWS = [
    ("E11", "Type 2 diabetes mellitus", False),
    ("E118", "Type 2 diabetes mellitus with unspecified complications", True),
    ("E119", "Type 2 diabetes mellitus without complications", True),
    ("E1122", "Type 2 diabetes mellitus with diabetic chronic kidney disease", True),
    ("H61", "Other disorders of external ear", False),
    ("H612", "Impacted cerumen", False),
    ("H6120", "Impacted cerumen, unspecified ear", True),
    ("H6121", "Impacted cerumen, right ear", True),
    ("H6123", "Impacted cerumen, bilateral", True),
    ("I10", "Essential (primary) hypertension", True),
    ("I502", "Systolic (congestive) heart failure", False),
    ("I5021", "Acute systolic (congestive) heart failure", True),
    ("I5022", "Chronic systolic (congestive) heart failure", True),
    ("I5023", "Acute on chronic systolic (congestive) heart failure", True),
    ("K2970", "Gastritis, unspecified, without bleeding", True),
    ("K2971", "Gastritis, unspecified, with bleeding", True),
    ("M171", "Unilateral primary osteoarthritis of knee", False),
    ("M1710", "Unilateral primary osteoarthritis, unspecified knee", True),
    ("M1711", "Unilateral primary osteoarthritis, right knee", True),
    ("M1712", "Unilateral primary osteoarthritis, left knee", True),
    ("M771", "Lateral epicondylitis", False),
    ("M7710", "Lateral epicondylitis, unspecified elbow", True),
    ("M7711", "Lateral epicondylitis, right elbow", True),
    ("N1831", "Chronic kidney disease, stage 3a", True),
    ("S52501", "Unspecified fracture of the lower end of right radius", False),
    ("S52501A", "Unspecified fracture of the lower end of right radius, initial encounter", True),
    (
        "S52501D",
        "Unspecified fracture of the lower end of right radius, subsequent encounter",
        True,
    ),
    ("S52501S", "Unspecified fracture of the lower end of right radius, sequela", True),
]
TERMS = [Term("M771", "Tennis elbow"), Term("I10", "High blood pressure")]


@pytest.fixture(scope="module")
def index() -> IcdIndex:
    return IcdIndex(ROWS, TERMS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("e11.9", "E119"),
        ("E119", "E119"),
        ("i10", "I10"),
        ("htn", "I10"),
        ("HTN", "I10"),
        ("hypert", "I10"),
        ("hypertenshun", "I10"),
        ("dm2", "E119"),  # without complications, not with unspecified ones
        ("ckd 3a", "N1831"),
        ("ckd3a", "N1831"),
        ("ckd 3a diabetes", "N1831"),  # nothing has all of it: what has the rarer words
        ("osteo knee right", "M1711"),
        ("knee left", "M1712"),
        ("rt knee OA", "M1711"),
        ("fx radius", "S52501A"),
        ("subsequent encounter fracture right radius", "S52501D"),
        ("fracture radius sequela", "S52501S"),
        ("diabetes kidney", "E1122"),
        ("gastritis", "K2970"),
        ("gastritis with bleeding", "K2971"),
        ("gastritis without bleeding", "K2970"),
        ("tennis elbow", "M7710"),  # the term is the header's; the plainest code below it is meant
        ("right tennis elbow", "M7711"),
        ("earwax", "H6120"),
        ("ear wax in both ears", "H6123"),  # the usual code is its sibling
        ("acute on chronic systolic heart failure", "I5023"),  # and not what is only acute
    ],
)
def test_what_is_meant_comes_first(index: IcdIndex, typed: str, first: str) -> None:
    assert index.search(typed)[0].code == first


@pytest.mark.parametrize("typed", ["", "   ", "zzzz", "...", "%_", "'; --", "\x00", "a" * 500])
def test_odd_queries_find_nothing_and_break_nothing(index: IcdIndex, typed: str) -> None:
    assert index.search(typed) == []


def test_a_header_is_found_by_its_code_and_says_that_it_cannot_be_billed(index: IcdIndex) -> None:
    hits = index.search("e11")
    assert [hit.code for hit in hits[:4]] == ["E11", "E1122", "E118", "E119"]
    assert (hits[0].is_billable, hits[0].chips) == (False, ("opens its codes",))


def test_a_header_opens_one_step_down(index: IcdIndex) -> None:
    assert [hit.code for hit in index.below("e11")] == ["E1122", "E118", "E119"]
    assert [hit.code for hit in index.below("H61")] == ["H612"]
    assert [hit.code for hit in index.below("S52501")] == ["S52501A", "S52501D", "S52501S"]
    assert index.below("I10") == index.below("zzz") == []


def test_a_hit_says_how_it_was_found_and_what_to_look_at(index: IcdIndex) -> None:
    hit = index.search("right tennis elbow")[0]
    assert (hit.dotted, hit.path, hit.chips) == ("M77.11", "tennis elbow", ("right",))
    fracture = index.search("fx radius")[0]
    assert fracture.chips == ("unspecified", "right", "initial encounter")


def test_the_limit_is_kept(index: IcdIndex) -> None:
    assert len(index.search("knee", 1)) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("htn", "I10"), ("DM2", "E119"), ("knee", None), ("fracture", None), ("zzzz", None)],
)
def test_only_what_is_plain_is_taken_without_being_shown(
    index: IcdIndex, typed: str, meant: str | None
) -> None:
    hit = index.plainly(typed)
    assert (hit.code if hit else None) == meant


@pytest.mark.django_db
def test_another_release_is_another_index() -> None:
    release = CodeSetRelease.objects.create(
        kind="icd10cm", label="one", effective_from="2026-01-01", source_sha256="a", row_count=1
    )
    IcdCode.objects.create(release=release, code="I10", title="High pressure", is_billable=True,
                           chapter=9)  # fmt: skip
    assert index_of(release).search("pressure")[0].code == "I10"
    IcdCode.objects.filter(release=release).update(title="Hypertension")
    IcdTerm.objects.create(release=release, code="I10", text="Blue vessels")
    release.source_sha256 = "b"
    assert index_of(release).search("hypertension")[0].code == "I10"
    assert index_of(release).search("blue vessels")[0].path == "Blue vessels"
    assert index_of(release) is index_of(release)


@pytest.mark.django_db(transaction=True)
def test_a_server_builds_its_index_ahead() -> None:
    warm_up()  # nothing is loaded: nothing is built, nothing breaks
    release = CodeSetRelease.objects.create(
        kind="icd10cm", label="one", effective_from="2026-01-01", source_sha256="w", row_count=1,
        state="active",
    )  # fmt: skip
    IcdCode.objects.create(release=release, code="I10", title="Ahead", is_billable=True, chapter=9)
    forget()
    warm_up()
    IcdCode.objects.all().delete()
    assert index_of(release).search("ahead")[0].code == "I10"  # from memory
