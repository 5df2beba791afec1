"""Databases for tests: one template, made once from the migrations, and cheap copies of it.

The fact tables refuse DELETE and TRUNCATE, so a test that commits cannot be cleaned up after. It gets a copy of its own
instead, which is thrown away. The template is named after what it was made from, and kept for the next run.

Databases are made by the owner, and tests reach theirs as the application, bound by what it may do. Whoever tampers, or
sets a trap, steps out of that with `unbound`, in the same transaction.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from childindex import postgres
from childindex.database_roles import OWNER
from childindex.settings.database import EMBEDDED

CHECKOUT = Path(__file__).resolve().parent.parent
KEPT = timedelta(days=1)
ONE_AT_A_TIME = 7_305_212_905  # an advisory lock: one process makes the template, the others wait for it


def template() -> str:
    """The name of a migrated, empty database that nobody is connected to. Made if it is not there yet."""
    name = f"test_template_{fingerprint()}"
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name])
        if not cursor.fetchone():
            remove_old(cursor)
            make_template(cursor, name)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
    return name


def fingerprint() -> str:
    """Changes with the migrations, and with the versions of the packages that bring some."""
    total = hashlib.sha256((CHECKOUT / "childindex" / "requirements" / "dev.txt").read_bytes())
    for app in ("childindex", "registry", "schools", "agencies"):
        for file in sorted((CHECKOUT / app).rglob("migrations/*.*")):
            total.update(f"{file.relative_to(CHECKOUT)}\0".encode() + file.read_bytes())
    total.update((CHECKOUT / "childindex" / "privileges.py").read_bytes())
    return total.hexdigest()[:12]


def make_template(cursor, name: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}"{owned()}')
    note_date(cursor, name)
    with connected_to(name):
        call_command("migrate", verbosity=0, interactive=False)
    cursor.execute(f'ALTER DATABASE "{name}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')


def clone(template_name: str) -> str:
    """The name of a new database like the template."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with maintenance() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_name}"{owned()}{copied()}')
        # What a commit wrote is not waited for on the disk: only a machine that loses its power could lose it.
        cursor.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        note_date(cursor, name)
    return name


def drop(name: str) -> None:
    with maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def note_date(cursor, name: str) -> None:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    cursor.execute(f"""COMMENT ON DATABASE "{name}" IS 'child index tests, {moment}'""")


def remove_old(cursor) -> None:
    """Drop what runs that were killed, or templates of other days, have left behind."""
    cursor.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE shobj_description(oid, 'pg_database') LIKE 'child index tests, %%'"
    )
    for name, comment in cursor.fetchall():
        made = datetime.fromisoformat(comment.split(", ")[1])
        if datetime.now(UTC) - made > KEPT:
            cursor.execute(f'ALTER DATABASE "{name}" WITH IS_TEMPLATE false')
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def maintenance() -> Iterator:
    """A cursor outside every transaction, on the server's own `postgres` database, of whoever may end any session."""
    address = {"USER": postgres.ROLE} if is_embedded() else settings.DATABASE_ROLES.get(OWNER, {})
    with closing(wrapper_for("postgres", **address)) as wrapper, wrapper.cursor() as cursor:
        yield cursor


@contextmanager
def unbound(role: str = "NONE") -> Iterator[None]:
    """What follows on this connection is done by whoever owns the server, whom no privilege binds, or by `role`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        try:
            yield
        finally:
            if connection.is_usable():
                cursor.execute("RESET ROLE")


def by_the_owner() -> AbstractContextManager[None]:
    """What follows on this connection is done by the owner of the tables: what is made then is the owner's."""
    return unbound(settings.DATABASE_ROLES.get(OWNER, {}).get("USER", "NONE"))


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """This thread, and threads that start meanwhile, use the database `name`; the connection before is left alone."""
    default, before = connections.settings["default"], connections["default"]
    named_before = default["NAME"]
    connections["default"] = wrapper = wrapper_for(name, **test_session())
    default["NAME"] = name
    try:
        yield
    finally:
        wrapper.close()
        default["NAME"] = named_before
        connections["default"] = before


def addresses() -> dict[str, str]:
    """By which variables a process that a test starts finds the database that is connected, as owner too."""
    owner = settings.DATABASE_ROLES.get(OWNER)
    beside = {"OWNER_DATABASE_URL": address(owner)} if owner else {}
    return {"DATABASE_URL": address(), **beside}


def address(whose=None) -> str:
    """The address of the database that is connected, the application's unless settings of another role are given."""
    connections["default"].ensure_connection()
    role = whose or settings.DATABASES["default"]
    said = {part: role[part] for part in ("USER", "PASSWORD") if part in role}
    database = {**connections["default"].settings_dict, **said}
    user, password, host = (quote(database[part], safe="") for part in ("USER", "PASSWORD", "HOST"))
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{user}{':' + password if password else ''}@{host}{port}/{database['NAME']}"


def is_embedded() -> bool:
    return connections.settings["default"]["ENGINE"] == EMBEDDED["ENGINE"]


def owned() -> str:
    """Whose a new database is."""
    owner = settings.DATABASE_ROLES.get(OWNER)
    return f' OWNER "{owner["USER"]}"' if owner else ""


def copied() -> str:
    """How a new database is copied: by the file where nothing waits for the disk, which takes half the time."""
    return " STRATEGY FILE_COPY" if is_embedded() else ""


def test_session() -> dict[str, object]:
    """The embedded server's own user, who became the application and can step back; elsewhere DATABASE_URL's."""
    if not is_embedded():
        return {}
    return {"USER": postgres.ROLE, "OPTIONS": {"options": f"-c role={postgres.APPLICATION}"}}


def wrapper_for(name: str, **changed) -> BaseDatabaseWrapper:
    place = {**connections.settings["default"], **changed, "NAME": name}
    return type(connections["default"])(place, alias="default")
