#!/bin/sh
# Makes the three roles of the database, and hands the database to the first of them. Run once, as a superuser, by the
# container of PostgreSQL when its data folder is new, or by hand: PGHOST=… PGUSER=postgres sh childindex/make_roles.sh
# Passwords come from the environment: OWNER_PASSWORD, APPLICATION_PASSWORD, AUDITOR_PASSWORD.
set -eu
: "${OWNER_PASSWORD:?}" "${APPLICATION_PASSWORD:?}" "${AUDITOR_PASSWORD:?}"
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname postgres \
    -v database="${POSTGRES_DB:-childindex}" <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv application_password APPLICATION_PASSWORD
\getenv auditor_password AUDITOR_PASSWORD
CREATE ROLE childindex_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE childindex_application LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'application_password';
CREATE ROLE childindex_auditor LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'auditor_password';
SELECT format('CREATE DATABASE %I', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER DATABASE :"database" OWNER TO childindex_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO childindex_application, childindex_auditor;
SQL
