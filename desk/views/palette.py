"""Find or run: one field for patients, claims, encounters and pages. A name travels by POST."""

from django.http import HttpRequest, HttpResponse

from core import audit
from core.web import page
from desk.search import find


def palette(request: HttpRequest) -> HttpResponse:
    """GET: the field and the pages of one's role. POST: what fits the term."""
    asked = request.method == "POST"
    term = request.POST.get("q", "") if asked else ""
    hits = find(request, term)
    if asked:  # the term itself may be a name: only who was found is kept
        audit.read_many(
            [hit.patient_id for hit in hits],
            action="search.read",
            note=f"palette, {len(hits)} found",
            practice=request.practice,  # type: ignore[attr-defined]
        )
    fragment = "desk/_palette_hits.html" if asked else "desk/_palette.html"
    return page(request, "desk/palette.html", fragment, {"hits": hits, "term": term})
