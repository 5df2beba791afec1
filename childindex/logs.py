"""Logs without personal data: what was asked for and how it ended, never what was typed.

Search terms travel in query strings and names in forms, so a line keeps the path and drops everything after `?`.
Tracebacks are cut to their frames: the exception's text may quote a row.
"""

import logging
import re
import traceback

QUERY = re.compile(r"\?[^\s\"']*")


class Impersonal(logging.Filter):
    """Takes query strings out of messages, and texts out of tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = QUERY.sub("?...", record.getMessage())
        record.args = ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = frames(record.exc_info[0], record.exc_info[2])
            record.exc_info = None
        return True


def frames(kind: type[BaseException], trace: object) -> str:
    """Where it happened and the exception's class, without its text."""
    lines = traceback.format_tb(trace)  # type: ignore[arg-type]
    return "".join([*lines, f"{kind.__module__}.{kind.__qualname__}"])
