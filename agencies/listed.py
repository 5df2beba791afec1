"""What a service has listed and nobody of it has found yet: the words of its lists, and nothing else.

Whom a list means is the index's to know. Whether it found anybody, and whom, must not come back to the service, or a
list would reach children whom no search of its people finds. So its people read here every row that they sent and that
could be read, the same whether or not the index has the child. A row goes from here when a person of the service has
said on a record that the child is known: by the names in use and the date of birth, which a record shows to anybody who
opens it, or by the words of the list, where that person said that the list means this child. What the matcher made of
the row plays no part.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from agencies.belonging import CODE, services_of
from registry.access.noting import context_of
from registry.disclosure import RecordView
from registry.intake.asking import Asks
from registry.models import Stage
from registry.names import fold

FULL, PART = "client_list", "client_list_part"
FEEDS = (FULL, PART)
TAKEN = (Stage.COMPARED, Stage.HELD, Stage.APPLIED)
"""Lists that have been read through. Whether one is held depends on whom it means: held is as good as applied here."""
SOUGHT, SOUGHT_LASTS = "agencies-sought", timedelta(hours=4)

NOT_READ = Q(questions__contains=[{"code": str(Asks.UNREADABLE)}])
"""Rows of which nothing could be read."""
READABLE = """(r.number IS NOT NULL AND NOT r.questions @> '[{"code": "unreadable"}]')"""
"""Of a row `r`: it is one of the file, and it could be read."""
SAYS = """
    coalesce(r.claim->>'forename', '') AS forename, coalesce(r.claim->>'surname', '') AS surname,
    coalesce(r.claim->>'date_of_birth', '') AS born
"""
CALLED = """
    SELECT i.id, i.service_id, i.to_date, lower(n.forename) AS forename, lower(n.surname) AS surname,
           coalesce(c.date_of_birth::text, '') AS born
    FROM agencies_involvement i JOIN registry_child c ON c.id = i.child_id
    JOIN registry_name n ON n.child_id = i.child_id AND n.to_date IS NULL AND n.kind <> 'former'
    LEFT JOIN childindex_source own ON own.code = %(prefix)s || i.service_id
    WHERE i.service_id = ANY(%(services)s) AND i.confirmed_by_id IS NOT NULL
      AND (n.source_id IS DISTINCT FROM own.id OR EXISTS (
        SELECT FROM registry_said word JOIN registry_sourcerecord whose ON whose.id = word.source_record_id
        WHERE word.kind = 'name' AND word.fact_id = n.id AND whose.source_id <> own.id))
  UNION ALL
    SELECT i.id, i.service_id, i.to_date, lower(i.listed_forename), lower(i.listed_surname), i.listed_born
    FROM agencies_involvement i WHERE i.service_id = ANY(%(services)s) AND i.confirmed_by_id IS NOT NULL
     AND i.listed_forename || i.listed_surname || i.listed_born <> ''
"""
"""What children are called whom persons of services have confirmed, and what lists call them.

Not by names that the service's own list alone has brought: that one is on the record tells whom the list was taken to
mean.
"""
SAME = "k.forename = lower(said.forename) AND k.surname = lower(said.surname) AND k.born = said.born"
"""Whether a row of a list, `said`, is of a child `k` as the service may read it."""
ENTRIES = f"""
    WITH taken AS (
        SELECT d.id, d.source_id, d.as_of, d.name, s.id AS service_id, f.code FROM registry_delivery d
        JOIN registry_feed f ON f.id = d.feed_id AND f.code = ANY(%(feeds)s)
        JOIN childindex_source o ON o.id = d.source_id
        JOIN agencies_service s ON o.code = %(prefix)s || s.id AND s.id = ANY(%(services)s)
        WHERE d.stage = ANY(%(stages)s) AND d.as_of >= %(since)s
    ), standing AS (
        SELECT * FROM taken t WHERE NOT EXISTS (
            SELECT FROM taken l
            WHERE l.source_id = t.source_id AND l.code = %(full)s AND (l.as_of, l.id) > (t.as_of, t.id))
    ), said AS (
        SELECT r.id, t.service_id, t.as_of, t.name, r.number, {SAYS},
               coalesce(r.claim->>'nhs_number', r.claim->>'upn', '') AS identifier
        FROM standing t JOIN registry_deliveryrow r ON r.delivery_id = t.id AND {READABLE}
    ), called AS ({CALLED})
    SELECT DISTINCT ON (service_id, lower(forename), lower(surname), born, identifier) said.*,
           md5(concat_ws('|', service_id, lower(forename), lower(surname), born, identifier)) AS key
    FROM said
    WHERE NOT EXISTS (
        SELECT FROM called k
        WHERE k.service_id = said.service_id AND {SAME} AND (k.to_date IS NULL OR k.to_date >= said.as_of))
    ORDER BY service_id, lower(forename), lower(surname), born, identifier, as_of DESC, id DESC
