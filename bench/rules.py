"""Back-testing a payer rule over ten thousand claims that were sent, a third of them denied.

Everything is rolled back at the end: the figures leave no rows behind.
"""

import time
from datetime import date

import django

from bench.measure import Figure, peak_megabytes

django.setup()

from bench.scrub import bench_claims  # noqa: E402
from bench.visits import CASES, lay_out_cases, measured_and_undone  # noqa: E402
from claims.models import (  # noqa: E402
    BackTest,
    Claim,
    ClaimVersion,
    Denial,
    InboundMessage,
    Remittance,
    RemittanceClaim,
    SubmissionAttempt,
    SubmissionBatch,
    TradingPartner,
)
from claims.payer_rules.grammar import parse  # noqa: E402
from claims.rule_reads import result_of  # noqa: E402
from claims.services.back_test import run_back_test, start_back_test  # noqa: E402
from claims.services.save_payer_rule import WantedRule, save_payer_rule  # noqa: E402
from core.jobs import Progress  # noqa: E402
from core.models import Job, Practice  # noqa: E402
from core.services.documents import store_document  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

SECONDS, MEGABYTES = 60, 60
_FIRST, _LAST = date(2026, 1, 1), date(2026, 12, 31)
_RULE = {"match": "all", "groups": [{"match": "all", "conditions": [
    {"field": "line.procedure_code", "op": "in_range", "values": ["99202", "99215"]},
    {"field": "line.modifiers", "op": "is_not", "values": ["25"]},
    {"field": "line.procedure_code", "op": "filled", "values": [], "where": "none"},
]}]}  # fmt: skip


def figures() -> list[Figure]:
    """One back-test for its time, and the same again for its memory."""
    return measured_and_undone(_measured)


def _measured() -> list[Figure]:
    practice = Practice.objects.create(name="Bench", time_zone="America/Denver", phone="3035550100")
    with practice_scope(practice):
        _answer(practice, bench_claims(practice, lay_out_cases(practice)))
        wanted = WantedRule("Bench", "W", parse(_RULE), "Look at it.", "line.modifiers")
        version = save_payer_rule(practice=practice, wanted=wanted)
        begin = time.perf_counter()
        test = _run(start_back_test(version=version, service_from=_FIRST, service_to=_LAST))
        took = time.perf_counter() - begin
        found = result_of(test)
        again = start_back_test(version=version, service_from=_FIRST, service_to=_LAST)
        megabytes = peak_megabytes(lambda: _run(again))
    said = f"fires on {found.fired:,}, caught {found.caught:,}, for nothing {found.paid.count:,}"
    return [
        Figure(
            f"back-test a payer rule over {test.seen_count:,} of {CASES:,} claims",
            f"≤ {SECONDS} s", f"{took:.1f} s ({said})", took <= SECONDS,
        ),
        Figure(
            "the same, memory at its peak", f"≤ {MEGABYTES} MB", f"{megabytes:.0f} MB",
            megabytes <= MEGABYTES,
        ),
    ]  # fmt: skip


def _run(test: BackTest) -> BackTest:
    job = Job.objects.get(back_test=test)
    run_back_test(job, Progress(job))
    test.refresh_from_db()
    return test


def _answer(practice: Practice, claims: list[Claim]) -> None:
    """Every claim sent in one batch and answered; each third denied."""
    partner = TradingPartner.objects.get()
    document = store_document(
        practice=practice, kind="x12.837p", content=b"bench", content_type="text/plain",
        label="bench",
    )  # fmt: skip
    batch = SubmissionBatch.objects.create(
        practice=practice, partner=partner, reference="B1", interchange_control_number="1",
        claim_count=len(claims), charge_amount=0, document=document,
    )  # fmt: skip
    versions = list(ClaimVersion.objects.defer("snapshot").order_by("pk"))
    attempts = SubmissionAttempt.objects.bulk_create(
        SubmissionAttempt(practice=practice, version=one, number=1, batch=batch) for one in versions
    )
    for place, (version, attempt) in enumerate(zip(versions, attempts, strict=True)):
        version.current_attempt, version.state = attempt, "adjudicated"
        version.outcome = "paid" if place % 3 else "denied"
    ClaimVersion.objects.bulk_update(
        versions, ["current_attempt", "state", "outcome"], batch_size=1000
    )
    message = InboundMessage.objects.create(
        practice=practice, partner=partner, source="upload", document=document, sha256="0" * 64,
    )  # fmt: skip
    remittance = Remittance.objects.create(
        practice=practice, message=message, document=document, trace_number="T", payment_amount=0,
        method_code="ACH", paid_on=_LAST, content_hash="0" * 64, state="posted",
    )  # fmt: skip
    answers = RemittanceClaim.objects.bulk_create(
        RemittanceClaim(
            practice=practice, remittance=remittance, position=place, status_code="1",
            patient_control_number="B", charge_amount=version.charge_amount,
            paid_amount=version.charge_amount if place % 3 else 0, version=version,
            outcome=version.outcome,
        )
        for place, version in enumerate(versions)
    )  # fmt: skip
    Denial.objects.bulk_create(
        Denial(
            practice=practice, remittance_claim=answer, version=answer.version,
            group_code="CO", reason_code="16", amount=answer.charge_amount,
        )
        for answer in answers
        if answer.outcome == "denied"
    )  # fmt: skip
