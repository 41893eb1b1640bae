"""Underpayments: by payer and code, line by line, and those of one claim (domain I.6)."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from billing.access import ACCESS
from billing.models import LineVariance
from billing.selectors.corrections_out import awaiting_correction
from billing.selectors.tolerances import tolerance_for
from billing.selectors.underpayments import all_lines, groups, lines_of_claim
from billing.underpayment_choices import VarianceCause, VarianceState
from billing.underpayment_forms import AcceptForm
from billing.underpayments.acts import may_accept, may_dispute, may_reopen
from claims.models import Claim
from claims.views.worklist import members
from core import audit
from core.lists import Bucket, Column, DateRangeFilter, Empty, ListSpec, PersonFilter, list_view
from core.lists.filters import ChoiceFilter, TextFilter
from core.lists.spec import BulkAction
from core.money import ZERO
from core.timeline import entries_for
from core.web import get_or_404, page
from patients.models import Payer

S = VarianceState
_WORKERS = ACCESS["billing:underpaid-bulk"]["POST"]
SHOWN_KINDS = ("claim.underp", "claim.variance")


def _owner(row: Any) -> str:
    return " ".join(filter(None, [row.owner_first_name, row.owner_last_name]))


def _payers(_: HttpRequest) -> list[tuple[Any, str]]:
    return list(Payer.objects.order_by("name").values_list("pk", "name"))


def line_url(row: Any) -> str:
    """The page of one line."""
    return reverse("billing:underpaid-line", args=[row.public_id])


SPEC = ListSpec(
    name="billing.underpayments",
    title="Underpaid lines",
    noun="line,lines",
    queryset=lambda request: all_lines(),
    patient_ids=lambda row: [row.claim.patient_id],
    columns=[
        Column("patient", "Patient, claim", value="claim.patient.list_name",
               sub="claim.control_number", kind="link",
               sort=("claim__patient__last_name", "claim__patient__first_name")),
        Column("code", "Code", value="billed_code", kind="code", sort="procedure_code"),
        Column("payer", "Payer", value="payer.name", sort="payer__name", css="nowrap"),
        Column("why", "What differs", value="cause_words",
               sub=lambda row: row.get_cause_display(), sort="cause", css="cell-reason"),
        Column("expected", "Expected, $", value="expected_amount", kind="money",
               sort="expected_amount", total=True, priority=2),
        Column("allowed", "Allowed, $", value="allowed_amount", kind="money",
               sort="allowed_amount", total=True, priority=2),
        Column("variance", "Difference, $", value="variance_amount", kind="money",
               sort="variance_amount", total=True),
        Column("state", "Status", value="state", kind="chip", choices="billing.VarianceState",
               sort="state"),
        Column("owner", "Owner", value=_owner, sort=("owner_last_name", "owner_first_name"),
               priority=3),
        Column("due", "Due", value="due_on", kind="date", sort="due_on", priority=3),
        Column("decided", "Decided", value="decided_on", kind="date", sort="decided_on",
               priority=3),
        Column("recovered", "Recovered, $", value="recovered_amount", kind="money",
               sort="recovered_amount", total=True, priority=3, extra=True),
        Column("dispute", "Dispute", value=lambda row: row.dispute.number if row.dispute else "",
               sort="dispute__number", priority=3, extra=True),
        Column("service", "Service", value="service_date", kind="date", sort="service_date",
               priority=3, extra=True),
        Column("refused", "Refused, $", value="refused_amount", kind="money",
               sort="refused_amount", priority=3, extra=True),
        Column("remittance", "Remittance",
               value="remittance_claim.remittance.trace_number", kind="code",
               sort="remittance_claim__remittance__trace_number", priority=3, extra=True),
    ],
    filters=[
        ChoiceFilter("payer", "Payer", field="payer_id", choices=_payers),
        TextFilter("code", "Code", lookups=["procedure_code__iexact"]),
        ChoiceFilter("cause", "What differs", field="cause", choices=VarianceCause.choices),
        DateRangeFilter("decided", "Decided", "decided_on"),
        DateRangeFilter("found", "Found", "identified_on"),
        DateRangeFilter("service", "Service", "service_date"),
        ChoiceFilter("owner", "Owner", field="owner_id", choices=members),
        TextFilter("number", "Claim number", lookups=["claim__control_number"]),
        TextFilter("dispute", "Dispute", lookups=["dispute__number__iexact"]),
        PersonFilter("person", "Patient", ["claim__patient__last_name__istartswith"]),
    ],
    buckets=[
        Bucket("open", "Underpaid", Q(state=S.OPEN), "To do", act=True,
               done="No payer allowed less than its contract."),
        Bucket("disputed", "Disputed", Q(state=S.DISPUTED), "To do", done="Nothing is disputed."),
        Bucket("small", "Below the limit", Q(state=S.SMALL), "Watch",
               done="No small difference stands."),
        Bucket("over", "Paid above contract", Q(state=S.OVER), "Watch", sort="variance",
               done="No payer allowed more than its contract."),
        Bucket("recovered", "Recovered", Q(state=S.RECOVERED), "Settled", sort="-decided",
               done="Nothing came back yet."),
        Bucket("accepted", "Accepted", Q(state=S.ACCEPTED), "Settled", sort="-decided",
               done="Nothing was let be."),
        Bucket("withdrawn", "No longer stands", Q(state=S.WITHDRAWN), "Settled", sort="-decided",
               done="Every decision stands."),
        Bucket("found", "Ever underpaid", Q(identified_amount__gt=0) & ~Q(state=S.WITHDRAWN),
               "Settled", sort="-decided", done="No payer ever allowed less than its contract."),
        Bucket("all", "All", Q(), "Settled", sort="-decided", done="Nothing ever differed."),
    ],
    money_total="variance_amount",
    default_sort="-variance",
    row_url=line_url,
    row_label=lambda row: f"{row.billed_code} of {row.claim.control_number}",
    empty=Empty(
        "Nothing is underpaid",
        "Posted answers are held against what was expected when the claim left.", "check",
    ),
    bulk=[
        BulkAction("dispute", "Dispute", "billing:underpaid-bulk", key="p", roles=_WORKERS),
        BulkAction("accept", "Accept", "billing:underpaid-bulk", key="u", roles=_WORKERS),
        BulkAction("assign", "Assign", "billing:underpaid-bulk", key="a", roles=_WORKERS),
        BulkAction("reopen", "Open again", "billing:underpaid-bulk", roles=_WORKERS),
    ],
)  # fmt: skip


@require_GET
def by_code(request: HttpRequest) -> HttpResponse:
    """What waits, by payer and code."""
    found = groups()
    context = {
        "groups": found,
        "variance": sum((one.variance for one in found), ZERO),
        "disputed": sum((one.disputed for one in found), ZERO),
        "lines": sum(one.lines for one in found),
        "tolerance": tolerance_for(None),
        "may_set": getattr(request, "role", "") in ACCESS["billing:tolerance"]["POST"],
        "here": "codes",
    }
    return page(request, "billing/underpayments.html", None, context)


def lines(request: HttpRequest) -> HttpResponse:
    """Line by line, with the tolerance applied."""
    return list_view(request, SPEC, "billing/underpaid_lines.html", {"here": "lines"})


@require_GET
def line(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One line: expected and how, the answer, what differs, what was done, what can be."""
    found = find_line(public_id)
    audit.read(found.claim, patient=found.claim.patient, note="underpayment")
    return show_line(request, found)


