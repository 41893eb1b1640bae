"""One answer of a payer that fits no claim of ours: candidates, a search, the posting it will make.

Terms that can name a person come by POST and never stand in an address (DESIGN 3.11).
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import ACCESS
from billing.forms import AsideForm, SeekForm
from billing.posting.post_late import post_late, preview_late
from billing.selectors.exceptions import needs_answer, why_unmatched
from billing.selectors.journal_rows import summarise
from billing.selectors.remittance_page import candidates_of
from claims.candidates import rank_words
from claims.choices import RemittanceState
from claims.models import ClaimVersion, ClaimVersionLine, RemittanceClaim
from claims.seek_claims import seek_claims
from claims.services.find_versions import sent_versions
from claims.services.match_by_hand import look_for_candidates, match_by_hand, take_back_match
from claims.services.set_aside import set_aside_answer
from core import audit
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, known_ids, page, say


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The answer with its candidates; POST seeks other claims by number or name."""
    row = _answer(public_id)
    form = SeekForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_bound and form.is_valid():
        try:
            found = seek_claims(row, form.cleaned_data["term"])
        except ApplicationError as error:
            add_error(form, error)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return _shown(request, row, {"seek_form": form, "found": found}, status=status)


@require_POST
def match(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Match it to `version`, its lines as chosen; of a posted remittance it is posted with that."""
    row = _answer(public_id)
    version = _version(request.POST.get("version", ""))
    if version is None:
        say(request, "Choose a claim first.", tone="danger")
        return go(request, _url(row))
    lines = _chosen_lines(request, row)
    try:
        if row.remittance.state == RemittanceState.POSTED:
            post_late(row, version=version, lines=lines)
            say(request, f"Posted to claim {version.claim.control_number}")
        else:
            left = match_by_hand(row, version=version, lines=lines)
            words = f"Matched to claim {version.claim.control_number}"
            say(request, f"{words}; a line is left" if left else words)
    except ApplicationError as error:
        if error.field and error.field.startswith("line_"):
            context = {"version": version, "line_error": error.message}
            return _shown(request, row, context, status=422)
        say(request, error.message, tone="danger")
        return go(request, _url(row))
    return go(request, _next_url(row))


@require_POST
def aside(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave its money in unapplied cash: it is about no claim of ours."""
    row, form = _answer(public_id), AsideForm(request.POST)
    if form.is_valid():
        try:
            set_aside_answer(row, reason=form.cleaned_data["reason"])
        except ApplicationError as error:
            add_error(form, error)
    if form.errors:
        return _shown(request, row, {"aside_form": form}, status=422)
    say(request, "Left in unapplied cash")
    return go(request, _next_url(row))


@require_POST
def back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back a match by hand that is not posted yet."""
    row = _answer(public_id)
    try:
        take_back_match(row)
        say(request, "The match is taken back")
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    return go(request, _next_url(row))


@require_POST
def look(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Look for candidates again, after claims were entered or sent."""
    row = _answer(public_id)
    look_for_candidates(row)
    count = row.candidates.count()
    say(request, f"{count} candidate{'s' if count != 1 else ''} found")
    return go(request, _url(row))


def _answer(public_id: UUID) -> RemittanceClaim:
    rows = RemittanceClaim.objects.select_related(
        "remittance__payer", "remittance__practice", "version__claim__patient", "practice"
    ).defer("version__snapshot")
    return get_or_404(rows.prefetch_related("lines__adjustments", "adjustments"), public_id)


def _version(text: str) -> ClaimVersion | None:
    known = known_ids([text])
    rows = sent_versions().select_related("claim__patient", "payer")
    return rows.filter(public_id=known[0]).first() if known else None


def _chosen_lines(request: HttpRequest, row: RemittanceClaim) -> dict[int, int]:
    """Our charge line by the id of theirs, from fields named line_<id>; nothing else counts."""
    ids = {line.pk for line in row.lines.all()}
    return {
        pk: int(request.POST[f"line_{pk}"])
        for pk in ids
        if request.POST.get(f"line_{pk}", "").isdigit()
    }


def _shown(
    request: HttpRequest, row: RemittanceClaim, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    request.nav = "remits"  # type: ignore[attr-defined]
    version = more.get("version") or _version(request.GET.get("version", ""))
    context: dict[str, Any] = {
        "answer": row,
        "remittance": row.remittance,
        "is_posted": row.remittance.state == RemittanceState.POSTED,
        "why": why_unmatched(row),
        "candidates": candidates_of(row),
        "seek_form": SeekForm(),
        "aside_form": AsideForm(),
        "may_post": getattr(request, "role", "") in ACCESS["billing:answer-match"]["POST"],
        "needs_answer": needs_answer(row),
    }
    context["advice"] = rank_words([one.score for one in context["candidates"]])
    context |= more
    if version is not None and context["needs_answer"]:
        context |= _tried(request, row, version)
    _audit(request, row, context)
    return page(request, "billing/answer.html", None, context, status=status)


def _tried(request: HttpRequest, row: RemittanceClaim, version: ClaimVersion) -> dict[str, Any]:
    """What matching it to `version` would post; or which of its lines have to be chosen first."""
    context: dict[str, Any] = {
        "version": version,
        "our_lines": list(ClaimVersionLine.objects.filter(version=version).order_by("line_number")),
    }
    if row.remittance.state != RemittanceState.POSTED:
        return context
    try:
        plan = preview_late(row, version=version, lines=_chosen_lines(request, row))
    except ApplicationError as error:
        return context | {"preview_error": error.message, "asks_lines": bool(error.field)}
    rows = summarise(line for journal in plan.journals for line in journal.lines)
    return context | {"rows": rows, "plan": plan, "waited_amount": abs(row.paid_amount)}


def _audit(request: HttpRequest, row: RemittanceClaim, context: dict[str, Any]) -> None:
    shown = [one.version.claim.patient_id for one in context["candidates"]]
    shown += [one.claim.patient_id for one in context.get("found") or []]
    audit.read_many(
        shown, action="page.read", note=f"answer {row.public_id}", practice=row.practice
    )


def _url(row: RemittanceClaim) -> str:
    return reverse("billing:answer", args=[row.public_id])


def _next_url(row: RemittanceClaim) -> str:
    """Back to the remittance: the next exception stands first there."""
    return reverse("billing:remittance", args=[row.remittance.public_id])
