"""One view for every list: page, fragment, live counts, export, saved views."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import audit, clock
from core.lists.export import CONTENT_TYPES, MOST_ROWS, exportable, file_of
from core.lists.page import ListPage
from core.lists.saved import store
from core.lists.spec import ListSpec
from core.web import go, page, say

_AT_ONCE = 1000  # rows of an export held at a time
FRAGMENT = "components/list.html"
BUCKETS = "components/list_buckets.html"


def list_view(
    request: HttpRequest,
    spec: ListSpec,
    template: str = "components/list_page.html",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer a list's URL: GET shows, exports or counts; POST keeps a term or names a view."""
    listing = ListPage(request, spec)
    if request.method == "POST":
        return _keep_view(request, listing)
    kind = request.GET.get("export", "")
    if kind in CONTENT_TYPES:
        return _export(request, listing, kind)
    context = {"list": listing, "spec": spec, **(extra or {})}
    if request.GET.get("part") == "buckets":
        return render(request, BUCKETS, context)
    if spec.patient_ids is not None:
        note = f"{spec.name}, page {listing.number}; {listing.filter_words}"
        shown = chain.from_iterable(map(spec.patient_ids, listing.objects))
        audit.read_many(shown, action="list.read", note=note, practice=_practice(request))
    return page(request, template, FRAGMENT, context)


def _practice(request: HttpRequest) -> Any:
    return request.practice  # type: ignore[attr-defined]


def _keep_view(request: HttpRequest, listing: ListPage) -> HttpResponse:
    """A term that can name a person goes behind an opaque key; so does a view with a title."""
    spec, state = listing.spec, listing.state
    terms = dict(state.view.terms) if state.view else {}
    for one in spec.filters:
        if one.names_people and one.key in request.POST:
            term = one.read(request.POST)
            terms = {key: kept for key, kept in terms.items() if key != one.key}
            terms |= {one.key: term} if term else {}
    title = " ".join(request.POST.get("view_title", "").split())[:60]
    bare = state.without(*[one.key for one in spec.filters if one.names_people])
    if not terms and not title:
        return go(request, bare.url())
    key = store().save(request, spec.name, title=title, query=bare.query, terms=terms)
    if title:
        say(request, "View saved")
    return go(request, bare.url(f"view={key}"))


def _export(request: HttpRequest, listing: ListPage, kind: str) -> HttpResponse:
    """The whole list, not the page, as a file; kept in the audit log with count and filter."""
    count = listing.here.count
    if count > MOST_ROWS:
        say(request, f"Narrow the list first: a file holds {MOST_ROWS:,} rows.", tone="warn")
        return go(request, listing.state.url())
    spec = listing.spec
    shown: set[int | None] = set()
    rows = _noting(listing.rows.iterator(chunk_size=_AT_ONCE), spec, shown)
    content = file_of(kind, spec.title, exportable(listing.columns), rows)
    audit.record(
        "list.exported",
        after={audit.PATIENTS: sorted(pk for pk in shown if pk is not None)},
        note=f"{spec.name} as {kind}, {count} rows; {listing.filter_words}",
        practice=_practice(request),
    )
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    stamp = f"{clock.now():%Y%m%d-%H%M}"
    name = spec.name.replace(".", "-")
    response["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.{kind}"'
    return response


def _noting(rows: Iterable[Any], spec: ListSpec, shown: set[int | None]) -> Iterator[Any]:
    """The rows as they are; whose data they show is noted in `shown`."""
    rows = iter(rows)
    while found := list(islice(rows, _AT_ONCE)):
        if spec.prepare is not None:
            spec.prepare(found)
        for row in found:
            if spec.patient_ids is not None:
                shown.update(spec.patient_ids(row))
            yield row
