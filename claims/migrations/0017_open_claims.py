"""Which claims are open, kept on the claim by the database itself (decision 0019)."""

from django.db import migrations, models

OVER = "('closed', 'replaced', 'voided')"

# The claim looks at its version whenever either changes, so nobody can write it wrong. The version's
# trigger only wakes the claim's: the answer is computed in one place.
FORWARDS = f"""
CREATE FUNCTION claims_keep_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.is_open := NOT EXISTS (
    SELECT FROM claims_claimversion v
    WHERE v.id = NEW.current_version_id AND v.state IN {OVER}
  );
  RETURN NEW;
END $$;
CREATE FUNCTION claims_version_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE claims_claim SET is_open = is_open WHERE id = NEW.claim_id AND current_version_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER claim_keeps_open BEFORE INSERT OR UPDATE OF current_version_id, is_open
  ON claims_claim FOR EACH ROW EXECUTE FUNCTION claims_keep_open();
CREATE TRIGGER version_over_or_again AFTER UPDATE OF state ON claims_claimversion
  FOR EACH ROW WHEN ((OLD.state IN {OVER}) <> (NEW.state IN {OVER}))
  EXECUTE FUNCTION claims_version_over();
UPDATE claims_claim SET is_open = false WHERE current_version_id IN
  (SELECT id FROM claims_claimversion WHERE state IN {OVER});
"""
BACKWARDS = """
DROP TRIGGER version_over_or_again ON claims_claimversion;
DROP TRIGGER claim_keeps_open ON claims_claim;
DROP FUNCTION claims_version_over();
DROP FUNCTION claims_keep_open();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0016_https_roads_clocks_lines"), ("core", "0005_snooze_reason")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="is_open",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
