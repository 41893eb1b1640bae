"""Payers (S35): who pays, how its claims are filed, who is enrolled, how the line is doing."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from claims.access import KEEPERS
from claims.connections import connections, road_of, standing_of
from claims.enrolments import all_enrolments
from claims.enrolments import standing_of as enrolment_standing
from claims.models import PayerFilingSettings, SendSchedule, TradingPartner
from claims.payer_choices import CorrectionMode, EnrolmentCheck
from claims.payer_forms import FilingForm, PayerScheduleForm, ScheduleForm
from claims.payer_pages import clock_facts, coding_facts, filing_facts, filing_of, payers
from claims.sendings import payer_sending
from claims.services.save_filing_settings import save_filing_settings
from claims.services.save_schedule import (
    follow_partner,
    next_words,
    save_payer_schedule,
    save_schedule,
    words_of,
)
from core import clock, timeline
from core.access import ADMINS
from core.errors import ApplicationError
from core.lists.filters import ChoiceFilter, TextFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.web import add_error, get_or_404, go, page, say
from patients.choices import PayerKind
from patients.models import Payer

TABS = ("identity", "filing", "clocks", "enrolments", "connection", "timeline")


def _route(row: Payer) -> str:
    settings = filing_of(row)
    return settings.partner.name if settings else "No route"


def _road(row: Payer) -> str:
    settings = filing_of(row)
    return str(settings.partner.get_transport_display()) if settings else ""


def _corrections(row: Payer) -> str:
    settings = filing_of(row)
    short = {
        CorrectionMode.REPLACE: "Replacement (7)", CorrectionMode.NEW: "New claim",
        CorrectionMode.REOPEN: "Reopening", CorrectionMode.PAPER: "On paper",
    }  # fmt: skip
    return short[CorrectionMode(settings.correction_mode)] if settings else ""


PAYERS = ListSpec(
    name="claims.payers",
    title="Payers",
    noun="payer,payers",
    queryset=lambda request: payers(),
    columns=[
        Column("name", "Payer", value="name", sub="payer_number", sub_label="payer id",
               kind="link", sort="name"),
        Column("kind", "Kind", value="get_kind_display", sort="kind"),
        Column("route", "Route", value=_route, sort="filing_settings__partner__name"),
        Column("road", "By", value=_road, sort="filing_settings__partner__transport"),
        Column("corrections", "Corrections", value=_corrections, priority=3,
               sort="filing_settings__correction_mode"),
        Column("enrolment", "Enrolment", priority=3,
               value=lambda row: ((s := filing_of(row))
               and EnrolmentCheck(s.enrolment_check).label) or "",
               sort="filing_settings__enrolment_check"),
        Column("open", "Open claims", value=lambda row: row.open_count or 0, kind="number",
               sort="open_count"),
    ],
    filters=[
        TextFilter("name", "Name or id", lookups=["name__icontains", "payer_number"]),
        ChoiceFilter("kind", "Kind", field="kind", choices=PayerKind.choices),
    ],
    buckets=[
        Bucket("all", "All", Q(is_active=True), done="No payer is set up yet."),
        Bucket("no-route", "No route", Q(filing_settings__isnull=True, is_active=True), act=True,
               done="Every payer has a route."),
        Bucket("off", "Not used any more", Q(is_active=False), done="Every payer is in use."),
    ],
    default_sort="name",
    row_url=lambda row: reverse("claims:payer", args=[row.public_id]),
    row_label=lambda row: row.name,
    empty=Empty("No payer yet", "An admin adds the payers first.", "claims"),
)  # fmt: skip


def payer_list(request: HttpRequest) -> HttpResponse:
    return list_view(request, PAYERS, template="claims/payers.html")


@require_GET
def payer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One payer, a tab at a time."""
    row = get_or_404(payers(), public_id)
    asked = request.GET.get("tab", "")
    tab = asked if asked in TABS else TABS[0]
    role = getattr(request, "role", "")
    context: dict[str, Any] = {
        "payer": row,
        "filing": filing_of(row),
        "tab": tab,
        "tabs": [(name, name.capitalize()) for name in TABS],
        "may_keep": role in KEEPERS,
        "may_set_up": role in ADMINS,
    } | _TAB_CONTEXT[tab](request, row)
    return page(request, "claims/payer.html", "claims/_payer_tab.html", context)


