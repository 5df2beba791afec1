"""A school that becomes another: an academy conversion, a merger. Its pupils stay where they are, under the new URN.

The register says that one has closed and which follows it. Nobody has left or joined: each spell ends on the day before
and goes on at the successor with all that it says, in one act of the register's. A school that was split into several
is left for people, who alone know which pupil went where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from childindex import acts
from childindex.models import User
from registry import recording
from registry.models import Enrolment, FactKind, School, SchoolLink, SchoolStatus
from registry.reference.loading import source_of
from registry.reference.schools import LINKS

REASON_CODE = "school_succeeded"
SUCCESSOR, PREDECESSOR = "Successor", "Predecessor"
"""How the kinds of links begin that tell what follows, and what was before; some add that schools merged or split."""
DETAILS = "status, year_group, class_name, part_time, hours"
# Spells that had begun by the day end the day before it; those that begin later are the successor's from their start.
ENDED = """
    UPDATE registry_enrolment SET to_date = %(day)s::date - 1, destination_school_id = %(new)s
    WHERE school_id = %(old)s AND to_date IS NULL AND coalesce(from_date, '-infinity') < %(day)s
    RETURNING child_id
"""
BEGUN_LATER = """
    DELETE FROM registry_enrolment o WHERE o.school_id = %(old)s AND o.to_date IS NULL AND EXISTS (
        SELECT FROM registry_enrolment n WHERE n.child_id = o.child_id AND n.school_id = %(new)s AND n.to_date IS NULL)
"""
MOVED = "UPDATE registry_enrolment SET school_id = %(new)s WHERE school_id = %(old)s AND to_date IS NULL RETURNING id"
GOES_ON = f"""
    INSERT INTO registry_enrolment (child_id, from_date, source_id, school_id, {DETAILS}, leaving_regime,
                                    leaving_ground, destination)
    SELECT o.child_id, %(day)s, %(source)s, %(new)s, {", ".join(f"o.{name.strip()}" for name in DETAILS.split(","))},
           '', '', ''
    FROM registry_enrolment o
    WHERE o.school_id = %(old)s AND o.to_date = %(day)s::date - 1 AND o.child_id = ANY(%(children)s)
      AND NOT EXISTS (SELECT FROM registry_enrolment n
                      WHERE n.child_id = o.child_id AND n.school_id = %(new)s AND n.to_date IS NULL)
    RETURNING id, child_id
"""


@dataclass(frozen=True)
class Succession:
    """A school that has closed, what follows it, and the successor's first day."""

    old: School
    new: School
    day: date

    def __str__(self) -> str:
        return f"{self.old} ({self.old.urn}) became {self.new} ({self.new.urn}) on {self.day:%-d %B %Y}"


@dataclass(frozen=True)
class Split:
    """A school that has closed with pupils on its roll, and that several follow, or none."""

    old: School
    successors: tuple[School, ...]

    def __str__(self) -> str:
        if not self.successors:
            return f"{self.old} ({self.old.urn}) is closed and has pupils on its roll; the register names no successor."
        named = ", ".join(str(one) for one in self.successors)
        return f"{self.old} ({self.old.urn}) was split into {named}: say of each pupil which."


def pending() -> list[Succession | Split]:
    """The closed schools with pupils still on their rolls, by name."""
    with_pupils = Enrolment.objects.filter(to_date=None).values("school")
    closed = School.objects.filter(status=SchoolStatus.CLOSED, pk__in=with_pupils).order_by("name", "urn")
    following: dict[int, dict[School, date | None]] = {}
    split = set()
    for link, old, new in _links(closed):
        days = following.setdefault(old.pk, {})
        days[new] = days.get(new) or link.established_date
        split |= {old.pk} if "split" in link.kind.casefold() else set()
    return [_of(school, following.get(school.pk, {}), is_split=school.pk in split) for school in closed]


def _links(closed: QuerySet[School]) -> Iterator[tuple[SchoolLink, School, School]]:
    """Each closed school and what follows it, as either of the two tells it in the register, by number."""
    links = SchoolLink.objects.order_by("urn", "linked_urn").select_related("school", "linked_school")
    for link in links.filter(school__in=closed, kind__startswith=SUCCESSOR):
        if link.school and link.linked_school:
            yield link, link.school, link.linked_school
    for link in links.filter(linked_school__in=closed, kind__startswith=PREDECESSOR):
        if link.school and link.linked_school:
            yield link, link.linked_school, link.school


def _of(old: School, following: Mapping[School, date | None], *, is_split: bool) -> Succession | Split:
    successors = tuple(following)
    if len(successors) != 1 or is_split:
        return Split(old, successors)
    new = successors[0]
    closed = old.close_date + timedelta(days=1) if old.close_date else None
    day = new.open_date or following[new] or closed
    return Succession(old, new, day) if day else Split(old, successors)


def follow(*, by: User | None = None) -> Iterator[tuple[Succession, int]]:
    """Have every pupil of a school that became another go on there; each succession, and how many pupils it has.

    What followed may have closed since, and is followed in its turn.
    """
    done: set[int] = set()
    while found := [one for one in pending() if isinstance(one, Succession) and one.old.pk not in done]:
        for one in found:
            done.add(one.old.pk)
            yield one, _follow(one, by)


def _follow(found: Succession, by: User | None) -> int:
    source = source_of(LINKS)
    values: dict[str, Any] = {"old": found.old.pk, "new": found.new.pk, "day": found.day, "source": source.pk}
    with acts.act(by=by, source=source, reason_code=REASON_CODE, reason=str(found)), connection.cursor() as cursor:
        cursor.execute(ENDED, values)
        children = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(BEGUN_LATER, values)
        cursor.execute(MOVED, values)
        moved = len(cursor.fetchall())
        cursor.execute(GOES_ON, {**values, "children": children})
        recording.confirm_all([(FactKind.ENROLMENT.value, pk, child_id) for pk, child_id in cursor.fetchall()])
    return len(children) + moved
