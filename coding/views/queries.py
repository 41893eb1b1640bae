"""Questions to providers: the list, asking from the coding screen, answering beside the note."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding.choices import QueryState, QueryTopic
from coding.models import CodingCase, ProviderQuery
from coding.note_text import sections_of
from coding.query_forms import AnswerForm, AskForm
from coding.query_templates import TEMPLATES
from coding.services.provider_queries import (
    DAYS_TO_ANSWER,
    answer_query,
    ask_provider,
    withdraw_query,
)
from coding.views.case import case_url, load_case
from core import audit, clock
from core.access import CODERS
from core.calendar import add_business_days
from core.choices import Role
from core.errors import ApplicationError
from core.states import IllegalTransition
from core.web import add_error, get_or_404, go, page, say

LATEST = 50


@require_GET
def queries(request: HttpRequest) -> HttpResponse:
    """Open questions, the most urgent first, then the latest answers; a provider sees their own."""
    rows = _visible(request)
    waiting = list(rows.filter(state=QueryState.OPEN))
    answered = list(rows.filter(state=QueryState.ANSWERED).order_by("-answered_at")[:LATEST])
    audit.read_many(
        {query.case.patient_id for query in (*waiting, *answered)}, action="list.read",
        note="provider queries", practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip
    context = {"open": waiting, "answered": answered, "is_provider": _is_provider(request)}
    return page(request, "coding/queries.html", None, context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose a template, put in the note's words, send; the encounter waits for the answer."""
    case = load_case(public_id)
    form = AskForm(request.POST) if request.method == "POST" else _fresh_form(request, case)
    if form.is_bound and form.is_valid():
        options = form.cleaned_data.pop("options").splitlines()
        try:
            ask_provider(case=case, options=options, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        except IllegalTransition:
            form.add_error(None, "This encounter cannot wait for an answer now.")
        else:
            say(request, "Question sent; the encounter waits for the answer")
            return go(request, case_url(request, case))
    request.nav = "encounters"  # type: ignore[attr-defined]
    audit.read(case, patient=case.patient, note="provider query")
    context = {
        "case": case,
        "form": form,
        "topics": QueryTopic.choices,
        "topic": form["topic"].value(),
        "notes": _notes(case),
    }
    return page(request, "coding/query_ask.html", None, context, status=_status(form))


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One question with the note beside it: choose, comment where needed, sign."""
    query = get_or_404(_visible(request), public_id)
    form = AnswerForm(request.POST or None, options=query.options)
    if form.is_bound and form.is_valid():
        try:
            answer_query(query=query, user=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Answer signed and added to the note")
            following = _visible(request).filter(state=QueryState.OPEN).first()
            if following is None:
                return go(request, reverse("coding:queries"))
            return go(request, reverse("coding:query", args=[following.public_id]))
    audit.read(query.case, patient=query.case.patient, note="provider query")
    is_open = query.state == QueryState.OPEN
    context = {
        "query": query,
        "form": form,
        "notes": _notes(query.case),
        "may_answer": is_open and query.provider.user_id == request.user.pk,
        "may_withdraw": is_open and request.role in CODERS,  # type: ignore[attr-defined]
    }
    return page(request, "coding/query.html", None, context, status=_status(form))


@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a question back and go on coding."""
    query = get_or_404(_visible(request), public_id)
    try:
        withdraw_query(query=query)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    return go(request, reverse("coding:case", args=[query.case.public_id]))


def _visible(request: HttpRequest) -> QuerySet[ProviderQuery]:
    """A provider's own questions; everybody's for coders."""
    rows = ProviderQuery.objects.select_related(
        "practice", "provider", "asked_by", "case__patient", "case__encounter"
    )
    return rows.filter(provider__user=request.user.pk) if _is_provider(request) else rows


def _is_provider(request: HttpRequest) -> bool:
    return bool(request.role == Role.PROVIDER)  # type: ignore[attr-defined]


def _fresh_form(request: HttpRequest, case: CodingCase) -> AskForm:
    wanted = request.GET.get("topic", "")
    template = next((one for one in TEMPLATES if one.topic == wanted), TEMPLATES[0])
    due_on = add_business_days(clock.today(case.practice), DAYS_TO_ANSWER)
    return AskForm(
        initial={
            "topic": template.topic,
            "text": template.text,
            "options": "\n".join(template.options),
            "due_on": due_on,
        }
    )


def _notes(case: CodingCase) -> list[tuple[Any, Any]]:
    return [(note, sections_of(note.text)) for note in case.encounter.notes.all()]


def _status(form: AskForm | AnswerForm) -> int:
    return 422 if form.errors else 200
