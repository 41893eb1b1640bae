"""Making, flushing and dropping the test database, as the owner and as the superuser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

from config import env
from launcher.engines.database import preparation_sql, roles_sql

PRISTINE = "pristine"
SKIPPED = ("django_migrations",)
COLUMNS = """
SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position)
FROM information_schema.columns c
JOIN pg_tables t ON t.schemaname = c.table_schema AND t.tablename = c.table_name
WHERE c.table_schema = 'public' AND c.is_generated = 'NEVER'
GROUP BY c.table_name
"""


class Database:
    """The test database: real roles, real grants, real triggers."""

    def __init__(self, admin_url: str, owner_url: str, name: str) -> None:
        self.admin_url = admin_url
        self.owner = env.parse_database("DATABASE_OWNER_URL", owner_url)
        self.name = name
        self._admin: psycopg2.extensions.connection | None = None

    def create(self, *, keep: bool) -> None:
        """Create and migrate the database; with `keep` use what an earlier run left."""
        app_role = connections["default"].settings_dict["USER"]
        with self._server() as cursor:
            cursor.execute(roles_sql(self.owner["USER"], app_role))
            if not keep:
                cursor.execute(self._named("DROP DATABASE IF EXISTS {} WITH (FORCE)"))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            kept = cursor.fetchone() is not None
            if not kept:
                owner = sql.Identifier(self.owner["USER"])
                cursor.execute(self._named("CREATE DATABASE {} OWNER {}", owner))
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = self.name
        with self.admin() as cursor:
            cursor.execute(preparation_sql(self.owner["USER"], app_role))
        if kept:
            self.flush()
        with self._as_owner():
            call_command("migrate", verbosity=0, interactive=False)
        self._remember_pristine_rows()

    def drop(self) -> None:
        """Close what is open and drop the database."""
        connections.close_all()
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        with self._server() as cursor:
            cursor.execute(self._named("DROP DATABASE IF EXISTS {} WITH (FORCE)"))

    def flush(self) -> None:
        """Empty every table, then put back what the migrations had inserted.

        The one place that goes round the append-only triggers: as superuser, in replica mode, in
        which neither triggers nor foreign keys fire.
        """
        with self.around_triggers() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [PRISTINE])
            remembered = {name for (name,) in cursor.fetchall()}
            cursor.execute(COLUMNS)
            for table, columns in cursor.fetchall():
                if table in SKIPPED:
                    continue
                cursor.execute(_about("DELETE FROM {table}", table))
                if table in remembered:
                    names = sql.SQL(", ").join(map(sql.Identifier, columns))
                    cursor.execute(
                        _about(
                            "INSERT INTO {table} ({names}) SELECT {names} FROM {pristine}",
                            table,
                            names=names,
                        )
                    )

    def count_anew(self) -> None:
        """Let the database know that its tables are empty, and give their pages back. Counted while
        a long transaction fills them, or with pages that a flush has emptied, they are taken for
        tables of one row, and joined by reading each whole for each row of another.
        """
        with self.admin() as cursor:
            cursor.execute("VACUUM (ANALYZE)")

    @contextmanager
    def around_triggers(self) -> Iterator[psycopg2.extensions.cursor]:
        """Act as superuser with triggers off: for the flush, and for tests that tamper."""
        with self.admin() as cursor:
            cursor.execute("BEGIN; SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    @contextmanager
    def admin(self) -> Iterator[psycopg2.extensions.cursor]:
        """A cursor of the superuser on the test database; each statement commits."""
        if self._admin is None or self._admin.closed:
            self._admin = psycopg2.connect(self.admin_url, dbname=self.name)
            self._admin.autocommit = True
        with self._admin.cursor() as cursor:
            yield cursor

    def _remember_pristine_rows(self) -> None:
        with self.admin() as cursor:
            schema = sql.Identifier(PRISTINE)
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
            cursor.execute(COLUMNS)
            for table, _columns in cursor.fetchall():
                cursor.execute(_about("SELECT EXISTS (SELECT FROM {table})", table))
                found = cursor.fetchone()
                if found and found[0] and table not in SKIPPED:
                    cursor.execute(_about("CREATE TABLE {pristine} AS TABLE {table}", table))

    @contextmanager
    def _as_owner(self) -> Iterator[None]:
        connection = connections["default"]
        app = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(self.owner | {"NAME": self.name})
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(app)

    @contextmanager
    def _server(self) -> Iterator[psycopg2.extensions.cursor]:
        connection = psycopg2.connect(self.admin_url, dbname="postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def _named(self, statement: str, *more: sql.Composable) -> sql.Composable:
        return sql.SQL(statement).format(sql.Identifier(self.name), *more)


def _about(statement: str, table: str, **parts: Any) -> sql.Composable:
    return sql.SQL(statement).format(
        table=sql.Identifier("public", table), pristine=sql.Identifier(PRISTINE, table), **parts
    )
