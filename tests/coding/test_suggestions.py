"""The provider's own codes: they come with the encounter, and count when a coder takes them."""

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import CodeEvidence, CodingCase
from core.choices import Role
from core.models import Practice
from patients.choices import SuggestionKind
from patients.models import SuggestedCode
from tests.cast import client_of, user_of
from tests.factories.coding import load_codes
from tests.factories.patients import Site, joan, make_site, visit

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
DX, LINE = SuggestionKind.DIAGNOSIS, SuggestionKind.LINE
NOTE = "Assessment: type 2 diabetes, at goal."


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def coder(summit: Practice) -> Client:
    return client_of(summit, Role.CODER)


def case_with(site: Site, *suggestions: tuple[str, str, str]) -> CodingCase:
    encounter = visit(site, joan(site), note_text=NOTE, suggestions=suggestions)
    return encounter.coding_case  # type: ignore[no-any-return]


def to(name: str, case: CodingCase) -> str:
    return reverse(f"coding:{name}", args=[case.public_id])


def codes(case: CodingCase) -> list[str]:
    lines = [line.code_with_modifiers for line in case.lines.all()]
    return [row.dotted for row in case.diagnoses.all()] + lines


def test_they_are_shown_and_count_for_nothing_until_taken(site: Site, coder: Client) -> None:
    case = case_with(site, (DX, "E11.9", "type 2 diabetes"), (LINE, "99213", ""))
    text = coder.get(to("case", case)).content.decode()
    assert "Suggested by" in text
    assert '<mark class="open">type 2 diabetes</mark>' in text
    assert codes(case) == []


def test_taking_all_adds_codes_pointers_and_the_words_they_rest_on(
    site: Site, coder: Client
) -> None:
    case = case_with(
        site, (DX, "I10", ""), (DX, "E11.9", "type 2 diabetes"), (LINE, "99213-25 /b", "")
    )
    answer = coder.post(to("suggestions-take", case), headers=FRAGMENT)
    assert answer.status_code == 200
    assert codes(case) == ["I10", "E11.9", "99213-25"]
    assert case.lines.get().pointers == [case.diagnoses.get(code="E119").pk]
    assert CodeEvidence.objects.get().diagnosis.code == "E119"
    assert "Suggested by" not in answer.content.decode()


def test_one_alone_is_taken_and_its_letters_still_mean_the_providers_list(
    site: Site, coder: Client
) -> None:
    case = case_with(site, (DX, "I10", ""), (DX, "E11.9", ""), (LINE, "99213 /b", ""))
    for text in ("E11.9", "99213 /b"):
        only = SuggestedCode.objects.get(text=text).public_id
        coder.post(to("suggestions-take", case), {"only": only})
    assert codes(case) == ["E11.9", "99213"]
    assert case.lines.get().pointers == [case.diagnoses.get().pk]


def test_a_line_alone_whose_diagnosis_is_not_here_is_not_pointed_elsewhere(
    site: Site, coder: Client
) -> None:
    case = case_with(site, (DX, "E11.9", ""), (LINE, "99213 /a", ""), (LINE, "99213 /a", ""))
    coder.post(to("diagnosis-add", case), {"q": "I10"})
    only = SuggestedCode.objects.filter(kind=LINE).first().public_id
    text = coder.post(to("suggestions-take", case), {"only": only}, headers=FRAGMENT)
    assert "the diagnosis it points to is not here" in text.content.decode()
    coder.post(to("suggestions-take", case))
    assert codes(case) == ["I10", "E11.9", "99213"]


def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(site: Site, coder: Client) -> None:
    case = case_with(site, (DX, "E11", ""), (DX, "I10", ""), (LINE, "99213 wat", ""))
    text = coder.post(to("suggestions-take", case), headers=FRAGMENT).content.decode()
    assert codes(case) == ["I10"]
    assert "Not taken: E11: E11 needs more characters" in text
    assert "99213 wat: " in text


def test_taking_twice_adds_nothing_twice(site: Site, coder: Client) -> None:
    case = case_with(site, (DX, "I10", ""), (LINE, "99213", ""))
    for _ in range(2):
        coder.post(to("suggestions-take", case))
    assert codes(case) == ["I10", "99213"]


def test_the_provider_who_saw_the_patient_suggests_on_the_screen(site: Site, coder: Client) -> None:
    case = case_with(site)
    site.reyes.user = user_of(site.practice, Role.PROVIDER)
    site.reyes.save()
    provider = client_of(site.practice, Role.PROVIDER)
    assert "Suggest</button>" in provider.get(to("case", case)).content.decode()
    body = {"diagnosis": "M17.11; I10", "line": "J3301 x4"}
    assert provider.post(to("suggest", case), body).status_code == 303
    kinds = list(SuggestedCode.objects.values_list("kind", "text"))
    assert kinds == [(DX, "M17.11"), (DX, "I10"), (LINE, "J3301 x4")]
    assert codes(case) == []
    assert provider.post(to("suggest", case), {"diagnosis": " ; "}).status_code == 422
    assert coder.post(to("suggest", case), body).status_code == 403
    assert provider.post(to("suggestions-take", case)).status_code == 403


def test_without_suggestions_there_is_nothing_to_take(site: Site, coder: Client) -> None:
    answer = coder.post(to("suggestions-take", case_with(site)), headers=FRAGMENT)
    assert answer.status_code == 422
    assert "suggested no codes" in answer.content.decode()
