"""How much one person may ask at once (`settings.QUOTAS`): counted of what they did, never of what was found.

    with transaction.atomic():
        left = quotas.for_file(by=officer, source=school)
        … keep the file …
        left.check(size)

Each check is one statement on an index, and takes the person's turn: of two requests at the same moment the second
counts the first. A refusal says what to do next, and is written into the record of looking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from childindex import words
from childindex.models import Source, User
from childindex.settings.quotas import Quota
from registry.access import chain
from registry.models import AccessKind
from registry.probing import alerts

OF_PEOPLE, OF_SOURCES = 0x71756F70, 0x71756F73  # "quop", "quos": tell these locks from any others
OVER = "over_quota"
TURN = "SELECT pg_advisory_xact_lock(%s, %s)"
FILES = """
    SELECT count(DISTINCT {whole}) FILTER (WHERE {mine} AND {open}),
           coalesce(sum(rows) FILTER (WHERE {mine} AND {open}), 0),
           coalesce(sum(size) FILTER (WHERE {mine} AND {open}), 0),
           count(DISTINCT {whole}) FILTER (WHERE {mine} AND received_at > now() - interval '1 day'),
           count(DISTINCT {whole}) FILTER (WHERE {its} AND {open}),
           coalesce(sum(rows) FILTER (WHERE {its} AND {open}), 0),
           coalesce(sum(size) FILTER (WHERE {its} AND {open}), 0)
    FROM registry_delivery
    WHERE ({open} AND ({mine} OR {its})) OR ({mine} AND received_at > now() - interval '1 day')
""".format(
    whole="coalesce(nullif(part_of, ''), id::text)",
    mine="received_by_id = %(by)s",
    its="source_id = %(source)s",
    open="(stage = ANY(%(stages)s) AND received_at > now() - interval '60 days')",
)
UNREAD = ["received", "checked"]
WAITING = [*UNREAD, "compared", "held"]
"""Which files are under work: those that wait to be applied count for whoever may know that they do."""
LISTS = "SELECT count(*) FROM registry_listmatch WHERE by_id = %s AND asked_at > now() - interval '1 day'"
SEARCH = """
    WITH gone AS (
        DELETE FROM registry_searchtally WHERE user_id = %(by)s AND minute < now() - interval '1 day'
    ), counted AS (
        INSERT INTO registry_searchtally (user_id, minute, number) VALUES (%(by)s, date_trunc('minute', now()), 1)
        ON CONFLICT (user_id, minute) DO UPDATE SET number = registry_searchtally.number + 1 RETURNING minute, number
    )
    SELECT minute, number, number + coalesce((
        SELECT sum(t.number) FROM registry_searchtally t
        WHERE t.user_id = %(by)s AND t.minute > now() - interval '1 hour' AND t.minute < counted.minute), 0)
    FROM counted
"""
REFUSED = """
    WITH counted AS (
        UPDATE registry_searchtally SET number = number - 1, refused = refused + 1
        WHERE user_id = %(by)s AND minute = %(minute)s RETURNING minute, refused
    )
    SELECT refused + coalesce((
        SELECT sum(t.refused) FROM registry_searchtally t
        WHERE t.user_id = %(by)s AND t.minute > now() - interval '1 hour' AND t.minute < counted.minute), 0)
    FROM counted
