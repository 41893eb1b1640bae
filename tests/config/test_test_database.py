"""The test database itself: triggers on inside a test, gone round only by the flush."""

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction

from core.models import AuditEvent, Practice
from tests.cast import make_practice
from tests.database import Database


def change_audit(statement: str) -> None:
    """Try to change the audit log as the application."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=AuditEvent._meta.db_table))


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "TRUNCATE {table}"])
def test_the_app_role_cannot_empty_the_audit_log(statement: str) -> None:
    with pytest.raises(DatabaseError):
        change_audit(statement)


@pytest.mark.django_db(transaction=True)
def test_the_flush_empties_tables_and_restores_what_migrations_made(
    test_database: Database,
) -> None:
    permissions = Permission.objects.count()
    make_practice("Summit Family Medicine")
    with test_database.around_triggers() as cursor:
        cursor.execute(f"DELETE FROM {Permission._meta.db_table}")
    test_database.flush()
    assert Practice.objects.count() == 0
    assert Permission.objects.count() == permissions > 0


@pytest.mark.django_db(transaction=True)
def test_the_triggers_refuse_even_the_superuser_otherwise(test_database: Database) -> None:
    with test_database.admin() as cursor, pytest.raises(Exception, match="append-only"):
        cursor.execute(f"TRUNCATE {AuditEvent._meta.db_table} CASCADE")
