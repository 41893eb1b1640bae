"""The appeal builder (screens S25): letter, evidence, packet, sending, and the decision."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.access import SENDERS
from claims.contested import CORRECTED, is_corrected_now
from claims.denial_choices import AppealOutcome, AppealState
from claims.denial_forms import DraftForm, FileForm, OutcomeForm, SendForm
from claims.denials.drafts import (
    Draft,
    current_appeal,
    draft_of,
    is_late,
    level_and_limit,
    problems_of,
)
from claims.denials.evidence import Evidence
from claims.denials.letters import gaps_in
from claims.denials.places import appeal_url, case_url
from claims.models import Appeal
from claims.services.decide_appeal import decide_appeal
from claims.services.draft_appeal import add_file, begin_appeal, discard_draft, save_draft
from claims.services.send_appeal import make_packet, send_appeal
from claims.views.denials import find_case
from core import audit, clock
from core.errors import ApplicationError
from core.pdf import PdfUnavailable
from core.web import add_error, go, page, say
from patients.note_files import MOST_BYTES

PAGE = "claims/denials/appeal.html"


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows the draft, whether it is kept or not; POST does what `act` says."""
    case = find_case(request, public_id)
    audit.read(case.claim, case.claim.patient)
    if request.method != "POST":
        return _page(request, case)
    act = request.POST.get("act", "")
    handler = {
        "save": _save, "packet": _packet, "send": _send, "file": _file, "discard": _discard,
        "outcome": _outcome,
    }.get(act)  # fmt: skip
    if handler is None:
        say(request, "Choose what to do.", tone="danger")
        return go(request, appeal_url(case))
    return handler(request, case)


def _save(request: HttpRequest, case: Any) -> HttpResponse:
    """Keep the draft."""
    form = DraftForm(request.POST)
    row, refused = _kept(request, case, form)
    if row is None:
        return refused
    say(request, "Draft kept")
    return go(request, appeal_url(case))


def _packet(request: HttpRequest, case: Any) -> HttpResponse:
    """Keep the draft and make its packet."""
    form = DraftForm(request.POST)
    row, refused = _kept(request, case, form)
    if row is None:
        return refused
    made = _made(request, case, row, form)
    if made is not None:
        return made
    row.refresh_from_db()
    say(request, f"Packet made, {row.packet_pages} pages")
    return go(request, f"{appeal_url(case)}#send")


def _send(request: HttpRequest, case: Any) -> HttpResponse:
    """Record that it went; what was typed since the packet was made is made into a new one."""
    form, sending = DraftForm(request.POST), SendForm(request.POST)
    row, refused = _kept(request, case, form)
    if row is None:
        return refused
    if not sending.is_valid():
        return _page(request, case, {"form": form, "send_form": sending}, status=422)
    if row.packet_id is None:
        made = _made(request, case, row, form)
        if made is not None:
            return made
    try:
        sent = send_appeal(appeal=row, user=request.user, **sending.cleaned_data)
    except ApplicationError as error:
        add_error(sending, error)
        return _page(request, case, {"form": form, "send_form": sending}, status=422)
    say(request, f"Sent; the decision is due {sent.decision_due_on:%m/%d/%Y}")
    return go(request, appeal_url(case))


def _file(request: HttpRequest, case: Any) -> HttpResponse:
    """Add a file; the draft is begun where there is none."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            add_file(
                appeal=begin_appeal(case=case, user=request.user),
                content=bytes(upload.read(MOST_BYTES + 1)),
                label=form.cleaned_data["label"],
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "File added")
            return go(request, f"{appeal_url(case)}#parts")
    return _page(request, case, {"file_form": form}, status=422)


def _discard(request: HttpRequest, case: Any) -> HttpResponse:
    row = current_appeal(case)
    try:
        if row is not None:
            discard_draft(appeal=row)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, "Draft thrown away")
    return go(request, case_url(case))


def _outcome(request: HttpRequest, case: Any) -> HttpResponse:
    """Keep the payer's decision on the appeal that is out."""
    form = OutcomeForm(request.POST)
    row = current_appeal(case)
    if row is None:
        say(request, "No appeal is out.", tone="danger")
        return go(request, case_url(case))
    if form.is_valid():
        given = form.cleaned_data
        try:
            decide_appeal(
                appeal=row, outcome=AppealOutcome(given["outcome"]),
                decided_on=given["decided_on"], reference=given["reference"], note=given["note"],
            )  # fmt: skip
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Decision kept")
            return go(request, case_url(case))
    return _page(request, case, {"outcome_form": form}, status=422)


