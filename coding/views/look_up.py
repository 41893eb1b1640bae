"""Looking codes up while typing."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from coding.models import CodingCase
from coding.search.for_coder import for_case, search_for_coder
from coding.search.hit import Hit
from coding.search.procedures import ServiceHit, search_services
from coding.selectors import icd_index
from core import clock
from core.models import User
from core.web import page

MOST_HITS = 20


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The list under an entry: diagnoses, or with kind=line services. With format=json as JSON.

    With below=1 the text is a header, and its codes one step below are listed.
    `case` is the public id of the case that is being coded: what its provider uses comes forward.
    """
    text = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:80]
    on = _day(request)
    as_json = request.GET.get("format") == "json"
    if request.GET.get("kind") == "line":
        services = search_services(text, on) if text and not set(text) & set("-/@$#") else []
        if as_json:
            return JsonResponse({"query": text, "hits": [_service(hit) for hit in services]})
        return page(request, "coding/_service_hits.html", None, {"hits": services})
    index = icd_index(on) if text else None
    found: list[Hit] = []
    if index is not None and request.GET.get("below"):
        found = for_case(index.below(text), _case(request))
    elif index is not None:
        user = cast("User", request.user)
        found = search_for_coder(index, text, MOST_HITS + 1, user=user, case=_case(request))
    if as_json:
        return JsonResponse({"query": text, "hits": [_diagnosis(hit) for hit in found[:MOST_HITS]]})
    context = {"hits": found[:MOST_HITS], "more": len(found) > MOST_HITS}
    return page(request, "coding/_hits.html", None, context)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today(request.practice)  # type: ignore[attr-defined]


def _case(request: HttpRequest) -> CodingCase | None:
    try:
        public_id = UUID(request.GET.get("case", ""))
    except ValueError:
        return None
    return (
        CodingCase.objects.select_related("encounter", "patient")
        .filter(public_id=public_id)
        .first()
    )


def _diagnosis(hit: Hit) -> dict[str, Any]:
    return {
        "code": hit.dotted,
        "title": hit.title,
        "billable": hit.is_billable,
        "path": hit.path,
        "chips": list(hit.chips),
    }


def _service(hit: ServiceHit) -> dict[str, Any]:
    return {
        "code": hit.procedure_code,
        "title": hit.short_name,
        "nickname": hit.nickname,
        "charged": hit.is_ours,
    }