"""


@dataclass(frozen=True)
class Entry:
    """One row of a list of a service, in the list's own words."""

    row_id: int
    service_id: int
    as_of: date
    list_name: str
    number: int
    forename: str
    surname: str
    born: str
    identifier: str = ""
    key: str = ""
    """Made of the list's words alone, for addresses: the row's own number would count the rows of others."""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.forename, self.surname))) or f"Row {self.number}, without a name"

    @property
    def birth(self) -> date | None:
        return date.fromisoformat(self.born) if self.born else None

    def could_be(self, child: RecordView) -> bool:
        """Whether a name or the date of birth is the child's; a list that gives neither may mean anybody."""
        says_nothing = not (self.forename or self.surname or self.birth)
        return says_nothing or self._has_birth_of(child) or self._has_name_of(child)

    def agrees(self, child: RecordView) -> bool:
        """Whether a name and the date of birth are the child's."""
        return self._has_birth_of(child) and self._has_name_of(child)

    def _has_birth_of(self, child: RecordView) -> bool:
        return self.birth is not None and self.birth == child.date_of_birth

    def _has_name_of(self, child: RecordView) -> bool:
        named = set(fold(f"{self.forename} {self.surname}").split())
        return any(named & set(fold(name.text).split()) for name in child.names)

    @property
    def sought_by(self) -> dict[str, str]:
        """What *Find a child* is asked with: what the list says, and of one without a name its number."""
        day = f"{self.birth:%-d %-m %Y}" if self.birth else ""
        named = {"surname": self.surname, "forename": self.forename, "date_of_birth": day}
        found = named if self.surname or self.forename else {"identifier": self.identifier, "date_of_birth": day}
        return {name: text for name, text in found.items() if text}


class Entries:
    """What services have listed and nobody has found yet, by surname: counted, and read a page at a time."""

    def __init__(self, services: Collection[int]) -> None:
        since = timezone.localdate() - timedelta(days=settings.INVOLVEMENT_LASTS_DAYS)
        self.values: dict[str, Any] = {
            "services": sorted(services),
            "feeds": list(FEEDS),
            "full": FULL,
            "prefix": CODE.format(pk=""),
            "stages": [str(stage) for stage in TAKEN],
            "since": since,
        }

    def count(self) -> int:
        return int(self._rows(f"SELECT count(*) FROM ({ENTRIES}) found")[0][0])

    def part(self, first: int, most: int) -> list[Entry]:
        """So many of them, after those that come first."""
        ordered = "ORDER BY lower(surname), lower(forename), born, id OFFSET %(first)s LIMIT %(most)s"
        return [Entry(*row) for row in self._rows(f"SELECT * FROM ({ENTRIES}) found {ordered}", first=first, most=most)]

    def get(self, key: str) -> Entry | None:
        """One of them by its key, where it is one."""
        found = self._rows(f"SELECT * FROM ({ENTRIES}) found WHERE key = %(key)s", key=key)
        return Entry(*found[0]) if found else None

    def _rows(self, statement: str, **more: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self.values, **more})
            return cursor.fetchall()


def seek(request: HttpRequest, key: str) -> None:
    """Remember which entry somebody looks for, until the child is said to be known or some hours have passed."""
    request.session[SOUGHT] = [key, timezone.now().isoformat()]


def sought(request: HttpRequest) -> Entry | None:
    """The entry of their services' lists that this person looks for, if it waits still."""
    kept = request.session.get(SOUGHT)
    if not kept or datetime.fromisoformat(kept[1]) + SOUGHT_LASTS < timezone.now():
        return None
    return Entries(services_of(context_of(request).user)).get(kept[0])
