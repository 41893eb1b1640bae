"""Back-testing a version of a payer rule: what it would have held, and what became of that.

Streamed over the versions that were sent, five hundred at a time; only hits are kept, with what
the payer said of them. A claim as it was sent counts as

- denied: a payer refused money of it that somebody had to decide on;
- held for nothing: it was answered without such a refusal;
- rejected: it came back before anybody decided, and was never answered as it stood;
- not answered yet: anything else.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Sum

from claims import states
from claims.choices import Outcome, RemittanceState
from claims.models import (
    BackTest,
    BackTestHit,
    BackTestReason,
    Denial,
    PayerRuleVersion,
    RemittanceClaim,
    SubmissionAttempt,
)
from claims.payer_rules.live import LiveRule
from claims.rule_choices import RuleState, Verdict
from claims.rule_reads import live_of, result_of, sent_versions, versions_with_scopes
from core import clock, timeline
from core.errors import ApplicationError
from core.jobs import Progress, job_kind, start_job
from core.models import Job
from core.money import ZERO
from core.states import advance
from patients.models import Payer

KIND = "claims.back_test"
AT_ONCE = 500
_ANSWERED = frozenset({Outcome.PAID, Outcome.PARTIAL, Outcome.ZERO})
_Reasons = dict[int, dict[tuple[str, str], Decimal]]


class _Row(NamedTuple):
    """What is looked at of a version that was sent."""

    pk: int
    charge_amount: Decimal
    outcome: str
    snapshot: dict[str, Any]


class _Fates(NamedTuple):
    """Which of some versions were denied, and which came back rejected at some time."""

    denied: frozenset[int]
    rejected: frozenset[int]


def start_back_test(
    *,
    version: PayerRuleVersion,
    service_from: date,
    service_to: date,
    payer: Payer | None = None,
    user: Any = None,
) -> BackTest:
    """Queue a back-test of `version` over services of these days, of one payer or of all that the
    rule is for. Raises ApplicationError at `service_to` for dates the wrong way round.
    """
    if service_to < service_from:
        raise ApplicationError("The last day is before the first.", field="service_to")
    with transaction.atomic():
        test = BackTest.objects.create(
            practice_id=version.practice_id, version=version, payer=payer,
            service_from=service_from, service_to=service_to,
        )  # fmt: skip
        test.job = start_job(
            practice=version.practice, kind=KIND,
            title=f"Back-test {version.rule.code}, version {version.number}",
            arguments={"back_test_id": test.pk}, user=user,
        )  # fmt: skip
        test.save(update_fields=["job"])
    return test


@job_kind(KIND)
def run_back_test(job: Job, progress: Progress) -> None:
    """Chunk by chunk, hits and cursor in one transaction: a run that died goes on behind it."""
    test = BackTest.objects.select_related("practice").get(pk=job.arguments["back_test_id"])
    test.version = versions_with_scopes().get(pk=test.version_id)
    rows, rule = sent_versions(test), live_of(test.version)
    after = int(progress.cursor.get("after", 0)) if progress.cursor else 0
    if not after:
        progress.total(rows.count())
    while found := _chunk(rows, after):
        after = found[-1].pk
        with transaction.atomic():
            _keep(test, rule, found)
            progress.step(len(found), cursor={"after": after})
    _finish(test, progress)


def _chunk(rows: Any, after: int) -> list[_Row]:
    found = rows.filter(pk__gt=after).order_by("pk").values_list(*_Row._fields)
    return [_Row(*row) for row in found[:AT_ONCE]]


def _keep(test: BackTest, rule: LiveRule, rows: Sequence[_Row]) -> None:
    """The hits among `rows` with their verdicts and reasons, in a handful of statements."""
    fates = _fates(rows)
    verdicts = {row.pk: _verdict(row, fates) for row in rows}
    seen = Counter(verdicts.values())
    BackTest.objects.filter(pk=test.pk).update(
        seen_count=F("seen_count") + len(rows),
        denied_count=F("denied_count") + seen[Verdict.DENIED],
        rejected_count=F("rejected_count") + seen[Verdict.REJECTED],
    )
    lines = {row.pk: found for row in rows if (found := rule.lines(row.snapshot))}
    fired = [row for row in rows if row.pk in lines]
    reasons, paid = _reasons(fired), _paid(fired)
    hits = BackTestHit.objects.bulk_create(
        BackTestHit(
            practice_id=test.practice_id,
            back_test=test,
            version_id=row.pk,
            verdict=verdicts[row.pk],
            amount=_amount(row, verdicts[row.pk], reasons, paid),
            lines=[number for number in lines[row.pk] if number],
        )
        for row in fired
    )
    BackTestReason.objects.bulk_create(
        BackTestReason(
            practice_id=test.practice_id, hit=hit, group_code=group, reason_code=code,
            amount=amount,
        )
        for hit in hits
        for (group, code), amount in reasons.get(hit.version_id, {}).items()
    )  # fmt: skip


def _fates(rows: Sequence[_Row]) -> _Fates:
    keys = [row.pk for row in rows]
    rejected = SubmissionAttempt.objects.filter(
        version_id__in=keys, state__in=list(states.REJECTED)
    )
    denied = Denial.objects.filter(version_id__in=keys)
    return _Fates(
        frozenset(denied.values_list("version_id", flat=True)),
        frozenset(rejected.values_list("version_id", flat=True)),
    )


def _verdict(row: _Row, fates: _Fates) -> str:
    if row.pk in fates.denied or row.outcome == Outcome.DENIED:
        return Verdict.DENIED
    if row.outcome in _ANSWERED:
        return Verdict.PAID
    return Verdict.REJECTED if row.pk in fates.rejected else Verdict.OPEN


def _amount(row: _Row, verdict: str, reasons: _Reasons, paid: dict[int, Decimal]) -> Decimal:
    if verdict == Verdict.DENIED:
        return sum(reasons.get(row.pk, {}).values(), ZERO)
    return paid.get(row.pk, ZERO) if verdict == Verdict.PAID else row.charge_amount


def _reasons(rows: Sequence[_Row]) -> _Reasons:
    found: _Reasons = defaultdict(dict)
    denials = Denial.objects.filter(version_id__in=[row.pk for row in rows]).order_by()
    for version, group, code, amount in denials.values_list(
        "version_id", "group_code", "reason_code"
    ).annotate(total=Sum("amount")):
        found[version][group, code] = amount
    return found


def _paid(rows: Sequence[_Row]) -> dict[int, Decimal]:
    """What payers paid on each, taken-back payments counted off."""
    answers = RemittanceClaim.objects.filter(
        version_id__in=[row.pk for row in rows], remittance__state=RemittanceState.POSTED
    ).order_by()
    totals = answers.values_list("version_id").annotate(total=Sum("paid_amount"))
    return {version: amount for version, amount in totals if version is not None}


def _finish(test: BackTest, progress: Progress) -> None:
    with transaction.atomic():
        now = clock.now()
        BackTest.objects.filter(pk=test.pk).update(finished_at=now)
        version = PayerRuleVersion.objects.select_for_update().get(pk=test.version_id)
        if version.state == RuleState.DRAFT:
            advance(version, RuleState.TESTED, table=states.RULE, update={"tested_at": now})
        result = result_of(test)
        timeline.record(
            version.rule,
            kind="payer_rule.tested",
            sentence=f"back-tested version {version.number}: would have caught {result.caught}, "
            f"held {result.paid.count} for nothing",
        )
        progress.result(
            fires=result.fired, caught=result.caught, held_for_nothing=result.paid.count
        )
