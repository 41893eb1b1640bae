"""A small site for tests of the web kernel: the kernel's own pages and one list of work items."""

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path, reverse

from core import access
from core.access import BILLERS, READERS
from core.choices import WorkState
from core.lists import (
    Bucket,
    BulkAction,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    Empty,
    ListSpec,
    PersonFilter,
    TextFilter,
    ToggleFilter,
    list_view,
)
from core.models import WorkItem
from core.views import errors
from core.web import get_or_404, wants_fragment

WORK = ListSpec(
    name="test.work",
    title="Work",
    noun="item,items",
    lead="Everything that waits for somebody.",
    queryset=lambda request: WorkItem.objects.select_related("owner"),
    columns=[
        Column("title", "Title, reason", value="title", sub="reason", kind="link", sort="title"),
        Column("state", "Status", value="state", kind="chip", choices="core.WorkState"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
        Column("due", "Due", value="due_on", kind="date", sort="due_on"),
        Column("owner", "Owner", value="owner", sort="owner__username", priority=3),
        Column("kind", "Kind", value="kind", kind="code", priority=3),
    ],
    filters=[
        ChoiceFilter("kind", "Kind", "kind", choices=[("call", "Call"), ("fix", "Fix")]),
        DateRangeFilter("due", "Due date", "due_on"),
        DateRangeFilter("opened", "Opened", "opened_at", instant=True),
        TextFilter("reason", "Reason", ["reason"]),
        PersonFilter("person", "Person", ["title__icontains"]),
        ToggleFilter("mine", "Only mine", lambda request: Q(owner=request.user)),
    ],
    buckets=[
        Bucket("open", "Open", Q(state=WorkState.OPEN), "Now", act=True, done="Nothing waits."),
        Bucket("done", "Done", Q(state=WorkState.DONE), "Later"),
        Bucket("all", "Everything", Q(), "Later"),
    ],
    money_total="amount",
    default_sort="due",
    row_url=lambda item: reverse("test-work-item", args=[item.public_id]),
    row_label=lambda item: f"item {item.pk}",
    peek_url=lambda item: reverse("test-work-item", args=[item.public_id]),
    empty=Empty("No work yet", "It opens by itself.", "jobs"),
    bulk=[BulkAction("close", "Close", "test-work-close", key="c", roles=BILLERS)],
    primary=("Work next", "n"),
)

ITEM_PAGE = """{% extends "base.html" %}{% load core_ui %}
{% block title %}{{ item.title }}{% endblock %}
{% block content %}<h1>{{ item.title }}</h1><p>{% chip item.state "core.WorkState" %}</p>
{% endblock %}"""

PEEK = """{% extends "components/peek.html" %}{% load core_ui %}
{% block peek_head %}<span class="mono">{{ item.pk }}</span>{% chip item.state "core.WorkState" %}
{% endblock %}
{% block peek_body %}<h2>{{ item.title }}</h2><p>{{ item.reason }}</p>{% endblock %}"""

ENTRY_PAGE = """{% extends "base.html" %}{% load core_ui %}
{% block title %}Entry{% endblock %}
{% block content %}<h1>Entry</h1>
<form method="post" action="/entry/">{% csrf_token %}
<div class="combo" data-typeahead data-url="/entry/hits/"><div class="entry">
<input name="code" id="code" role="combobox" aria-label="Code" aria-expanded="false"
 aria-controls="hits" aria-autocomplete="list" autocomplete="off"></div>
<div class="hits" hidden></div></div></form>
<form data-autosave="/entry/draft/" method="post">{% csrf_token %}
<label for="note">Note</label><textarea class="input" id="note" name="note"></textarea></form>
<p data-saved>Nothing saved</p><p id="taken">{{ taken }}</p>
{% endblock %}"""
HITS = """<ul role="listbox" id="hits" aria-label="Codes">
{% for code in codes %}<li role="option" id="h{{ forloop.counter0 }}" aria-selected="false"
 data-value="{{ code }}"><span class="code">{{ code }}</span></li>{% endfor %}</ul>"""
CODES = ("E11.22", "E11.9", "I10", "I12.9")
drafts: list[str] = []

access.register(
    "test",
    {
        "test-entry": {"GET": READERS, "POST": READERS},
        "test-hits": {"GET": READERS},
        "test-draft": {"POST": READERS},
        "test-work": {"GET": READERS, "POST": READERS},
        "test-work-item": {"GET": READERS},
        "test-work-close": {"POST": BILLERS},
        "test-broken": {"GET": READERS},
    },
)


def work(request: HttpRequest) -> HttpResponse:
    return list_view(request, WORK)


def work_item(request: HttpRequest, public_id: str) -> HttpResponse:
    item = get_or_404(WorkItem, public_id)
    source = PEEK if wants_fragment(request) else ITEM_PAGE
    return HttpResponse(Template(source).render(RequestContext(request, {"item": item})))


def close(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(request.POST.getlist("ids")))


def entry(request: HttpRequest) -> HttpResponse:
    values = {"taken": request.POST.get("code", "")}
    return HttpResponse(Template(ENTRY_PAGE).render(RequestContext(request, values)))


def hits(request: HttpRequest) -> HttpResponse:
    found = [code for code in CODES if code.lower().startswith(request.GET["q"].lower())]
    return HttpResponse(Template(HITS).render(RequestContext(request, {"codes": found})))


def draft(request: HttpRequest) -> HttpResponse:
    drafts.append(request.POST["note"])
    return HttpResponse(status=204)


def no_row(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody wrote an access row for this")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Jane Testpatient has no coverage")


urlpatterns = [
    path("", include("core.urls")),
    path("admin/", admin.site.urls),
    path("work/", work, name="test-work"),
    path("work/close/", close, name="test-work-close"),
    path("work/<uuid:public_id>/", work_item, name="test-work-item"),
    path("entry/", entry, name="test-entry"),
    path("entry/hits/", hits, name="test-hits"),
    path("entry/draft/", draft, name="test-draft"),
    path("no-row/", no_row, name="test-no-row"),
    path("broken/", broken, name="test-broken"),
]
handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
