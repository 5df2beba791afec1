"""Whom a school's people may know of: who is on the roll of their school, is coming, or has gone in the last 60 days.

A shielded child is among them only where the school itself has said that it has the child: what others said of where a
child learns is what a shield hides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from childindex.models import User
from registry.dates.holding import lasts
from registry.disclosure import shielded_among
from registry.models import School
from schools.models import Post

SAID_BY_THE_SCHOOL = """
    EXISTS (SELECT FROM childindex_source own WHERE own.code = 'school-' || s.urn AND (
        own.id = e.source_id OR EXISTS (
            SELECT FROM registry_said said JOIN registry_sourcerecord r ON r.id = said.source_record_id
            WHERE said.kind = 'enrolment' AND said.fact_id = e.id AND r.source_id = own.id)))
"""
PLACED_BY_OTHERS = """(
    EXISTS (SELECT FROM childindex_source other WHERE other.code <> %(code)s AND (other.id = e.source_id OR EXISTS (
        SELECT FROM registry_said said JOIN registry_sourcerecord r ON r.id = said.source_record_id
        WHERE said.kind = 'enrolment' AND said.fact_id = e.id AND r.source_id = other.id)))
    OR EXISTS (
        SELECT FROM registry_enrolment was JOIN childindex_source other ON other.id = was.source_id
        WHERE was.child_id = e.child_id AND was.school_id <> e.school_id AND was.to_date IS NOT NULL
          AND was.destination_school_id = e.school_id AND other.code <> %(code)s AND NOT EXISTS (
            SELECT FROM registry_enrolment since
            WHERE since.child_id = e.child_id AND since.school_id <> e.school_id AND since.from_date > was.to_date)))
"""
"""Of an enrolment `e` at the school whose own code as a source is given: somebody else says that the child is there.

The council, the family, whoever else places it; or the school before, from which the child left for this one and has
gone to no other since. By its own word alone a school would read about any child whom it lists.
"""
AMONG = f"""
    SELECT e.child_id FROM registry_enrolment e
    JOIN schools_post p ON p.school_id = e.school_id AND p.user_id = %(user)s
    JOIN registry_school s ON s.id = e.school_id
    WHERE e.child_id = ANY(%(children)s) AND {lasts("e", on="current_date - %(gone)s::int")}
      AND (e.child_id <> ALL(%(shielded)s) OR {SAID_BY_THE_SCHOOL})
"""


GONE = 60
"""Days for which a school still knows of a pupil who has left, so that it can return what it owes."""


def pupils_among(user: User, child_ids: Iterable[int], *, gone: int = GONE) -> set[int]:
    """Those of some children who are pupils of a school at which this person has a post, or were until lately."""
    ids = list(child_ids)
    values: dict[str, Any] = {"user": user.pk, "children": ids, "shielded": list(shielded_among(ids)), "gone": gone}
    with connection.cursor() as cursor:
        cursor.execute(AMONG, values)
        return {pk for (pk,) in cursor.fetchall()}


def schools_of(user: User) -> QuerySet[School]:
    """The schools at which this person has a post, by name."""
    return School.objects.filter(pk__in=Post.objects.filter(user=user).values("school")).order_by("name", "urn")
