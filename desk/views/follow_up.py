"""The follow-up list, and one item of it: do it, give it away, put it off, write down the call."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core import audit, subjects, timeline
from core.choices import WorkState
from core.errors import ApplicationError
from core.lists import list_view
from core.models import ContactLog, Note, User, WorkItem
from core.services.work import (
    add_note,
    assign_work_item,
    finish_work_item,
    log_contact,
    snooze_work_item,
)
from core.web import add_error, get_or_404, go, page, say
from desk.access import CALLERS, WORKERS
from desk.follow_up import SPEC, members
from desk.forms import AssignForm, ContactForm, DoneForm, NoteForm, SnoozeForm

Values = dict[str, Any]


def follow_up(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a person."""
    may_call = getattr(request, "role", "") in CALLERS
    return list_view(request, SPEC, "desk/follow_up.html", {"may_call": may_call})


def work_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One item with its subject; POST does one of ACTS."""
    item = get_or_404(WorkItem.objects.select_related("owner", "practice"), public_id)
    about = subjects.load(item.subject_kind, item.subject_id)
    audit.read(item, patient=subjects.patient_of(about), note="work item")
    bound = _bind(request, item)
    act = request.POST.get("act", "")
    if request.method == "POST" and act in ACTS and bound[act].is_valid():
        try:
            said = ACTS[act](item, bound[act].cleaned_data)
        except ApplicationError as error:
            add_error(bound[act], error)
        else:
            say(request, said)
            return go(request, _next_url(item, act))
    may_work = getattr(request, "role", "") in WORKERS
    return page(
        request,
        "desk/work_item.html",
        None,
        _context(item, bound) | {"may_work": may_work},
        status=422 if request.method == "POST" else 200,
    )


def _bind(request: HttpRequest, item: WorkItem) -> dict[str, forms.Form]:
    """All forms of the page; only the one that was sent is bound."""
    act = request.POST.get("act", "")

    def data(name: str) -> Any:
        return request.POST if act == name else None

    return {
        "assign": AssignForm(
            data("assign"),
            people=members(request),
            initial={"owner": item.owner_id},
            auto_id="assign_%s",
        ),
        "snooze": SnoozeForm(data("snooze"), auto_id="snooze_%s"),
        "note": NoteForm(data("note"), auto_id="note_%s"),
        "contact": ContactForm(data("contact"), auto_id="contact_%s"),
        "done": DoneForm(data("done"), auto_id="done_%s"),
    }


def _context(item: WorkItem, bound: dict[str, forms.Form]) -> Values:
    about = {"subject_kind": item.subject_kind, "subject_id": item.subject_id}
    subject = subjects.load(item.subject_kind, item.subject_id)
    return {
        "item": item,
        "forms": bound,
        "is_open": item.state == WorkState.OPEN,
        "subject": subjects.describe(item.subject_kind, item.subject_id),
        "notes": Note.objects.filter(**about).select_related("author")[:20],
        "contacts": ContactLog.objects.filter(**about).select_related("author")[:20],
        "entries": timeline.entries_for(subject)[:20] if subject else [],
    }


def _next_url(item: WorkItem, act: str) -> str:
    if act in {"done", "snooze"}:
        return reverse("desk:follow-up")
    return reverse("desk:work-item", args=[item.public_id])


def _about(item: WorkItem) -> Any:
    """What the item is about; the item itself where its subject has no page of its own."""
    return subjects.load(item.subject_kind, item.subject_id) or item


def _assign(item: WorkItem, values: Values) -> str:
    owner = User.objects.filter(pk=values["owner"]).first() if values["owner"] else None
    assign_work_item(item, owner=owner)
    return "Given away" if owner else "Given back to everyone"


def _snooze(item: WorkItem, values: Values) -> str:
    snooze_work_item(item, until=values["until"], reason=values["reason"])
    return f"Put off until {values['until']:%m/%d/%Y}"


def _note(item: WorkItem, values: Values) -> str:
    add_note(_about(item), values["text"])
    return "Note kept"


def _contact(item: WorkItem, values: Values) -> str:
    log_contact(_about(item), **values)
    return "Contact kept"


def _done(item: WorkItem, values: Values) -> str:
    finish_work_item(item, outcome=values["outcome"])
    return "Done"


ACTS: dict[str, Callable[[WorkItem, Values], str]] = {
    "assign": _assign,
    "snooze": _snooze,
    "note": _note,
    "contact": _contact,
    "done": _done,
}
