"""The page for the engineers of the practice's other systems: how to call, what is told, try it.

It is open to everybody and names nobody: it is made of the same description as the OpenAPI file.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from core.api.openapi import document
from core.api.try_it import LONGEST_KEY, TRIED, try_call
from core.views.api_keys import base_of
from core.webhooks.events import all_event_kinds

_METHODS = ("get", "post")


class TryForm(forms.Form):
    """A key and what to read with it."""

    key = forms.CharField(
        label="API key",
        max_length=LONGEST_KEY,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="It is used for this call and not kept",
    )
    resource = forms.ChoiceField(label="Read", choices=[(one, one) for one in TRIED])


@dataclass(frozen=True, slots=True)
class Operation:
    """One call as the page lists it."""

    method: str
    path: str
    scope: str
    words: str
    parameters: list[str]


def operations() -> list[Operation]:
    """Every call that the API takes."""
    found = []
    for path, item in document()["paths"].items():
        for method in _METHODS:
            if method in item and "x-scope" in item[method]:
                one: dict[str, Any] = item[method]
                found.append(
                    Operation(
                        method.upper(),
                        path,
                        one["x-scope"],
                        one.get("description", "").replace("`", ""),
                        [p["name"] for p in one.get("parameters", ()) if p["in"] == "query"],
                    )
                )
    return found


def programs(base: str) -> dict[str, str]:
    """The programs that the documentation prints, with this installation's address."""
    names = {"curl": "read.sh", "python": "follow.py", "send": "send.sh", "receive": "receive.py"}
    return {
        key: render_to_string(f"core/how_to/{name}.txt", {"base": base})
        for key, name in names.items()
    }


@require_http_methods(["GET", "POST"])
def api_docs(request: HttpRequest) -> HttpResponse:
    """The page; posted, with the answer to one call."""
    form = TryForm(request.POST or None)
    tried = None
    if request.method == "POST" and form.is_valid():
        tried = try_call(request, form.cleaned_data["resource"], form.cleaned_data["key"])
    base = base_of(request)
    context = {
        "form": form,
        "tried": tried,
        "base": base,
        "operations": operations(),
        "events": all_event_kinds(),
        "programs": programs(base),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    response = render(request, "core/api_docs.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
