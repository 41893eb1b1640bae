"""The code look-up (screen S13): search over every set, tree, index, comparison, and cards."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from coding.access import LOADERS
from coding.choices import CodeSetKind, IndexTable
from coding.code_sets.releases import release_on
from coding.grammar import parse_line
from coding.look_up import lists
from coding.look_up.compare import compare
from coding.look_up.diagnosis import DiagnosisCard, diagnosis_card
from coding.look_up.everything import search_everything
from coding.look_up.index_browser import LETTERS, index_page
from coding.look_up.place import Place, open_cases, place_of, years
from coding.look_up.service import service_card
from coding.look_up.tree import tree
from coding.models import CodingCase
from coding.selectors import undotted
from coding.services.diagnoses import add_diagnosis
from coding.services.lines import add_line
from core import audit
from core.access import CODERS
from core.errors import ApplicationError, Conflict
from core.models import User
from core.web import get_or_404, page

DX, SERVICE = "dx", "service"
_FOLDER = "coding/look_up"
_TABS = {
    IndexTable.DISEASES: "Index", IndexTable.EXTERNAL: "External causes",
    IndexTable.NEOPLASMS: "Neoplasms", IndexTable.DRUGS: "Drugs",
}  # fmt: skip


@require_GET
def look_up(request: HttpRequest) -> HttpResponse:
    """The search over everything."""
    text = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:80]
    place = place_of(request)
    found = None
    if text:
        if place.case:  # what speaks against a hit tells of the patient and of the list
            audit.read(place.case, patient=place.case.patient, note="code look-up")
        found = search_everything(text, place.on, user=request.user, case=place.case)
    context = {"text": text, "found": found}
    return _page(request, place, "search", context)


@require_GET
def look_up_tree(request: HttpRequest) -> HttpResponse:
    """The tabular list, open along one path, with what it says at its end."""
    place = place_of(request)
    at = _key(request.GET.get("at", ""))
    release = release_on(CodeSetKind.ICD10CM, place.on)
    card = diagnosis_card(at, place.on) if at else None
    context = {
        "release": release,
        "nodes": tree(release, at) if release else [],
        "at": at,
        "card": card,
        **_adding(request, place, DX, card),
    }
    return _page(request, place, "tree", context, part=f"{_FOLDER}/_tree_part.html")


@require_GET
def look_up_index(request: HttpRequest) -> HttpResponse:
    """The Alphabetic Index and its tables, by letter, by beginning, or below one term."""
    place = place_of(request)
    named = request.GET.get("table", "")
    table = IndexTable(named) if named in IndexTable.values else IndexTable.DISEASES
    letter = request.GET.get("letter", "A")[:1].upper()
    found = index_page(
        place.on,
        table,
        letter=letter if letter in LETTERS else "A",
        typed=request.GET.get("q", "").replace("\x00", " ").strip()[:60],
        at=_number(request.GET.get("at", "")),
        begin=_number(request.GET.get("from", "")) or 0,
    )
    context = {"index": found, "table": table, "letters": LETTERS}
    return _page(request, place, "index", context)


@require_GET
def look_up_compare(request: HttpRequest) -> HttpResponse:
    """Two diagnoses side by side."""
    place = place_of(request)
    first, second = (request.GET.get(name, "").strip()[:10] for name in ("a", "b"))
    found = compare(_key(first), _key(second), place.on) if first and second else None
    context = {"first": first, "second": second, "comparison": found}
    return _page(request, place, "compare", context)


@require_GET
def look_up_code(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The card of one code, made to be printed."""
    return _card_page(request, place_of(request), kind, code)


@require_POST
def look_up_add(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Add the code to an open encounter, by the same services as the coding screen."""
    place = place_of(request)
    case = get_or_404(CodingCase.objects.select_related("encounter"), request.POST.get("to", ""))
    try:
        if kind == DX:
            add_diagnosis(case=case, code=code)
        elif kind == SERVICE:
            add_line(case=case, typed=parse_line(code))
        else:
            raise Http404("Only diagnoses and services are added.")
    except ApplicationError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _card_page(
            request, place, kind, code, problem=error.message, chosen=case, status=status
        )
    return _card_page(request, place, kind, code, added_to=case)


def _card_page(
    request: HttpRequest, place: Place, kind: str, code: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    plain = _key(code)
    context: dict[str, Any] = {"kind": kind, "code": plain, **more}
    if kind == DX:
        card: Any = diagnosis_card(plain, place.on)
    elif kind == SERVICE:
        card = service_card(plain, place.on)
    elif kind in lists.NAMES:
        card = lists.entry(kind, plain, place.on)
    else:
        raise Http404("There is no such code set.")
    context |= {"card": card, **_adding(request, place, kind, card)}
    return _page(request, place, "card", context, status=status if card else 404)


def _adding(request: HttpRequest, place: Place, kind: str, card: Any) -> dict[str, Any]:
    """To which encounters the shown code may be added."""
    role = request.role  # type: ignore[attr-defined]
    fits = card.is_billable if isinstance(card, DiagnosisCard) else bool(card) and kind == SERVICE
    may_add = fits and role in CODERS
    return {"kind": kind, "may_add": may_add,
            "cases": open_cases(cast("User", request.user), place) if may_add else []}  # fmt: skip


def _page(
    request: HttpRequest,
    place: Place,
    name: str,
    context: dict[str, Any],
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    request.nav = "look-up"  # type: ignore[attr-defined]
    role = request.role  # type: ignore[attr-defined]
    whole = {
        "place": place,
        "years": years(request, place.on) if request.method == "GET" else [],
        "kept": [(one, value) for one, value in request.GET.items() if one != "on"],
        "tab": name,
        "tabs": [(table.value, label) for table, label in _TABS.items()],
        "may_load": role in LOADERS,
    }
    return page(request, f"{_FOLDER}/{name}.html", part, {**whole, **context}, status=status)


def _key(text: str) -> str:
    """A code, block or chapter as an address names it."""
    return undotted(text.replace("\x00", ""))[:10]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