@require_http_methods(["GET", "POST"])
def filing(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change how a payer's claims are filed."""
    row = get_or_404(Payer, public_id)
    settings = PayerFilingSettings.objects.filter(payer=row).first()
    form = FilingForm(request.POST or None, instance=settings)
    if request.method == "POST" and form.is_valid():
        save_filing_settings(payer=row, values=form.cleaned_data)
        say(request, "Saved: claims built or checked from now on follow it")
        return go(request, f"{reverse('claims:payer', args=[row.public_id])}?tab=filing")
    context = {"payer": row, "form": form}
    status = 422 if form.errors else 200
    return page(request, "claims/filing_form.html", None, context, status=status)


@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set when ready claims leave for a partner by themselves."""
    partner = get_or_404(TradingPartner, public_id)
    row = SendSchedule.objects.filter(partner=partner).first()
    form = ScheduleForm(request.POST or None, schedule=row)
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_schedule(partner=partner, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"Saved: {words_of(kept)}")
            return go(request, reverse("claims:connection", args=[partner.public_id]))
    context = {"partner": partner, "form": form, "schedule": row, "next_words": next_words(partner)}
    status = 422 if form.errors else 200
    return page(request, "claims/schedule_form.html", None, context, status=status)


@require_http_methods(["GET", "POST"])
def payer_schedule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set when a payer's claims leave: with its partner's others, or at times of its own."""
    row = get_or_404(payers(), public_id)
    settings = filing_of(row)
    own = SendSchedule.objects.filter(payer=row).first()
    partners = SendSchedule.objects.filter(partner=settings.partner).first() if settings else None
    form = PayerScheduleForm(request.POST or None, own=own, partners=partners)
    if request.method == "POST" and form.is_valid():
        try:
            _set_times(row, dict(form.cleaned_data))
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Saved")
            return go(request, f"{reverse('claims:payer', args=[row.public_id])}?tab=connection")
    context = {
        "payer": row, "form": form, "filing": settings, "own": own, "words": payer_sending(row),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return page(request, "claims/payer_schedule_form.html", None, context, status=status)


def _set_times(row: Payer, asked: dict[str, Any]) -> None:
    mode = asked.pop("mode")
    if mode == PayerScheduleForm.PARTNER:
        follow_partner(payer=row)
    else:
        save_payer_schedule(payer=row, is_on=mode == PayerScheduleForm.OWN, **asked)


def _identity(_: HttpRequest, row: Payer) -> dict[str, Any]:
    return {"plans": list(row.plans.order_by("name"))}


def _filing(_: HttpRequest, row: Payer) -> dict[str, Any]:
    settings = filing_of(row)
    return {
        "groups": filing_facts(settings) if settings else [],
        "coding_rules": coding_facts(row),
    }


def _clocks(_: HttpRequest, row: Payer) -> dict[str, Any]:
    return {"clocks": clock_facts(row)}


def _enrolments(_: HttpRequest, row: Payer) -> dict[str, Any]:
    today = clock.today(row.practice)
    rows = all_enrolments().filter(payer=row)
    return {"enrolments": [(one, enrolment_standing(one, today)) for one in rows]}


def _connection(_: HttpRequest, row: Payer) -> dict[str, Any]:
    settings = filing_of(row)
    partner = connections().get(pk=settings.partner_id) if settings else None
    if partner is None:
        return {"partner": None}
    return {
        "partner": partner,
        "standing": standing_of(partner),
        "road": road_of(partner),
        "sending": payer_sending(row),
    }


def _timeline(_: HttpRequest, row: Payer) -> dict[str, Any]:
    return {"entries": list(timeline.entries_for(row)[:100])}


_TAB_CONTEXT = {
    "identity": _identity,
    "filing": _filing,
    "clocks": _clocks,
    "enrolments": _enrolments,
    "connection": _connection,
    "timeline": _timeline,
}
