"""One claim: where it is, what to do, and everything that happened to it (screens S17)."""

from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from claims import states
from claims.access import MONEY_READERS, NOTE_WRITERS, RETURNERS, SENDERS
from claims.choices import PaperTotals
from claims.cob.chain import next_acts, payer_chain
from claims.contested import what_is_contested
from claims.correction_page import corrections_of_page, may_be_returned
from claims.denials.claim_panel import denial_cases_of
from claims.edi.extract import claim_segments, preview_segments
from claims.edi.readable import readable
from claims.field_places import claim_data_url
from claims.finding_places import with_places
from claims.forms import (
    BillNextForm,
    CorrectForm,
    DeclineForm,
    NoteForm,
    ReasonForm,
    ReturnForm,
    SendAgainForm,
    VoidForm,
)
from claims.line_money import claim_money
from claims.models import Claim, ClaimVersion, ScrubFinding, StatusInquiry
from claims.next_step import next_step
from claims.paper.boxes import paper_claim
from claims.paper.rows import rows
from claims.rejections import rejections_of
from claims.selectors import (
    cases_of,
    filing_settings,
    last_told,
    remittances_of,
    unposted_remittance,
)
from claims.sending_again import why_not_sent_again
from claims.services.ask_status import ask_status
from claims.services.hold_claim import hold_claim, let_go
from claims.services.keep_back import TWO_COPIES
from claims.services.override_finding import override_finding
from claims.services.recheck_claim import recheck_claim
from claims.services.return_claim import return_claim
from claims.services.send_again import send_again
from core import audit, calendar, clock, timeline
from core.errors import ApplicationError
from core.models import Document
from core.services.documents import read_document
from core.services.work import add_note, open_items
from core.web import add_error, get_or_404, go, page, say

TABS = ("timeline", "lines", "edits", "documents", "raw")
NOW_SHOWN = 200
ASKED_SHOWN = 5


@require_GET
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    claim = find_claim(public_id)
    audit.read(claim, claim.patient)
    tab = request.GET.get("tab", "timeline")
    tab = tab if tab in TABS else "timeline"
    context = _context(request, claim) | {"tab": tab} | _TAB_CONTEXT[tab](claim)
    return page(request, "claims/detail.html", "claims/_tab.html", context)


@require_GET
def peek(request: HttpRequest, public_id: UUID) -> HttpResponse:
    claim = find_claim(public_id)
    audit.read(claim, claim.patient)
    return page(request, "claims/_peek.html", None, _context(request, claim) | _timeline(claim))


@require_POST
def recheck(request: HttpRequest, public_id: UUID) -> HttpResponse:
    claim = find_claim(public_id)
    return _act(request, claim, lambda: _told_by_state(recheck_claim(claim)))


