"""Posting a remittance: a proof, in one transaction, whole or not at all (DESIGN 3.7, E.10)."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from billing.ledger.entries import mirror_journal, record_journals
from billing.ledger.lines import JournalDraft, Source
from billing.models import Journal
from billing.posting.load_remittance import SOURCE, load_remittance, posting_rules
from billing.posting.locks import lock_accounts
from billing.posting.open_issues import close_answered, open_issues
from billing.posting.plan import PlannedJournal, RemittancePlan
from billing.posting.plan_remittance import plan_remittance
from billing.services.apply_credits import apply_credits
from billing.services.push_balances import push_balances
from claims.choices import Outcome, RemittanceState, VersionState
from claims.models import ClaimChargeLine, ClaimVersion, Remittance
from claims.services.apply_remittance import ClaimDecision, DeniedAmount, apply_remittance
from claims.services.move_versions import Move, move_versions
from core import clock
from core.errors import Conflict
from core.money import format_money

ADJUDICATED = VersionState.ADJUDICATED
POSTABLE = frozenset({RemittanceState.MATCHED, RemittanceState.EXCEPTIONS})


class NotPostable(Conflict):
    """A remittance that must not reach the books as it stands."""


def preview_remittance(remittance: Remittance) -> RemittancePlan:
    """What posting would write, worked out by the same code and nothing written."""
    return plan_remittance(load_remittance(remittance), posting_rules(remittance))


def post_remittance(*, remittance: Remittance) -> list[Journal]:
    """Post `remittance`: journals, decisions, denials, questions and projections together.

    A remittance that is posted already is left as it is: the second call answers with the
    journals of the first. Raises NotPostable for one that is out of balance, held or a duplicate,
    and where its cash would not come to its payment.
    """
    with transaction.atomic():
        remittance = _locked(remittance)
        if remittance.state == RemittanceState.POSTED:
            return journals_of(remittance)
        if remittance.state not in POSTABLE:
            raise NotPostable(f"A remittance that is {remittance.get_state_display().lower()}"
                              " is not posted.")  # fmt: skip
        plan = preview_remittance(remittance)
        if plan.difference_amount:
            raise NotPostable(
                f"The claims and adjustments differ from the payment by {plan.difference_amount}."
            )
        _write(remittance, plan)
        _tell_claims(remittance, plan)
        close_answered(plan)
        open_issues(remittance, plan)
        settle(remittance, plan, cause=f"{SOURCE}:{remittance.public_id}")
        return journals_of(remittance)


def journals_of(remittance: Remittance) -> list[Journal]:
    """The journals that `remittance` wrote, in their order."""
    return list(
        Journal.objects.filter(source_kind=SOURCE, source_id=remittance.pk).order_by("number")
    )


def _locked(remittance: Remittance) -> Remittance:
    """Lock the remittance and the accounts it touches, then look again."""
    remittance = Remittance.objects.select_for_update(of=("self",)).get(pk=remittance.pk)
    accounts = remittance.claims.filter(version__isnull=False).values_list(
        "version__claim__patient__guarantor_id", "version__claim_id"
    )
    lock_accounts(
        guarantor_ids={guarantor for guarantor, _ in accounts},
        claim_ids={claim for _, claim in accounts},
    )
    return remittance


def _write(remittance: Remittance, plan: RemittancePlan) -> None:
    """Mirrors first, as planned; then everything else in one bulk insert."""
    for planned in plan.journals:
        if planned.mirrors_journal_id is not None:
            mirror_journal(
                practice=remittance.practice,
                journal=Journal.objects.get(pk=planned.mirrors_journal_id),
                source=Source(SOURCE, remittance.pk, planned.remittance_claim_id),
                memo=f"Payer reversal, {remittance.trace_number}",
            )
    drafts = [_draft(remittance, j) for j in plan.journals if j.mirrors_journal_id is None]
    if drafts:
        record_journals(practice=remittance.practice, drafts=drafts)


def _draft(remittance: Remittance, planned: PlannedJournal) -> JournalDraft:
    part = planned.remittance_claim_id or "plb"
    return JournalDraft(
        posted_on=clock.today(remittance.practice),
        source=Source(SOURCE, remittance.pk, planned.remittance_claim_id),
        idempotency_key=f"{SOURCE}:{remittance.public_id}:{part}",
        lines=planned.lines,
        memo=f"Remittance {remittance.trace_number}",
    )


def _tell_claims(remittance: Remittance, plan: RemittancePlan) -> None:
    """Hand the decisions and denials to claims, which owns versions and denials."""
    cross_over(plan, apply_remittance(remittance=remittance, decisions=decisions_of(plan)))


def decisions_of(plan: RemittancePlan) -> list[ClaimDecision]:
    """What `plan` comes to for each answer, as claims takes it."""
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
        )
        for outcome in plan.outcomes
    ]


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


def settle(remittance: Remittance, plan: RemittancePlan, *, cause: str) -> None:
    """Use prepaid money for what the patients now owe, then push every projection."""
    claims = {outcome.claim_id for outcome in plan.outcomes}
    rows = ClaimChargeLine.objects.filter(claim_id__in=claims).values_list(
        "charge_line_id", "claim__patient_id"
    )
    patients = {patient for _, patient in rows}
    apply_credits(remittance.practice, patient_ids=patients, cause=cause)
    push_balances(
        remittance.practice, patient_ids=patients, charge_line_ids=[line for line, _ in rows]
    )
