"""Keeping the balance up to date: by each act for the children it concerns, and once a day for all, as days pass.

A child who changes line leaves a move that names the act. The passing of a day is an act of its own, so that nobody
appears, vanishes or goes from line to line without one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from childindex import acts
from childindex.models import Act, Source
from registry.balance import counting, known
from registry.balance.known import Children
from registry.balance.lines import Line, Standing, line_of
from registry.balance.standing import standings
from registry.models import BalanceDay, BalanceMove

PASSED = "days_passed"
CONFIRMED = """
    SELECT DISTINCT r.child_id FROM registry_sourcerecord r WHERE r.child_id IS NOT NULL AND r.id IN (
        SELECT source_record_id FROM registry_confirmation WHERE act_id = ANY(%(acts)s) AND kind = 'enrolment'
        UNION SELECT source_record_id FROM registry_repetition WHERE act_id = ANY(%(acts)s))
"""
HELD = """
    SELECT child_id, line FROM registry_balanceplace
    WHERE %(children)s::bigint[] IS NULL OR child_id = ANY(%(children)s)
"""
MOVES = """
    INSERT INTO registry_balancemove (child_id, day, from_line, to_line, act_id)
    SELECT child_id, %(day)s, from_line, to_line, %(act)s
    FROM unnest(%(children)s::bigint[], %(from)s::text[], %(to)s::text[]) AS moved (child_id, from_line, to_line)
"""
PLACES = """
    INSERT INTO registry_balanceplace (child_id, line, since)
    SELECT child_id, to_line, %(day)s FROM unnest(%(children)s::bigint[], %(to)s::text[]) AS moved (child_id, to_line)
    WHERE to_line <> '' ON CONFLICT (child_id) DO UPDATE SET line = excluded.line, since = excluded.since
"""
GONE = "DELETE FROM registry_balanceplace WHERE child_id = ANY(%(gone)s::bigint[])"


class AlreadyPublished(Exception):
    """The balance of a day was published before; the text says when."""


def follow(deed: Act) -> None:
    """What every act does before it commits: whoever it concerns stands where the facts now say."""
    if deed.reason_code in known.MOVE_MANY:
        _settle(deed, None)
    elif children := {*acts.subjects_of_open_act(), *_confirmed_by(deed)}:
        _settle(deed, children)


def _confirmed_by(deed: Act) -> list[int]:
    """Whose place on a roll the act confirmed, or the act that it undoes: that changes no fact of the child."""
    undone = [deed.undoes.pk] if deed.undoes else []
    with connection.cursor() as cursor:
        cursor.execute(CONFIRMED, {"acts": [deed.pk, *undone]})
        return [child_id for (child_id,) in cursor.fetchall()]


def pass_days(*, on: date | None = None) -> int:
    """Bring every child to where it stands today; how many went to another line. An act of nobody's."""
    with acts.act(by=None, source=Source.council(), reason_code=PASSED, reason="The day changed") as deed:
        return _settle(deed, None, on=on)


@transaction.atomic
def publish(*, on: date | None = None) -> BalanceDay:
    """Bring the balance to a day, and keep it as it is published. Raises AlreadyPublished for a day that was."""
    day = on or timezone.localdate()
    held = BalanceDay.objects.filter(day=day).first()
    if held is not None:
        moment = timezone.localtime(held.published_at)
        raise AlreadyPublished(f"It was published on {moment:%-d %B %Y} at {moment:%H:%M}, and stays as it was.")
    with acts.act(by=None, source=Source.council(), reason_code=PASSED, reason="The day changed") as deed:
        _settle(deed, None, on=day)
        counts = {line: list(pair) for line, pair in counting.kept().items()}
        total = sum(sum(pair) for pair in counts.values())
        last = BalanceMove.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return BalanceDay.objects.create(day=day, lines=counts, total=total, act=deed, last_move=last)


def _settle(deed: Act, children: Children, *, on: date | None = None) -> int:
    """Write the moves of those who stand elsewhere than before.

    Acts settle side by side, each having locked its children. Whoever settles all children waits for them, and they
    for it: so that nobody's move begins where the child has not been, and what is published has every move before it.
    """
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        mode = "SHARE ROW EXCLUSIVE" if children is None else "ROW EXCLUSIVE"
        # Not the table of moves: it only grows, so the application has no right to keep others from it.
        cursor.execute(f"LOCK TABLE registry_balanceplace IN {mode} MODE")
    held = _held(children)
    moved = _moved(held, lines_on(day, children))
    if moved:
        _write(deed, day, moved)
    return len(moved)


def lines_on(day: date, children: Children = None) -> Iterable[tuple[int, Line]]:
    """The line of each child on a day. Children stand in few ways, so that the rules are asked a few hundred times."""
    met: dict[Standing, Line] = {}
    for child_id, standing in standings(day, children=children):
        line = met.get(standing)
        if line is None:
            line = met[standing] = line_of(standing)
        yield child_id, line


def _held(children: Children) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"children": None if children is None else list(children)})
        return dict(cursor.fetchall())


def _moved(held: dict[int, str], now: Iterable[tuple[int, Line]]) -> list[tuple[int, str, str]]:
    """Who went from which line to which; whoever is left in `held` stands in none any more."""
    found = []
    for child_id, line in now:
        before = held.pop(child_id, "")
        if before != line:
            found.append((child_id, before, str(line)))
    return found + [(child_id, before, "") for child_id, before in held.items()]


def _write(deed: Act, day: date, moved: Collection[tuple[int, str, str]]) -> None:
    ids, before, after = (list(column) for column in zip(*moved, strict=True))
    values: dict[str, Any] = {"children": ids, "from": before, "to": after, "day": day, "act": deed.pk}
    values["gone"] = [child_id for child_id, _, to in moved if not to]
    with connection.cursor() as cursor:
        for statement in (MOVES, PLACES, GONE):
            cursor.execute(statement, values)
