"""Correct, void, drop: what a biller does about a claim that the payer has decided."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims.choices import VersionState
from claims.corrections import NAMES
from claims.forms import CorrectForm, VoidForm
from claims.models import Claim, ClaimVersion
from claims.services.correct_claim import correct_claim
from claims.services.give_up_correction import give_up_correction
from claims.services.void_claim import void_claim
from claims.views.claim import claim_page, find_claim
from core.errors import ApplicationError
from core.web import add_error, go, say


@require_POST
def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    form = CorrectForm(request.POST, claim=find_claim(public_id))
    return _make(request, public_id, correct_claim, form, "correct_form")


@require_POST
def void(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _make(request, public_id, void_claim, VoidForm(request.POST), "void_form")


@require_POST
def drop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The decision stands again."""
    claim = find_claim(public_id)
    try:
        give_up_correction(claim=claim)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, "Dropped: the payer's decision stands")
    return go(request, _url(claim))


def _make(
    request: HttpRequest,
    public_id: UUID,
    act: Callable[..., ClaimVersion],
    form: Any,
    name: str,
) -> HttpResponse:
    claim = find_claim(public_id)
    if form.is_valid():
        try:
            chosen = form.cleaned_data.get("version")
            which = {"number": chosen} if chosen else {}
            version = act(claim=claim, reason=form.cleaned_data["reason"], **which)
        except ApplicationError as error:
            if error.field not in form.fields:
                say(request, error.message, tone="danger")
                return go(request, _url(claim))
            add_error(form, error)
        else:
            version.refresh_from_db(fields=["state"])
            is_ready = version.state == VersionState.READY
            words = "it can be sent" if is_ready else "something is to fix before it goes"
            say(request, f"Made a {NAMES[version.frequency_code]}: {words}")
            return go(request, _url(claim))
    return claim_page(request, find_claim(public_id), {name: form})


def _url(claim: Claim) -> str:
    return reverse("claims:detail", args=[claim.public_id])
