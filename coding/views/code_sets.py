"""The code-set pages: what is loaded, loading more, and putting a release into use."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding.access import LOADERS
from coding.choices import CodeSetKind
from coding.code_set_forms import ActivateForm, LoadForm
from coding.code_sets.files import SourceFile
from coding.code_sets.kinds import SPECS
from coding.code_sets.overview import code_sets_on
from coding.code_sets.reading import Options
from coding.code_sets.touched import touched_cases
from coding.loading import KIND, start_loading
from coding.models import CodeSetRelease
from coding.selectors import places_on
from coding.services.activate_release import activate_release, discard_release, roll_back_release
from coding.services.import_code_set import Import
from core import clock
from core.choices import JobState, Role
from core.errors import ApplicationError
from core.jobs import cancel_job
from core.models import Job
from core.web import add_error, get_or_404, go, page, say

_SHOWN_JOBS = 3


@require_GET
def code_sets(request: HttpRequest) -> HttpResponse:
    """Every set: what is used today, what is staged, what runs. The fragment is what runs."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    context = {
        "today": today,
        "sets": code_sets_on(today),
        "places": places_on(today),
        "kinds": SPECS,
        "jobs": _jobs()[:_SHOWN_JOBS],
        "is_loading": _jobs().filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists(),
        **_common(request),
    }
    return page(request, "coding/code_sets.html", "coding/_loading.html", context)


@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Take the official files of one release as a job."""
    form = LoadForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            start_loading(practice=request.practice, wanted=_wanted(request, form))  # type: ignore[attr-defined]
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "The files are being loaded. Nothing is used before you activate it.")
            return go(request, reverse("coding:code-sets"))
    context = {
        "form": form,
        "specs": [(CodeSetKind(kind).label, spec) for kind, spec in SPECS.items()],
        **_common(request),
    }
    refused = request.method == "POST"
    return page(request, "coding/code_set_load.html", None, context, status=422 if refused else 200)


@require_GET
def release(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One release: what it holds, what it changes, and what may be done with it."""
    return _release_page(request, _release(public_id), None)


@require_POST
def activate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Use it from a calendar day."""
    found = _release(public_id)
    form = ActivateForm(request.POST)
    if not form.is_valid():
        return _release_page(request, found, form)
    on = form.cleaned_data["on"]
    return _act(request, found, lambda: activate_release(found, on), f"In use from {on:%m/%d/%Y}")


@require_POST
def roll_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Use what was used before."""
    found = _release(public_id)
    return _act(request, found, lambda: roll_back_release(found), "Rolled back; its rows are kept")


@require_POST
def discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw a release away that was never used."""
    found = _release(public_id)
    try:
        discard_release(found)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
        return go(request, reverse("coding:code-set", args=[found.public_id]))
    say(request, f"{found} is thrown away")
    return go(request, reverse("coding:code-sets"))


@require_POST
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop a load; nothing of it stays."""
    cancel_job(get_or_404(_jobs(), public_id))
    say(request, "The load stops, and nothing of it stays.")
    return go(request, reverse("coding:code-sets"))


def _release_page(
    request: HttpRequest, found: CodeSetRelease, form: ActivateForm | None
) -> HttpResponse:
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    context = {
        "release": found,
        "form": form or ActivateForm(initial={"on": today}),
        "comparison": found.facts.get("comparison"),
        "tables": found.facts.get("tables", {}),
        "warnings": found.facts.get("warnings", []),
        "touched": touched_cases(found),
        **_common(request),
    }
    return page(
        request, "coding/code_set.html", None, context, status=422 if form is not None else 200
    )


def _act(
    request: HttpRequest, found: CodeSetRelease, work: Callable[[], object], done: str
) -> HttpResponse:
    try:
        work()
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, done)
    return go(request, reverse("coding:code-set", args=[found.public_id]))


def _wanted(request: HttpRequest, form: LoadForm) -> Import:
    said = form.cleaned_data
    return Import(
        kind=said["kind"],
        files=[SourceFile(one.name, content=one.read()) for one in said["file"]],
        options=Options(
            label=said["label"],
            variant=said["variant"],
            effective_from=said["effective_from"],
            effective_to=said["effective_to"],
            keep_texts=said["keep_texts"],
        ),
        licence_attested=said["licence_attested"],
        user=request.user,
    )


def _release(public_id: UUID) -> CodeSetRelease:
    return get_or_404(CodeSetRelease.objects.select_related("loaded_by"), public_id)


def _jobs() -> "QuerySet[Job]":
    return Job.objects.filter(kind=KIND).order_by("-pk")


def _common(request: HttpRequest) -> dict[str, object]:
    role = getattr(request, "role", "")
    request.nav = "encounters"  # type: ignore[attr-defined]
    return {"may_load": role in LOADERS, "sees_patients": role != Role.SYSTEM_ADMIN}
