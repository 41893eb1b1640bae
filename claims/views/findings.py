"""Findings over all claims, grouped by rule; one fix for all that are alike (screens S18)."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from claims import findings_reads
from claims.access import MODIFIER_ADDERS, SENDERS
from claims.fix_places import fix_places
from claims.models import Claim, FixRun, ScrubFinding
from claims.rule_choices import AlikeAct
from claims.services.fix_alike import offers, start_fix
from core import audit
from core.errors import ApplicationError
from core.lists.filters import ChoiceFilter, DateRangeFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.web import get_or_404, go, known_ids, page, say
from patients.models import Payer

SHOWN = 500
_SHARES = {
    "stops": ("Stops claims", findings_reads.STOPS),
    "hints": ("Warnings and hints", Q(severity__in=["W", "I"])),
    "overridden": ("Overridden", findings_reads.OVERRIDDEN),
}


@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """What the scrub found on all claims that wait, by rule."""
    share = request.GET.get("share", "stops")
    share = share if share in _SHARES else "stops"
    context = {
        "share": share,
        "shares": [(key, label) for key, (label, _) in _SHARES.items()],
        "groups": findings_reads.by_rule(_SHARES[share][1]),
        "checked": findings_reads.checked_claims(),
        "runs": FixRun.objects.select_related("finding", "job", "made_by")[:5],
    }
    return page(request, "claims/findings.html", None, context)


def _rows(_: HttpRequest) -> QuerySet[Any]:
    return findings_reads.open_findings().select_related(
        "version__claim__patient", "version__payer", "version__coverage"
    ).defer("version__snapshot")  # fmt: skip


def _prepare(rows: Any) -> None:
    places = fix_places(rows)
    for row in rows:
        row.fix_place = places[row.pk]


def _codes(_: HttpRequest) -> list[tuple[str, str]]:
    rows = findings_reads.open_findings().order_by("code").values_list("code", flat=True)
    return [(code, code) for code in rows.distinct()]


FINDINGS = ListSpec(
    name="claims.findings",
    title="Findings by claim",
    noun="finding,findings",
    queryset=_rows,
    prepare=_prepare,
    patient_ids=lambda row: [row.version.claim.patient_id],
    columns=[
        Column("claim", "Claim", value="version.claim.control_number", kind="link",
               sort="version__claim__control_number"),
        Column("finding", "Finding", value="message", sub="code", sort="message",
               css="cell-reason"),
        Column("fix", "Put right at", value="fix", template="claims/_fix_cell.html"),
        Column("alike", "Alike", value=lambda row: "", template="claims/_alike_cell.html"),
        Column("amount", "Billed, $", value="version.charge_amount", kind="money",
               sort="version__charge_amount"),
        Column("payer", "Payer", value="version.payer.name", sort="version__payer__name",
               priority=3),
        Column("found", "Found", value="found_at", kind="datetime", sort="found_at"),
    ],
    filters=[
        ChoiceFilter("rule", "Rule", field="code", choices=_codes),
        ChoiceFilter("payer", "Payer", field="version__payer_id",
                     choices=lambda _: list(Payer.objects.values_list("pk", "name"))),
        DateRangeFilter("found", "Found", field="found_at", instant=True),
    ],
    buckets=[
        Bucket("stops", "Stops claims", findings_reads.STOPS, act=True,
               done="Nothing stops a claim."),
        Bucket("hints", "Warnings and hints", Q(severity__in=["W", "I"]), done="No warnings."),
        Bucket("overridden", "Overridden", findings_reads.OVERRIDDEN, done="None is overridden."),
    ],
    default_bucket="stops",
    default_sort="found",
    row_url=lambda row: f"{reverse('claims:detail', args=[row.version.claim.public_id])}?tab=edits",
    row_label=lambda row: f"{row.code} on {row.version.claim.control_number}",
    empty=Empty("Nothing found", "What the checks find on a claim stands here.", "check"),
)  # fmt: skip


def findings_by_claim(request: HttpRequest) -> HttpResponse:
    """The findings one by one, each with the way to its field."""
    return list_view(request, FINDINGS, template="claims/findings_by_claim.html")


@require_http_methods(["GET", "POST"])
def alike(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All claims with the same finding for the same cause: what a fix would do, and doing it."""
    found = ScrubFinding.objects.select_related("rule_version", "version__claim")
    finding = get_or_404(found, public_id)
    if request.method != "POST":
        return _alike_page(request, finding)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    chosen = known_ids(request.POST.getlist("ids")[:SHOWN])
    try:
        if act not in _open_to(request):
            raise ApplicationError("Adding a modifier is coding: a manager may do it here.")
        run = start_fix(
            finding=finding, act=act, reason=reason, user=request.user,
            claims=list(Claim.objects.filter(public_id__in=chosen)),
        )  # fmt: skip
    except ApplicationError as error:
        refused = {"act": act, "words": error.message, "field": error.field, "reason": reason,
                   "chosen": {str(one) for one in chosen}}  # fmt: skip
        return _alike_page(request, finding, refused)
    say(request, "Begun: each claim has its result here as it is done")
    return go(request, reverse("claims:fix-run", args=[run.public_id]))


