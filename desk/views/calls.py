"""Call sheets: one call works several claims of a payer, and patients' calls the same way (S26)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core import audit, clock
from core.errors import ApplicationError
from core.models import ContactLog
from core.web import add_error, get_or_404, go, page, say
from desk import calls
from desk.access import CALLERS
from desk.call_outcomes import PATIENT_OUTCOMES, PAYER_OUTCOMES, Outcome, outcome_of
from desk.forms import CallForm
from desk.services.log_call import log_call
from patients.models import BillingProvider, Payer

# Who spoke and the reference number hold for the whole call: they are typed once.
_CALL = "call"


@dataclass(frozen=True)
class Sheet:
    """What one page is made of: whom one speaks to, about whom, and what can come of it."""

    key: str
    title: str
    url: str
    entries: list[calls.Entry]
    outcomes: tuple[Outcome, ...]
    asks_reference: bool


@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """Payers with claims to call about, and patients."""
    today = _today(request)
    payers = calls.payers_to_call(today)
    patients = calls.patients_to_call(today)
    context = {
        "payers": payers,
        "patient_count": len(patients),
        "patient_amount": sum(one.patient_balance_amount for one in patients),
        "claim_count": sum(one.count for one in payers),
    }
    return page(request, "desk/calls.html", None, context)


@require_http_methods(["GET", "POST"])
def payer_calls(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The sheet of one payer; POST logs what was said about one of its claims."""
    payer = get_or_404(Payer, public_id)
    claims = calls.sheet_of_payer(payer, _today(request))
    sheet = Sheet(
        str(payer.public_id), payer.name, reverse("desk:payer-calls", args=[payer.public_id]),
        calls.entries_of(claims), PAYER_OUTCOMES, asks_reference=True,
    )  # fmt: skip
    seen = [claim.patient_id for claim in claims]
    more = {
        "payer": payer,
        "phone": calls.phone_words(payer.phone),
        "ours": list({claim.billing_provider for claim in claims})
        or list(BillingProvider.objects.filter(is_active=True)[:1]),
    }
    return _sheet(request, sheet, seen, more)


@require_http_methods(["GET", "POST"])
def patient_calls(request: HttpRequest) -> HttpResponse:
    """The sheet of patients to call."""
    patients = calls.patients_to_call(_today(request))
    sheet = Sheet(
        "patients", "Patients", reverse("desk:patient-calls"),
        calls.entries_of_patients(patients), PATIENT_OUTCOMES, asks_reference=False,
    )  # fmt: skip
    return _sheet(request, sheet, [patient.pk for patient in patients], {})


def _sheet(
    request: HttpRequest, sheet: Sheet, seen: list[int], more: dict[str, Any]
) -> HttpResponse:
    entry = _chosen(request, sheet)
    form = _form(request, sheet, entry)
    if request.method == "POST":
        if entry is None:
            say(request, "That one is done already, or is not to be called about.", tone="warn")
            return go(request, sheet.url)
        if form.is_valid() and _logged(request, sheet, entry, form):
            return go(request, sheet.url)
    audit.read_many(
        seen, action="page.read", note=f"call sheet, {len(sheet.entries)}",
        practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip
    today = _today(request)
    context = {
        "sheet": sheet,
        "entry": entry,
        "form": form,
        "outcomes": [
            (number, one, one.next_on(today)) for number, one in enumerate(sheet.outcomes, 1)
        ],
        "done_today": _done_today(request, sheet),
        "may_call": getattr(request, "role", "") in CALLERS,
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "desk/call_sheet.html", None, context, status=status)


def _chosen(request: HttpRequest, sheet: Sheet) -> calls.Entry | None:
    """The entry asked for, else the first; a POST must name one that is still on the sheet."""
    wanted = request.POST.get("about") or request.GET.get("about", "")
    found = next((e for e in sheet.entries if str(e.subject.public_id) == wanted), None)
    if found or request.method == "POST":
        return found
    return sheet.entries[0] if sheet.entries else None


def _form(request: HttpRequest, sheet: Sheet, entry: calls.Entry | None) -> CallForm:
    call = _call(request, sheet)
    initial = {"with_whom": call.get("with_whom", ""), "reference": call.get("reference", "")}
    if not sheet.asks_reference and entry is not None:
        guarantor = entry.subject.guarantor
        initial["with_whom"] = f"{guarantor.first_name} {guarantor.last_name}"
    return CallForm(
        request.POST if request.method == "POST" else None,
        outcomes=sheet.outcomes,
        initial=initial,
        auto_id="call_%s",
    )


def _logged(request: HttpRequest, sheet: Sheet, entry: calls.Entry, form: CallForm) -> bool:
    values = form.cleaned_data
    outcome = outcome_of(sheet.outcomes, values["outcome"])
    assert outcome is not None  # noqa: S101 - the form offers only these
    try:
        contact = log_call(
            entry.subject, outcome=outcome, with_whom=values["with_whom"],
            reference=values["reference"], note=values["note"], next_on=values["next_on"],
        )  # fmt: skip
    except ApplicationError as error:
        add_error(form, error)
        return False
    kept = {"sheet": sheet.key}
    if sheet.asks_reference:
        kept |= {"with_whom": values["with_whom"], "reference": values["reference"]}
    request.session[_CALL] = {**_call(request, sheet), **kept}
    when = f", again on {contact.next_on:%m/%d/%Y}" if contact.next_on else ""
    say(request, f"{entry.title}: {outcome.label}{when}")
    return True


def _call(request: HttpRequest, sheet: Sheet) -> dict[str, str]:
    """What was typed on this sheet before; another sheet is another call."""
    kept: dict[str, str] = request.session.get(_CALL, {})
    return kept if kept.get("sheet") == sheet.key else {}


def _done_today(request: HttpRequest, sheet: Sheet) -> int:
    kind = "claims.claim" if sheet.asks_reference else "patients.patient"
    here = clock.local(clock.now(), request.practice)  # type: ignore[attr-defined]
    start = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return ContactLog.objects.filter(
        subject_kind=kind, author=request.user.pk, at__gte=start
    ).count()


def _today(request: HttpRequest) -> date:
    return clock.today(request.practice)  # type: ignore[attr-defined]
