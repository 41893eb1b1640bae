"""Ten thousand claims that were sent and answered, made by the database itself from one claim."""

from django.db import connection

from claims.models import Claim
from tests.factories.claims import World

# Claim n of a run, 1 to the count:
#   99213 on its first line when n % 3 = 0, and GC on it too when n % 9 = 0;
#   for Acme, every eleventh for Medicare; a day of service for each of 90 days;
#   its fate by n % 10: 0 to 3 denied (half of them for two reasons), 4 rejected and never
#   answered, 5 rejected and then paid as it stood, 6 and 7 paid, 8 answered with nothing due,
#   9 not answered.
_CLAIMS = """
INSERT INTO claims_claim (practice_id, public_id, control_number, patient_id, billing_provider_id,
  facility_id, rendering_provider_id, charge_amount, service_date_from, service_date_to,
  insurance_balance_amount, patient_balance_amount, hold_reason, split_group,
  split_reason, created_at)
SELECT c.practice_id, gen_random_uuid(), 'PAST' || n, c.patient_id, c.billing_provider_id,
  c.facility_id, c.rendering_provider_id, 40 + n %% 7, DATE '2026-06-01' + n %% 90,
  DATE '2026-06-01' + n %% 90, 0, 0, '', '', '', c.created_at
FROM claims_claim c, generate_series(1, %(count)s) n WHERE c.id = %(claim)s
"""
_N = "substring(c.control_number FROM 5)::int"
_VERSIONS = f"""
INSERT INTO claims_claimversion (practice_id, public_id, claim_id, number, payer_id, plan_id,
  coverage_id, rank, frequency_code, state, state_changed_at, snapshot, snapshot_hash,
  charge_amount, payer_claim_number, outcome, built_at)
SELECT v.practice_id, gen_random_uuid(), c.id, 1,
  CASE WHEN n.n %% 11 = 0 THEN %(medicare)s ELSE v.payer_id END,
  v.plan_id, v.coverage_id, 1, '1',
  CASE WHEN n.n %% 10 = 4 THEN 'ch_rejected' WHEN n.n %% 10 = 9 THEN 'sent'
       ELSE 'adjudicated' END,
  v.state_changed_at,
  jsonb_set(jsonb_set(jsonb_set(v.snapshot,
    '{{lines,0,procedure_code}}', CASE WHEN n.n %% 3 = 0 THEN '"99213"' ELSE '"99214"' END::jsonb),
    '{{lines,0,modifiers}}', CASE WHEN n.n %% 9 = 0 THEN '["GC"]' ELSE '[]' END::jsonb),
    '{{claim,service_date_from}}', to_jsonb(c.service_date_from::text)),
  v.snapshot_hash, c.charge_amount, '',
  CASE WHEN n.n %% 10 < 2 THEN 'denied' WHEN n.n %% 10 < 4 THEN 'partial'
       WHEN n.n %% 10 IN (5, 6, 7) THEN 'paid' WHEN n.n %% 10 = 8 THEN 'zero' ELSE '' END,
  v.built_at
FROM claims_claim c JOIN claims_claimversion v ON v.id = %(version)s,
  LATERAL (SELECT {_N} AS n) n
WHERE c.control_number LIKE 'PAST%%' AND c.practice_id = %(practice)s
"""
_ATTEMPTS = f"""
INSERT INTO claims_submissionattempt (practice_id, public_id, version_id, number, batch_id,
  set_control_number, state, evidence_rank, clock_kind, created_at)
SELECT v.practice_id, gen_random_uuid(), v.id, 1, %(batch)s, '0001',
  CASE WHEN {_N} %% 10 IN (4, 5) THEN 'ch_rejected' ELSE 'adjudicated' END, 35, '', now()
FROM claims_claimversion v JOIN claims_claim c ON c.id = v.claim_id
WHERE c.control_number LIKE 'PAST%%' AND c.practice_id = %(practice)s
"""
_CURRENT = """
UPDATE claims_claimversion v SET current_attempt_id = a.id FROM claims_submissionattempt a
WHERE a.version_id = v.id AND a.batch_id = %(batch)s AND v.current_attempt_id IS NULL
"""
_ANSWERS = f"""
INSERT INTO claims_remittanceclaim (practice_id, public_id, remittance_id, position,
  patient_control_number, status_code, charge_amount, paid_amount, filing_code,
  payer_claim_number, frequency_code, patient_name, member_number, is_forwarded, forwarded_to,
  forwarded_to_number, remark_codes, version_id, match_reason, outcome, rendering_npi,
  set_aside_reason, corrected_name, corrected_member_number, version_state_before,
  version_outcome_before)
SELECT v.practice_id, gen_random_uuid(), %(remittance)s, {_N}, c.control_number, '1',
  v.charge_amount,
  CASE WHEN v.outcome IN ('paid', 'partial') THEN round(v.charge_amount * 0.8, 2) ELSE 0 END,
  '', '', '', '', '', false, '', '', '{{}}', v.id, 'number', v.outcome, '', '', '', '', '', ''
FROM claims_claimversion v JOIN claims_claim c ON c.id = v.claim_id
WHERE c.control_number LIKE 'PAST%%' AND c.practice_id = %(practice)s AND v.outcome <> ''
"""
_DENIALS = f"""
INSERT INTO claims_denial (practice_id, public_id, remittance_claim_id, version_id, group_code,
  reason_code, remark_codes, amount, state, opened_at, settled_as)
SELECT r.practice_id, gen_random_uuid(), r.id, r.version_id, 'CO', k.code, '{{}}', k.amount,
  CASE WHEN {_N} %% 4 = 0 THEN 'resolved' ELSE 'open' END, now(), ''
FROM claims_remittanceclaim r JOIN claims_claimversion v ON v.id = r.version_id
JOIN claims_claim c ON c.id = v.claim_id,
LATERAL (VALUES (CASE WHEN {_N} %% 4 < 2 THEN '4' ELSE '197' END, 7.25),
                (CASE WHEN {_N} %% 2 = 0 THEN '16' END, 3.10)) k (code, amount)
WHERE r.remittance_id = %(remittance)s AND v.outcome IN ('denied', 'partial') AND k.code <> ''
"""


def send_past(world: World, like: Claim, *, batch_id: int, remittance_id: int, count: int) -> None:
    """`count` claims like `like`, sent in that batch and answered in that remittance."""
    like.refresh_from_db()
    values = {
        "count": count, "claim": like.pk, "version": like.version.pk, "batch": batch_id,
        "medicare": world.medicare.pk, "practice": world.practice.pk,
        "remittance": remittance_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_CLAIMS, _VERSIONS, _ATTEMPTS, _CURRENT, _ANSWERS, _DENIALS):
            cursor.execute(statement, values)
