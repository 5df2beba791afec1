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
HELD = (
    "locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextmanager
def lease(job_id: int) -> Iterator[bool]:
    """Try to hold the lease meanwhile; whether it is held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLASS, key_of(job_id)])
        [(is_held,)] = cursor.fetchall()
    session = connection.connection
    try:
        yield is_held
    finally:
        if is_held and connection.connection is session:
            _give_back(job_id)


def held() -> set[int]:
    """The keys (`key_of`) of all jobs whose lease somebody holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT objid::bigint FROM pg_locks WHERE {HELD}", [CLASS])
        return {key for (key,) in cursor.fetchall()}


def somebody_works(job_id: int | None = None) -> bool:
    """Whether anybody holds the lease of this job, or of any."""
    key = None if job_id is None else key_of(job_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM pg_locks WHERE {HELD} AND (%s::bigint IS NULL OR objid = %s::bigint))",
            [CLASS, key, key],
        )
        [(found,)] = cursor.fetchall()
    return bool(found)


def _give_back(job_id: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLASS, key_of(job_id)])
    except (OperationalError, InterfaceError):  # the session is gone, and the lock with it
        connection.close()


def key_of(job_id: int) -> int:
    """A job's number as far as the lock takes it: two jobs share one only with two thousand million between them."""
    return job_id & LARGEST
