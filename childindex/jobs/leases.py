"""Who works on a job: whoever holds the advisory lock of its number.

The lock belongs to the database session that does the work. A process that is killed gives it back by dying, however it
died, and what it had not committed is gone with it; so nothing needs to time out, and no two ever work on one job.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection

CLASS = 0x6A6F6273  # "jobs": the first of the two numbers by which PostgreSQL tells these locks from any others
LARGEST = 0x7FFFFFFF


@contextmanager
def lease(job_id: int) -> Iterator[bool]:
    """Try to hold the lease meanwhile; whether it is held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLASS, _key(job_id)])
        [(is_held,)] = cursor.fetchall()
    session = connection.connection
    try:
        yield is_held
    finally:
        if is_held and connection.connection is session:
            _give_back(job_id)


def somebody_works(job_id: int | None = None) -> bool:
    """Whether anybody holds the lease of this job, or of any."""
    key = None if job_id is None else _key(job_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
            " AND granted AND (%s::bigint IS NULL OR objid = %s::bigint)"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [CLASS, key, key],
        )
        [(found,)] = cursor.fetchall()
    return bool(found)


def _give_back(job_id: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLASS, _key(job_id)])
    except (OperationalError, InterfaceError):  # the session is gone, and the lock with it
        connection.close()


def _key(job_id: int) -> int:
    """A job's number as far as the lock takes it: two jobs share one only with two thousand million between them."""
    return job_id & LARGEST
