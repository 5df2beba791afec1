"""What a worker does once a day by itself, besides the work that people ask for.

Each is registered by the room it belongs to and may be done again without harm: every worker does it on its first look
of a day, one at a time. What fails is logged, and tried again by the next worker to start or the next day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

LOCK = 0x64617973  # "days"

logger = logging.getLogger(__name__)
_daily: dict[str, Callable[[], object]] = {}


def register(name: str, do: Callable[[], object]) -> None:
    """Have workers do it once a day. `name` says in the log what was not done: *files were not let go of*."""
    _daily[name] = do


class Daily:
    """Which day's has been done by this worker."""

    def __init__(self) -> None:
        self.done: date | None = None

    def do(self) -> None:
        """Do what is to be done today, unless it was. Raises what a lost connection raises."""
        today = timezone.localdate()
        if self.done == today:
            return
        for name, do in _daily.items():
            _alone(name, do)
        self.done = today


def _alone(name: str, do: Callable[[], object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        do()
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        logger.error("What a worker does once a day failed: %s", name, exc_info=fault)
    finally:
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
