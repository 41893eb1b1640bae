"""The remittance: its proof, its exceptions, the journal it will write, and posting it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.access import ACCESS
from billing.exceptions import DIFFERS
from billing.forms import AsideForm, DepositForm, HeldForm
from billing.jobs import POST_REMITTANCE, posts_in_background
from billing.ledger.entries import lines_by_journal
from billing.posting.plan import RemittancePlan
from billing.posting.plan_undo import undone_before
from billing.posting.post_remittance import (
    POSTABLE,
    journals_of,
    post_remittance,
    preview_remittance,
)
from billing.selectors.exceptions import Question, exceptions_of_page, lines_to_choose
from billing.selectors.journal_rows import summarise
from billing.selectors.posting_level import level_of, level_value
from billing.selectors.provider_rows import provider_rows
from billing.selectors.remittance_page import (
    answers,
    balance_proof,
    candidates_of,
    unmatched,
)
from billing.services.enter_eob import set_payment_aside
from billing.services.record_deposit import deposit_of, record_deposit
from claims.choices import PostingLevel, RemittanceState, Settlement
from claims.models import Denial, Remittance, RemittanceClaim
from claims.raw_remittance import raw_segments
from claims.reissue import compare_with_first
from claims.selectors_reads import patients_in_remittances
from claims.services.match_remittance import match_remittance
from claims.services.settle_held import settle_held
from core import audit, clock
from core.errors import ApplicationError
from core.jobs import start_job
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say

TABS = ("exceptions", "claims", "provider", "raw", "history")
PAGE = 100
MOST_SEGMENTS = 2000
_SETTLED = {
    Settlement.REPLACES: "It replaces the first one",
    Settlement.ANOTHER: "Both count",
    Settlement.ASIDE: "It is set aside",
}
_ON_TOP = frozenset({"held_form", "aside_form"})  # they have a place for what names no field
# Claims of a remittance that stands in the way itself were never looked for.
_LOOKED_FOR = frozenset(RemittanceState) - {
    RemittanceState.RECEIVED,
    RemittanceState.OUT_OF_BALANCE,
    RemittanceState.DUPLICATE,
    RemittanceState.HELD,
    RemittanceState.SET_ASIDE,
}
_MAY_BE_SET_ASIDE = (
    RemittanceState.MATCHED,
    RemittanceState.EXCEPTIONS,
    RemittanceState.OUT_OF_BALANCE,
)


def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One payment of a payer, whatever its state."""
    tab = request.GET.get("tab", "")
    return _show(request, _remittance(public_id), tab if tab in TABS else TABS[0])


