"""Batches: build and send, dry run, and what became of each file (screens S19)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from claims.access import KEEPERS
from claims.choices import AckKind, MailingState, TransmissionState
from claims.models import (
    Acknowledgement,
    Claim,
    ClaimVersion,
    SubmissionAttempt,
    SubmissionBatch,
    TradingPartner,
)
from claims.rejections import may_go_again
from claims.selectors import sendable
from claims.sendings import next_sendings
from claims.services.answer_doubt import answer_doubt
from claims.services.build_batch import AT_ONCE, start_batch
from claims.services.message_results import counted
from claims.services.queue_batch import (
    OTHER_ROUTE,
    Eligibility,
    eligible_versions,
    make_batch,
)
from claims.states import REJECTED
from claims.views.paper_track import paper_part
from claims.views.track import CHOICES, Part, Step, chosen, parts
from core import audit, timeline
from core.access import BILLERS
from core.errors import ApplicationError
from core.lists.filters import ChoiceFilter, DateRangeFilter, TextFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.models import Job
from core.money import ZERO
from core.web import get_or_404, go, known_ids, page, say

MOST_CLAIMS = 5000


def _rows(_: HttpRequest) -> Any:
    return SubmissionBatch.objects.select_related(
        "partner", "transmission", "mailing", "made_by"
    ).annotate(
        accepted=Count("attempts", filter=Q(attempts__evidence_rank__gte=20) & ~_rejected()),
        rejected=Count("attempts", filter=_rejected()),
    )


def _rejected() -> Q:
    return Q(attempts__state__in=list(REJECTED))


def _state(batch: SubmissionBatch) -> str:
    if batch.is_test:
        return "TEST, not sent"
    way = batch.mailing if batch.is_paper else batch.transmission
    return str(way.get_state_display())


BATCHES = ListSpec(
    name="claims.batches",
    title="Batches",
    noun="batch,batches",
    queryset=_rows,
    columns=[
        Column("reference", "Batch", value="reference", kind="link", sort="reference"),
        Column("state", "Status", value=_state, template="claims/_batch_state_cell.html"),
        Column("partner", "To", value="partner.name", sort="partner__name"),
        Column("claims", "Claims", value="claim_count", kind="number", sort="claim_count"),
        Column("amount", "Billed, $", value="charge_amount", kind="money",
               sort="charge_amount", total=True),
        Column("accepted", "Accepted", value="accepted", kind="number", sort="accepted"),
        Column("rejected", "Rejected", value="rejected", kind="number", sort="rejected"),
        Column("built", "Built", value="built_at", kind="datetime", sort="built_at"),
        Column("interchange", "Interchange", value="interchange_control_number", kind="code",
               priority=3),
    ],
    filters=[
        ChoiceFilter(
            "partner", "To", field="partner_id",
            choices=lambda request: list(TradingPartner.objects.values_list("pk", "name")),
        ),
        DateRangeFilter("built", "Built", field="built_at", instant=True),
        TextFilter("number", "Number", lookups=["reference", "interchange_control_number"]),
    ],
    buckets=[
        Bucket("real", "All", Q(is_test=False), done="No batch yet."),
        Bucket(
            "doubt", "In doubt", Q(transmission__state=TransmissionState.IN_DOUBT), act=True,
            done="No batch is in doubt.",
        ),
        Bucket("refused", "Refused", Q(transmission__state=TransmissionState.REFUSED), act=True,
               done="No batch was refused."),
        Bucket("to-print", "To print", Q(mailing__state=MailingState.TO_PRINT), act=True,
               done="Every form is printed."),
        Bucket("to-mail", "To mail", Q(mailing__state=MailingState.PRINTED), act=True,
               done="Everything printed is mailed."),
        Bucket("test", "Dry runs", Q(is_test=True), done="No dry run yet."),
    ],
    money_total="charge_amount",
    default_sort="-built",
    row_url=lambda row: reverse("claims:batch", args=[row.public_id]),
    row_label=lambda row: row.reference,
    empty=Empty(
        "No batches yet", "Claims that passed every check are sent in batches.", "send",
        label="Build a batch", url=lambda: reverse("claims:batch-build"),
    ),
)  # fmt: skip


def batches(request: HttpRequest) -> HttpResponse:
    may_keep = getattr(request, "role", "") in KEEPERS
    extra = {"sendings": next_sendings(), "may_keep": may_keep}
    return list_view(request, BATCHES, "claims/batches.html", extra)


@dataclass(frozen=True)
class Waiting:
    """What is ready for one partner."""

    partner: TradingPartner
    count: int
    amount: Any


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _build(request)
    waiting = []
    for partner in TradingPartner.objects.filter(is_active=True):
        ready = sendable(partner.pk).aggregate(count=Count("pk"), amount=Sum("charge_amount"))
        waiting.append(Waiting(partner, ready["count"], ready["amount"] or ZERO))
    total = sum(row.count for row in waiting)
    context = {"waiting": waiting, "total": total, "has_any": bool(total)}
    return page(request, "claims/batch_build.html", None, context)


def _build(request: HttpRequest) -> HttpResponse:
    """From the worklist with chosen claims (`ids`), or for everything ready for one partner."""
    act = request.POST.get("act", "") or _of_worklist(request)
    if act not in {"send", "dry-run"}:  # a word that is missing or not known is no order to send
        say(request, "Nothing was sent: say whether to send or to write a TEST file", tone="danger")
        return go(request, reverse("claims:batch-build"))
    ids = request.POST.getlist("ids")
    done = _Done([], [], {})
    for partner in _partners(request.POST.get("partner", "")):
        if ids:
            chosen = _chosen(ids, partner)
            done.note(chosen.refused)
            versions = chosen.versions
        else:
            versions = list(sendable(partner.pk)[:MOST_CLAIMS])
        if versions:
            _one(request, partner, versions, done, dry_run=act == "dry-run")
    return _answer(request, done)


def _of_worklist(request: HttpRequest) -> str:
    """The list's own button says what it does by its name."""
    return "send" if request.POST.get("bulk") == "batch" else ""


