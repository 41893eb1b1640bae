"""The ways an encounter leaves the screen: finish and next, release, hold, return, not billable."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from coding.choices import CaseState
from coding.models import CodingCase
from coding.selectors import next_case
from coding.services.finish_case import finish_case, release_case
from coding.services.hold_case import (
    hold_case,
    mark_not_billable,
    reopen_case,
    resume_case,
    return_case,
)
from coding.states import TO_CODE
from coding.views.case import case_url, changed, load_case, next_url, refuse_stale, refused
from core.errors import ApplicationError
from core.states import IllegalTransition
from core.web import go, page, safe_next, say

SIDE = "side"


@require_GET
def next_up(request: HttpRequest) -> HttpResponse:
    """Open what is to be coded next; when all is coded, say so."""
    found = next_case(practice=request.practice, user=request.user)  # type: ignore[attr-defined]
    if found is not None:
        return go(request, reverse("coding:case", args=[found.public_id]))
    request.nav = "encounters"  # type: ignore[attr-defined]
    waiting = CodingCase.objects.filter(state=CaseState.WAITING_NOTE).count()
    held = CodingCase.objects.filter(state=CaseState.ON_HOLD).count()
    others = CodingCase.objects.filter(state__in=list(TO_CODE)).count()
    context = {"waiting": waiting, "held": held, "others": others}
    return page(request, "coding/all_coded.html", None, context)


@require_POST
def finish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Check, finish, and open the next: that of the list, else the oldest that waits."""
    case = load_case(public_id)
    try:
        finish_case(case=case, version=_number(request.POST.get("version", "")))
    except ApplicationError as error:
        return refused(request, case, error, entry=SIDE, typed="")
    except IllegalTransition:
        return refused(request, case, _is_already(case), entry=SIDE, typed="")
    is_released = case.state == CaseState.RELEASED
    undo = "" if is_released else reverse("coding:reopen", args=[case.public_id])
    say(request, f"Encounter {case.encounter.number} finished", undo=undo)
    return go(request, safe_next(request, next_url(request, case)))


@require_POST
def reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take finishing back, while nothing is released."""
    case = load_case(public_id)
    try:
        reopen_case(case=case)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    except IllegalTransition:
        say(request, _is_already(case).message, tone="danger")
    return go(request, case_url(request, case))


@require_POST
def release(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the lines of a finished case charges."""
    case = load_case(public_id)
    try:
        release_case(case=case)
    except ApplicationError as error:
        return refused(request, case, error, entry=SIDE, typed="")
    say(request, "Charges released")
    return go(request, case_url(request, case))


@require_POST
def hold(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set aside with a reason; `end` says otherwise: resume, return, not-billable."""
    case = load_case(public_id)
    reason, end = request.POST.get("reason", ""), request.POST.get("end", "hold")
    try:
        with transaction.atomic():
            refuse_stale(request, case)
            _set_aside(request, case, reason, end)
    except ApplicationError as error:
        return refused(request, case, error, entry=SIDE, typed=reason)
    except IllegalTransition:
        return refused(request, case, _is_already(case), entry=SIDE, typed=reason)
    if end in {"resume", "return"}:
        return changed(request, case)
    say(request, "Set aside" if end == "hold" else "Marked as not billable")
    return go(request, safe_next(request, reverse("coding:next")))


def _set_aside(request: HttpRequest, case: CodingCase, reason: str, end: str) -> None:
    if end == "resume":
        resume_case(case=case)
    elif end == "return":
        return_case(case=case, reason=reason)
    elif end == "not-billable":
        mark_not_billable(case=case, reason=reason)
    else:
        hold_case(case=case, reason=reason, until=_day(request.POST.get("until", "")))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _is_already(case: CodingCase) -> ApplicationError:
    case.refresh_from_db(fields=["state"])
    return ApplicationError(f"This encounter is {case.get_state_display().lower()} by now.")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ApplicationError("Enter a date like 11/23/2026.", field="until") from None
