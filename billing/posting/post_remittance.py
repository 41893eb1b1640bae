"""Posting a remittance: a proof, in one transaction, whole or not at all (DESIGN 3.7, E.10)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from billing.batch_choices import BatchKind
from billing.ledger.entries import Mirror, mirror_journals, record_journals
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.load_remittance import PART, SOURCE, load_parts, posting_rules
from billing.posting.locks import lock_accounts
from billing.posting.open_issues import close_answered, open_issues
from billing.posting.plan import IssueKind, PlannedJournal, RemittancePlan
from billing.posting.plan_remittance import plan_remittance
from billing.posting.running import RunningOpen
from billing.services.apply_credits import apply_credits
from billing.services.compare_answers import compare_answers
from billing.services.flag_patient_credits import flag_patient_credits
from billing.services.join_batch import join_batch
from billing.services.push_balances import push_balances
from claims.choices import Outcome, RemittanceState, VersionState
from claims.models import Claim, ClaimChargeLine, ClaimVersion, Remittance, RemittanceClaim
from claims.services.apply_remittance import ClaimDecision, DeniedAmount, apply_remittance
from claims.services.move_versions import Move, move_versions
from core.among import among
from core.errors import Conflict
from core.money import ZERO, format_money
from core.services.work import close_work_items

ADJUDICATED = VersionState.ADJUDICATED
POSTABLE = frozenset({RemittanceState.MATCHED, RemittanceState.EXCEPTIONS})
PART_SIZE = PART
_ENDED_BY_LATE_REVERSAL = (
    IssueKind.NOT_POSTED,
    IssueKind.OVERPAID,
    IssueKind.DOUBLE_PAYMENT,
)
Step = Callable[[int, int | None], None]
StopAt = Callable[[RemittancePlan], list[str]]


class NotPostable(Conflict):
    """A remittance that must not reach the books as it stands."""


class LeftToPerson(NotPostable):
    """A remittance that its payer's posting level leaves to a person, and why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("It is left to a person: " + "; ".join(reasons).lower() + ".")
        self.reasons = reasons


def plan_parts(remittance: Remittance) -> Iterator[RemittancePlan]:
    """The plans of the parts of `remittance`, in the order in which they are written."""
    rules, running = posting_rules(remittance), RunningOpen({})
    for part in load_parts(remittance, PART_SIZE):
        yield plan_remittance(part, rules, running)


def preview_remittance(remittance: Remittance) -> RemittancePlan:
    """What posting would write, worked out by the same code and nothing written."""
    return RemittancePlan.whole(remittance.pk, remittance.payment_amount, plan_parts(remittance))


def post_remittance(
    *, remittance: Remittance, step: Step | None = None, stop_at: StopAt | None = None
) -> QuerySet[Journal]:
    """Post `remittance`: journals, decisions, denials, questions and projections together.

    A remittance that is posted already is left as it is: the second call answers with the journals
    of the first; none is read before somebody asks. `step(done, total)` is told how far it is: each
    claim is counted when it is in the books, when its claim knows, and when the lists show it.
    `stop_at` says why it should rather be left to a person. Raises NotPostable for one that is out
    of balance, held or a duplicate, where its cash would not come to its payment, and where
    `stop_at` gives reasons.
    """
    told = step or _untold
    with transaction.atomic():
        remittance = lock_remittance(remittance)
        if remittance.state == RemittanceState.POSTED:
            return journals_of(remittance)
        if remittance.state not in POSTABLE:
            raise NotPostable(f"A remittance that is {remittance.get_state_display().lower()}"
                              " is not posted.")  # fmt: skip
        told(0, 3 * remittance.claims.count())
        plan, cash = _write_parts(remittance, told)
        if cash != remittance.payment_amount:
            difference = remittance.payment_amount - cash
            raise NotPostable(
                f"The claims and adjustments differ from the payment by {difference}."
            )
        if stop_at is not None and (reasons := stop_at(plan)):
            raise LeftToPerson(reasons)
        _tell_claims(remittance, plan, told)
        close_answered(plan)
        _end_questions(plan)
        open_issues(remittance, plan)
        settle(remittance, plan, cause=cause_of(remittance), told=told)
        join_batch(BatchKind.ERA, [(remittance, remittance.payment_amount)])
        return journals_of(remittance)


