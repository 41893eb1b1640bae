"""The questions of a posting become work items, each on what it is about, with a day and a role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from billing.choices import ClaimOutcome
from billing.posting.plan import Issue, IssueKind, RemittancePlan
from claims.models import Claim, Remittance
from core import clock
from core.calendar import add_business_days
from core.choices import Role, WorkState
from core.models import WorkItem
from core.services.work import finish_work_item, open_work_item
from core.subjects import kind_of


@dataclass(frozen=True, slots=True)
class Handling:
    """Who answers a question, within how many business days, and what it is called.

    `calendar_days` counts every day instead, where the trade does (E.5 rule 4).
    """

    title: str
    role: Role
    days: int
    calendar_days: int = 0

    def due_on(self, today: date) -> date:
        """The day by which the question is answered."""
        if self.calendar_days:
            return today + timedelta(days=self.calendar_days)
        return add_business_days(today, self.days)


HANDLING: Mapping[IssueKind, Handling] = {
    IssueKind.NO_CLAIM: Handling("Payment for a claim we do not know", Role.POSTER, 2),
    IssueKind.NO_LINE: Handling("Payment for a line we do not know", Role.POSTER, 2),
    IssueKind.NO_ORIGINAL: Handling("Reversal of a payment we do not have", Role.POSTER, 2),
    IssueKind.NEGATIVE_PAYMENT: Handling("Money taken back, no reversal", Role.POSTER, 2),
    IssueKind.PROVIDER_ADJUSTMENT: Handling("Provider adjustment to explain", Role.POSTER, 5),
    IssueKind.TAKEN_BACK: Handling(
        "Payment taken back, correction awaited", Role.BILLER, 0, calendar_days=45
    ),
    IssueKind.TAKEN_TWICE: Handling("Taken back twice by the payer", Role.POSTER, 5),
    IssueKind.PATIENT_REVIEW: Handling("Patient responsibility to review", Role.BILLER, 3),
    IssueKind.UNDETERMINED: Handling("Payer has not decided yet", Role.BILLER, 30),
    IssueKind.NO_MEDICAID: Handling("Patient may not be billed", Role.BILLER, 3),
    IssueKind.NOT_POSTED: Handling("Adjustment above what is open", Role.POSTER, 3),
    IssueKind.OVERPAID: Handling("Credit balance with the payer", Role.BILLER, 3),
    IssueKind.SECONDARY_DUE: Handling("Claim to the next coverage is due", Role.BILLER, 3),
    IssueKind.CROSSED_OVER: Handling("Forwarded: next payer's answer awaited", Role.BILLER, 30),
    IssueKind.DOUBLE_PAYMENT: Handling("Possible double payment", Role.POSTER, 3),
    IssueKind.IDENTITY: Handling("Name or member id corrected by the payer", Role.FRONT_DESK, 3),
    IssueKind.AS_EXPECTED: Handling("Reason not listed, amount as contracted", Role.BILLER, 0),
    IssueKind.UNDERPAID: Handling("Allowed less than the contract says", Role.BILLER, 0),
}
# What claims does by itself once the decision is posted (claims/services/bill_next_payer.py): shown
# before the posting, and no work of its own.
_GOES_ON_BY_ITSELF = frozenset({IssueKind.SECONDARY_DUE, IssueKind.CROSSED_OVER})
# Said before the posting; what is to be done about an underpaid claim is opened by its comparison
# (billing/services/tell_underpaid.py).
_SAID_ONLY = frozenset({IssueKind.AS_EXPECTED, IssueKind.UNDERPAID})
# Questions about money that has no claim of ours stay on the payer's own row.
_ON_THE_ANSWER = frozenset(
    {
        IssueKind.NO_CLAIM,
        IssueKind.NO_LINE,
        IssueKind.NO_ORIGINAL,
        IssueKind.NEGATIVE_PAYMENT,
        IssueKind.TAKEN_TWICE,
    }
)


def open_issues(remittance: Remittance, plan: RemittancePlan) -> None:
    """Open one work item for each question of `plan`."""
    today = clock.today(remittance.practice)
    subjects = _Subjects(remittance, plan)
    for issue in plan.issues:
        if issue.kind in _GOES_ON_BY_ITSELF | _SAID_ONLY or subjects.is_set_aside(issue):
            continue
        handling = HANDLING[issue.kind]
        open_work_item(
            subject=subjects.of(issue),
            kind=issue.kind,
            title=handling.title,
            reason=issue.reason,
            role=handling.role,
            due_on=handling.due_on(today),
            amount=issue.amount,
        )


# What a later answer on the claim settles: a correction, or the next payer's own decision.
_ENDED_BY_ANY = frozenset({IssueKind.TAKEN_BACK, IssueKind.UNDETERMINED})
# Work of these kinds was opened before claims billed the next payer by itself.
_ENDED_BY_NEXT_PAYER = _GOES_ON_BY_ITSELF


def close_answered(plan: RemittancePlan) -> None:
    """Close the questions on claims that this remittance answers."""
    ranks = {
        outcome.claim_id: outcome.rank
        for outcome in plan.outcomes
        if outcome.outcome != ClaimOutcome.REVERSED
    }
    waiting = WorkItem.objects.filter(
        subject_kind=kind_of(Claim()),
        subject_id__in=ranks,
        kind__in=_ENDED_BY_ANY | _ENDED_BY_NEXT_PAYER,
        state=WorkState.OPEN,
    )
    for item in waiting:
        if item.kind in _ENDED_BY_ANY or ranks[item.subject_id] > 1:
            finish_work_item(item, outcome="The payer answered.")


class _Subjects:
    """What each question of one remittance is about: the claim, the payer's row or the PLB."""

    def __init__(self, remittance: Remittance, plan: RemittancePlan) -> None:
        asked = {issue.remittance_claim_id for issue in plan.issues if issue.remittance_claim_id}
        answers = remittance.claims.filter(pk__in=asked).select_related("version__claim")
        answers = answers.defer("version__snapshot")
        self._answers = {answer.pk: answer for answer in answers}
        self._adjustments = {row.pk: row for row in remittance.provider_adjustments.all()}

    def is_set_aside(self, issue: Issue) -> bool:
        """Whether a person said that the answer is about no claim of ours."""
        answer = self._answers.get(issue.remittance_claim_id or 0)
        is_about = issue.kind in {IssueKind.NO_CLAIM, IssueKind.NO_LINE}
        return is_about and answer is not None and answer.set_aside_at is not None

    def of(self, issue: Issue) -> models.Model:
        if issue.provider_adjustment_id is not None:
            return self._adjustments[issue.provider_adjustment_id]
        answer = self._answers[issue.remittance_claim_id or 0]
        if issue.kind in _ON_THE_ANSWER or answer.version is None:
            return answer
        return answer.version.claim
