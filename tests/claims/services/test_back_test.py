"""The back-test of a payer rule: its verdicts, and 10,000 claims counted a second time in SQL."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from claims.choices import MessageSource, RemittanceState
from claims.models import BackTest, BackTestHit, BackTestReason, Remittance
from claims.rule_choices import Verdict
from claims.rule_reads import result_of
from claims.services import back_test
from claims.services.back_test import start_back_test
from claims.services.receive_message import receive_message
from core.errors import ApplicationError
from core.jobs import cancel_job, resume_job, run_due_jobs
from core.models import Practice
from core.tenancy import practice_scope
from tests.claims.past import send_past
from tests.factories.claims import World, batch_of, make_claim, make_world, nguyen
from tests.factories.rules import gc_rule, run_jobs

pytestmark = pytest.mark.django_db
NOVEMBER_2, JUNE_1, JULY_31 = date(2026, 11, 2), date(2026, 6, 1), date(2026, 7, 31)
COUNT = 10_000

# Written anew, from the words of the rule and of the verdicts, over the same rows.
RECOUNT = """
WITH denials AS (
  SELECT version_id, sum(amount) AS denied FROM claims_denial GROUP BY 1),
payments AS (
  SELECT version_id, sum(paid_amount) AS paid FROM claims_remittanceclaim GROUP BY 1),
rejections AS (
  SELECT DISTINCT version_id FROM claims_submissionattempt WHERE state LIKE '%%_rejected'),
looked_at AS (
  SELECT v.id, v.charge_amount AS billed,
    EXISTS (SELECT 1 FROM jsonb_array_elements(v.snapshot->'lines') l
            WHERE l->>'procedure_code' = '99213' AND NOT l->'modifiers' ? 'GC') AS fires,
    d.denied, r.version_id IS NOT NULL AS rejected,
    v.outcome IN ('paid', 'partial', 'zero') AS answered, p.paid
  FROM claims_claimversion v JOIN claims_claim c ON c.id = v.claim_id
  LEFT JOIN denials d ON d.version_id = v.id LEFT JOIN payments p ON p.version_id = v.id
  LEFT JOIN rejections r ON r.version_id = v.id
  WHERE v.practice_id = %(practice)s AND v.payer_id = %(payer)s
    AND v.current_attempt_id IS NOT NULL
    AND c.service_date_from BETWEEN %(from)s AND %(to)s)
SELECT count(*),
  count(*) FILTER (WHERE denied IS NOT NULL),
  count(*) FILTER (WHERE denied IS NULL AND NOT answered AND rejected),
  count(*) FILTER (WHERE fires AND denied IS NOT NULL),
  coalesce(sum(denied) FILTER (WHERE fires), 0),
  count(*) FILTER (WHERE fires AND denied IS NULL AND NOT answered AND rejected),
  coalesce(sum(billed) FILTER (WHERE fires AND denied IS NULL AND NOT answered AND rejected), 0),
  count(*) FILTER (WHERE fires AND denied IS NULL AND answered),
  coalesce(sum(paid) FILTER (WHERE fires AND denied IS NULL AND answered), 0),
  count(*) FILTER (WHERE fires AND denied IS NULL AND NOT answered AND NOT rejected),
  coalesce(sum(billed) FILTER (WHERE fires AND denied IS NULL AND NOT answered
                               AND NOT rejected), 0)
FROM looked_at
"""
BY_CARC = """
SELECT d.group_code, d.reason_code, count(DISTINCT d.version_id), sum(d.amount)
FROM claims_denial d JOIN claims_claimversion v ON v.id = d.version_id
JOIN claims_claim c ON c.id = v.claim_id
WHERE v.practice_id = %(practice)s AND v.payer_id = %(payer)s
  AND c.service_date_from BETWEEN %(from)s AND %(to)s
  AND jsonb_path_exists(v.snapshot,
    '$.lines[*] ? (@.procedure_code == "99213" && !exists(@.modifiers[*] ? (@ == "GC")))')
GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2
"""


def past(world: World, count: int) -> None:
    """`count` claims of the summer, all sent; most of them answered."""
    like = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_2)
    batch: Any = batch_of(world, like)
    message = receive_message(
        practice=world.practice, partner=world.partner, source=MessageSource.UPLOAD,
        content=b"made by the test", content_type="application/edi-x12",
    )  # fmt: skip
    remittance = Remittance.objects.create(
        practice=world.practice, message=message, document=batch.document, trace_number="T1",
        payment_amount=0, method_code="ACH", paid_on=JULY_31, content_hash="0" * 64,
        state=RemittanceState.POSTED,
    )  # fmt: skip
    send_past(world, like, batch_id=batch.pk, remittance_id=remittance.pk, count=count)


def started(world: World, last: date = JULY_31) -> BackTest:
    return start_back_test(version=gc_rule(world), service_from=JUNE_1, service_to=last)


def sql(world: World, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # Filled in this transaction: nobody has told the planner how many rows there are.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            statement,
            {"practice": world.practice.pk, "payer": world.acme.pk, "from": JUNE_1,
             "to": JULY_31},
        )  # fmt: skip
        return list(cursor.fetchall())


def test_every_figure_of_ten_thousand_claims_is_what_sql_counts(world: World) -> None:
    past(world, COUNT)
    test = started(world)
    run_jobs()
    test.refresh_from_db()
    found = result_of(test)
    shares = (found.denied, found.rejected, found.paid, found.unanswered)
    figures: list[Any] = [test.seen_count, test.denied_count, test.rejected_count]
    for share in shares:
        figures += [share.count, share.amount]
    assert [tuple(figures)] == sql(world, RECOUNT)
    assert all(share.count for share in shares), "each verdict is drawn"
    told = [(one.group_code, one.reason_code, one.count, one.amount) for one in found.reasons]
    assert told == sql(world, BY_CARC)
    assert len(told) == 3


def test_a_run_that_was_stopped_goes_on_behind_what_it_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    past(world, 120)
    whole = started(world)
    run_jobs()
    monkeypatch.setattr(back_test, "AT_ONCE", 20)
    halves = started(world)
    chunk, calls = back_test._chunk, []

    def stopped_at_the_third(*words: Any) -> Any:
        calls.append(words)
        if len(calls) == 3:
            cancel_job(halves.job)  # type: ignore[arg-type]
        return chunk(*words)

    monkeypatch.setattr(back_test, "_chunk", stopped_at_the_third)
    run_due_jobs()
    halves.refresh_from_db()
    assert halves.finished_at is None
    assert 0 < halves.seen_count < 80
    resume_job(halves.job)  # type: ignore[arg-type]
    run_jobs()
    halves.refresh_from_db()
    whole.refresh_from_db()
    assert result_of(halves) == result_of(whole)
    assert halves.seen_count == whole.seen_count
    assert BackTestHit.objects.filter(back_test=halves).count() == result_of(whole).fired


def test_paid_as_it_stood_after_a_rejection_is_held_for_nothing(world: World) -> None:
    past(world, 60)
    test = started(world)
    run_jobs()
    hits = {
        int(hit.version.claim.control_number[4:]): hit
        for hit in BackTestHit.objects.filter(back_test=test).select_related("version__claim")
    }
    assert hits[15].verdict == Verdict.PAID, "5 of ten: rejected, then paid"
    assert hits[24].verdict == Verdict.REJECTED
    assert hits[24].amount == hits[24].version.charge_amount
    assert hits[3].verdict == Verdict.DENIED
    assert hits[3].amount == Decimal("7.25"), "its remark code stands in one reason"
    assert hits[12].amount == Decimal("10.35")
    assert [str(one) for one in BackTestReason.objects.filter(hit=hits[12])] == ["CO-16", "CO-4"]


def test_the_dates_must_be_the_right_way_round(world: World) -> None:
    with pytest.raises(ApplicationError, match="before the first"):
        start_back_test(version=gc_rule(world), service_from=JULY_31, service_to=JUNE_1)


def test_the_other_practices_past_is_not_looked_at(world: World, lakeside: Practice) -> None:
    past(world, 30)
    with practice_scope(lakeside):
        test = started(make_world(lakeside))
        run_jobs()
        test.refresh_from_db()
        assert (test.seen_count, result_of(test).fired) == (0, 0)