def _untold(done: int, total: int | None = None) -> None:
    """Nobody waits to hear how far it is."""


def _write_parts(remittance: Remittance, told: Step) -> tuple[RemittancePlan, Decimal]:
    """Write the journals part by part. Returns what else is to be done, and the cash moved."""
    parts, cash = [], ZERO
    for part in plan_parts(remittance):
        write_plan(remittance, part)
        cash += part.remit_clearing_amount
        parts.append(replace(part, journals=()))
        told(len(part.outcomes), None)
    return RemittancePlan.whole(remittance.pk, remittance.payment_amount, parts), cash


def journals_of(remittance: Remittance) -> QuerySet[Journal]:
    """The journals that `remittance` wrote, in their order."""
    rows = Journal.objects.filter(source_kind=SOURCE, source_id=remittance.pk)
    return rows.order_by("number")


def lock_remittance(remittance: Remittance) -> Remittance:
    """Lock the remittance and the accounts it touches, then look again."""
    remittance = Remittance.objects.select_for_update(of=("self",)).get(pk=remittance.pk)
    accounts = set(
        remittance.claims.filter(version__isnull=False).values_list(
            "version__claim__patient__guarantor_id", "version__claim_id"
        )
    )
    lock_accounts(
        guarantor_ids={guarantor for guarantor, _ in accounts},
        claim_ids={claim for _, claim in accounts},
    )
    return remittance


def write_plan(
    remittance: Remittance, plan: RemittancePlan, *, late_key: str = ""
) -> list[Journal]:
    """Mirrors first, as planned; then everything else in one bulk insert. Returns what was written.
    `late_key` tells the posting of an answer whose claim was found later from those before.
    """
    mirrored = [planned for planned in plan.journals if planned.mirrors_journal_id is not None]
    originals = Journal.objects.in_bulk([planned.mirrors_journal_id for planned in mirrored])
    written = mirror_journals(
        practice=remittance.practice,
        mirrors=[
            Mirror(
                originals[planned.mirrors_journal_id or 0],
                Source(SOURCE, remittance.pk, planned.because_of or planned.remittance_claim_id),
                f"{'Replayed after' if planned.because_of else 'Payer'} reversal,"
                f" {remittance.trace_number}",
            )
            for planned in mirrored
        ],
    )
    day = posting_day(remittance.practice)
    drafts = [
        _draft(remittance, planned, day, late_key)
        for planned in plan.journals
        if planned.mirrors_journal_id is None
    ]
    if drafts:
        written += record_journals(practice=remittance.practice, drafts=drafts)
    return written


def _draft(
    remittance: Remittance, planned: PlannedJournal, day: date, late_key: str
) -> JournalDraft:
    part = str(planned.remittance_claim_id or "plb")
    memo = f"Remittance {remittance.trace_number}"
    if planned.because_of:
        part += f":after:{planned.because_of}"
        memo += ", posted again after the reversal"
    elif planned.is_beyond:
        part += ":beyond"
        memo += ", taken back beyond what was paid"
    elif late_key:
        memo += ", found later"
    if late_key:
        part += f":late:{late_key}"
    if remittance.times_undone:
        part += f":round:{remittance.times_undone}"
    return JournalDraft(
        posted_on=day,
        source=Source(SOURCE, remittance.pk, planned.remittance_claim_id),
        idempotency_key=f"{SOURCE}:{remittance.public_id}:{part}",
        lines=planned.lines,
        memo=memo,
    )


