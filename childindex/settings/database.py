"""Which PostgreSQL to use, and as whom: the one that DATABASE_URL names, or else the embedded one.

Three roles: pages, workers and commands connect as the *application* (DATABASE_URL), `migrate` and the few others that
make or replace tables as the *owner* (OWNER_DATABASE_URL), and whatever only reads the record of looking as its
*auditor* (AUDITOR_DATABASE_URL). Where one of the last two is not given, DATABASE_URL serves.
"""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from childindex import postgres

EMBEDDED: dict[str, Any] = {"ENGINE": "childindex.embedded", "NAME": "childindex", "USER": postgres.APPLICATION}
EMBEDDED_ROLES: dict[str, dict[str, Any]] = {
    "owner": {**EMBEDDED, "USER": postgres.OWNER, "OPTIONS": {}},
    "auditor": {**EMBEDDED, "USER": postgres.AUDITOR, "OPTIONS": {}},
}
ADDRESSES = {"owner": "OWNER_DATABASE_URL", "auditor": "AUDITOR_DATABASE_URL"}


def database() -> dict[str, Any]:
    """The default entry of DATABASES. Nothing is embedded once DATABASE_URL is set."""
    address = os.environ.get("DATABASE_URL", "")
    return from_url(address) if address else dict(EMBEDDED)


def roles() -> dict[str, dict[str, Any]]:
    """How the owner and the auditor connect, as far as they have addresses of their own.

    Raises ImproperlyConfigured where one has, and DATABASE_URL does not say who the application is.
    """
    application = os.environ.get("DATABASE_URL", "")
    if not application:
        return EMBEDDED_ROLES
    given = {role: os.environ[name] for role, name in ADDRESSES.items() if os.environ.get(name)}
    found = {role: from_url(address, ADDRESSES[role]) for role, address in given.items()}
    if found and not all(held["USER"] for held in (from_url(application), *found.values())):
        raise ImproperlyConfigured(f"Where {' or '.join(ADDRESSES.values())} is set, every address names its user.")
    return found


def from_url(address: str, variable: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's form of `postgresql://user:password@host:5432/name?sslmode=require`.

    A socket folder may be given as the host, percent-encoded, or as `?host=/folder`.
    Raises ImproperlyConfigured if the address is not one of PostgreSQL's.
    """
    parts = urlsplit(address)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise ImproperlyConfigured(f"Set {variable} to an address such as postgresql://user:password@host:5432/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
