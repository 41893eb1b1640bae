"""The E/M worksheet: saving, applying, the explicit change of a level, and a look at the result."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from coding.em_forms import WorksheetForm
from coding.models import CodingCase
from coding.screen import CodingScreen
from coding.services.em_worksheet import (
    apply_worksheet,
    change_to_worksheet,
    judge_worksheet,
    keep_level,
    save_worksheet,
)
from coding.tabs.em import result_of
from coding.views.case import changed, load_case, refuse_stale, refused
from core.errors import ApplicationError
from core.web import add_error, page

EM, RESULT = "em", "coding/side/_em_result.html"


@require_POST
def worksheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what was entered; unless it is only to be kept, add its line where there is none."""
    case = load_case(public_id)
    form = _form(request, case)
    if not form.is_valid():
        error = ApplicationError("Some of the worksheet needs another look.")
        return refused(request, case, error, entry=EM, typed="", em_form=form)
    act = save_worksheet if request.POST.get("act") == "save" else apply_worksheet
    try:
        with transaction.atomic():
            refuse_stale(request, case)
            act(case=case, entered=form.worksheet)
    except ApplicationError as error:
        add_error(form, error)
        return refused(request, case, error, entry=EM, typed="", em_form=form)
    return changed(request, case, "#side-part")


@require_POST
def level(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer the question about a line of another level: change it, or keep it."""
    case = load_case(public_id)
    old, new = request.POST.get("old", "")[:5], request.POST.get("new", "")[:5]
    try:
        with transaction.atomic():
            refuse_stale(request, case)
            if request.POST.get("act") == "change":
                change_to_worksheet(case=case, old=old, new=new)
            else:
                keep_level(case=case, code=old)
    except ApplicationError as error:
        return refused(request, case, error, entry=EM, typed="")
    return changed(request, case, "#side-part")


@require_POST
def look(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the worksheet would support as it stands on the screen; nothing is kept."""
    case = load_case(public_id)
    form = _form(request, case)
    screen = CodingScreen(case, request.role, request.user)  # type: ignore[attr-defined]
    entered = None
    if form.is_valid():
        try:
            judge_worksheet(case, form.worksheet)
            entered = form.worksheet
        except ApplicationError:  # not enough to go by yet
            entered = None
    result = result_of(screen.gathered.facts, entered, screen.rows)
    return page(request, RESULT, RESULT, {"result": result, "is_look": True})


def _form(request: HttpRequest, case: CodingCase) -> WorksheetForm:
    return WorksheetForm(request.POST, on=case.encounter.service_date_from)
