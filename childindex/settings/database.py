"""Which PostgreSQL to use: the one that DATABASE_URL names, or else the embedded one."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EMBEDDED: dict[str, Any] = {"ENGINE": "childindex.embedded", "NAME": "childindex"}


def database() -> dict[str, Any]:
    """The default entry of DATABASES. Nothing is embedded once DATABASE_URL is set."""
    address = os.environ.get("DATABASE_URL", "")
    return from_url(address) if address else dict(EMBEDDED)


def from_url(address: str) -> dict[str, Any]:
    """Django's form of `postgresql://user:password@host:5432/name?sslmode=require`.

    A socket folder may be given as the host, percent-encoded, or as `?host=/folder`.
    Raises ImproperlyConfigured if the address is not one of PostgreSQL's.
    """
    parts = urlsplit(address)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise ImproperlyConfigured("Set DATABASE_URL to an address such as postgresql://user:password@host:5432/name.")
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
