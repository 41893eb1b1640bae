"""The coding screen: the page, and its parts after each change."""

from copy import copy
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from coding.access import NOTE_WRITERS, RELEASERS
from coding.em_forms import WorksheetForm
from coding.models import CodingCase
from coding.screen import CodingScreen
from coding.selectors import icd_children
from coding.side import EDITS, side_of
from core import audit
from core.access import CODERS
from core.errors import ApplicationError, Conflict
from core.lists.place import PARAM, place_of
from core.web import get_or_404, go, page, wants_fragment

PAGE, PARTS, SIDE = "coding/case.html", "coding/_parts.html", "coding/_side.html"


def load_case(public_id: UUID) -> CodingCase:
    """The case with what the screen reads of it."""
    return get_or_404(
        CodingCase.objects.select_related(
            "practice",
            "coder",
            "patient",
            "encounter__patient",
            "encounter__facility",
            "encounter__rendering_provider",
            "encounter__billing_provider",
        ),
        public_id,
    )


@require_GET
def case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One encounter being coded: documentation, codes, edits. Looking changes nothing."""
    found = load_case(public_id)
    request.nav = "encounters"  # type: ignore[attr-defined]
    context = {**_context(request, found), "editing": request.GET.get("edit", "")}
    context["screen"].dx_filter = request.GET.get("dx", "")[:40]
    if wants_fragment(request):
        return page(request, PAGE, PARTS if "edit" in request.GET else SIDE, context)
    audit.read(found, patient=found.patient, note="coding screen")
    return page(request, PAGE, None, context)


def case_url(request: HttpRequest, found: CodingCase, part: str = "") -> str:
    """The case's page, still in the list it was opened from, at the tab that was open."""
    url = reverse("coding:case", args=[found.public_id])
    side = side_of(request.POST.get("side"))
    kept = {PARAM: _list_token(request), "side": side.name if side is not EDITS else ""}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{url}{f'?{query}' if query else ''}{part}"


def changed(request: HttpRequest, found: CodingCase, part: str = "") -> HttpResponse:
    """After a change: the parts that may look different, or, without scripts, the page anew."""
    if wants_fragment(request):
        return page(request, PAGE, PARTS, _context(request, load_case(found.public_id)))
    return go(request, case_url(request, found, part))


def refused(
    request: HttpRequest,
    found: CodingCase,
    error: ApplicationError,
    *,
    entry: str,
    typed: str,
    em_form: WorksheetForm | None = None,
) -> HttpResponse:
    """A change that cannot be: the reason at the entry, with what was typed still there."""
    now = load_case(found.public_id)
    context = _context(request, now)
    context |= {"problem": error.message, "problem_at": entry, "typed": typed}
    context["screen"].em_form = em_form
    if error.code == "header":
        on = now.encounter.service_date_from
        context["below"] = list(icd_children(typed, on, 20))
    status = 409 if isinstance(error, Conflict) else 422
    request.nav = "encounters"  # type: ignore[attr-defined]
    return page(request, PAGE, PARTS, context, status=status)


def _context(request: HttpRequest, found: CodingCase) -> dict[str, Any]:
    role = request.role  # type: ignore[attr-defined]
    token = _list_token(request)
    side = side_of(request.POST.get("side") or request.GET.get("side"))
    return {
        "screen": CodingScreen(found, role, request.user),
        "case": found,
        "list_token": token,
        "next_in_list": _next_in_list(request, found, token),
        "next_url": reverse("coding:next"),
        "is_coder": role in CODERS,
        "may_note": role in NOTE_WRITERS,
        "may_release": role in RELEASERS,
        "side": side.name,
        "side_template": side.template,
    }


def _list_token(request: HttpRequest) -> str:
    token = request.GET.get(PARAM) or request.POST.get(PARAM, "")
    return token if token.isascii() and token.isalnum() else ""


def _next_in_list(request: HttpRequest, found: CodingCase, token: str) -> str:
    """What follows in the list the case was opened from, also while a change is answered."""
    if not token:
        return ""
    on_its_page = copy(request)
    on_its_page.GET = QueryDict(urlencode({PARAM: token}))
    on_its_page.path = reverse("coding:case", args=[found.public_id])
    place = place_of(on_its_page)
    return place.next_url if place else ""
