"""As whom this process speaks to the database: as the application, unless what it does belongs to another role.

    with connected_as(OWNER):
        ...

`childindex/settings/database.py` says where the addresses come from, `childindex/privileges.py` what each role may do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

OWNER, AUDITOR = "owner", "auditor"
ROLE = "CONNECTED_AS"  # in a connection's settings: which role's address it was made from; the application's has none

STANDS_TOO_HIGH = """
    SELECT r.rolsuper, r.rolbypassrls, EXISTS (
        SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
    FROM pg_roles r WHERE r.rolname = current_user
"""


@contextmanager
def connected_as(role: str) -> Iterator[None]:
    """What follows in this thread reaches the same database as `role`.

    Where the role has no address of its own, and inside a transaction, the connection stays what it is.
    """
    before, address = connections["default"], settings.DATABASE_ROLES.get(role)
    if address is None or before.in_atomic_block or before.settings_dict["USER"] == address["USER"]:
        yield
        return
    place: dict[str, Any] = {**before.settings_dict, **address, "NAME": before.settings_dict["NAME"], ROLE: role}
    connections["default"] = meanwhile = type(before)(place, alias="default")
    try:
        yield
    finally:
        meanwhile.close()
        connections["default"] = before


class OwnersCommand(BaseCommand):
    """A command that makes, replaces or drops tables, and so is run as their owner."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with connected_as(OWNER):
            return super().execute(*args, **options)


class AuditorsCommand(BaseCommand):
    """A command that reads the record of looking and nothing else, and so is run as its auditor."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with connected_as(AUDITOR):
            return super().execute(*args, **options)


def fault(session: BaseDatabaseWrapper) -> str:
    """Why the application should not be whom it is connected as; nothing where all is well."""
    with session.cursor() as cursor:
        cursor.execute(STANDS_TOO_HIGH)
        is_superuser, goes_round_policies, owns_tables = cursor.fetchone()
    user = session.settings_dict["USER"]
    if is_superuser or goes_round_policies:
        return f"DATABASE_URL connects as {user or 'a role'}, which is a superuser or may bypass row security."
    if owns_tables:
        return f"DATABASE_URL connects as {user or 'a role'}, which owns the tables, and could switch their rules off."
    return ""


_found_well: set[str] = set()


def refuse_owner(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """On connecting: raise ImproperlyConfigured where the application is a role that no rule binds."""
    user = str(connection.settings_dict["USER"])
    if not settings.OWNER_REFUSED or connection.settings_dict.get(ROLE) or user in _found_well:
        return
    if wrong := fault(connection):
        connection.close()
        raise ImproperlyConfigured(f"{wrong} Give it the application's role; see docs/operations.md, The three roles.")
    _found_well.add(user)


def refuse_owner_at_once() -> None:
    """Connect, so that a process which serves pages ends here rather than at its first page.

    A database that is away is waited for by others: the check follows when it is back.
    """
    if not settings.OWNER_REFUSED:
        return
    try:
        connection.ensure_connection()
    except OperationalError:
        return
    connection.close()
