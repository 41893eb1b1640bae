"""The left pane of the coding screen: notes of every kind, orders, earlier visits, quotes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coding.choices import CaseState
from coding.models import CodeEvidence, CodingCase
from core.choices import Role
from core.models import AuditEvent, Practice
from core.services.documents import read_document
from desk.demo.paperwork import pdf_of
from patients.models import EncounterNote
from patients.services.record_encounter import add_encounter_note
from tests.cast import client_of, user_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
NOTE = "History: Takes metformin for type 2 diabetes.\nPlan:\n- Metformin goes on.\n- A1c in May."


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def coder(summit: Practice) -> Client:
    return client_of(summit, Role.CODER)


def case_of(site: Site, **columns: object) -> CodingCase:
    patient = joan(site)
    joans_medicare(site, patient)
    return visit(site, patient, **{"note_text": NOTE, **columns}).coding_case  # type: ignore[no-any-return]


def to(name: str, case: CodingCase, *more: object) -> str:
    return reverse(f"coding:{name}", args=[case.public_id, *more])


def text_of(client: Client, case: CodingCase, query: str = "") -> str:
    return client.get(to("case", case) + query).content.decode()


def the_provider(site: Site) -> Client:
    site.reyes.user = user_of(site.practice, Role.PROVIDER)
    site.reyes.save()
    return client_of(site.practice, Role.PROVIDER)


# -- notes --------------------------------------------------------------------------------------


def test_an_unsigned_note_leaves_the_encounter_waiting_until_its_provider_signs(
    site: Site, coder: Client
) -> None:
    case = case_of(site, note_is_signed=False)
    assert case.state == CaseState.WAITING_NOTE
    assert "it supports no code yet" in text_of(coder, case)
    note = case.encounter.notes.get()
    assert coder.post(to("note-sign", case, note.public_id)).status_code == 403
    provider = the_provider(site)
    assert "Sign</button>" in text_of(provider, case)
    assert provider.post(to("note-sign", case, note.public_id)).status_code == 303
    case.refresh_from_db()
    note.refresh_from_db()
    assert case.state == CaseState.READY
    first = note.signed_at
    assert first is not None
    provider.post(to("note-sign", case, note.public_id))
    note.refresh_from_db()
    assert note.signed_at == first


def test_another_provider_cannot_sign(site: Site) -> None:
    case = case_of(site, note_is_signed=False)
    note = case.encounter.notes.get()
    answer = client_of(site.practice, Role.PROVIDER).post(to("note-sign", case, note.public_id))
    assert answer.status_code == 422
    assert "Only the provider who saw the patient" in answer.content.decode()


def test_codes_without_a_signed_note_need_a_reason_to_be_finished(
    site: Site, coder: Client
) -> None:
    case = coded(case_of(site, note_is_signed=False).encounter)
    answer = coder.post(to("finish", case), headers=FRAGMENT)
    assert answer.status_code == 422
    assert "no signed clinical note" in answer.content.decode()


def test_a_note_comes_as_a_pdf_and_its_words_are_found(site: Site, coder: Client) -> None:
    case = case_of(site, note_text="")
    upload = SimpleUploadedFile("scan of Joan.pdf", pdf_of("Exam: knee swollen."))
    answer = coder.post(to("note", case), {"file": upload, "signed": "1", "author": "Dr. Reyes"})
    assert answer.status_code == 303
    case.refresh_from_db()
    note = case.encounter.notes.get()
    assert (case.state, note.text, note.page_count) == ("ready", "Exam: knee swollen.", 1)
    assert note.document is not None
    assert "Joan" not in note.document.file_name + note.document.label
    assert read_document(note.document) == pdf_of("Exam: knee swollen.")
    page = coder.get(to("note-page", case, note.public_id))
    assert (page["Content-Type"], page.content[:4]) == ("image/png", b"\x89PNG")
    read = AuditEvent.objects.filter(patient_id=case.patient_id, note="page 1 of a note")
    assert read.count() == 1
    assert coder.get(to("note-page", case, note.public_id) + "?n=2").status_code == 404
    assert "knee swollen" in text_of(coder, case)


def test_a_file_that_is_no_note_is_refused_and_the_typed_words_stay(
    site: Site, coder: Client
) -> None:
    case = case_of(site, note_text="")
    upload = SimpleUploadedFile("x.pdf", b"not a pdf")
    answer = coder.post(to("note", case), {"file": upload, "text": "Seen today.", "signed": "1"})
    assert answer.status_code == 422
    assert "no PDF, PNG or JPEG" in answer.content.decode()
    assert "Seen today.</textarea>" in answer.content.decode()
    unsigned = {"file": SimpleUploadedFile("x.pdf", b"no"), "author": "Dr. Other"}
    again = coder.post(to("note", case), unsigned).content.decode()
    assert 'name="author" value="Dr. Other"' in again
    assert 'name="signed" value="1">' in again, "what was not signed does not come back signed"
    empty = {"file": SimpleUploadedFile("x.pdf", b""), "signed": "1"}
    answer = coder.post(to("note", case), empty)
    assert (answer.status_code, "The file is empty" in answer.content.decode()) == (422, True)
    assert not EncounterNote.objects.exists()


def test_the_other_practices_note_is_not_there(site: Site, lakeside: Practice) -> None:
    case = case_of(site)
    stranger = client_of(lakeside, Role.CODER)
    note = case.encounter.notes.get()
    assert stranger.get(to("note-page", case, note.public_id)).status_code == 404
    assert stranger.post(to("quote", case), {"words": "metformin"}).status_code == 404


# -- orders and earlier visits --------------------------------------------------------------------


def test_orders_of_the_visit_have_their_tab(site: Site, coder: Client) -> None:
    case = case_of(site, orders=[("Hemoglobin A1c", "LAB77", "7.1 %"), ("Eye exam", "", "")])
    text = text_of(coder, case, "?doc=orders")
    assert "Hemoglobin A1c" in text
    assert "7.1 %" in text
    assert "none yet" in text
    assert "None came with this one" in text_of(coder, case_of(site), "?doc=orders")


def test_the_last_visit_is_copied_whole(site: Site, coder: Client) -> None:
    patient = joan(site)
    earlier = coded(visit(site, patient), "E119 I10", "99214-25 /ba; J3301 x4 /a #00003029305 1 ML")
    case = visit(site, patient).coding_case
    text = text_of(coder, case, "?doc=visits")
    assert "E11.9  I10" in text
    assert "J3301 x4" in text
    answer = coder.post(to("copy", case), {"source": earlier.public_id}, headers=FRAGMENT)
    assert "4 codes taken." in answer.content.decode()
    assert [row.code for row in case.diagnoses.all()] == ["E119", "I10"]
    visit_line, drug = case.lines.all()
    first, second = case.diagnoses.all()
    assert (visit_line.code_with_modifiers, visit_line.pointers) == (
        "99214-25", [second.pk, first.pk],
    )  # fmt: skip
    assert (drug.units, drug.ndc_code, drug.ndc_unit_code) == (4, "00003029305", "ML")


def test_copying_twice_adds_nothing_twice(site: Site, coder: Client) -> None:
    patient = joan(site)
    earlier = coded(visit(site, patient), "E119", "99213; 83036; 83036")
    case = visit(site, patient).coding_case
    for _ in range(2):
        coder.post(to("copy", case), {"source": earlier.public_id})
    assert [row.procedure_code for row in case.lines.all()] == ["99213", "83036", "83036"]


def test_a_line_whose_own_diagnosis_has_ended_is_not_pointed_to_the_others(
    site: Site, coder: Client
) -> None:
    patient = joan(site)
    earlier = coded(visit(site, patient), "E119 I10", "99213 /a; 83036 /b")
    earlier.diagnoses.filter(code="E119").update(code="E1199")
    case = visit(site, patient).coding_case
    answer = coder.post(to("copy", case), {"source": earlier.public_id}, headers=FRAGMENT)
    assert "99213: the diagnosis it points to is not here" in answer.content.decode()
    assert [row.procedure_code for row in case.lines.all()] == ["83036"]


def test_what_cannot_be_copied_is_told_and_the_rest_is_taken(site: Site, coder: Client) -> None:
    patient = joan(site)
    earlier = coded(visit(site, patient), "E119", "99213")
    earlier.diagnoses.update(code="E1199")
    case = visit(site, patient).coding_case
    answer = coder.post(to("copy", case), {"source": earlier.public_id}, headers=FRAGMENT)
    assert "0 codes taken. Not taken: E1199" in answer.content.decode()
    assert not case.lines.exists()


def test_another_patients_visit_is_not_copied(site: Site, coder: Client) -> None:
    other = coded(visit(site, joan(site, first_name="Pat")))
    case = case_of(site)
    assert coder.post(to("copy", case), {"source": other.public_id}).status_code == 404
    assert not case.diagnoses.exists()


# -- quotes -------------------------------------------------------------------------------------


def test_words_of_the_note_are_quoted_for_a_code_and_marked(site: Site, coder: Client) -> None:
    case = coded(case_of(site).encounter)
    a = case.diagnoses.first()
    body = {"words": "  type 2\n diabetes ", "for": f"dx:{a.public_id}"}
    answer = coder.post(to("quote", case), body, headers=FRAGMENT)
    assert answer.status_code == 200
    assert '<mark>type 2 diabetes</mark><span class="letter">A</span>' in answer.content.decode()
    quote = CodeEvidence.objects.get()
    assert NOTE[quote.start : quote.start + quote.length] == quote.quote == "type 2 diabetes"
    coder.post(to("quote-drop", case, quote.public_id))
    assert not CodeEvidence.objects.exists()


def test_of_several_places_the_marked_one_is_quoted(site: Site, coder: Client) -> None:
    case = coded(case_of(site).encounter)
    line = case.lines.get()
    second = NOTE.index("Metformin goes")
    body = {"words": "metformin", "start": str(second + 1), "for": f"line:{line.public_id}"}
    coder.post(to("quote", case), body, headers=FRAGMENT)
    assert CodeEvidence.objects.get().start == second
    assert "1</span> goes on." in text_of(coder, case)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"words": "insulin pump", "for": "dx"}, "No note of this visit has these words"),
        ({"words": " ", "for": "dx"}, "Mark or type the words"),
        ({"words": "x" * 301, "for": "dx"}, "at most 300"),
        ({"words": "metformin", "for": ""}, "Choose the code"),
    ],
)
def test_a_quote_that_is_none_is_refused_with_what_was_typed(
    site: Site, coder: Client, body: dict[str, str], told: str
) -> None:
    case = coded(case_of(site).encounter)
    if body["for"] == "dx":
        body = {**body, "for": f"dx:{case.diagnoses.first().public_id}"}
    answer = coder.post(to("quote", case), body, headers=FRAGMENT)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert f'value="{body["words"]}"' in answer.content.decode()


def test_removing_a_code_takes_its_quotes_along(site: Site, coder: Client) -> None:
    case = coded(case_of(site).encounter)
    a = case.diagnoses.first()
    coder.post(to("quote", case), {"words": "metformin", "for": f"dx:{a.public_id}"})
    coder.post(to("diagnosis-remove", case, a.public_id))
    assert not CodeEvidence.objects.exists()


def test_the_same_words_in_two_notes_are_quoted_from_the_one_that_was_marked(
    site: Site, coder: Client
) -> None:
    case = coded(case_of(site).encounter)
    later = add_encounter_note(
        encounter=case.encounter, text="Metformin goes on.", author_name="A", signed_at=None
    )
    body = {
        "words": "Metformin goes on", "start": "0", "note": str(later.public_id),
        "for": f"dx:{case.diagnoses.first().public_id}",
    }  # fmt: skip
    coder.post(to("quote", case), body)
    assert CodeEvidence.objects.get().note == later


def test_parts_of_the_screen_are_reads_too(site: Site, coder: Client) -> None:
    case = case_of(site)
    for query in ("?doc=note", "?side=history", "?edit="):
        assert coder.get(to("case", case) + query, headers=FRAGMENT).status_code == 200
    notes = AuditEvent.objects.filter(action="read", patient_id=case.patient_id)
    assert [row.note for row in notes.order_by("id")] == [
        "coding screen, doc", "coding screen, side", "coding screen, edit",
    ]  # fmt: skip


def test_an_addendum_stands_below_the_note_and_is_searched_for_quotes(
    site: Site, coder: Client
) -> None:
    case = coded(case_of(site).encounter)
    add_encounter_note(
        encounter=case.encounter, text="Eye exam done.", author_name="Dr. Ana Reyes", signed_at=None
    )
    body = {"words": "eye exam", "for": f"dx:{case.diagnoses.first().public_id}"}
    assert "Addendum by Dr. Ana Reyes" in text_of(coder, case)
    assert coder.post(to("quote", case), body).status_code == 303
    assert CodeEvidence.objects.get().note == case.encounter.notes.last()
