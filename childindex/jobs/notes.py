"""What is written about a job while it is worked on.

It goes through a connection of its own, on which every statement is a transaction: everybody sees how far the work has
come while the work itself is in the middle of one long transaction, and a rollback of the work takes nothing of it
away. Where the job's own row is not committed yet, because its whole life is inside one transaction, no other
connection could see it, and the notes are written with the work.

Each statement names the attempt it belongs to. A worker whose lease was lost without its noticing writes nothing over
what the next one notes.
"""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError, connection

from childindex.models import JobState

LOST = (OperationalError, InterfaceError)
BEGIN = (
    "UPDATE childindex_job SET state = 'running', attempts = attempts + 1, begun_at = clock_timestamp(),"
    " heard_at = clock_timestamp(), stage = '', stage_at = NULL, done = 0, done_before = 0, total = NULL, unit = ''"
    " WHERE id = %s AND state IN ('waiting', 'running') RETURNING attempts"
)


class Notes:
    """The notes of one attempt at one job."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.attempt = 0
        self.is_apart = not connection.in_atomic_block
        self._connection = connection.copy() if self.is_apart else connection

    def begin(self) -> bool:
        """Note that the work is taken up; False where it ended meanwhile."""
        found = self._execute(BEGIN, [self.job_id])
        self.attempt = found[0] if found else 0
        return bool(found)

    def stage(self, stage: str, *, total: int | None, unit: str, done: int) -> bool | None:
        """Note that a stage begins. What the three below answer: whether to stop; None once the attempt is over."""
        now = "stage_at = clock_timestamp(), stage = %s, total = %s, unit = %s, done = %s, done_before = %s"
        return self._write(now, stage, total, unit, done, done)

    def progress(self, done: int) -> bool | None:
        return self._write("done = %s", done)

    def end(self, state: JobState, *, done: int, result: str = "{}", problem: str = "") -> bool | None:
        """Note how it ended; `result` is JSON."""
        ended = "ended_at = statement_timestamp(), state = %s, done = %s, result = %s::jsonb, problem = %s"
        return self._write(ended, state, done, result, problem)

    def give_back(self) -> bool | None:
        """Note that the next worker is to go on. It was nobody's fault, so the attempt does not count."""
        return self._write("state = 'waiting', attempts = attempts - 1")

    def close(self) -> None:
        if self.is_apart:
            self._connection.close()

    def _write(self, changes: str, *values: Any) -> bool | None:
        found = self._execute(
            f"UPDATE childindex_job SET heard_at = statement_timestamp(), {changes}"
            " WHERE id = %s AND attempts = %s AND state = 'running' RETURNING stop_asked",
            [*values, self.job_id, self.attempt],
        )
        return bool(found[0]) if found else None

    def _execute(self, statement: str, values: list[Any]) -> tuple[Any, ...] | None:
        try:
            return self._try(statement, values)
        except LOST:
            if not self.is_apart:
                raise
            self._connection.close()  # the next statement connects again
            return self._try(statement, values)

    def _try(self, statement: str, values: list[Any]) -> tuple[Any, ...] | None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()
