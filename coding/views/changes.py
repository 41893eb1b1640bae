"""Each change a coder makes, one post each: diagnoses, lines, fixes, overrides, notes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from coding.grammar import parse_line
from coding.models import CaseDiagnosis, ChargeLine
from coding.services.apply_fix import apply_fix
from coding.services.check_case import override_finding
from coding.services.diagnoses import add_diagnosis, move_diagnosis, remove_diagnosis
from coding.services.lines import add_line, remove_line, retype_line
from coding.views.case import changed, load_case, refused
from core import clock
from core.errors import ApplicationError
from core.web import get_or_404
from patients.services.record_encounter import add_encounter_note

DX, LINE, SIDE, NOTE = "dx", "line", "side", "note"


@require_POST
def diagnosis_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the diagnosis that was typed or chosen."""
    case = load_case(public_id)
    typed = request.POST.get("q", "")[:80]
    if not typed.strip():
        return changed(request, case, "#line")
    try:
        add_diagnosis(case=case, code=typed)
    except ApplicationError as error:
        return refused(request, case, error, entry=DX, typed=typed)
    return changed(request, case, "#dx")


@require_POST
def diagnosis_move(request: HttpRequest, public_id: UUID, diagnosis_id: UUID) -> HttpResponse:
    """Move a diagnosis to another letter; pointers go with it."""
    case = load_case(public_id)
    diagnosis = get_or_404(CaseDiagnosis.objects.filter(case=case), diagnosis_id)
    to = request.POST.get("to", "")
    try:
        if not (to.isascii() and to.isdigit()):
            raise ApplicationError("Choose a letter to move to.")
        move_diagnosis(case=case, diagnosis=diagnosis, to=int(to[:4]))
    except ApplicationError as error:
        return refused(request, case, error, entry=DX, typed="")
    return changed(request, case, "#dx")


@require_POST
def diagnosis_remove(request: HttpRequest, public_id: UUID, diagnosis_id: UUID) -> HttpResponse:
    """Take a diagnosis off the list."""
    case = load_case(public_id)
    diagnosis = get_or_404(CaseDiagnosis.objects.filter(case=case), diagnosis_id)
    try:
        remove_diagnosis(case=case, diagnosis=diagnosis)
    except ApplicationError as error:
        return refused(request, case, error, entry=DX, typed="")
    return changed(request, case, "#dx")


@require_POST
def line_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the line that was typed."""
    case = load_case(public_id)
    typed = request.POST.get("q", "")[:120]
    try:
        add_line(case=case, typed=parse_line(typed))
    except ApplicationError as error:
        return refused(request, case, error, entry=LINE, typed=typed)
    return changed(request, case, "#line")


@require_POST
def line_edit(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Let a line say what was typed over it."""
    case = load_case(public_id)
    line = get_or_404(ChargeLine.objects.filter(case=case), line_id)
    typed = request.POST.get("q", "")[:120]
    try:
        retype_line(case=case, line=line, typed=parse_line(typed))
    except ApplicationError as error:
        return refused(request, case, error, entry=LINE, typed=typed)
    return changed(request, case, "#line")


@require_POST
def line_remove(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Take a draft line off."""
    case = load_case(public_id)
    line = get_or_404(ChargeLine.objects.filter(case=case), line_id)
    try:
        remove_line(case=case, line=line)
    except ApplicationError as error:
        return refused(request, case, error, entry=LINE, typed="")
    return changed(request, case, "#line")


@require_POST
def fix(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put one finding right by the button it offered."""
    case = load_case(public_id)
    try:
        apply_fix(case=case, fix=request.POST.get("fix", ""), field=request.POST.get("field", ""))
    except ApplicationError as error:
        return refused(request, case, error, entry=SIDE, typed="")
    return changed(request, case, "#findings")


@require_POST
def override(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go on in spite of a finding, with a reason."""
    case = load_case(public_id)
    try:
        override_finding(
            case=case,
            code=request.POST.get("code", ""),
            facts=request.POST.get("facts", ""),
            reason=request.POST.get("reason", ""),
        )
    except ApplicationError as error:
        return refused(request, case, error, entry=SIDE, typed="")
    return changed(request, case, "#findings")


@require_POST
def note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the clinical note, or an addendum. Whoever adds it signs it."""
    case = load_case(public_id)
    text = request.POST.get("text", "")
    try:
        if len(text) > 20_000:
            raise ApplicationError("A note has at most 20,000 characters.")
        add_encounter_note(
            encounter=case.encounter,
            text=text,
            author_name=str(request.user),
            signed_at=clock.now(),
        )
    except ApplicationError as error:
        return refused(request, case, error, entry=NOTE, typed=text)
    return changed(request, case)
