"""A closed day takes no journal, whoever asks: a trigger refuses it; closes are append-only."""

from django.db import migrations

from core.append_only import AppendOnly

# Shared with other postings, alone for a close (billing/ledger/period.py): whoever posts sees
# every close that was committed, and no close is committed while somebody posts.
REFUSE = """
CREATE FUNCTION billing_refuse_closed_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('billing.day_close'), found.practice_id::int)
     FROM (SELECT DISTINCT practice_id FROM added) found;
  SELECT added.number, added.posted_on INTO wrong FROM added
   WHERE added.posted_on <= (SELECT max(day) FROM billing_closedday
                              WHERE practice_id = added.practice_id)
      OR added.posted_on <= (SELECT max(ended_on) FROM billing_closedmonth
                              WHERE practice_id = added.practice_id)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % is of %, a day that is closed', wrong.number, wrong.posted_on
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER day_is_open AFTER INSERT ON billing_journal
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_closed_day();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_batches_bank_and_closes"),
        ("core", "0002_append_only"),
    ]

    operations = [
        migrations.RunSQL(
            REFUSE,
            "DROP TRIGGER day_is_open ON billing_journal;"
            "DROP FUNCTION billing_refuse_closed_day()",
        ),
        AppendOnly("billing_closedday"),
        AppendOnly("billing_closedjournal"),
        AppendOnly("billing_closedmonth"),
    ]
