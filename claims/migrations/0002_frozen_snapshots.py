"""A version that went out can never be rewritten: the database itself refuses it (DESIGN 3.3)."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION claims_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.current_attempt_id IS NOT NULL AND NEW.snapshot IS DISTINCT FROM OLD.snapshot THEN
    RAISE EXCEPTION 'version % was sent: its snapshot is frozen', OLD.id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_rewrite BEFORE UPDATE OF snapshot ON claims_claimversion
  FOR EACH ROW EXECUTE FUNCTION claims_refuse_rewrite();
"""
BACKWARDS = """
DROP TRIGGER refuse_rewrite ON claims_claimversion;
DROP FUNCTION claims_refuse_rewrite();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
