"""What a view needs besides its service: page or fragment, scoped look-up, errors at the field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm, Field
from django.forms.boundfield import BoundField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import ApplicationError

Row = TypeVar("Row", bound=Model)


def wants_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a part: not for a boosted link, not when it rebuilds history."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def page(
    request: HttpRequest,
    template: str,
    fragment: str | None = None,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or only `fragment` when htmx asked for it. One view, two doors.

    A fragment carries waiting messages with it, because no other page will show them soon.
    """
    part = fragment is not None and wants_fragment(request)
    name = fragment if part and fragment else template
    values = {**(context or {}), "is_fragment": part}
    body = render_to_string(name, values, request=request)
    if part:
        body += render_to_string("_partials/toasts_oob.html", {}, request=request)
    response = HttpResponse(body, status=status)
    if fragment is not None:
        patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


def known_ids(texts: Iterable[str]) -> list[UUID]:
    """The public ids among what a form sent; whatever is none names no row."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def get_or_404(source: type[Row] | QuerySet[Row], public_id: UUID | str) -> Row:
    """The row with this public id in the practice in scope; another practice's row is a 404.

    Pass a queryset to choose joins: `get_or_404(Claim.objects.select_related("payer"), pid)`.
    """
    rows: QuerySet[Row] = source if isinstance(source, QuerySet) else source.objects.all()  # type: ignore[attr-defined]
    try:
        return rows.get(public_id=public_id)
    except (ObjectDoesNotExist, ValidationError, ValueError) as missing:
        raise Http404(f"No such {rows.model._meta.verbose_name}") from missing


@dataclass(frozen=True)
class FormProblem:
    """One line of the error summary: the id of the control and the words beside it."""

    target: str
    text: str


def form_errors(form: BaseForm) -> list[FormProblem]:
    """Every problem of a bound form, in the order of its fields, form-wide ones first."""
    if not form.is_bound:
        return []
    problems = [FormProblem("", str(text)) for text in form.non_field_errors()]
    for bound in form:
        problems += [FormProblem(bound.id_for_label, text) for text in field_errors(bound)]
    return problems


def field_errors(bound: BoundField) -> list[str]:
    """What is wrong with one field. An empty one is named: the summary stands far from it."""
    unnamed = str(Field.default_error_messages["required"])
    return [
        f"{bound.label} is missing." if str(text) == unnamed else str(text) for text in bound.errors
    ]


def add_error(form: BaseForm, error: ApplicationError) -> None:
    """Put a service's refusal at its field, or on top where the form has no such field."""
    form.add_error(error.field if error.field in form.fields else None, error.message)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Go to another page after a write; htmx is told to load it whole."""
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303  # see other: the browser must ask again with GET
    return response


def say(request: HttpRequest, text: str, *, tone: str = "success", undo: str = "") -> None:
    """Show one sentence as a toast on the next page or fragment. Never name a person in it.

    `undo` is the address that takes the act back: the toast then has a button for it.
    """
    level = {"success": messages.SUCCESS, "warn": messages.WARNING, "danger": messages.ERROR}
    messages.add_message(request, level.get(tone, messages.INFO), text, extra_tags=undo)


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to return to: only a path of this site, else the default."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else default
