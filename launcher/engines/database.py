"""The SQL that prepares a database for Claimline: its two roles, extensions and default rights.

The owner migrates; the app role runs everything else and gets no more than row rights. Which rows
it may not change (ledger, audit) is taken away again by the migrations that make those tables.
"""

OWNER_ROLE = "claimline_owner"
APP_ROLE = "claimline_app"
DATABASE = "claimline"
EXTENSIONS = ("btree_gist", "pg_trgm")


def roles_sql(owner: str = OWNER_ROLE, app: str = APP_ROLE) -> str:
    """Create both roles where they are missing (roles belong to the whole server)."""
    return "".join(
        f"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
            CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
          END IF;
        END $$;
        """
        for role in (owner, app)
    )


def preparation_sql(owner: str = OWNER_ROLE, app: str = APP_ROLE) -> str:
    """Extensions and rights inside one database; may be run again."""
    extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)
    default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT"
    return f"""
        {extensions}
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT USAGE, CREATE ON SCHEMA public TO {owner};
        GRANT USAGE ON SCHEMA public TO {app};
        {default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
        {default} USAGE, SELECT, UPDATE ON SEQUENCES TO {app};
    """
