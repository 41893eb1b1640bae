"""What makes the ledger a ledger: its chart, its view, and a database that refuses the rest.

The chart is written out here, not imported: a migration says what was true on its day.
"""

from django.db import migrations

from core.append_only import AppendOnly

CHART = [
    (1000, "Cash at bank", "debit"),
    (1010, "Undeposited cash and checks", "debit"),
    (1015, "Card processor clearing", "debit"),
    (1020, "Remit clearing", "debit"),
    (1100, "A/R insurance", "debit"),
    (1200, "A/R patient", "debit"),
    (1250, "A/R at collections", "debit"),
    (1300, "Recoupment and refund suspense", "debit"),
    (1310, "Tax withheld receivable", "debit"),
    (1320, "Payer withholds receivable", "debit"),
    (2000, "Patient credits and prepayments", "credit"),
    (2010, "Unapplied insurance cash", "credit"),
    (2020, "Refunds payable to patients", "credit"),
    (2030, "Refunds payable to payers", "credit"),
    (2100, "Payer recoupment payable", "credit"),
    (2210, "Levies payable", "credit"),
    (2300, "Unclaimed property", "credit"),
    (4000, "Gross charges", "credit"),
    (4100, "Contractual adjustment", "debit"),
    (4105, "Sequestration", "debit"),
    (4110, "Capitation and demonstration offset", "debit"),
    (4120, "Denial write-off", "debit"),
    (4130, "Small-balance write-off", "debit"),
    (4140, "Self-pay and prompt-pay discount", "debit"),
    (4150, "Charity care", "debit"),
    (4160, "Statutory uncollectible", "debit"),
    (4170, "Payer incentive or penalty", "debit"),
    (4200, "Interest income from payers", "credit"),
    (4210, "Capitation revenue", "credit"),
    (4220, "Other payer payments", "credit"),
    (4300, "Bad-debt recovery", "credit"),
    (5000, "Bad debt", "debit"),
    (5100, "Payer fees and penalties", "debit"),
    (5110, "Card fees", "debit"),
    (5120, "Agency fees", "debit"),
]

KEYS = ("account_id", "patient_id", "guarantor_id", "charge_line_id", "payer_id", "rank")


def _columns(side):
    return ", ".join(f"{side}_{key}" for key in KEYS)


def _entry(side, other, sign, parity):
    keys = ", ".join(f"{side}_{key} AS {key}" for key in KEYS)
    return (
        f"SELECT id * 2 + {parity} AS id, practice_id, journal_id, id AS line_id, posted_on,"
        f" {keys}, {other}_account_id AS counter_account_id, {sign}amount AS amount,"
        " reason_code, reference_number FROM billing_journalline"
    )


SEQUENCE = "CREATE SEQUENCE billing_journal_number AS bigint START 1001"

VIEW = (
    "CREATE VIEW billing_ledger_entry AS "
    + _entry("debit", "credit", "", 0)
    + " UNION ALL "
    + _entry("credit", "debit", "-", 1)
)

SIDES_DIFFER = (
    "ALTER TABLE billing_journalline ADD CONSTRAINT line_sides_differ CHECK"
    f" (({_columns('debit')}) IS DISTINCT FROM ({_columns('credit')}))"
)

# A journal takes no line after it is whole, and every line carries its journal's day and practice.
CHECK_LINES = """
CREATE FUNCTION billing_check_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
  SELECT journal.id INTO wrong
    FROM added JOIN billing_journal journal ON journal.id = added.journal_id
   WHERE journal.practice_id <> added.practice_id OR journal.posted_on <> added.posted_on
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'a line of journal % has another day or practice', wrong
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT journal.id INTO wrong
    FROM billing_journal journal
   WHERE journal.id IN (SELECT journal_id FROM added)
     AND journal.line_count <
         (SELECT count(*) FROM billing_journalline line WHERE line.journal_id = journal.id)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % is whole and takes no further line', wrong
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lines_fit_their_journal AFTER INSERT ON billing_journalline
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION billing_check_lines();
"""

# At commit a journal has the lines it says it has, and a mirror is exactly one.
CHECK_JOURNAL = f"""
CREATE FUNCTION billing_check_journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lines bigint; total numeric;
BEGIN
  SELECT count(*), coalesce(sum(amount), 0) INTO lines, total
    FROM billing_journalline WHERE journal_id = NEW.id;
  IF lines <> NEW.line_count OR total <> NEW.amount THEN
    RAISE EXCEPTION 'journal % does not have the lines it says', NEW.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.reverses_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT 1 FROM billing_journal original WHERE original.id = NEW.reverses_id
                AND (original.practice_id <> NEW.practice_id
                     OR original.line_count <> NEW.line_count))
     OR EXISTS (
       SELECT {_columns("credit")}, {_columns("debit")}, amount, reason_code, reference_number
         FROM billing_journalline WHERE journal_id = NEW.reverses_id
       EXCEPT ALL
       SELECT {_columns("debit")}, {_columns("credit")}, amount, reason_code, reference_number
         FROM billing_journalline WHERE journal_id = NEW.id)
  THEN
    RAISE EXCEPTION 'journal % is not the mirror of the one it names', NEW.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journal_is_whole AFTER INSERT ON billing_journal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_journal();
"""


def load_chart(apps, schema_editor):
    account = apps.get_model("billing", "LedgerAccount")
    account.objects.bulk_create(
        account(number=number, name=name, normal_side=side) for number, name, side in CHART
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("core", "0002_append_only")]

    operations = [
        migrations.RunPython(load_chart, migrations.RunPython.noop),
        migrations.RunSQL(SEQUENCE, "DROP SEQUENCE billing_journal_number"),
        migrations.RunSQL(VIEW, "DROP VIEW billing_ledger_entry"),
        migrations.RunSQL(
            SIDES_DIFFER, "ALTER TABLE billing_journalline DROP CONSTRAINT line_sides_differ"
        ),
        migrations.RunSQL(
            CHECK_LINES,
            "DROP TRIGGER lines_fit_their_journal ON billing_journalline;"
            "DROP FUNCTION billing_check_lines()",
        ),
        migrations.RunSQL(
            CHECK_JOURNAL,
            "DROP TRIGGER journal_is_whole ON billing_journal;"
            "DROP FUNCTION billing_check_journal()",
        ),
        AppendOnly("billing_journal"),
        AppendOnly("billing_journalline"),
        AppendOnly("billing_payment"),
        AppendOnly("billing_paymentallocation"),
        AppendOnly("billing_statementline"),
    ]