def cause_of(remittance: Remittance) -> str:
    """What a credit that is used because of this posting names as its cause."""
    again = f":round:{remittance.times_undone}" if remittance.times_undone else ""
    return f"{SOURCE}:{remittance.public_id}{again}"


def late_cause_of(answer: RemittanceClaim) -> str:
    """The same, where the claim of `answer` was found after its remittance had been posted."""
    return f"{SOURCE}:{answer.public_id}"


def decisions_of(plan: RemittancePlan) -> list[ClaimDecision]:
    """What `plan` decides, as claims, which owns versions and denials, is told."""
    denials: dict[int, list[DeniedAmount]] = defaultdict(list)
    for denial in plan.denials:
        denials[denial.remittance_claim_id].append(
            DeniedAmount(
                group_code=denial.group_code,
                reason_code=denial.reason_code,
                amount=denial.amount,
                remark_codes=denial.remark_codes,
                remittance_line_id=denial.remittance_line_id,
            )
        )
    return [
        ClaimDecision(
            remittance_claim_id=outcome.remittance_claim_id,
            outcome=outcome.outcome if outcome.outcome in Outcome.values else Outcome.NONE,
            denials=tuple(denials[outcome.remittance_claim_id]),
            awaits_correction=not outcome.is_corrected,
            takes_back=outcome.takes_back,
        )
        for outcome in plan.outcomes
    ]


def _tell_claims(remittance: Remittance, plan: RemittancePlan, told: Step) -> None:
    decisions = decisions_of(plan)
    cross_over(plan, apply_remittance(remittance=remittance, decisions=decisions, step=told))


def cross_over(plan: RemittancePlan, changed: Iterable[ClaimVersion]) -> None:
    """Versions that the payer forwarded wait for the next payer, without a claim of ours (C.1)."""
    adjudicated = {version.pk for version in changed if version.state == ADJUDICATED}
    moves = [
        Move(
            outcome.version_id,
            VersionState.CROSSED_OVER,
            "claim.crossed_over",
            "forwarded the claim to the next payer; its answer is awaited",
            note=f"${format_money(outcome.next_amount)} is the next payer's",
        )
        for outcome in plan.outcomes
        if outcome.crossed_over and outcome.next_amount and outcome.version_id in adjudicated
    ]
    if moves:
        move_versions(moves)


def _end_questions(plan: RemittancePlan) -> None:
    """A reversal that came after its correction: what could not be posted then is posted now."""
    corrected = [outcome.claim_id for outcome in plan.outcomes if outcome.is_corrected]
    close_work_items(
        subjects=list(Claim.objects.filter(pk__in=corrected)),
        kinds=_ENDED_BY_LATE_REVERSAL,
        outcome="The payer's reversal came: what stands is posted in full.",
    )


def settle(
    remittance: Remittance, plan: RemittancePlan, *, cause: str, told: Step = _untold
) -> None:
    """Use prepaid money for what the patients now owe, because of `cause`, then push every
    projection.
    """
    claims = sorted({outcome.claim_id for outcome in plan.outcomes})
    for start in range(0, len(claims), PART):
        part = claims[start : start + PART]
        rows = list(
            ClaimChargeLine.objects.filter(among("claim_id", part)).values_list(
                "charge_line_id", "claim__patient_id"
            )
        )
        patients = {patient for _, patient in rows}
        apply_credits(remittance.practice, patient_ids=patients, cause=_cause(cause, start // PART))
        flag_patient_credits(remittance.practice, part)
        compare_answers(remittance.practice, part)  # an underpaid claim is not closed below
        push_balances(
            remittance.practice, patient_ids=patients, charge_line_ids=[line for line, _ in rows]
        )
        told(len(part), None)


def _cause(cause: str, part: int) -> str:
    """A patient may have claims in two parts, and a credit is used once for each cause."""
    return f"{cause}:part:{part}" if part else cause
