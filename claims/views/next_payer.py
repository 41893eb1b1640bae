"""The next payer of a claim: bill it now, or do not bill it (screens S17)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from claims.choices import VersionState
from claims.forms import BillNextForm, DeclineForm
from claims.models import ClaimVersion
from claims.services.bill_next_payer import bill_next_payer_now
from claims.services.decline_next_payer import decline_next_payer
from claims.views.claim import _refuse, _told_by_state, _url, claim_page, find_claim
from core.errors import ApplicationError
from core.web import add_error, go, say


@require_POST
def bill(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make the next payer's claim; where a crossover is still awaited, with a reason."""
    claim = find_claim(public_id)
    form = BillNextForm(request.POST)
    if form.is_valid():
        try:
            version = bill_next_payer_now(claim=claim, reason=form.cleaned_data["reason"])
        except ApplicationError as error:
            if error.field not in form.fields:
                return _refuse(request, claim, error.message)
            add_error(form, error)
        else:
            say(request, _told(version))
            return go(request, _url(claim))
    return claim_page(request, claim, {"bill_next_form": form})


def _told(version: ClaimVersion) -> str:
    name = version.payer.name
    if version.state == VersionState.CROSSED_OVER:
        return f"The payer before passed it on to {name}: its answer is awaited, nothing is sent"
    return f"{name}: {_told_by_state(version).lower()}"


@require_POST
def decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Do not bill the next payer; what it would have owed goes to whoever comes after."""
    claim = find_claim(public_id)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            declined = decline_next_payer(claim=claim, **form.cleaned_data)
        except ApplicationError as error:
            if error.field not in form.fields:
                return _refuse(request, claim, error.message)
            add_error(form, error)
        else:
            say(request, f"{declined.payer.name} is not billed")
            return go(request, _url(claim))
    return claim_page(request, claim, {"decline_form": form})
