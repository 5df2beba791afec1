"""Logs without personal data: what kind of page was asked for and how it ended, never which child or what was typed.

Search terms travel in query strings, names in forms, index numbers and invitations in paths. So a line names the
pattern of the address, as childindex/urls.py has it; where none fits, the first part of the path. Tracebacks are cut to
their frames: the exception's text may quote a row.
"""

import logging
import re
import traceback

from django.http import HttpRequest

QUERY = re.compile(r"\?.*?(?= HTTP/\d|$)", re.MULTILINE)
MALFORMED = re.compile(r"^(Invalid request from ip=[^:]*): .*", re.DOTALL)  # gunicorn goes on to quote the request


class Impersonal(logging.Filter):
    """Takes query strings and what is particular in a path out of messages, and texts out of tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            message = message.replace(as_django_writes(request.path), pattern(request))
        record.msg = QUERY.sub("?...", MALFORMED.sub(r"\1", message))
        record.args = ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = frames(record.exc_info[0], record.exc_info[2])
            record.exc_info = None
        return True


def as_django_writes(path: str) -> str:
    return path.encode("unicode_escape").decode("ascii")


def pattern(request: HttpRequest) -> str:
    """What may be said about the request's path."""
    if request.resolver_match:
        return f"/{request.resolver_match.route}"
    first, slash, rest = request.path.lstrip("/").partition("/")
    return f"/{first}/..." if rest else f"/{first}{slash}"


def frames(kind: type[BaseException], trace: object) -> str:
    """Where it happened and the exception's class, without its text."""
    lines = traceback.format_tb(trace)  # type: ignore[arg-type]
    return "".join([*lines, f"{kind.__module__}.{kind.__qualname__}"])
