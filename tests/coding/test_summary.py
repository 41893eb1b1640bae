"""The coding of an encounter on paper: what stands on it, and who may have it."""

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from coding.models import CodingCase
from coding.services.check_case import check_case, override_finding
from coding.services.quote_note import quote_note
from core.choices import Role
from core.models import AuditEvent, Practice
from tests.cast import client_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import joan, joans_medicare, make_site, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(in_summit: Practice) -> CodingCase:
    load_codes(in_summit)
    site = make_site(in_summit)
    patient = joan(site)
    joans_medicare(site, patient)
    return coded(visit(site, patient), "E119 I10", "99214-25 /ab; 83036 /a")


@pytest.fixture
def coder(summit: Practice) -> Client:
    return client_of(summit, Role.CODER)


def words_of(content: bytes) -> str:
    pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
    return " ".join(" ".join(pages).split())


def url_of(case: CodingCase) -> str:
    return reverse("coding:case-summary", args=[case.public_id])


def test_codes_evidence_and_decisions_stand_on_it(coder: Client, case: CodingCase) -> None:
    quote_note(case=case, words="Seen for the complaint", target=case.diagnoses.first())
    case.encounter.notes.update(signed_at=None)
    (missing,) = [one for one in check_case(case).findings if one.code == "NOTE-01"]
    override_finding(case=case, code="NOTE-01", facts=missing.message, reason="Signed on paper")
    answer = coder.get(url_of(case))
    words = words_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert "Joan Q. Testpatient" in words
    assert "A E11.9 Type 2 diabetes mellitus without complications" in words
    assert "1 99214-25 Service 99214 1 AB 200.00 200.00" in words
    assert "Total $225.00" in words
    assert "E11.9 “Seen for the complaint”" in words
    assert "Overridden NOTE-01" in words
    assert "Signed on paper" in words
    assert "Testpatient" not in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(note="coding summary, PDF").count() == 1


def test_the_other_practice_gets_none(case: CodingCase, lakeside: Practice) -> None:
    assert client_of(lakeside, Role.CODER).get(url_of(case)).status_code == 404


def test_where_no_pdf_can_be_drawn_the_screen_says_so(
    coder: Client, case: CodingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> None:
        raise OSError("no such library")

    monkeypatch.setattr("core.pdf.import_module", missing)
    answer = coder.get(url_of(case), follow=True)
    assert "cannot draw PDF files" in answer.content.decode()
