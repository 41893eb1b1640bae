"""The bank: its lines, what each is, its files and accounts (E.9)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import ACCESS
from billing.bank.csv_lines import guess_columns, sample_of
from billing.bank.reassociate import is_suggested
from billing.batch_choices import BankFormat, BankLineKind, BankLineState, MatchHow
from billing.batch_forms import (
    BankAccountForm,
    BankFileForm,
    ColumnsForm,
    MatchForm,
    ReasonForm,
)
from billing.models import BankAccount, BankFile, BankLine
from billing.selectors.bank_candidates import Candidate, candidates_of
from billing.services.match_bank_line import (
    explain_bank_line,
    match_bank_line,
    unmatch_bank_line,
)
from billing.services.post_match import Kept
from billing.services.save_bank_account import save_bank_account
from billing.services.take_bank_file import name_columns, take_bank_file, text_of
from core import audit
from core.errors import ApplicationError
from core.lists import Bucket, ChoiceFilter, Column, DateRangeFilter, Empty, ListSpec, list_view
from core.money import ZERO
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say

SPEC = ListSpec(
    name="billing.bank_lines",
    title="Bank lines",
    noun="line,lines",
    queryset=lambda request: BankLine.objects.select_related("account"),
    columns=[
        Column("day", "Bank's day", value="posted_on", kind="date", sort="posted_on"),
        Column("what", "What the bank says", value=lambda row: row.description or "no words",
               kind="link", sort="description", sub="customer_reference", sub_label="Reference"),
        Column("kind", "Kind", value="get_kind_display", sort="kind", priority=2),
        Column("trace", "Trace", value="trace_number", kind="code", sort="trace_number"),
        Column("account", "Account", value=lambda row: str(row.account), sort="account__name",
               priority=3),
        Column("state", "Status", value="state", kind="chip", choices="billing.BankLineState",
               sort="state"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
        Column("matched", "Matched, $", value="matched_amount", kind="money",
               sort="matched_amount", priority=2),
    ],
    filters=[
        ChoiceFilter("kind", "Kind", "kind", choices=BankLineKind.choices),
        DateRangeFilter("day", "Bank's day", "posted_on"),
    ],
    buckets=[
        Bucket("open", "Money in, to match", Q(state=BankLineState.OPEN, amount__gt=0), act=True,
               done="Everything at the bank is matched or explained."),
        Bucket("out", "Money out, to explain", Q(state=BankLineState.OPEN, amount__lt=0),
               act=True),
        Bucket("matched", "Matched", Q(state=BankLineState.MATCHED)),
        Bucket("explained", "Explained", Q(state=BankLineState.EXPLAINED)),
        Bucket("all", "All"),
    ],
    money_total="amount",
    default_sort="-day",
    row_url=lambda row: reverse("billing:bank-line", args=[row.public_id]),
    empty=Empty(
        "Nothing from the bank yet",
        "Bring the bank's file, BAI2 or CSV: what is certain is matched by itself.",
        "upload", "Bring a file", lambda: reverse("billing:bank-import"),
    ),
)  # fmt: skip
RECENT = 10


def lines(request: HttpRequest) -> HttpResponse:
    """What the bank says, to match first."""
    may = getattr(request, "role", "") in ACCESS["billing:bank-import"]["POST"]
    return list_view(request, SPEC, "billing/day_list.html", {"here": "bank", "may_import": may})


def line(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One line: what it is, or what it may be."""
    return _show(request, _line(public_id))


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Match it, take that back, or say what else it is."""
    found = _line(public_id)
    act = request.POST.get("act", "")
    if act == "match":
        return _match(request, found)
    services: dict[str, tuple[Callable[..., object], str]] = {
        "unmatch": (unmatch_bank_line, "Taken back: it is to be matched again"),
        "explain": (explain_bank_line, "Explained"),
    }
    form = ReasonForm(request.POST)
    service, words = services.get(act, (None, ""))
    if service is None or not form.is_valid():
        return _show(request, found, reason_form=form, status=422)
    try:
        service(line=found, reason=form.cleaned_data["reason"])
    except ApplicationError as error:
        add_error(form, error)
        return _show(request, found, reason_form=form, status=422)
    say(request, words)
    return go(request, reverse("billing:bank-line", args=[public_id]))


def _match(request: HttpRequest, found: BankLine) -> HttpResponse:
    candidates = candidates_of(found)
    form = MatchForm(request.POST, keys=[one.key for one in candidates])
    if not form.is_valid():
        return _show(request, found, match_form=form, status=422)
    values = form.cleaned_data
    chosen = [one for one in candidates if one.key in values["chosen"]]
    try:
        after = match_bank_line(
            line=found,
            things=[one.thing for one in chosen],
            how=MatchHow.HAND,
            reason=values["reason"] or "; ".join(chosen[0].likeness.reasons),
            kept=Kept(values["fee"], values["fee_amount"] or ZERO),
        )
    except ApplicationError as error:
        add_error(form, error)
        return _show(request, found, match_form=form, status=422)
    left = after.amount - after.matched_amount
    say(request, "Matched and posted" if not left else f"Matched; {left} of the line is left")
    return go(request, reverse("billing:bank-line", args=[found.public_id]))


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """A file of the bank; what came of the last ones."""
    practice = request.practice  # type: ignore[attr-defined]
    form = BankFileForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            file = take_bank_file(
                practice=practice,
                account=form.cleaned_data["account"],
                content=form.cleaned_data["file"].read(),
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            return _taken(request, file)
    request.nav = "day"  # type: ignore[attr-defined]
    context = {
        "form": form,
        "accounts": list(BankAccount.objects.all()),
        "files": list(BankFile.objects.select_related("account")[:RECENT]),
    }
    return page(
        request, "billing/bank_import.html", None, context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One file: its lines, its faults, or the question which column is what."""
    found = get_or_404(
        BankFile.objects.select_related("account", "document", "practice"), public_id
    )
    sample = sample_of(text_of(found)) if found.format == BankFormat.CSV else None
    form = None
    if sample is not None and found.taken_at is None:
        known = found.account.csv_columns if found.account else {}
        form = ColumnsForm(
            request.POST if request.method == "POST" else None, header=sample.header,
            initial=known or guess_columns(sample.header),
        )  # fmt: skip
        if request.method == "POST" and form.is_valid():
            try:
                return _taken(request, name_columns(file=found, columns=form.cleaned_data))
            except ApplicationError as error:
                add_error(form, error)
    request.nav = "day"  # type: ignore[attr-defined]
    context = {"found": found, "form": form, "sample": sample}
    status = 422 if form is not None and form.is_bound else 200
    return page(request, "billing/bank_file.html", None, context, status=status)


