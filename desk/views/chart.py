"""The patient chart: who they are, how they are insured, what is owed and why (screens S8)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import access, audit, timeline
from core.errors import ApplicationError
from core.services.work import add_note as keep_note
from core.services.work import log_contact
from core.web import add_error, get_or_404, go, page, say
from desk import chart as reading
from desk.access import AUDIT_READERS, WORKERS
from desk.forms import ContactForm, NoteForm
from patients.models import Patient
from patients.selectors import appointments_to_come, used_of

Context = dict[str, Any]
MOST_AUDIT_ROWS = 200


def chart(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One tab of a patient's chart. The read is audited."""
    patient = _patient(public_id)
    name = request.GET.get("tab", "summary")
    tab = name if name in TABS else "summary"
    audit.read(patient, patient, note=f"chart, {tab}")
    return _show(request, patient, tab, TABS[tab](patient))


def audit_tab(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who looked at or changed this record, for those who may know."""
    patient = _patient(public_id)
    audit.read(patient, patient, note="chart, audit")
    events = reading.audit_of(patient).select_related("user").order_by("-id")[:MOST_AUDIT_ROWS]
    return _show(request, patient, "audit", {"events": events})


@require_POST
def add_note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a note about the patient."""
    patient = _patient(public_id)
    form = NoteForm(request.POST, auto_id="note_%s")
    if form.is_valid():
        keep_note(patient, form.cleaned_data["text"])
        say(request, "Note kept")
        return go(request, _tab_url(patient, "notes"))
    more = _notes(patient) | {"note_form": form}
    return _show(request, patient, "notes", more, status=422)


@require_POST
def add_contact(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a call, letter or mail with or about the patient."""
    patient = _patient(public_id)
    form = ContactForm(request.POST, auto_id="contact_%s")
    if form.is_valid():
        try:
            log_contact(patient, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Contact kept")
            return go(request, _tab_url(patient, "notes"))
    more = _notes(patient) | {"contact_form": form}
    return _show(request, patient, "notes", more, status=422)


def _patient(public_id: UUID) -> Patient:
    return get_or_404(Patient.objects.select_related("guarantor", "practice"), public_id)


def _tab_url(patient: Patient, tab: str) -> str:
    url = reverse("desk:patient-chart", args=[patient.public_id])
    return url if tab == "summary" else f"{url}?tab={tab}"


def _show(
    request: HttpRequest, patient: Patient, tab: str, more: Context, status: int = 200
) -> HttpResponse:
    role: str = request.role  # type: ignore[attr-defined]
    coverages = more.get("coverages") or reading.current_coverages(patient)
    context = {
        "patient": patient,
        "coverages": coverages,
        "in_force_count": sum(one.is_in_force for one in coverages),
        "primary": next(
            (one for one in coverages if one.is_in_force and one.case_id is None), None
        ),
        "tab": tab,
        "tabs": _tabs(patient, tab, role),
        "may_write": role in WORKERS,
        "may": {key: _may(role, name) for key, name in LINKED.items()},
        **more,
    }
    request.nav = "patients"  # type: ignore[attr-defined]
    return page(request, "desk/chart.html", None, context, status=status)


# What the page links to, by the name its template uses; shown only to those who may open it.
LINKED = {
    "pay": "billing:payment-new",
    "account": "billing:account",
    "edit": "patients:edit",
    "coverage": "patients:coverage-new",
    "encounter": "patients:encounter-new",
    "book": "patients:appointment-new",
    "injury": "patients:case-new",
    "authorization": "patients:authorization-new",
    "case": "coding:case",
    "claim": "claims:detail",
}


def _may(role: str, url_name: str) -> bool:
    row = access.row_for(url_name)
    return row is not None and row.allows("GET", role)


def _tabs(patient: Patient, current: str, role: str) -> list[tuple[str, str, bool]]:
    names = [(key, key.title()) for key in TABS]
    tabs = [(label, _tab_url(patient, key), key == current) for key, label in names]
    if _may(role, "billing:account"):
        tabs.insert(4, ("Ledger", reverse("billing:account", args=[patient.public_id]), False))
    if role in AUDIT_READERS:
        url = reverse("desk:patient-audit", args=[patient.public_id])
        tabs.append(("Audit", url, current == "audit"))
    return tabs


def _summary(patient: Patient) -> Context:
    return {
        "visits": reading.why_balance(patient),
        "coverages": reading.current_coverages(patient),
        "to_come": appointments_to_come(patient),
        "entries": timeline.entries_for(patient)[:8],
    }


def _coverage(patient: Patient) -> Context:
    authorizations = list(patient.authorizations.select_related("payer", "provider"))
    used = used_of([one.pk for one in authorizations])
    for one in authorizations:
        one.used = used.get(one.pk, 0)  # type: ignore[attr-defined]
    return {
        "coverages": reading.current_coverages(patient),
        "cases": patient.cases.prefetch_related("coverages__plan__payer"),
        "authorizations": authorizations,
    }


def _encounters(patient: Patient) -> Context:
    return {"encounters": reading.encounters_of(patient)}


def _claims(patient: Patient) -> Context:
    return {"claims": reading.claims_of(patient)}


def _documents(patient: Patient) -> Context:
    return {"documents": reading.documents_of(patient)}


def _notes(patient: Patient) -> Context:
    return reading.notes_of(patient) | {
        "note_form": NoteForm(auto_id="note_%s"),
        "contact_form": ContactForm(auto_id="contact_%s"),
        "entries": timeline.entries_for(patient)[:50],
    }


TABS: dict[str, Callable[[Patient], Context]] = {
    "summary": _summary,
    "coverage": _coverage,
    "encounters": _encounters,
    "claims": _claims,
    "documents": _documents,
    "notes": _notes,
}