def _open_to(request: HttpRequest) -> set[str]:
    role = getattr(request, "role", "")
    acts = {str(act) for act in AlikeAct}
    return acts if role in MODIFIER_ADDERS else acts - {AlikeAct.MODIFIER}


def _alike_page(
    request: HttpRequest, finding: ScrubFinding, refused: dict[str, Any] | None = None
) -> HttpResponse:
    rows = (
        findings_reads.alike(finding)
        .filter(overridden_at__isnull=finding.overridden_at is None)
        .select_related("version__claim__patient", "version__payer")
        .defer("version__snapshot")
        .order_by("version__claim_id", "pk")
    )
    by_claim: dict[int, list[Any]] = {}
    for row in rows:
        by_claim.setdefault(row.version.claim_id, []).append(row)
    shown = list(by_claim.values())[:SHOWN]
    audit.read_many(
        [group[0].version.claim.patient_id for group in shown], action="list.read",
        note=f"claims alike {finding.code}", practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip
    others = _others([group[0].version_id for group in shown], finding.code)
    may = _open_to(request)
    context = {
        "finding": finding,
        "meaning": findings_reads.meaning_of(finding.code),
        "claims": [
            {
                "claim": group[0].version.claim, "version": group[0].version,
                "findings": group, "others": others.get(group[0].version_id, 0),
                "chosen": refused is None
                or str(group[0].version.claim.public_id) in refused["chosen"],
            }
            for group in shown
        ],
        "count": len(by_claim),
        "offers": [(one, one.act in may) for one in offers(finding)],
        "may_fix": getattr(request, "role", "") in SENDERS,
        "refused": refused,
    }  # fmt: skip
    return page(request, "claims/alike.html", None, context, status=422 if refused else 200)


def _others(version_ids: list[int], code: str) -> dict[int, int]:
    """How many other findings stop each version."""
    rows = findings_reads.open_findings().filter(
        findings_reads.STOPS, version_id__in=version_ids
    ).exclude(code=code)  # fmt: skip
    found: dict[int, int] = {}
    for version_id in rows.values_list("version_id", flat=True):
        found[version_id] = found.get(version_id, 0) + 1
    return found


@require_GET
def fix_run(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What came of a fix on each claim, live while it runs."""
    run = get_or_404(FixRun.objects.select_related("finding", "job", "made_by"), public_id)
    items = list(run.items.select_related("claim"))
    audit.read_many(
        [item.claim.patient_id for item in items], action="list.read",
        note=f"fix run {run.pk}", practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip
    context = {"run": run, "items": items, "job": run.job, "meaning": run.finding.message}
    return page(request, "claims/fix_run.html", "claims/_fix_run.html", context)