"""
INSTEAD = "If your work needs more than that, ask a data manager to take it in."


class OverQuota(Exception):
    """What was asked is more than one person may ask at once. The text says what to do, and nothing was kept."""


@dataclass(frozen=True)
class Left:
    """How many bytes may still come, and what is said of more."""

    bytes: int
    refusal: str

    def check(self, size: int) -> None:
        """Raises OverQuota for a file that is larger than what is left."""
        if size > self.bytes:
            raise OverQuota(self.refusal)


ANY = Left(1 << 62, "")


def of(user: User) -> Quota:
    """What somebody may ask for."""
    found: Quota = settings.QUOTAS.get(user.role, settings.QUOTA_OF_OTHERS)
    return found


def for_file(*, by: User | None, source: Source | None) -> Left:
    """Take somebody's turn to send a file, until the transaction ends. Raises OverQuota.

    `source` is whose file it is; None for a file of many. Nobody is counted where a command on the server takes one in.
    """
    if by is None:
        return ANY
    with connection.cursor() as cursor:
        cursor.execute(TURN, [OF_PEOPLE, by.pk])
        if source is not None:
            cursor.execute(TURN, [OF_SOURCES, source.pk])
        stages = WAITING if by.may("load_files") else UNREAD
        cursor.execute(FILES, {"by": by.pk, "source": source.pk if source else None, "stages": stages})
        files, rows, size, today, its_files, its_rows, its_size = cursor.fetchone()
    mine, its, whose = of(by), settings.QUOTA_OF_A_SOURCE, str(source)
    _check_files("You have", files, mine.files)
    _check_files(f"{whose} has", its_files, its["files"])
    _check_rows("Your files", rows, mine.rows)
    _check_rows(f"The files of {whose}", its_rows, its["rows"])
    if today >= mine.files_a_day:
        raise OverQuota(
            f"You have sent {words.count(today, 'file')} in the last 24 hours, as many as one person may. This file was"
            f" not kept: send it tomorrow. {INSTEAD}"
        )
    return Left(
        min(mine.bytes - size, its["bytes"] - its_size),
        "With this file more would be under work at once than may be of one person or one source"
        f" ({mine.bytes >> 20:,} megabytes of yours). It was not kept: send it once others are applied, or in parts."
        f" {INSTEAD}",
    )


def _check_files(who: str, files: int, most: int) -> None:
    if files >= most:
        raise OverQuota(
            f"{who} {words.count(files, 'file')} under work, as many as may be at once. This file was not kept: send it"
            f" again once one of them is applied or undone. {INSTEAD}"
        )


def _check_rows(whose: str, rows: int, most: int) -> None:
    if rows >= most:
        raise OverQuota(
            f"{whose} under work have {words.count(rows, 'row')}, as many as may be at once. This file was not kept:"
            f" send it again once one of them is applied or undone. {INSTEAD}"
        )


def for_list(*, by: User) -> None:
    """Take somebody's turn to have a list matched, until the transaction ends. Raises OverQuota."""
    with connection.cursor() as cursor:
        cursor.execute(TURN, [OF_PEOPLE, by.pk])
        cursor.execute(LISTS, [by.pk])
        [(today,)] = cursor.fetchall()
    if today >= of(by).lists_a_day:
        raise OverQuota(
            f"You have had {words.count(today, 'list')} matched in the last 24 hours, as many as one person may. This"
            " list was not kept: send it tomorrow, or ask another data manager."
        )


def count_search(*, by: User) -> None:
    """Count a search before it is made. Raises OverQuota; what is refused is not counted as made."""
    mine = of(by)
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, {"by": by.pk})
        [(minute, in_the_minute, in_the_hour)] = cursor.fetchall()
    if in_the_minute <= mine.searches_a_minute and in_the_hour <= mine.searches_an_hour:
        return
    _refuse_search(by, minute)
    if in_the_hour > mine.searches_an_hour:
        often, when = f"{mine.searches_an_hour:,} times in the last hour", "in a quarter of an hour"
    else:
        often, when = f"{mine.searches_a_minute:,} times in this minute", "in a minute"
    raise OverQuota(
        f"You have searched {often}, as often as one person may. Nothing was looked for. What you typed is kept: search"
        f" again {when}. If your work needs more than that, tell your manager."
    )


def refusal_of_search(*, by: User) -> OverQuota | None:
    """The same as a value: None where the search may be made."""
    try:
        count_search(by=by)
    except OverQuota as refusal:
        return refusal
    return None


def _refuse_search(by: User, minute: datetime) -> None:
    """Take the search back; every so many refusals in an hour are told at once."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, {"by": by.pk, "minute": minute})
        [(refused,)] = cursor.fetchall()
    if refused % settings.SEARCHES_REFUSED_ARE_FLAGRANT == 0:
        alerts.tell("searches", by=by, evidence=f"{refused:,} searches within an hour were refused as too many")


def asked(what: str, refusal: OverQuota) -> dict[str, str]:
    """A refusal as the record of looking keeps it: `what` is files, lists or searches."""
    return {OVER: what, "why": str(refusal)}


def record(*, by: User | None, page: str, what: str, refusal: OverQuota) -> None:
    """Write a refusal into the record of looking, where there is no request that would."""
    chain.record(by=by, kind=AccessKind.REFUSED, looked=chain.Looked(page=page, asked=asked(what, refusal)))
