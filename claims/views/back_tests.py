"""The claims behind the figures of a back-test."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.models import BackTest, BackTestReason
from claims.rule_choices import Verdict
from claims.rule_reads import hits
from core.lists.filters import ChoiceFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.web import get_or_404
from patients.models import Payer


def _test(request: HttpRequest) -> BackTest:
    kept: BackTest | None = request.__dict__.get("_back_test")
    if kept is None:
        match = request.resolver_match
        found = BackTest.objects.select_related("version__rule")
        kept = get_or_404(found, match.kwargs["public_id"] if match else "")
        request.__dict__["_back_test"] = kept
    return kept


def _rows(request: HttpRequest) -> QuerySet[Any]:
    return hits(_test(request)).prefetch_related("reasons")


def _reasons(request: HttpRequest) -> list[tuple[str, str]]:
    pairs = (
        BackTestReason.objects.filter(hit__back_test=_test(request))
        .order_by("group_code", "reason_code")
        .values_list("group_code", "reason_code")
        .distinct()
    )
    return [(f"{group}-{code}", f"{group}-{code}") for group, code in pairs]


@dataclass(frozen=True)
class ReasonFilter(ChoiceFilter):
    """Hits refused under any of some CARCs; one refused for two of them is one hit."""

    def where(self, value: list[str], request: HttpRequest) -> Q:
        """By group and reason together: CO-16 is not PI-16."""
        known = {one for one, _ in self.options(request)}
        found = Q(pk__in=[])
        for group, _, code in (one.partition("-") for one in value if one in known):
            rows = BackTestReason.objects.filter(
                hit__back_test=_test(request), group_code=group, reason_code=code
            )
            found |= Q(pk__in=rows.values("hit"))
        return found


def _why(hit: Any) -> str:
    return ", ".join(str(one) for one in hit.reasons.all())


def _lines(hit: Any) -> str:
    return ", ".join(map(str, hit.lines)) or "claim"


HITS = ListSpec(
    name="claims.back_test",
    title="Back-test",
    noun="claim as sent,claims as sent",
    lead="Each claim as it was sent on which the rule fires, and what became of it.",
    queryset=_rows,
    patient_ids=lambda row: [row.version.claim.patient_id],
    columns=[
        Column("claim", "Claim", value="version.claim.control_number", kind="link",
               sort="version__claim__control_number"),
        Column("version", "Sent as", value=lambda hit: f"version {hit.version.number}"),
        Column("verdict", "Result", value="verdict", kind="chip", choices="claims.Verdict",
               sort="verdict"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
        Column("reasons", "Refused for", value=_why),
        Column("lines", "Fires on line", value=_lines),
        Column("payer", "Payer", value="version.payer.name", sort="version__payer__name",
               priority=3),
        Column("service", "Service", value="version.claim.service_date_from", kind="date",
               sort="version__claim__service_date_from", priority=3),
    ],
    filters=[
        ReasonFilter("reason", "Refused for", choices=_reasons),
        ChoiceFilter("payer", "Payer", field="version__payer_id",
                     choices=lambda _: list(Payer.objects.values_list("pk", "name"))),
    ],
    buckets=[
        Bucket("all", "All it fires on", Q(), done="It fires on none."),
        Bucket("denied", "Caught: denied", Q(verdict=Verdict.DENIED), done="None was denied."),
        Bucket("rejected", "Caught: rejected", Q(verdict=Verdict.REJECTED),
               done="None was rejected."),
        Bucket("nothing", "Held for nothing", Q(verdict=Verdict.PAID),
               done="Nothing would have been held for nothing."),
        Bucket("unanswered", "Not answered yet", Q(verdict=Verdict.OPEN), done="All answered."),
    ],
    default_bucket="all",
    money_total="amount",
    default_sort="-amount",
    row_url=lambda hit: reverse("claims:detail", args=[hit.version.claim.public_id]),
    row_label=lambda hit: hit.version.claim.control_number,
    empty=Empty("It fires on none of them", "No claim of these days would have been held."),
)  # fmt: skip


def back_test(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The hits of one back-test, each figure a bucket or a filter."""
    return list_view(
        request, HITS, template="claims/rules/hits.html", extra={"test": _test(request)}
    )
