"""Each change a coder makes, one post each: diagnoses, lines, fixes, overrides, undo."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from coding.grammar import parse_line
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.services.apply_fix import apply_fix
from coding.services.check_case import override_finding
from coding.services.copy_visit import copy_visit
from coding.services.diagnoses import add_diagnosis, move_diagnosis, remove_diagnosis
from coding.services.lines import add_line, move_line, remove_line, retype_line
from coding.services.take_suggestions import take_suggestions
from coding.services.undo_change import undo_change
from coding.views.case import DX, LINE, SIDE, changed, load_case, refuse_stale, refused
from core.errors import ApplicationError
from core.web import get_or_404, say
from patients.models import SuggestedCode


def change(
    request: HttpRequest,
    public_id: UUID,
    act: Callable[[CodingCase], object],
    *,
    entry: str,
    part: str = "",
    typed: str = "",
) -> HttpResponse:
    """Load the case, `act` on it, and answer with what looks different.

    A refusal stands at `entry` with what was `typed`. Where somebody else changed the codes since
    this coder last saw them, nothing is done and what they did is shown.
    """
    case = load_case(public_id)
    try:
        with transaction.atomic():
            refuse_stale(request, case)
            act(case)
    except ApplicationError as error:
        return refused(request, case, error, entry=entry, typed=typed)
    return changed(request, case, part)


@require_POST
def diagnosis_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the diagnosis that was typed or chosen."""
    typed = request.POST.get("q", "")[:80]
    if not typed.strip():
        return changed(request, load_case(public_id), "#line")
    return change(
        request,
        public_id,
        lambda case: add_diagnosis(case=case, code=typed),
        entry=DX,
        part="#dx",
        typed=typed,
    )


@require_POST
def diagnosis_move(request: HttpRequest, public_id: UUID, diagnosis_id: UUID) -> HttpResponse:
    """Move a diagnosis to another letter; pointers go with it."""

    def act(case: CodingCase) -> None:
        diagnosis = get_or_404(CaseDiagnosis.objects.filter(case=case), diagnosis_id)
        move_diagnosis(case=case, diagnosis=diagnosis, to=_place(request))

    return change(request, public_id, act, entry=DX, part="#dx")


@require_POST
def diagnosis_remove(request: HttpRequest, public_id: UUID, diagnosis_id: UUID) -> HttpResponse:
    """Take a diagnosis off the list."""

    def act(case: CodingCase) -> None:
        diagnosis = get_or_404(CaseDiagnosis.objects.filter(case=case), diagnosis_id)
        remove_diagnosis(case=case, diagnosis=diagnosis)

    return change(request, public_id, act, entry=DX, part="#dx")


@require_POST
def line_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the line that was typed."""
    typed = request.POST.get("q", "")[:120]
    return change(
        request,
        public_id,
        lambda case: add_line(case=case, typed=parse_line(typed)),
        entry=LINE,
        part="#line",
        typed=typed,
    )


@require_POST
def line_edit(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Let a line say what was typed over it."""
    typed = request.POST.get("q", "")[:120]

    def act(case: CodingCase) -> None:
        line = get_or_404(ChargeLine.objects.filter(case=case), line_id)
        retype_line(case=case, line=line, typed=parse_line(typed))

    return change(request, public_id, act, entry=LINE, part="#line", typed=typed)


@require_POST
def line_move(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Move a line to another place."""

    def act(case: CodingCase) -> None:
        line = get_or_404(ChargeLine.objects.filter(case=case), line_id)
        move_line(case=case, line=line, to=_place(request))

    return change(request, public_id, act, entry=LINE, part="#line")


@require_POST
def line_remove(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Take a draft line off."""

    def act(case: CodingCase) -> None:
        remove_line(case=case, line=get_or_404(ChargeLine.objects.filter(case=case), line_id))

    return change(request, public_id, act, entry=LINE, part="#line")


@require_POST
def suggestions_take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take every code the provider suggested, or the one that is named."""
    named = request.POST.get("only", "")

    def act(case: CodingCase) -> None:
        rows = SuggestedCode.objects.filter(encounter=case.encounter_id)
        taken = take_suggestions(case=case, only=get_or_404(rows, named) if named else None)
        if taken.refused:
            say(request, taken.words, tone="warn")

    return change(request, public_id, act, entry=DX, part="#dx")


@require_POST
def copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Code this visit like the earlier one that is named."""

    def act(case: CodingCase) -> None:
        source = get_or_404(
            CodingCase.objects.filter(patient=case.patient_id).select_related("encounter"),
            request.POST.get("source", ""),
        )
        taken = copy_visit(case=case, source=source)
        say(request, taken.words, tone="warn" if taken.refused else "success")

    return change(request, public_id, act, entry=DX, part="#dx")


@require_POST
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the coder's last change back."""

    def act(case: CodingCase) -> None:
        say(request, f"Undone: {undo_change(case=case)}"[:200])

    return change(request, public_id, act, entry=SIDE)


@require_POST
def fix(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put one finding right by the button it offered."""
    wanted, field = request.POST.get("fix", ""), request.POST.get("field", "")
    return change(
        request,
        public_id,
        lambda case: apply_fix(case=case, fix=wanted, field=field),
        entry=SIDE,
        part="#findings",
    )


@require_POST
def override(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go on in spite of a finding, with a reason: a usual one, or the coder's own words."""

    def act(case: CodingCase) -> None:
        override_finding(
            case=case,
            code=request.POST.get("code", ""),
            facts=request.POST.get("facts", ""),
            reason=request.POST.get("usual") or request.POST.get("reason", ""),
        )

    return change(request, public_id, act, entry=SIDE, part="#findings")


def _place(request: HttpRequest) -> int:
    """Where to move to: a number from 1, or the letter of a place."""
    to = request.POST.get("to", "").strip().upper()
    if len(to) == 1 and "A" <= to <= "L":
        return ord(to) - ord("A") + 1
    if not (to.isascii() and to.isdigit()):
        raise ApplicationError("Choose a place to move to.")
    return int(to[:4])
