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
from coding.models import CaseChange, CodingCase
from coding.screen import CodingScreen
from coding.selectors import icd_children, next_case
from coding.services.undo_change import changes_by_others
from coding.side import EDITS, side_of
from coding.states import OPEN
from coding.summary import coding_summary
from core import audit
from core.access import CODERS
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.lists.place import PARAM, place_of
from core.pdf import PdfUnavailable
from core.web import get_or_404, go, page, say, wants_fragment

PAGE, PARTS, PANE = "coding/case.html", "coding/_parts.html", "coding/_side.html"
DOC_PART = "coding/_doc.html"
# Where on the screen a refusal stands.
DX, LINE, SIDE, NOTE, QUOTE, SUGGEST = "dx", "line", "side", "note", "quote", "suggest"
DOCS = ("note", "orders", "visits")


class ChangedMeanwhile(Conflict):
    """Somebody else changed the codes since this coder last saw them; `changes` says what."""

    def __init__(self, changes: list[tuple[CaseChange, str]]) -> None:
        who = ", ".join(dict.fromkeys(str(change.user or "The system") for change, _ in changes))
        super().__init__(
            f"{who} changed these codes while you looked at them. Yours are as typed: "
            "look at what changed, then enter them again."
        )
        self.changes = changes


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
            "encounter__practice",
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
        asked = {"edit": PARTS, "doc": DOC_PART}
        name, part = next(((n, p) for n, p in asked.items() if n in request.GET), ("side", PANE))
        audit.read(found, patient=found.patient, note=f"coding screen, {name}")
        return page(request, PAGE, part, context)
    is_ahead = request.headers.get("X-Loaded-Ahead") == "true"
    note = "coding screen, loaded ahead" if is_ahead else "coding screen"
    audit.read(found, patient=found.patient, note=note)
    if context["screen"].may_code:
        context["ahead"] = context["next_in_list"] or next_url(request, found)
    return page(request, PAGE, None, context)


@require_GET
def summary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The coding as PDF, for the chart or an audit. Its name says nothing about people."""
    found = load_case(public_id)
    screen = CodingScreen(found, request.role, request.user)  # type: ignore[attr-defined]
    try:
        content = coding_summary(screen)
    except PdfUnavailable as error:
        say(request, error.message, tone="warn")
        return go(request, case_url(request, found))
    audit.read(found, patient=found.patient, note="coding summary, PDF")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="coding-{found.public_id}.pdf"'
    return response


def next_url(request: HttpRequest, found: CodingCase) -> str:
    """The page of what this coder codes after `found`; that which says all is coded, at the end."""
    following = next_case(practice=found.practice, user=request.user, after=found)
    if following is None:
        return reverse("coding:next")
    return reverse("coding:case", args=[following.public_id])


def refuse_stale(request: HttpRequest, found: CodingCase) -> None:
    """Hold the case for this transaction. Raises ChangedMeanwhile where the `version` that the form
    was made for is older than what somebody else made of it.
    """
    CodingCase.everywhere.select_for_update(of=("self",)).get(pk=found.pk)
    seen = request.POST.get("version", "")
    if seen.isascii() and seen.isdigit() and len(seen) < 10:
        changes = changes_by_others(found, int(seen), request.user)
        if changes:
            raise ChangedMeanwhile(changes)


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
    if isinstance(error, ChangedMeanwhile):
        context["meanwhile"] = error.changes
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
        **_as_provider(request, found),
        "side": side.name,
        "doc": _named(request, "doc", DOCS),
        "side_template": side.template,
    }


def _as_provider(request: HttpRequest, found: CodingCase) -> dict[str, bool]:
    """What the provider who saw the patient may do: sign the note, suggest codes."""
    is_theirs = found.encounter.rendering_provider.user_id == request.user.pk
    is_provider = is_theirs and request.role == Role.PROVIDER  # type: ignore[attr-defined]
    return {"may_sign": is_provider, "may_suggest": is_provider and found.state in OPEN}


def _named(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    """Which of the `known` tabs is asked for; the first where none is."""
    asked = request.POST.get(name) or request.GET.get(name, "")
    return asked if asked in known else known[0]


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
