"""Undoing the posting of a remittance: its mirror, whole or not at all; the 835 waits again."""

from collections.abc import Sequence

from django.db import transaction

from billing.ledger.entries import Mirror, lines_by_journal, mirror_journals, record_journals
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.load_remittance import PART, SOURCE
from billing.posting.open_issues import HANDLING
from billing.posting.plan_undo import UndoPlan, plan_undo, put_back_key
from billing.posting.post_remittance import Step, lock_remittance
from billing.services.compare_answers import compare_answers
from billing.services.flag_patient_credits import flag_patient_credits
from billing.services.join_batch import leave_batch
from billing.services.push_balances import push_balances
from billing.services.settle_statements import settle_statements
from claims.choices import MessageSource, RemittanceState
from claims.models import Claim, ClaimChargeLine, Remittance
from claims.services.undo_remittance import undo_remittance_decisions
from core.choices import WorkState
from core.errors import ApplicationError, Conflict
from core.services.work import close_work_items
from patients.models import Patient

LEAST_REASON = 5


def undo_remittance(
    *, remittance: Remittance, reason: str, step: Step | None = None
) -> list[Journal]:
    """Mirror every journal of a posted remittance and put its claims, denials and questions back;
    returns the journals that did it. The remittance is matched again and may be posted anew.

    Raises ApplicationError at `reason` without one; Conflict where it is not posted, and where
    later facts stand on it, with all of them.
    """
    reason = check_reason(reason)
    told = step or _untold
    with transaction.atomic():
        remittance = lock_remittance(remittance)
        if remittance.state != RemittanceState.POSTED:
            raise Conflict("It is not posted.")
        plan = plan_undo(remittance)
        if plan.refusals:
            raise Conflict(" ".join(plan.refusals))
        told(0, len(plan.journals) + remittance.claims.count())
        claims = _claims(remittance)
        journals = _write(remittance, plan, reason, told)
        _withdraw_questions(remittance, claims)
        undo_remittance_decisions(remittance=remittance, reason=reason, step=told)
        _show(remittance, claims)
        if remittance.message.source != MessageSource.MANUAL:  # one typed in is still typed in
            leave_batch([remittance])
    return journals


def check_reason(reason: str) -> str:
    """`reason` with its blanks in order. Raises ApplicationError where it says too little."""
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why it is undone.", field="reason")
    return reason


def _untold(done: int, total: int | None = None) -> None:
    """Nobody waits to hear how far it is."""


def _write(remittance: Remittance, plan: UndoPlan, reason: str, told: Step) -> list[Journal]:
    """The mirrors, and what a payer's reversal had taken out put back; newest first."""
    written: list[Journal] = []
    memo = f"Undoes remittance {remittance.trace_number}: {reason}"[:200]
    for start in range(0, len(plan.journals), PART):
        part = plan.journals[start : start + PART]
        mirrored = [journal for journal in part if journal.reverses_id is None]
        written += mirror_journals(
            practice=remittance.practice,
            mirrors=[Mirror(journal, Source(SOURCE, remittance.pk), memo) for journal in mirrored],
        )
        put_back = [journal for journal in part if journal.reverses_id is not None]
        written += record_journals(
            practice=remittance.practice, drafts=_put_back(remittance, put_back, memo)
        )
        told(len(part), None)
    return written


def _put_back(remittance: Remittance, mirrors: Sequence[Journal], memo: str) -> list[JournalDraft]:
    """A mirror is not mirrored (invariant 11): what it took out is posted anew, and bears the
    answer that it first posted, so that the payer's next reversal finds it.
    """
    lines, day = lines_by_journal(mirrors), posting_day(remittance.practice)
    return [
        JournalDraft(
            posted_on=day,
            source=Source(
                SOURCE,
                remittance.pk,
                journal.reverses.source_part_id if journal.reverses else None,
            ),
            idempotency_key=put_back_key(journal),
            lines=tuple(line.mirrored() for line in reversed(lines[journal.pk])),
            memo=memo,
        )
        for journal in mirrors
    ]


def _claims(remittance: Remittance) -> list[Claim]:
    found = remittance.claims.filter(version__isnull=False).values("version__claim_id")
    return list(Claim.objects.filter(pk__in=found).only("pk", "practice_id", "patient_id"))


def _withdraw_questions(remittance: Remittance, claims: Sequence[Claim]) -> None:
    """What posting had asked, nobody asks any more."""
    for subjects in (
        claims,
        list(remittance.claims.all()),
        list(remittance.provider_adjustments.all()),
    ):
        close_work_items(
            subjects=subjects,
            kinds=[str(kind) for kind in HANDLING],
            outcome="The posting was undone.",
            state=WorkState.WITHDRAWN,
            since=remittance.posted_at,
        )


def _show(remittance: Remittance, claims: Sequence[Claim]) -> None:
    """Lists and statements say what the books say now."""
    patients = sorted({claim.patient_id for claim in claims})
    for start in range(0, len(claims), PART):
        part = claims[start : start + PART]
        flag_patient_credits(remittance.practice, [claim.pk for claim in part])
        compare_answers(remittance.practice, [claim.pk for claim in part], by_payer=False)
        lines = ClaimChargeLine.objects.filter(claim__in=part)
        push_balances(
            remittance.practice,
            patient_ids={claim.patient_id for claim in part},
            charge_line_ids=list(lines.values_list("charge_line_id", flat=True)),
        )
    guarantors = Patient.objects.filter(pk__in=patients, guarantor__statements__isnull=False)
    for guarantor_id in sorted(set(guarantors.values_list("guarantor_id", flat=True))):
        settle_statements(guarantor_id=guarantor_id)