@require_POST
def hold(request: HttpRequest, public_id: UUID) -> HttpResponse:
    claim = find_claim(public_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            hold_claim(claim=claim, reason=form.cleaned_data["reason"])
        except ApplicationError as error:
            if error.field not in form.fields:
                return _refuse(request, claim, error.message)
            add_error(form, error)
        else:
            say(request, "On hold")
            return go(request, _url(claim))
    return claim_page(request, claim, {"hold_form": form})


@require_POST
def end_hold(request: HttpRequest, public_id: UUID) -> HttpResponse:
    claim = find_claim(public_id)
    let_go(claim=claim)
    say(request, "The hold is ended")
    return go(request, _url(claim))


@require_POST
def send_once_more(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give the sending up as lost: the next batch takes the claim again."""
    claim = find_claim(public_id)
    form = SendAgainForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return _act(request, claim, lambda: _told_by_state(send_again(claim=claim, reason=reason)))
    return claim_page(request, claim, {"again_form": form})


@require_POST
def ask_where(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask the payer where the claim is; a worker asks within seconds."""
    claim = find_claim(public_id)
    return _act(request, claim, lambda: _told_asked(ask_status(version=claim.version)))


@require_POST
def return_to_coder(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a claim or a correction back that no payer has; its encounter is coded again."""
    claim = find_claim(public_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            return_claim(claim=claim, reason=form.cleaned_data["reason"])
        except ApplicationError as error:
            if error.field not in form.fields:
                return _refuse(request, claim, error.message)
            add_error(form, error)
        else:
            out = " ".join(what_is_contested(claim))
            say(request, f"Returned to the coder. {out}".strip())
            return go(request, _url(claim))
    return claim_page(request, claim, {"return_form": form})


@require_POST
def note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    claim = find_claim(public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return claim_page(request, claim, {"note_form": form})
    add_note(claim, form.cleaned_data["text"])
    say(request, "Note kept")
    return go(request, _url(claim))


@require_POST
def override(request: HttpRequest, public_id: UUID) -> HttpResponse:
    finding = get_or_404(
        ScrubFinding.objects.select_related("version__claim", "version__practice"), public_id
    )

    claim = find_claim(finding.version.claim.public_id)
    reason = request.POST.get("reason", "")
    try:
        override_finding(finding=finding, reason=reason)
    except ApplicationError as error:
        if error.field != "reason":
            return _refuse(request, claim, error.message, "edits")
        refused = {"finding_id": finding.pk, "words": error.message, "typed": reason}
        return claim_page(request, claim, {"refused": refused}, "edits")
    say(request, "Overridden, with your reason kept")
    return go(request, _url(claim, "edits"))


def find_claim(public_id: UUID) -> Claim:
    """The claim with what its page shows."""
    return get_or_404(
        Claim.objects.select_related(
            "patient", "practice", "rendering_provider", "facility",
            "current_version__payer", "current_version__plan",
            "current_version__coverage__plan__payer",
            "current_version__current_attempt__batch__partner",
        ),
        public_id,
    )  # fmt: skip


def _context(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    version = claim.version
    findings = list(version.findings.filter(cleared_at__isnull=True))
    stopping = [finding for finding in findings if finding.stops]
    today = clock.today(claim.practice)
    deadline = version.filing_deadline_on
    role = getattr(request, "role", "")
    acts = next_acts(claim, version)
    return {
        "claim": claim,
        "version": version,
        "patient": claim.patient,
        "findings": findings,
        "step": next_step(
            claim,
            version,
            stopping,
            unposted_remittance(claim),
            told=last_told(version),
            acts=acts,
        ),
        "chain": payer_chain(claim),
        "acts": acts,
        "bill_next_form": BillNextForm(),
        "decline_form": DeclineForm(),
        "rejections": rejections_of(version),
        "may_prove": role in SENDERS and version.current_attempt is not None,
        **_work(claim),
        "money": claim_money(version),
        "inquiries": list(StatusInquiry.objects.filter(version__claim=claim)[:ASKED_SHOWN]),
        "work_by": calendar.previous_business_day(deadline) if deadline else None,
        "days_to_limit": (deadline - today).days if deadline else None,
        "may_bill": role in SENDERS,
        "may_hold": role in SENDERS
        and not claim.hold_reason
        and version.state in states.UNSENT | states.REJECTED,
        "may_send_again": role in SENDERS and not why_not_sent_again(claim, version),
        "may_note": role in NOTE_WRITERS,
        "may_return": role in RETURNERS and version.rank == 1 and may_be_returned(version),
        "claim_data_url": claim_data_url(version),
        **corrections_of_page(claim, may_bill=role in SENDERS),
        **_pages_of_billing(claim, version),
        "denial_cases": denial_cases_of(claim) if role in MONEY_READERS else [],
        "note_form": NoteForm(),
        "hold_form": ReasonForm(),
        "again_form": SendAgainForm(),
        "return_form": ReturnForm(),
        "correct_form": CorrectForm(claim=claim),
        "void_form": VoidForm(),
    }


def _work(claim: Claim) -> dict[str, Any]:
    """What waits for a person, the first first, and whether the payer may hold it twice."""
    items = list(open_items(claim).select_related("owner"))
    twice = [item for item in items if item.kind == TWO_COPIES]
    return {"work": items[0] if items else None, "two_copies": twice[0] if twice else None}


def _pages_of_billing(claim: Claim, version: ClaimVersion) -> dict[str, str]:
    """What is expected is frozen when the claim first leaves."""
    was_sent = version.current_attempt_id is not None
    expected = _optional_url("billing:claim-expected", claim.public_id) if was_sent else ""
    return {
        "ledger_url": _optional_url("billing:claim-ledger", claim.public_id),
        "expected_url": expected,
    }


def claim_page(
    request: HttpRequest, claim: Claim, more: dict[str, Any], tab: str = TABS[0]
) -> HttpResponse:
    """The page once more, with what was typed and what is wrong with it at the field."""
    audit.read(claim, claim.patient)
    context = _context(request, claim) | {"tab": tab} | _TAB_CONTEXT[tab](claim) | more
    return page(request, "claims/detail.html", None, context, status=422)


def _timeline(claim: Claim) -> dict[str, Any]:
    """The claim's own acts and those of its encounters: the story starts at the visit."""
    subjects: list[Model] = [claim]
    for case in cases_of(claim).select_related("encounter"):
        subjects += [case, case.encounter]
    return {"entries": list(timeline.entries_for(*subjects)[:NOW_SHOWN])}


def _lines(claim: Claim) -> dict[str, Any]:
    return {"diagnoses": claim.version.snapshot["diagnoses"]}


def _edits(claim: Claim) -> dict[str, Any]:
    standing = claim.version.findings.filter(cleared_at__isnull=True).select_related(
        "version__claim__patient", "version__coverage"
    )
    cleared = ScrubFinding.objects.filter(version__claim=claim, cleared_at__isnull=False)
    return {"shown": with_places(standing), "cleared": list(cleared.order_by("-cleared_at")[:50])}


def _documents(claim: Claim) -> dict[str, Any]:
    entries = timeline.entries_for(claim).exclude(document=None).order_by("at")
    first: dict[int, tuple[Document, Any]] = {}
    for entry in entries:
        if entry.document is not None:
            first.setdefault(entry.document.pk, (entry.document, entry))
    return {"documents": list(first.values()), "remittances": list(remittances_of(claim))}


def _raw(claim: Claim) -> dict[str, Any]:
    version = claim.version
    attempt = version.current_attempt
    filing = filing_settings(version.payer)
    if attempt.batch.is_paper if attempt else filing is not None and filing.partner.is_paper:
        totals = filing.paper_totals if filing else PaperTotals.EACH
        return {
            "forms": [rows(form) for form in paper_claim(version.snapshot, totals).forms],
            "was_sent": attempt is not None,
            "batch": attempt.batch if attempt else None,
        }
    if attempt is None:
        return {"segments": readable(preview_segments(version.snapshot)), "was_sent": False}
    content = read_document(attempt.batch.document)
    return {
        "segments": readable(claim_segments(content, claim.control_number)),
        "was_sent": True,
        "batch": attempt.batch,
    }


_TAB_CONTEXT = {
    "timeline": _timeline,
    "lines": _lines,
    "edits": _edits,
    "documents": _documents,
    "raw": _raw,
}


def _act(request: HttpRequest, claim: Claim, act: Any, tab: str = "") -> HttpResponse:
    try:
        say(request, act())
    except ApplicationError as error:
        return _refuse(request, claim, error.message, tab)
    return go(request, _url(claim, tab))


def _refuse(request: HttpRequest, claim: Claim, words: str, tab: str = "") -> HttpResponse:
    say(request, words, tone="danger")
    return go(request, _url(claim, tab))


def _told_by_state(version: ClaimVersion) -> str:
    ready = version.state == "ready"
    return "Checked: ready to send" if ready else "Checked: something is still to fix"


def _told_asked(inquiry: StatusInquiry) -> str:
    return f"{inquiry.payer.name} is being asked: the answer comes up on this page"


def _url(claim: Claim, tab: str = "") -> str:
    url = reverse("claims:detail", args=[claim.public_id])
    return f"{url}?tab={tab}" if tab else url


def _optional_url(name: str, *args: Any) -> str:
    """The address of a page of an app to the right, or "" while that app is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