@require_POST
def match(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Look for the claims again, after somebody entered or corrected them."""

    def again(remittance: Remittance) -> str:
        if remittance.state != RemittanceState.EXCEPTIONS:
            return "Nothing is left to match"
        found = match_remittance(remittance)
        return "Every claim was found" if found else "Some claims are still not found"

    return _act(request, public_id, again)


@require_POST
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Post it whole; a long one as a job, whose progress every page shows."""
    remittance = _remittance(public_id)
    if level_value(remittance)[0] == PostingLevel.REVIEW and "reviewed" not in request.POST:
        say(request, "Look at every claim first, then tick that you have.", tone="danger")
        return go(request, reverse("billing:remittance", args=[public_id]) + "?tab=claims")
    if remittance.state in POSTABLE and posts_in_background(remittance):
        job = start_job(
            practice=remittance.practice,
            kind=POST_REMITTANCE,
            title=f"Post remittance {remittance.trace_number}",
            arguments={"remittance_id": remittance.pk},
            user=request.user,
        )
        return go(request, reverse("core:job", args=[job.public_id]))

    def post_now(found: Remittance) -> str:
        journals = post_remittance(remittance=found)
        return f"Posted: {len(journals)} journal{'s' if len(journals) != 1 else ''}"

    return _act(request, public_id, post_now)


@require_POST
def held(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Decide on a payment that came twice with other content."""

    def decide(found: Remittance, cleaned: dict[str, Any]) -> str:
        settle_held(found, decision=cleaned["decision"], reason=cleaned["reason"])
        return _SETTLED[cleaned["decision"]]

    return _submit(request, public_id, "held_form", HeldForm(request.POST), decide)


@require_POST
def deposit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The bank has the money."""

    def record(found: Remittance, cleaned: dict[str, Any]) -> str:
        return f"Deposit posted: {record_deposit(remittance=found, on=cleaned['on'])}"

    return _submit(request, public_id, "deposit_form", DepositForm(request.POST), record)


@require_POST
def aside(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a remittance that is not to be posted out of the way, with the reason."""

    def do(found: Remittance, cleaned: dict[str, Any]) -> str:
        set_payment_aside(found, reason=cleaned["reason"])
        return "It is set aside"

    return _submit(request, public_id, "aside_form", AsideForm(request.POST), do)


def _submit(
    request: HttpRequest,
    public_id: UUID,
    name: str,
    form: Form,
    act: Callable[[Remittance, dict[str, Any]], str],
) -> HttpResponse:
    """Act on a form's data; a refusal stands at its field or over the form, with what was typed. It
    is a toast where somebody did something meanwhile and the form is not on the page any more.
    """
    remittance = _remittance(public_id)
    if not form.is_valid():
        return _show(request, remittance, TABS[0], {name: form})
    try:
        say(request, act(remittance, form.cleaned_data))
    except ApplicationError as error:
        fresh = _remittance(public_id)
        is_shown = name in _ON_TOP and fresh.state == remittance.state
        if error.field in form.fields or is_shown:
            add_error(form, error)
            return _show(request, fresh, TABS[0], {name: form})
        say(request, error.message, tone="danger")
    return go(request, reverse("billing:remittance", args=[remittance.public_id]))


def _act(request: HttpRequest, public_id: UUID, act: Callable[[Remittance], str]) -> HttpResponse:
    remittance = _remittance(public_id)
    try:
        say(request, act(remittance))
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    return go(request, reverse("billing:remittance", args=[remittance.public_id]))


def _show(
    request: HttpRequest, remittance: Remittance, tab: str, refused: dict[str, Any] | None = None
) -> HttpResponse:
    """The page; with `refused` forms, what was typed and what is wrong with it at the field."""
    audit.read(remittance)
    audit.read_many(
        patients_in_remittances(remittance=remittance), action="page.read",
        note=f"remittance {remittance.public_id}", practice=remittance.practice,
    )  # fmt: skip
    context = _context(request, remittance, tab) | (refused or {})
    status = 422 if refused else 200
    return page(request, "billing/remittance.html", None, context, status=status)


def _remittance(public_id: UUID) -> Remittance:
    rows = Remittance.objects.select_related(
        "payer", "practice", "document", "duplicate_of", "message", "replaced_by"
    )
    return get_or_404(rows, public_id)


def _context(request: HttpRequest, remittance: Remittance, tab: str) -> dict[str, Any]:
    request.nav = "remits"  # type: ignore[attr-defined]
    rows = list(answers(remittance))
    missing = unmatched(rows) if remittance.state in _LOOKED_FOR else []
    plan = preview_remittance(remittance) if remittance.state in POSTABLE else None
    context: dict[str, Any] = {
        "remittance": remittance,
        "payer_name": remittance.payer.name if remittance.payer else remittance.payer_name,
        "proof": balance_proof(remittance),
        "tab": tab,
        "claim_count": len(rows),
        "missing": missing,
        "answers": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "provider_adjustments": provider_rows(remittance),
        "entries": entries_for(remittance) if tab == "history" else [],
        "may_post": getattr(request, "role", "") in ACCESS["billing:remittance-post"]["POST"],
    }
    context |= _exceptions(request, remittance, rows, plan)
    if tab == "raw":
        context |= _raw(remittance)
    if remittance.state == RemittanceState.HELD:
        context |= {"held_form": HeldForm(), "comparison": compare_with_first(remittance)}
    if remittance.state in _MAY_BE_SET_ASIDE:
        context["aside_form"] = AsideForm()
    if remittance.state == RemittanceState.POSTED:
        context |= _posted(remittance)
    elif plan is not None:
        context |= _planned(remittance, plan, missing)
    return context


def _exceptions(
    request: HttpRequest,
    remittance: Remittance,
    rows: list[RemittanceClaim],
    plan: RemittancePlan | None,
) -> dict[str, Any]:
    """The exceptions, the one that is looked at, and the one after it."""
    found = exceptions_of_page(remittance, rows, plan)
    wanted = request.GET.get("item", "")
    place = next((n for n, one in enumerate(found) if one.key == wanted), 0)
    context: dict[str, Any] = {"exceptions": found, "place": place + 1}
    context["to_answer"] = sum(one.kind is not DIFFERS for one in found)
    if found:
        current = found[place]
        if current.is_claim_missing and current.answer is not None:
            current.candidates = candidates_of(current.answer)
        context["current"] = current
        context["our_lines"] = lines_to_choose(current.answer) if current.answer else []
        context["open_line"] = _first_open_line(current)
        context["next"] = found[(place + 1) % len(found)] if len(found) > 1 else None
    return context


def _first_open_line(current: Question) -> Any:
    if not current.is_unmatched or current.answer is None or current.is_claim_missing:
        return None
    return next((x for x in current.answer.lines.all() if x.charge_line_id is None), None)


def _raw(remittance: Remittance) -> dict[str, Any]:
    segments = raw_segments(remittance, MOST_SEGMENTS)
    return {"segments": segments, "is_cut": len(segments) == MOST_SEGMENTS}


def _posted(remittance: Remittance) -> dict[str, Any]:
    undone = undone_before(remittance)
    written = journals_of(remittance)
    journals = [journal for journal in written if journal.pk not in undone]
    lines = [line for found in lines_by_journal(journals).values() for line in found]
    deposited = deposit_of(remittance)
    return {
        "is_posted": True,
        "journals": journals,
        "undone": [journal for journal in written if journal.pk in undone],
        "rows": summarise(lines),
        "denials": Denial.objects.filter(remittance_claim__remittance=remittance)
        .select_related("version__claim")
        .defer("version__snapshot"),
        "deposit": deposited,
        "expects_deposit": bool(remittance.payment_amount) and deposited is None,
        "deposit_form": DepositForm(initial={"on": clock.today(remittance.practice)}),
    }


def _planned(
    remittance: Remittance, plan: RemittancePlan, missing: list[RemittanceClaim]
) -> dict[str, Any]:
    return {
        "plan": plan,
        "rows": summarise(line for journal in plan.journals for line in journal.lines),
        "ready_count": remittance.claims.count() - len(missing),
        "denied": plan.denials,
        "level": level_of(remittance, plan),
    }
