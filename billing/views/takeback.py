"""Matching a takeback that came without a reversal to the claim that it is for (W-17)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.posting.provider_codes import provider_code
from billing.services.match_recovery import match_recovery, waiting_amount
from claims.choices import RemittanceState
from claims.models import ProviderAdjustment
from core import audit
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say


class RecoveryForm(forms.Form):
    """Whose claim the money was taken back from."""

    claim_number = forms.CharField(
        label="Our claim number",
        max_length=17,
        error_messages={"required": "Enter the number of the claim it is for."},
    )
    reason = forms.CharField(
        label="How you know",
        max_length=150,
        required=False,
        help_text="For the claim's timeline: the payer's letter, a call",
    )


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for the claim; a good answer opens its receivable again and leads to it."""
    rows = ProviderAdjustment.objects.select_related("remittance__payer", "remittance__practice")
    adjustment = get_or_404(rows, public_id)
    remittance = adjustment.remittance
    audit.read(remittance)
    form = RecoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            journal = match_recovery(adjustment=adjustment, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Matched: the claim's receivable is open again")
            return go(request, reverse("billing:journal", args=[journal.public_id]))
    request.nav = "remits"  # type: ignore[attr-defined]
    is_posted = remittance.state == RemittanceState.POSTED
    context = {
        "adjustment": adjustment,
        "remittance": remittance,
        "payer_name": remittance.payer.name if remittance.payer else remittance.payer_name,
        "words": provider_code(adjustment.reason_code).words,
        "waiting": waiting_amount(adjustment) if is_posted else None,
        "form": form,
    }
    status = 422 if form.errors else 200
    return page(request, "billing/takeback.html", None, context, status=status)
