"""What was in credit before there was a worklist of credits goes on it."""

from django.db import migrations

LIST_CREDITS = """
INSERT INTO billing_creditbalance (public_id, practice_id, account_id, patient_id, guarantor_id,
       charge_line_id, payer_id, rank, amount, arose_on, journal_id, cause, note,
       reviewed_by_name, state, opened_at)
SELECT gen_random_uuid(), practice_id, account_id, patient_id, guarantor_id, charge_line_id,
       payer_id, rank, -sum(amount), max(posted_on) FILTER (WHERE amount < 0),
       max(journal_id) FILTER (WHERE amount < 0),
       CASE account_id WHEN 1100 THEN 'payer' WHEN 1200 THEN 'patient' ELSE 'prepaid' END,
       '', '', 'open', now()
  FROM billing_ledger_entry WHERE account_id IN (1100, 1200, 2000)
 GROUP BY practice_id, account_id, patient_id, guarantor_id, charge_line_id, payer_id, rank
HAVING sum(amount) < 0
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_write_offs_and_refunds"),
    ]

    operations = [migrations.RunSQL(LIST_CREDITS, migrations.RunSQL.noop)]
