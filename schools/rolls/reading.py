"""The roll of one school: its pupils as the council has them, what is missing or doubted, and what is confirmed.

A fixed number of queries, however many pupils. Of a shielded pupil there is what the school itself has said, which is
that it has the pupil; everything else is said to be withheld. So it is of a pupil who is on another school's roll too,
until that is settled: by listing somebody a school learns nothing of a child who is another's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from registry import disclosure, precedence
from registry.dates import term
from registry.disclosure import Context, Summary
from registry.models import FactKind, School, Slot, YearGroup

NO_CLASS = "No class"
SLOTS = {Slot.REGISTERED_NAME: FactKind.NAME, Slot.HOME: FactKind.RESIDENCE, Slot.UPN: FactKind.IDENTIFIER}
DOUBTED = {Slot.REGISTERED_NAME: "name", Slot.HOME: "address", Slot.UPN: "UPN"}
ENROLMENTS = """
    SELECT e.child_id, e.id, e.year_group, e.class_name, e.from_date, e.to_date, (
        SELECT max(said.day) FROM registry_said said
        JOIN registry_sourcerecord r ON r.id = said.source_record_id
        JOIN childindex_source own ON own.id = r.source_id AND own.code = %(code)s
        WHERE said.kind = 'enrolment' AND said.fact_id = e.id), EXISTS (
        SELECT FROM registry_enrolment o
        WHERE o.child_id = e.child_id AND o.school_id <> e.school_id AND o.from_date <= current_date
          AND coalesce(o.to_date, 'infinity') >= current_date
          AND NOT (e.status = 'M' AND o.status IN ('S', 'G')) AND NOT (e.status = 'S' AND o.status = 'M'))
    FROM registry_enrolment e JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
    WHERE e.school_id = %(school)s AND coalesce(e.to_date, 'infinity') >= current_date
"""
LEADS = " UNION ALL ".join(
    f"({precedence.ranked(slot, children='SELECT unnest(%(children)s::bigint[])')})" for slot in SLOTS
)
UPNS = "SELECT id, value FROM registry_identifier WHERE id = ANY(%s)"
CARERS = """
    SELECT f.child_id, f.id, concat_ws(' ', nullif(g.title, ''), nullif(g.forename, ''), g.surname), g.telephone
    FROM registry_care f JOIN registry_carer g ON g.id = f.carer_id
    WHERE f.child_id = ANY(%s) AND coalesce(f.to_date, 'infinity') >= current_date ORDER BY f.priority NULLS LAST, f.id
"""


@dataclass(frozen=True)
class Pupil:
    """A pupil on a school's roll. `facts` are what confirming the pupil confirms: kind and id of each."""

    child: Summary
    enrolment_id: int
    year_group: str
    class_name: str
    entry_date: date | None
    leaving_date: date | None
    confirmed_on: date | None
    upn: str
    carers: tuple[str, ...]
    missing: tuple[str, ...]
    doubted: tuple[str, ...]
    facts: tuple[tuple[str, int], ...]
    is_claimed_elsewhere: bool = False

    @property
    def group(self) -> str:
        """The class as people call it, or the year group where there is none."""
        if self.class_name:
            return self.class_name
        return str(YearGroup(self.year_group).label) if self.year_group else NO_CLASS

    @property
    def is_withheld(self) -> bool:
        return bool(self.child.withheld)

    def is_confirmed(self, since: date) -> bool:
        return self.confirmed_on is not None and self.confirmed_on >= since


def this_term(day: date | None = None) -> date:
    """The first day of the term: what the school has said since then is confirmed."""
    return term(day or timezone.localdate()).first_day


def roll_of(school: School, *, to: Context) -> list[Pupil]:
    """The pupils of a school, by year group, class and name."""
    spells = _rows(ENROLMENTS, {"school": school.pk, "code": f"school-{school.urn}"})
    children = disclosure.disclose((child_id for child_id, *_ in spells), to=to)
    claimed = {child_id for child_id, *_, is_claimed in spells if is_claimed}
    open_to_all = [pk for pk, child in children.items() if not child.withheld and pk not in claimed]
    leads, doubted = _leads(open_to_all)
    upns = dict(_rows(UPNS, [[found[Slot.UPN] for found in leads.values() if Slot.UPN in found]]))
    carers: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for child_id, care_id, *said in _rows(CARERS, [open_to_all]):
        carers[child_id].append((care_id, ", ".join(filter(None, said))))
    pupils = [
        _pupil(
            children[child_id],
            spell,
            leads.get(child_id, {}),
            doubted.get(child_id, ()),
            upns,
            carers[child_id],
        )
        for child_id, *spell in spells
        if child_id in children
    ]
    order = {year: place for place, year in enumerate(YearGroup.values)}
    return sorted(pupils, key=lambda one: (order.get(one.year_group, 99), one.class_name, one.child.name))


def _pupil(
    child: Summary,
    spell: list[Any],
    leads: dict[str, int],
    doubted: Iterable[str],
    upns: dict[int, str],
    carers: list[tuple[int, str]],
) -> Pupil:
    pk, year_group, class_name, entry, leaving, confirmed, is_claimed = spell
    upn = upns.get(leads.get(Slot.UPN, 0), "")
    wanted = {"UPN": upn, "address": child.address, "carer": carers, "year group": year_group}
    missing = () if child.withheld or is_claimed else tuple(what for what, value in wanted.items() if not value)
    said = [(str(SLOTS[Slot(slot)]), fact_id) for slot, fact_id in leads.items()]
    said += [(str(FactKind.CARE), care_id) for care_id, _ in carers]
    return Pupil(
        child=child,
        enrolment_id=pk,
        year_group=year_group,
        class_name=class_name,
        entry_date=entry,
        leaving_date=leaving,
        confirmed_on=confirmed,
        upn=upn,
        carers=tuple(text for _, text in carers),
        missing=missing,
        doubted=(*(["school"] if is_claimed else []), *(DOUBTED[Slot(slot)] for slot in doubted)),
        facts=((str(FactKind.ENROLMENT), pk), *said),
        is_claimed_elsewhere=is_claimed,
    )


def _leads(child_ids: list[int]) -> tuple[dict[int, dict[str, int]], dict[int, list[str]]]:
    """The leading fact of each slot by child, and which slots two sources contest."""
    leads: dict[int, dict[str, int]] = defaultdict(dict)
    contested: dict[int, list[str]] = defaultdict(list)
    for child_id, slot, fact_id, place in _rows(LEADS, {"children": child_ids}):
        if place == 1:
            leads[child_id][slot] = fact_id
        elif place == 2:
            contested[child_id].append(slot)
    return leads, contested


def _rows(statement: str, values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
