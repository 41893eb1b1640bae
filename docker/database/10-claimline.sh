#!/bin/bash
# Runs once, when the database container creates its cluster: the two roles, the database and the
# rights that the app role gets on every table the owner will create. The same rights are given to
# the embedded engine by launcher/engines/database.py; tests/config/test_containers.py compares them.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
  -v owner_password="$OWNER_DATABASE_PASSWORD" -v app_password="$APP_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE claimline_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE claimline_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE claimline OWNER claimline_owner;
SQL

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname claimline <<'SQL'
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO claimline_owner;
GRANT USAGE ON SCHEMA public TO claimline_app;
ALTER DEFAULT PRIVILEGES FOR ROLE claimline_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO claimline_app;
ALTER DEFAULT PRIVILEGES FOR ROLE claimline_owner IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO claimline_app;
SQL