@require_GET
def of_claim(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The expected amounts of a claim, and what differs: a panel, or a page without script."""
    claim = get_or_404(Claim.objects.select_related("patient", "practice"), public_id)
    audit.read(claim, patient=claim.patient, note="expected")
    shown = lines_of_claim(claim)
    context = {
        "claim": claim,
        "lines": shown,
        "is_compared": any(one.variance for one in shown),
        "is_later": bool(claim.current_version and claim.current_version.rank > 1),
        "may_open": getattr(request, "role", "") in ACCESS["billing:underpaid-line"]["GET"],
    }
    return page(request, "billing/claim_expected.html", "billing/_claim_expected.html", context)


def find_line(public_id: UUID) -> LineVariance:
    """The line with what its page shows."""
    rows = LineVariance.objects.select_related(
        "practice", "claim__patient__guarantor", "claim__practice", "payer", "version",
        "expected_line__version_line", "remittance_claim__remittance", "dispute",
    )  # fmt: skip
    return get_or_404(rows, public_id)


def show_line(
    request: HttpRequest, found: LineVariance, form: AcceptForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, with what was typed where it was refused."""
    request.nav = "underpayments"  # type: ignore[attr-defined]
    role = getattr(request, "role", "")
    awaited = awaiting_correction([found.charge_line_id])
    own = list(entries_for(found)[:30])
    told = Q()
    for kind in SHOWN_KINDS:
        told |= Q(kind__startswith=kind)
    earlier = entries_for(found.claim).filter(told)
    if own:
        earlier = earlier.filter(at__lt=own[-1].at)
    context = {
        "found": found,
        "expected": found.expected_line,
        "answer": found.remittance_claim,
        "form": form or AcceptForm(),
        "may_act": role in _WORKERS,
        "may_open_remittance": role in ACCESS["billing:remittance"]["GET"],
        "can_dispute": not may_dispute(found, awaited),
        "awaited": awaited.get(found.charge_line_id, ""),
        "can_accept": not may_accept(found),
        "can_reopen": not may_reopen(found),
        # Lines of before had no history of their own: then the claim's, in the claim's amounts.
        "entries": [*own, *earlier[: 30 - len(own)]],
    }
    return page(request, "billing/underpaid_line.html", None, context, status=status)
