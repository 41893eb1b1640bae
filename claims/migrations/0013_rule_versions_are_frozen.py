"""What a version of a payer rule says can never be rewritten: findings and tests refer to it."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION claims_refuse_rule_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a version of a payer rule is never rewritten: %', OLD.id
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_rule_rewrite
  BEFORE UPDATE OF definition, severity, message, field, modifier, effective_from, effective_to
  ON claims_payerruleversion FOR EACH ROW
  WHEN ((OLD.definition, OLD.severity, OLD.message, OLD.field, OLD.modifier, OLD.effective_from,
         OLD.effective_to) IS DISTINCT FROM
        (NEW.definition, NEW.severity, NEW.message, NEW.field, NEW.modifier, NEW.effective_from,
         NEW.effective_to))
  EXECUTE FUNCTION claims_refuse_rule_rewrite();
"""
BACKWARDS = """
DROP TRIGGER refuse_rule_rewrite ON claims_payerruleversion;
DROP FUNCTION claims_refuse_rule_rewrite();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0012_payer_rules")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
