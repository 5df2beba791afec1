"""The one door for writing.

    with act(by=officer, source=school, reason_code="corrected", reason="Letter from the family") as deed:
        ...

Everything recorded is written inside an act, by whatever route: the database refuses it otherwise, stamps every history
row with the act, and refuses to commit an act that was not closed here. Closing runs what other rooms have registered
with `on_closing` (the registry locks the children concerned, moves their revision on and refreshes their index
entries), so that nothing derived can be forgotten.

An act is all or nothing: it is its own transaction, or a savepoint of the one it is opened in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection, transaction

from childindex.models import Act, Purge, Source, User

SUBJECTS_TABLE = "act_subjects"

_open: ContextVar[Act | None] = ContextVar("open_act", default=None)
_closing: list[Callable[[Act], None]] = []


class ActRefused(Exception):
    """An act was asked for that cannot be; the text says why."""


def on_closing(step: Callable[[Act], None]) -> Callable[[Act], None]:
    """Register what every act does before it commits. The ids concerned stand in the table `act_subjects`."""
    if step not in _closing:
        _closing.append(step)
    return step


def current() -> Act:
    """The act now open in this thread. Raises ActRefused when none is."""
    deed = _open.get()
    if deed is None:
        raise ActRefused("Nothing may be written outside an act.")
    return deed


@contextmanager
def act(
    *,
    by: User | None,
    source: Source,
    reason_code: str,
    reason: str = "",
    at: datetime | None = None,
    undoes: Act | None = None,
) -> Iterator[Act]:
    """Open the act inside which facts may be written, and close it.

    `by` is None only for a machine's deed. `at` backdates the act's moment, for histories that are built whole; left
    out, it is now. Raises ActRefused inside another act, without a reason, or where an undo would be undone: what
    counted no more would count again, though much may rest on its not counting.
    """
    if _open.get() is not None:
        raise ActRefused("An act is already open: one deed is one act.")
    if not reason_code:
        raise ActRefused("Say why: an act needs a reason.")
    if undoes is not None and undoes.undoes_id:
        raise ActRefused("An undo is not undone: do again what was undone.")
    with transaction.atomic():
        deed = _insert(by=by, source=source, reason_code=reason_code, reason=reason, at=at, undoes=undoes)
        token = _open.set(deed)
        try:
            yield deed
            for step in _closing:
                step(deed)
        finally:
            _open.reset(token)
        _finish(deed)


def subjects_of_open_act() -> list[int]:
    """Ids of those whom the open act has concerned so far, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT subject_id FROM {SUBJECTS_TABLE} ORDER BY subject_id")
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def purge(*, by: User | None, what: str, reason: str) -> Iterator[Purge]:
    """Open the one recorded way of removing rows from append-only tables. Its row counts are set by the caller."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO childindex_purge (by_id, what, reason, rows, transaction_id)"
            " VALUES (%s, %s, %s, 0, pg_current_xact_id()::text::bigint) RETURNING id",
            [by.pk if by else None, what, reason],
        )
        record = Purge.objects.get(pk=cursor.fetchone()[0])
        yield record
        cursor.execute(
            "UPDATE childindex_purge SET rows = %s, finished_at = statement_timestamp() WHERE id = %s",
            [record.rows, record.pk],
        )


def _insert(
    *, by: User | None, source: Source, reason_code: str, reason: str, at: datetime | None, undoes: Act | None
) -> Act:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {SUBJECTS_TABLE} (subject_id bigint NOT NULL) ON COMMIT DELETE ROWS;"
            f"DELETE FROM {SUBJECTS_TABLE};"
            "INSERT INTO childindex_act (at, recorded_at, by_id, source_id, reason_code, reason, rows, subjects,"
            " undoes_id, transaction_id)"
            " VALUES (coalesce(%s, statement_timestamp()), statement_timestamp(), %s, %s, %s, %s, 0, 0, %s,"
            " pg_current_xact_id()::text::bigint)"
            " RETURNING id, at, recorded_at, transaction_id,"
            " set_config('childindex.act', id::text, true), set_config('childindex.act_rows', '0', true)",
            [at, by.pk if by else None, source.pk, reason_code, reason, undoes.pk if undoes else None],
        )
        pk, moment, recorded_at, transaction_id, *_ = cursor.fetchone()
    return Act(
        pk=pk,
        at=moment,
        recorded_at=recorded_at,
        by=by,
        source=source,
        reason_code=reason_code,
        reason=reason,
        undoes=undoes,
        transaction_id=transaction_id,
    )


def _finish(deed: Act) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE childindex_act SET finished_at = statement_timestamp(),"
            " rows = current_setting('childindex.act_rows')::int,"
            f" subjects = (SELECT count(DISTINCT subject_id) FROM {SUBJECTS_TABLE})"
            " WHERE id = %s RETURNING finished_at, rows, subjects, set_config('childindex.act', '', true)",
            [deed.pk],
        )
        deed.finished_at, deed.rows, deed.subjects, _ = cursor.fetchone()
