"""Setting up the HTTPS road of a partner (screens S36)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.choices import TransportKind
from claims.https_form import HttpsForm
from claims.models import TradingPartner
from claims.services.set_up_https import set_up_https
from claims.transport import https_road
from core.web import get_or_404, go, page, say


@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form; a road of another kind has none."""
    wired = TradingPartner.objects.filter(transport=TransportKind.HTTPS)
    partner = get_or_404(wired, public_id)
    road = https_road(partner)
    form = HttpsForm(request.POST or None, partner=partner, road=road)
    if request.method == "POST" and form.is_valid():
        set_up_https(partner, form.cleaned_data)
        say(request, "Kept. Try the connection before claims go over it")
        return go(request, reverse("claims:connection", args=[partner.public_id]))
    context = {
        "partner": partner,
        "form": form,
        "has_key": bool(partner.api_key_sealed),
        "has_secret": bool(road.client_secret_sealed),
    }
    status = 422 if form.is_bound else 200
    return page(request, "claims/https_road.html", None, context, status=status)
