"""The documentation of an encounter: adding and signing notes, their pages, quotes, suggestions."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from coding.models import CaseDiagnosis, ChargeLine, CodeEvidence, CodingCase
from coding.services.quote_note import drop_quote, quote_note
from coding.views.case import NOTE, QUOTE, SUGGEST, changed, load_case, refused
from coding.views.changes import change
from core import audit
from core.errors import ApplicationError
from core.services.documents import read_document
from core.web import get_or_404, say
from patients.choices import SuggestionKind
from patients.models import EncounterNote
from patients.note_files import MOST_BYTES, MOST_CHARACTERS, page_picture
from patients.services.record_encounter import add_documentation, sign_note, suggest_codes


@require_POST
def note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the clinical note or an addendum, as text, as a file, or both."""
    case = load_case(public_id)
    text, upload = request.POST.get("text", ""), request.FILES.get("file")
    file = bytes(upload.read(MOST_BYTES + 1)) if upload is not None else b""
    try:
        if len(text) > MOST_CHARACTERS:
            raise ApplicationError(f"A note has at most {MOST_CHARACTERS:,} characters.")
        if upload is not None and not file:
            raise ApplicationError("The file is empty.")
        if not text.strip() and upload is None:
            raise ApplicationError("The note is empty.")
        author = request.POST.get("author", "").strip()[:120] or str(request.user)
        add_documentation(case.encounter, text, file, author, is_signed="signed" in request.POST)
    except ApplicationError as error:
        return refused(request, case, error, entry=NOTE, typed=text)
    return changed(request, case)


@require_POST
def note_sign(request: HttpRequest, public_id: UUID, note_id: UUID) -> HttpResponse:
    """The provider who saw the patient signs a note."""
    case = load_case(public_id)
    found = get_or_404(case.encounter.notes.all(), note_id)
    if case.encounter.rendering_provider.user_id != request.user.pk:
        error = ApplicationError("Only the provider who saw the patient can sign the note.")
        return refused(request, case, error, entry=NOTE, typed="")
    sign_note(note=found)
    say(request, "Note signed")
    return changed(request, case)


@require_GET
def note_page(request: HttpRequest, public_id: UUID, note_id: UUID) -> HttpResponse:
    """Page `n` of a note that came as a file, as a picture that we drew."""
    asked = request.GET.get("n", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    case = load_case(public_id)
    rows = EncounterNote.objects.filter(encounter=case.encounter_id, document__isnull=False)
    found = get_or_404(rows.select_related("document"), note_id)
    document = found.document
    assert document is not None  # noqa: S101 - for the type checker: filtered above
    audit.read(found.encounter, patient=case.patient, note=f"page {number} of a note")
    try:
        picture = page_picture(read_document(document), document.content_type, number)
    except ApplicationError:
        return HttpResponse(status=404)
    return HttpResponse(picture, content_type="image/png")


@require_POST
def quote(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep words of the note for the code that is named: `dx:` or `line:` and its id."""
    words, start = request.POST.get("words", ""), request.POST.get("start", "")

    def act(case: CodingCase) -> None:
        quote_note(
            case=case,
            words=words,
            target=_target(case, request.POST.get("for", "")),
            note_id=request.POST.get("note", ""),
            start=int(start) if start.isascii() and start.isdigit() and len(start) < 7 else None,
        )

    return change(request, public_id, act, entry=QUOTE, typed=words[:400])


@require_POST
def quote_drop(request: HttpRequest, public_id: UUID, quote_id: UUID) -> HttpResponse:
    """Take a quote off its code."""

    def act(case: CodingCase) -> None:
        rows = CodeEvidence.objects.filter(case=case)
        drop_quote(case=case, quote=get_or_404(rows, quote_id))

    return change(request, public_id, act, entry=QUOTE)


@require_POST
def suggest(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A provider's own suggestions, as a coder would type them, a semicolon between them.

    One becomes a code when a coder takes it.
    """
    case = load_case(public_id)
    typed = {kind: request.POST.get(kind, "") for kind in SuggestionKind.values}
    wanted = [
        (kind, text.strip(), "")
        for kind, texts in typed.items()
        for text in texts.split(";")
        if text.strip()
    ]
    try:
        if not wanted:
            raise ApplicationError("Type a code.")
        if case.encounter.rendering_provider.user_id != request.user.pk:
            raise ApplicationError("Only the provider who saw the patient can suggest codes.")
        suggest_codes(encounter=case.encounter, suggestions=wanted)
    except ApplicationError as error:
        return refused(request, case, error, entry=SUGGEST, typed="; ".join(typed.values()))
    return changed(request, case)


def _target(case: CodingCase, named: str) -> CaseDiagnosis | ChargeLine:
    kind, _, key = named.partition(":")
    if kind == "dx":
        return get_or_404(CaseDiagnosis.objects.filter(case=case), key)
    if kind == "line":
        return get_or_404(ChargeLine.objects.filter(case=case), key)
    raise ApplicationError("Choose the code that these words support.", field="for")
