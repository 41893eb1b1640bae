"""Scrubbing: one claim that a biller checks again, and ten thousand at once, NCCI pairs loaded.

Everything is rolled back at the end: the figures leave no rows behind.
"""

import time
from collections import Counter
from datetime import date

import django

from bench.measure import Figure, percentile

django.setup()

from bench.visits import CASES, PAIRS, lay_out_cases, lay_out_pairs, measured_and_undone  # noqa: E402
from claims.models import (  # noqa: E402
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    PayerFilingSettings,
    TradingPartner,
)  # fmt: skip
from claims.services.recheck_claim import recheck_claim  # noqa: E402
from claims.services.scrub_version import scrub_versions  # noqa: E402
from claims.services.take_snapshot import write_lines  # noqa: E402
from claims.snapshot import build_snapshot, snapshot_hash  # noqa: E402
from coding.models import CodingCase  # noqa: E402
from core.models import Practice  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402
from patients.models import Coverage, Payer, PayerPlan  # noqa: E402

BUDGET_MS, SCRUB_SECONDS, RUNS, CHUNK = 150, 60, 100, 500


def figures() -> list[Figure]:
    """One claim again and again, then all of them."""
    return measured_and_undone(_measured)


def _measured() -> list[Figure]:
    practice = Practice.objects.create(name="Bench", time_zone="America/Denver", phone="3035550100")
    with practice_scope(practice):
        lay_out_pairs()
        claims = bench_claims(practice, lay_out_cases(practice))
        times = [_milliseconds(claims[number * 7]) for number in range(RUNS)]
        begin = time.perf_counter()
        for start in range(0, len(claims), CHUNK):
            _scrub(claims[start : start + CHUNK])
        every = time.perf_counter() - begin
        states = Counter(ClaimVersion.objects.values_list("state", flat=True))
    slow = percentile(times, 0.95)
    said = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items()))
    return [
        Figure(
            f"check one claim again, {RUNS} times, {PAIRS:,} NCCI pairs loaded",
            f"≤ {BUDGET_MS} ms p95",
            f"p50 {percentile(times, 0.5):.0f} ms, p95 {slow:.0f} ms",
            slow <= BUDGET_MS,
        ),
        Figure(
            f"scrub {CASES:,} claims, by {CHUNK:,}",
            f"≤ {SCRUB_SECONDS} s",
            f"{every:.1f} s ({said})",
            every <= SCRUB_SECONDS,
        ),
    ]


def _milliseconds(claim: Claim) -> float:
    begin = time.perf_counter()
    recheck_claim(claim)
    return (time.perf_counter() - begin) * 1000


def _scrub(claims: list[Claim]) -> None:
    rows = ClaimVersion.objects.filter(claim__in=claims).select_related("claim", "practice")
    scrub_versions(list(rows.order_by("pk")))


def bench_claims(practice: Practice, cases: list[CodingCase]) -> list[Claim]:
    """A claim for each case, as it was built and found ready."""
    coverage_of = _coverages(practice, cases)
    claims = []
    for case in cases:
        encounter, lines = case.encounter, list(case.lines.order_by("position"))
        coverage = coverage_of[case.patient_id]
        number = f"B{case.pk:08d}"
        snapshot = build_snapshot(
            control_number=number, encounter=encounter, coverage=coverage, lines=lines,
            diagnoses=list(case.diagnoses.order_by("position")), payer_number="MCRPB",
        )  # fmt: skip
        charge = sum(line.charge_amount for line in lines)
        claim = Claim.objects.create(
            practice=practice, control_number=number, patient_id=case.patient_id,
            billing_provider=encounter.billing_provider, facility=encounter.facility,
            rendering_provider=encounter.rendering_provider, charge_amount=charge,
            service_date_from=encounter.service_date_from,
            service_date_to=encounter.service_date_to,
        )  # fmt: skip
        ClaimChargeLine.objects.bulk_create(
            ClaimChargeLine(practice=practice, claim=claim, charge_line=line) for line in lines
        )
        version = ClaimVersion.objects.create(
            practice=practice, claim=claim, payer=coverage.plan.payer, plan=coverage.plan,
            coverage=coverage, snapshot=snapshot, snapshot_hash=snapshot_hash(snapshot),
            charge_amount=charge, state="ready",
        )  # fmt: skip
        write_lines(version, lines)
        claim.current_version = version
        claim.save(update_fields=["current_version"])
        claims.append(claim)
    return claims


def _coverages(practice: Practice, cases: list[CodingCase]) -> dict[int, Coverage]:
    partner = TradingPartner.objects.create(
        practice=practice, name="Bench", kind="clearinghouse", transport="folder",
        sender_id="BENCH", receiver_id="BENCH", outbound_folder="/nowhere",
    )  # fmt: skip
    payer = Payer.objects.create(
        practice=practice, name="Bench Health", payer_number="MCRPB", kind="commercial"
    )
    PayerFilingSettings.objects.create(practice=practice, payer=payer, partner=partner)
    plan = PayerPlan.objects.create(
        practice=practice, payer=payer, name="PPO", claim_filing_code="CI"
    )
    return {
        patient: Coverage.objects.create(
            practice=practice, patient_id=patient, plan=plan, member_id=f"BH{patient:09d}",
            relationship_code="18", effective_from=date(2015, 1, 1),
        )
        for patient in {case.patient_id for case in cases}
    }  # fmt: skip
