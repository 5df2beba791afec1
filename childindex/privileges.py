"""What the application and the auditor may do in the database, granted by the owner after every migration.

    the application   reads everything; writes ordinary tables; only adds to what only grows; may run the few functions
                      that act as the owner; makes temporary tables and nothing else
    the auditor       reads the record of looking, and what is needed to prove it

Nobody but the owner may alter, drop or empty a table, or switch a trigger off. What is granted is read from the tables
as they are: one with the trigger `childindex_append_only` only grows. Tables that the owner makes later, outside a
migration, are ordinary ones. The grants are the same however often they are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from childindex.database_roles import AUDITOR

READ, ADD, WRITE = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE, DELETE"
GROW_AND_FINISH = "SELECT, INSERT, UPDATE"
FUNCTIONS_OF_THE_OWNER = """
    SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
"""
# A part of a divided table is reached through the whole, and so needs no grant.
TABLES = """
    SELECT c.relname,
           coalesce(bool_or(p.proname = 'childindex_append_only'), false),
           coalesce(bool_or(t.tgname LIKE 'pgtrigger_only_finished%%'), false)
    FROM pg_class c
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    LEFT JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    GROUP BY c.relname ORDER BY c.relname
"""
KEPT_BY_MIGRATIONS = "django_migrations"

_by_functions_alone: set[str] = set()
_purged: set[str] = set()
_audited: dict[str, str] = {}


def written_by_functions_alone(*tables: str) -> None:
    """Register tables that the application reads and never writes: functions that act as the owner do."""
    _by_functions_alone.update(tables)


def purged(*tables: str) -> None:
    """Register tables that only grow and of which a recorded purge (`acts.purge`) takes rows away."""
    _purged.update(tables)


def audited(table: str, *columns: str) -> None:
    """Register what the auditor reads: a table, or some of its columns."""
    _audited[table] = f"SELECT ({', '.join(columns)})" if columns else READ


def grant(**kwargs: Any) -> None:
    """Grant the application and the auditor what is theirs. Nothing is done where the owner is the application."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        [owner] = cursor.fetchone()
    application = settings.DATABASES["default"]["USER"]
    auditor = settings.DATABASE_ROLES.get(AUDITOR, {}).get("USER", "")
    if not settings.DATABASE_ROLES or not application or application == owner:
        return
    _refuse_unknown([name for name in (application, auditor) if name])
    with transaction.atomic():
        _grant_to_application(application)
        if auditor and auditor not in (application, owner):
            _grant_to_auditor(auditor)


def _refuse_unknown(names: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM unnest(%s) AS n WHERE to_regrole(quote_ident(n)) IS NULL", [list(names)])
        for (name,) in cursor.fetchall():
            raise ImproperlyConfigured(f"The database has no role {name}. Make it first; see docs/operations.md.")


def _grant_to_application(application: str) -> None:
    role = _quoted(application)
    _begin(role)
    for name, only_grows, finishes in _ask(TABLES):
        held = _for_application(name, only_grows=only_grows, finishes=finishes)
        _run(f"GRANT {held} ON {_quoted(name)} TO {role}")
    for (function,) in _ask(FUNCTIONS_OF_THE_OWNER):
        _run(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        _run(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")
    _run(
        f"GRANT TEMPORARY ON DATABASE {_this_database()} TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES GRANT {WRITE} ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        f"ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {role}",
    )


def _for_application(name: str, *, only_grows: bool, finishes: bool) -> str:
    if name in _by_functions_alone or name == KEPT_BY_MIGRATIONS:
        return READ
    if not only_grows:
        return WRITE
    granted = GROW_AND_FINISH if finishes else ADD
    return f"{granted}, DELETE" if name in _purged else granted


def _grant_to_auditor(auditor: str) -> None:
    role = _quoted(auditor)
    _begin(role)
    there = {name for name, *_ in _ask(TABLES)}
    for table, what in _audited.items():
        if table in there:
            _run(f"GRANT {what} ON {_quoted(table)} TO {role}")


def _begin(role: str) -> None:
    """Into the database and the schema, and nothing of what was granted before."""
    _run(
        f"REVOKE ALL ON DATABASE {_this_database()} FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
        f"GRANT CONNECT ON DATABASE {_this_database()} TO {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}",
    )


def _this_database() -> str:
    return _quoted(str(connection.settings_dict["NAME"]))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _ask(statement: str) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [])
        return list(cursor.fetchall())


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements))