@dataclass
class _Done:
    """What a press came to: batches made, jobs begun, and by version why others stayed."""

    made: list[SubmissionBatch]
    jobs: list[Job]
    stayed: dict[int, str]

    def note(self, refused: Iterable[tuple[ClaimVersion, str]]) -> None:
        """Of two reasons the one that is not about the route counts: one route is nearly always
        another's.
        """
        for version, reason in refused:
            if reason != OTHER_ROUTE or version.pk not in self.stayed:
                self.stayed[version.pk] = reason

    def gone(self, versions: Iterable[ClaimVersion]) -> None:
        """These go by this route, whatever the others said of them."""
        for version in versions:
            self.stayed.pop(version.pk, None)


def _one(
    request: HttpRequest,
    partner: TradingPartner,
    versions: list[ClaimVersion],
    done: _Done,
    *,
    dry_run: bool,
) -> None:
    """Now, or by a worker where it would keep the page waiting."""
    order: dict[str, Any] = {
        "partner": partner, "versions": versions, "user": request.user, "dry_run": dry_run,
    }  # fmt: skip
    try:
        if len(versions) > AT_ONCE:
            done.jobs.append(start_batch(**order))
            done.gone(versions)
            return
        made = make_batch(**order)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
        return
    done.gone(versions)
    done.note(made.refused)
    if made.batch is not None:
        done.made.append(made.batch)


def _answer(request: HttpRequest, done: _Done) -> HttpResponse:
    """What went, and of what did not how many for which reason."""
    for reason, count in Counter(done.stayed.values()).most_common():
        say(request, f"{counted(count, 'claim')} stayed: {reason}", tone="warn")
    if done.made:
        count = sum(batch.claim_count for batch in done.made)
        say(request, _what_was_made(done.made, count))
    if done.jobs:
        say(request, "A worker builds it: you may leave this page")
        if len(done.jobs) == 1 and not done.made:
            return go(request, reverse("core:job", args=[done.jobs[0].public_id]))
        return go(request, reverse("core:jobs"))
    if not done.made:
        say(request, "Nothing was ready to go", tone="warn")
        return go(request, reverse("claims:batch-build"))
    return go(request, _url(done.made[0]) if len(done.made) == 1 else reverse("claims:batches"))


def _what_was_made(made: list[SubmissionBatch], count: int) -> str:
    """How many claims go by themselves, and how many wait to be printed."""
    if made[0].is_test:
        return f"{count} claims written as TEST"
    on_paper = sum(batch.claim_count for batch in made if batch.is_paper)
    parts = []
    if count > on_paper:
        wired = count - on_paper
        parts.append(f"{counted(wired, 'claim')} on {'its' if wired == 1 else 'their'} way")
    if on_paper:
        parts.append(f"{on_paper if parts else counted(on_paper, 'claim')} to print and mail")
    return ", ".join(parts)


def _partners(public_id: str) -> Iterable[TradingPartner]:
    partners = TradingPartner.objects.filter(is_active=True)
    return [get_or_404(partners, public_id)] if public_id else list(partners)


