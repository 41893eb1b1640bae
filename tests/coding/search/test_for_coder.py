"""The search of one coder at one case: nicknames, habit, what is listed; services; the doors."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import (
    CodeSetRelease,
    CodingCase,
    DiagnosisNickname,
    HcpcsCode,
    IcdCode,
    IcdFact,
    IcdNote,
)
from coding.search.fitting import fitted
from coding.search.for_coder import search_for_coder
from coding.selectors import icd_index, usual_icd
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of, user_of
from tests.factories.coding import LONG_AGO, coded, load_codes
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

KNEES = [
    ("M2556", "Pain in knee", False),
    ("M25561", "Pain in right knee", True),
    ("M25562", "Pain in left knee", True),
    ("M25569", "Pain in unspecified knee", True),
]


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    release = CodeSetRelease.objects.get(kind="icd10cm", label="small")
    IcdCode.objects.bulk_create(
        IcdCode(release=release, code=code, title=title, is_billable=billable, chapter=13)
        for code, title, billable in KNEES
    )
    return make_site(in_summit)


@pytest.fixture
def case(site: Site) -> CodingCase:
    patient = joan(site)
    joans_medicare(site, patient)
    return CodingCase.objects.get(encounter=visit(site, patient))


@pytest.fixture
def coder(summit: Practice) -> Iterator[Client]:
    return client_of(summit, Role.CODER)


def hits(client: Client, query: str, case: CodingCase | None = None) -> list[dict[str, object]]:
    asked = {"q": query, "format": "json", **({"case": str(case.public_id)} if case else {})}
    return client.get(reverse("coding:search"), asked).json()["hits"]


def chips(client: Client, query: str, case: CodingCase | None = None) -> dict[str, list[str]]:
    """The chips of every hit, by its code without the dot."""
    found = hits(client, query, case)
    return {str(hit["code"]).replace(".", ""): hit["chips"] for hit in found}  # type: ignore[misc]


def noted(owner: str, kind: str, text: str) -> None:
    """A line of a note of the tabular list, before the first search reads them."""
    release = CodeSetRelease.objects.get(kind="icd10cm", label="small")
    IcdNote.objects.create(release=release, owner=owner, kind=kind, position=1, text=text)


def test_the_answer_as_json_has_code_title_path_and_chips(coder: Client, case: CodingCase) -> None:
    assert hits(coder, "knee pain")[0] == {
        "code": "M25.569",
        "title": "Pain in unspecified knee",
        "billable": True,
        "path": "",
        "chips": ["unspecified"],
    }


def test_a_header_says_that_it_opens_and_its_codes_follow(coder: Client, case: CodingCase) -> None:
    found = hits(coder, "m25.56")
    assert [hit["code"] for hit in found] == ["M25.56", "M25.561", "M25.562", "M25.569"]
    below = {"q": "M25.56", "below": "1", "format": "json"}
    opened = coder.get(reverse("coding:search"), below).json()["hits"]
    assert [hit["code"] for hit in opened] == ["M25.561", "M25.562", "M25.569"]
    text = coder.get(reverse("coding:search"), {"q": "m25.56"}).content.decode()
    assert 'data-value="M25.56" data-opens' in text
    assert text.count("data-opens") == 1


def test_a_nickname_of_the_practice_comes_first_and_is_theirs_alone(
    coder: Client, case: CodingCase, lakeside: Practice
) -> None:
    with practice_scope(case.practice):
        DiagnosisNickname.objects.create(
            practice=case.practice, nickname="  Bad  KNEE ", code="m17.11"
        )
        row = usual_icd("bad knee", case.encounter.service_date_from)
        assert row is not None
        assert row.code == "M1711"
    first = hits(coder, "bad knee")[0]
    assert (first["code"], first["chips"]) == ("M17.11", ["right", "nickname"])
    elsewhere = hits(client_of(lakeside, Role.CODER), "bad knee")
    assert "nickname" not in str(elsewhere)


def test_what_a_coder_uses_comes_forward_among_equals_only(site: Site, case: CodingCase) -> None:
    user = user_of(case.practice, Role.CODER)
    index = icd_index(case.encounter.service_date_from)
    assert index is not None
    first, second = [hit.code for hit in index.search("symptom")][:2]
    other = CodingCase.objects.get(encounter=visit(site, case.patient))
    coded(other.encounter, second, "")
    both = search_for_coder(index, "symptom", 5, user=user, case=case)
    assert [(hit.code, hit.mark) for hit in both[:2]] == [(second, "provider uses it"), (first, "")]
    CodingCase.objects.filter(pk=other.pk).update(coder=user)
    both = search_for_coder(index, "symptom", 5, user=user, case=case)
    assert (both[0].code, both[0].mark) == (second, "you use it")
    assert search_for_coder(index, "knee pain", 5, user=user, case=case)[0].code == "M25569"


def test_what_is_listed_already_says_so(coder: Client, case: CodingCase) -> None:
    with practice_scope(case.practice):
        coded(case.encounter, "I10", "")
    assert chips(coder, "htn", case)["I10"] == ["on the list already"]
    assert "on the list already" not in chips(coder, "htn")["I10"]


def test_what_a_diagnosis_of_the_list_excludes_says_by_which(
    coder: Client, case: CodingCase
) -> None:
    noted("E11", "excludes1", "secondary hypertension (I10, I15.-)")
    noted("J02", "excludes1", "type 2 diabetes mellitus (E11.-)")
    noted("R100", "excludes1", "hypertension (I10) with something unreadable")
    with practice_scope(case.practice):
        coded(case.encounter, "R101 E119", "")
    assert chips(coder, "i10", case)["I10"] == ["excluded by B"], "the note of the listed code"
    assert chips(coder, "j02.0", case)["J020"] == ["excluded by B"], "its own note"
    assert chips(coder, "r10.0", case)["R100"] == []
    assert chips(coder, "i10")["I10"] == [], "without a case nothing is known"
    text = coder.get(
        reverse("coding:search"), {"q": "i10", "case": str(case.public_id)}
    ).content.decode()
    assert '<span class="tag care">excluded by B</span>' in text


def test_what_cannot_be_first_says_so_while_the_list_is_empty(
    coder: Client, case: CodingCase
) -> None:
    noted("R101", "code_first", "underlying disease (E11.-)")
    noted("R102", "code_first", "if applicable, any cause (E11.-)")
    for code in ("F028", "W19XXXA", "Z794", "R101"):
        assert chips(coder, code, case)[code][0] == "cannot be first", code
    assert chips(coder, "r102", case)["R102"] == []
    with practice_scope(case.practice):
        coded(case.encounter, "I10", "")
    assert chips(coder, "r101", case)["R101"] == []
    assert chips(coder, "f028", case)["F028"] == ["not first"]


def test_what_is_for_other_patients_says_for_whom(coder: Client, case: CodingCase) -> None:
    release = CodeSetRelease.objects.create(
        kind="icd_facts", label="small", effective_from=LONG_AGO, source_sha256="f", state="active"
    )
    for begins_with, kind, ages, sex in [
        ("R10", "newborn", (0, 0), ""),
        ("R11", "sex", (None, None), "M"),
        ("I10", "sex", (None, None), "F"),
        ("J02", "adult", (15, 124), ""),
    ]:
        IcdFact.objects.create(
            release=release, begins_with=begins_with, kind=kind, age_from=ages[0], age_to=ages[1],
            sex=sex,
        )  # fmt: skip
    assert case.patient.sex == "F"
    assert chips(coder, "r105", case)["R105"] == ["for newborns"]
    assert chips(coder, "r110", case)["R110"] == ["for men"]
    assert chips(coder, "i10", case)["I10"] == []
    assert chips(coder, "j020", case)["J020"] == []


def test_the_codes_below_a_header_are_held_against_the_case_too(
    coder: Client, case: CodingCase
) -> None:
    with practice_scope(case.practice):
        coded(case.encounter, "M25561", "")
    below = {"q": "M25.56", "below": "1", "format": "json", "case": str(case.public_id)}
    opened = coder.get(reverse("coding:search"), below).json()["hits"]
    assert opened[0]["chips"] == ["on the list already", "right"]


def test_the_case_of_another_practice_says_nothing(case: CodingCase, lakeside: Practice) -> None:
    with practice_scope(case.practice):
        coded(case.encounter, "I10", "")
    assert chips(client_of(lakeside, Role.CODER), "i10", case)["I10"] == []


def test_the_cautions_cost_two_queries_however_many_hits(coder: Client, case: CodingCase) -> None:
    with practice_scope(case.practice):
        coded(case.encounter, "R101 E119", "")
    hits(coder, "symptom", case)  # the notes of the release are read once a process
    index = icd_index(case.encounter.service_date_from)
    assert index is not None
    found = index.search("symptom", 12)
    loaded = CodingCase.objects.select_related("encounter", "patient").get(pk=case.pk)
    with CaptureQueriesContext(connection) as queries:
        assert len(fitted(found, loaded)) == 12
    assert len(queries) == 2


@pytest.mark.parametrize("odd", ["", " ", "\x00", "%", "a" * 300])
def test_odd_queries_are_answered(coder: Client, case: CodingCase, odd: str) -> None:
    assert coder.get(reverse("coding:search"), {"q": odd, "case": "x"}).status_code == 200


def test_services_are_the_practices_own_first_then_hcpcs(coder: Client, case: CodingCase) -> None:
    release = CodeSetRelease.objects.create(
        kind="hcpcs", label="small", effective_from=LONG_AGO, source_sha256="h", row_count=3,
        state="active",
    )  # fmt: skip
    for code, short, ended in [
        ("J3301", "Triamcinolone acet inj NOS", None),
        ("J1100", "Dexamethasone sodium phos", None),
        ("J0000", "Dexamethasone old", "2019-12-31"),
    ]:
        HcpcsCode.objects.create(
            release=release, code=code, short_title=short, long_title=f"Injection, {short.lower()}",
            terminated_on=ended,
        )  # fmt: skip

    def services(query: str) -> list[tuple[str, bool]]:
        asked = {"q": query, "kind": "line", "format": "json"}
        found = coder.get(reverse("coding:search"), asked).json()["hits"]
        return [(hit["code"], hit["charged"]) for hit in found]

    assert services("j3301") == [("J3301", True)]
    assert services("service 9921") == [("99213", True), ("99214", True)]
    assert services("dexamethazone injection") == [("J1100", False), ("J3301", False)]
