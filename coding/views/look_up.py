"""Looking codes up while typing, and the page that says which code sets are loaded."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from coding.choices import CodeSetKind
from coding.selectors import code_set_status, places_on, search_charge_items, search_icd
from core import clock
from core.web import page

MOST_HITS = 20


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The list under an entry: diagnoses, or with kind=line the practice's own services."""
    text = " ".join(request.GET.get("q", "").split())[:80]
    on = _day(request)
    if request.GET.get("kind") == "line":
        hits = search_charge_items(text, on) if text and not set(text) & set("-/@$#") else []
        return page(request, "coding/_service_hits.html", None, {"hits": hits})
    found = search_icd(text, on, MOST_HITS + 1) if text else []
    context = {"hits": found[:MOST_HITS], "more": len(found) > MOST_HITS}
    return page(request, "coding/_hits.html", None, context)


@require_GET
def code_sets(request: HttpRequest) -> HttpResponse:
    """What is loaded, how many codes, and whether it is the release in force."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    sets = [code_set_status(kind, today) for kind in CodeSetKind.values]
    request.nav = "encounters"  # type: ignore[attr-defined]
    context = {"sets": sets, "today": today, "places": places_on(today)}
    return page(request, "coding/code_sets.html", None, context)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today(request.practice)  # type: ignore[attr-defined]