def _chosen(ids: list[str], partner: TradingPartner) -> Eligibility:
    claims = Claim.objects.filter(public_id__in=known_ids(ids[:MOST_CLAIMS]))
    versions = ClaimVersion.objects.filter(
        pk__in=claims.values("current_version_id")
    ).select_related("claim")
    return eligible_versions(partner, list(versions))


@require_GET
def batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = batch_row(public_id)
    return page(request, "claims/batch.html", "claims/_batch_body.html", batch_page(request, row))


def batch_row(public_id: UUID) -> SubmissionBatch:
    """A batch of this practice, with what its page tells of it."""
    return get_or_404(
        SubmissionBatch.objects.select_related(
            "partner", "transmission", "mailing__printed_by", "mailing__mailed_by", "document",
            "made_by", "practice",
        ),
        public_id,
    )  # fmt: skip


def batch_page(request: HttpRequest, row: SubmissionBatch) -> dict[str, Any]:
    """What the page of a batch shows; that its patients were seen is kept."""
    attempts = list(
        row.attempts.select_related("version__claim__patient", "version__payer")
        .defer("version__snapshot")
        .order_by("pk")
    )
    audit.read_many(
        (attempt.version.claim.patient_id for attempt in attempts),
        action="page.read", note=f"batch {row.reference}", practice=row.practice,
    )  # fmt: skip
    step = request.GET.get("step", "")
    context = {
        "batch": row,
        "attempts": chosen(attempts, step),
        "all_count": len(attempts),
        "step_words": CHOICES[step][0] if step in CHOICES else "",
        "entries": list(timeline.entries_for(row)),
        "may_bill": getattr(request, "role", "") in BILLERS,
    }
    if row.is_paper:
        return context | paper_part(row, attempts)
    transmission = None if row.is_test else row.transmission
    return context | {
        "transmission": transmission,
        "track": [] if row.is_test else _track(row, attempts),
        "again": _may_go_again(row),
        "is_in_doubt": bool(transmission and transmission.state == TransmissionState.IN_DOUBT),
    }


def _may_go_again(row: SubmissionBatch) -> list[Claim]:
    """Claims that another one spoiled (W-31): one press checks them all, and they are ready."""
    return list(Claim.objects.filter(pk__in=may_go_again(row.pk)).order_by("pk"))


@require_POST
def doubt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_or_404(SubmissionBatch.objects.select_related("partner", "transmission"), public_id)
    answer = request.POST.get("arrived", "")
    if answer not in {"yes", "no"}:
        say(request, "Say whether it arrived.", tone="danger")
        return go(request, _url(row))
    try:
        answer_doubt(batch=row, arrived=answer == "yes")
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, "Kept")
    return go(request, _url(row))


def _track(row: SubmissionBatch, attempts: list[SubmissionAttempt]) -> list[Step]:
    """Sent, file answer, clearinghouse answer, payer answer: how many claims came how far."""
    state = row.transmission.state
    answered = Acknowledgement.objects.filter(batch=row, kind__in=[AckKind.TA1, AckKind.ACK_999])
    file_parts = parts(attempts, file_accepted="accepted", file_rejected="rejected")
    by_clearinghouse = parts(
        attempts, ch_accepted="accepted", ch_rejected="rejected", ch_awaited="awaited"
    )
    by_payer = parts(
        attempts, payer_accepted="accepted", payer_rejected="rejected", payer_awaited="awaited"
    )
    return [
        Step(
            "Sent",
            state == TransmissionState.SENT,
            str(row.transmission.get_state_display()),
            is_bad=state in {TransmissionState.IN_DOUBT, TransmissionState.REFUSED},
            parts=parts(attempts, sent="claims"),
        ),
        _step("File answered", file_parts, "TA1 and 999 awaited", is_done=answered.exists()),
        _step("Clearinghouse", by_clearinghouse, "277CA awaited"),
        _step("Payer", by_payer, "277CA awaited"),
    ]


def _step(
    label: str, found: tuple[Part, ...], awaited: str, *, is_done: bool | None = None
) -> Step:
    """Done once nothing is awaited any more; bad where anything was turned away."""
    keys = [part.key for part in found]
    if all(key.endswith("-awaited") for key in keys):
        return Step(label, bool(is_done), "answered" if is_done else awaited)
    done = not any(key.endswith("-awaited") for key in keys) if is_done is None else is_done
    is_bad = any(key.endswith("-rejected") for key in keys)
    return Step(label, done, "", is_bad=is_bad, parts=found)


def _url(row: SubmissionBatch) -> str:
    return reverse("claims:batch", args=[row.public_id])