def _taken(request: HttpRequest, found: BankFile) -> HttpResponse:
    if found.faults:
        say(request, "Nothing was taken: see what is wrong, line by line", tone="danger")
    elif found.taken_at is not None:
        known = found.line_count - found.new_count
        words = f"; {known:,} were there already" if known else ""
        say(request, f"{found.new_count:,} new lines{words}")
    return go(request, reverse("billing:bank-file", args=[found.public_id]))


@require_http_methods(["GET", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Add an account."""
    form = BankAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_bank_account(practice=request.practice, **form.cleaned_data)  # type: ignore[attr-defined]
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "The account is there: bring its file")
            return go(request, reverse("billing:bank-import"))
    request.nav = "day"  # type: ignore[attr-defined]
    status = 422 if form.is_bound else 200
    return page(request, "billing/bank_account.html", None, {"form": form}, status=status)


def _line(public_id: UUID) -> BankLine:
    return get_or_404(BankLine.objects.select_related("account", "file", "practice"), public_id)


def _show(
    request: HttpRequest,
    found: BankLine,
    *,
    match_form: MatchForm | None = None,
    reason_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    request.nav = "day"  # type: ignore[attr-defined]
    audit.read(found)
    is_open = found.state == BankLineState.OPEN
    candidates = candidates_of(found) if is_open else []
    audit.read_many(
        {one.returned.patient_id for one in candidates if one.returned}, action="page.read",
        note="bank line", practice=found.practice,
    )  # fmt: skip
    role = getattr(request, "role", "")
    context: dict[str, Any] = {
        "found": found,
        "left": found.amount - found.matched_amount,
        "is_open": is_open,
        "is_in": found.amount > 0,
        "rows": [_row(one, request.POST.getlist("chosen")) for one in candidates],
        "matches": list(
            found.matches.select_related("remittance__payer", "slip", "payment__patient", "journal")
        ),
        "match_form": match_form or MatchForm(keys=[]),
        "reason_form": reason_form or ReasonForm(),
        "may_act": role in ACCESS["billing:bank-line-step"]["POST"],
        "entries": entries_for(found),
    }
    return page(request, "billing/bank_line.html", None, context, status=status)


def _row(one: Candidate, ticked: list[str]) -> dict[str, Any]:
    """A candidate, whether it is likely, and whether it was ticked on the page that was sent."""
    likely = is_suggested(one.likeness)
    return {"one": one, "is_likely": likely, "is_ticked": one.key in ticked}