def _kept(request: HttpRequest, case: Any, form: DraftForm) -> tuple[Appeal | None, HttpResponse]:
    """The kept draft; or None and the page that says why not."""
    if not form.is_valid():
        return None, _page(request, case, {"form": form}, status=422)
    try:
        row = begin_appeal(case=case, user=request.user)
        included = request.POST.getlist("parts")
        kinds = {part.kind: str(part.public_id) for part in row.parts.all()}
        # The first time the parts have no rows yet, and the page names them by their kind.
        chosen = {kinds.get(one, one) for one in included}
        return save_draft(appeal=row, included=chosen, **form.cleaned_data), HttpResponse()
    except ApplicationError as error:
        if error.field in form.fields:
            add_error(form, error)
            return None, _page(request, case, {"form": form}, status=422)
        say(request, error.message, tone="danger")
        return None, go(request, case_url(case))


def _made(request: HttpRequest, case: Any, row: Appeal, form: DraftForm) -> HttpResponse | None:
    """Make the packet; the page that says what is missing, else None."""
    try:
        make_packet(appeal=row)
    except PdfUnavailable as error:
        say(request, error.message, tone="warn")
        return go(request, appeal_url(case))
    except ApplicationError as error:
        if error.field == "parts":
            form.add_error(None, error.message)
        else:
            add_error(form, error)
        return _page(request, case, {"form": form}, status=422)
    return None


def _page(
    request: HttpRequest, case: Any, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    row = current_appeal(case)
    evidence = Evidence(case)
    level, limit = level_and_limit(case)
    today = clock.today(case.practice)
    may_work = getattr(request, "role", "") in SENDERS and case.is_open
    draft = draft_of(case, evidence, request.user) if row is None else None
    last_day = row.last_day if row else (limit.last_day if limit else None)
    context = {
        "case": case,
        "claim": case.claim,
        "patient": case.claim.patient,
        "appeal": row,
        "is_draft": row is None or row.state == AppealState.DRAFT,
        "level": level,
        "last_day": last_day,
        "days_left": (last_day - today).days if last_day else None,
        "is_late": bool(row and is_late(row, today)),
        "parts": _parts(row, draft, evidence),
        "gaps": gaps_in(row.letter if row else draft.letter if draft else ""),
        "letter_by": row.letter_by if row else draft.letter_by if draft else "",
        "problems": problems_of(row) if row and row.state == AppealState.DRAFT else [],
        "form": DraftForm(initial=_initial(row, draft)),
        "send_form": SendForm(
            initial={"method": (row.method if row else "") or (level.method if level else "mail"),
                     "sent_on": today}
        ),
        "file_form": FileForm(),
        "outcome_form": OutcomeForm(initial={"decided_on": today}),
        "earlier": list(
            case.appeals.filter(state=AppealState.DECIDED).select_related("packet").order_by("-pk")
        ),
        "may_work": may_work,
        "corrected": CORRECTED if case.is_open and is_corrected_now(case.claim) else "",
        "refusal": "" if row else case.appeal_refusal or ("" if level else "No level is left."),
        "case_url": case_url(case),
        "letters_url": reverse("claims:letters"),
        **(more or {}),
    }  # fmt: skip
    return page(request, PAGE, None, context, status=status)


def _initial(row: Appeal | None, draft: Draft | None) -> dict[str, str]:
    source: Any = row or draft
    if source is None:
        return {}
    return {"recipient": source.recipient, "letter": source.letter, "signed_by": source.signed_by}


def _parts(row: Appeal | None, draft: Draft | None, evidence: Evidence) -> list[dict[str, Any]]:
    """What can go along: the kept parts, or those of the draft; and what is not there, and why."""
    known = {one.kind: one for one in evidence.parts()}
    if row is None:
        return [
            {"value": one.kind, "label": one.label, "checked": one.is_included,
             "is_there": one.is_there, "why_not": one.why_not, "document": None}
            for one in (draft.parts if draft else ())
        ]  # fmt: skip
    kept = [
        {"value": str(one.public_id), "label": one.label, "checked": one.is_included,
         "is_there": True, "why_not": "", "document": one.document}
        for one in row.parts.select_related("document")
    ]  # fmt: skip
    kinds = set(row.parts.values_list("kind", flat=True))
    return kept + [
        {"value": one.kind, "label": one.label, "checked": False, "is_there": False,
         "why_not": one.why_not or "came after the draft was begun", "document": None}
        for one in known.values()
        if one.kind not in kinds
    ]  # fmt: skip
