"""Migration operations that make a table append-only for everyone.

The app role loses the grants; triggers refuse the rest, whoever asks (DESIGN 3.2).
"""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;
"""


class CreateRefuseFunction(migrations.RunSQL):
    """The trigger function that AppendOnly uses. Run once, in the kernel's first migration."""

    def __init__(self) -> None:
        super().__init__(REFUSE_FUNCTION, "DROP FUNCTION IF EXISTS core_refuse_change() CASCADE")


class AppendOnly(Operation):
    """Make `table` append-only: two triggers, and no UPDATE, DELETE, TRUNCATE for the app role."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the triggers and take the grants away."""
        table = schema_editor.quote_name(self.table)
        role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        schema_editor.execute(
            f"CREATE TRIGGER refuse_row_change BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION core_refuse_change();"
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();"
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role};"
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers and give the grants back."""
        table = schema_editor.quote_name(self.table)
        role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        schema_editor.execute(
            f"DROP TRIGGER refuse_row_change ON {table}; DROP TRIGGER refuse_truncate ON {table};"
            f"GRANT UPDATE, DELETE ON {table} TO {role};"
        )

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return f"Make {self.table} append-only"
