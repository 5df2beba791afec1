"""The roll of one school: its pupils as the council has them, what is missing or doubted, and what is confirmed.

A fixed number of queries, however many pupils. Of a shielded pupil there is what the school itself has said, which is
that it has the pupil; everything else is said to be withheld, and who else places it there, or has it too, is not told.
Withheld, and said why, is a pupil who is on another school's roll too, until that is settled. Of a pupil whom the
school alone places there it reads back its own words, and nobody else's: by listing somebody a school learns nothing of
a child.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from registry import disclosure, precedence
from registry.dates.holding import holds, lasts
from registry.disclosure import Context, Summary
from registry.models import FactKind, School, Slot, YearGroup
from registry.models.addresses import envelope
from schools.models.movers import NOT_THERE
from schools.rolls.scope import PLACED_BY_OTHERS

NO_CLASS = "No class"
SLOTS = {Slot.REGISTERED_NAME: FactKind.NAME, Slot.HOME: FactKind.RESIDENCE, Slot.UPN: FactKind.IDENTIFIER}
DOUBTED = {Slot.REGISTERED_NAME: "name", Slot.HOME: "address", Slot.UPN: "UPN"}
ENROLMENTS = f"""
    SELECT e.child_id, e.id, e.year_group, e.class_name, e.from_date, e.to_date, (
        SELECT max(said.day) FROM registry_said said
        JOIN registry_sourcerecord r ON r.id = said.source_record_id
        JOIN childindex_source own ON own.id = r.source_id AND own.code = %(code)s
        WHERE said.kind = 'enrolment' AND said.fact_id = e.id), NOT {PLACED_BY_OTHERS}, EXISTS (
        SELECT FROM registry_enrolment o
        WHERE o.child_id = e.child_id AND o.school_id <> e.school_id AND {holds("o")}
          AND NOT (e.status = 'M' AND o.status IN ('S', 'G')) AND NOT (e.status = 'S' AND o.status = 'M')), ARRAY(
        SELECT r.kind FROM schools_report r
        WHERE r.school_id = e.school_id AND r.child_id = e.child_id AND r.settled_at IS NULL ORDER BY r.kind)
    FROM registry_enrolment e JOIN registry_child c ON c.id = e.child_id AND c.state <> 'superseded'
    WHERE e.school_id = %(school)s AND CASE WHEN %(only)s::bigint IS NULL
        THEN {lasts("e")} ELSE e.id = %(only)s::bigint END
"""
LEADS = " UNION ALL ".join(
    f"({precedence.ranked(slot, children='SELECT unnest(%(children)s::bigint[])')})" for slot in SLOTS
)
UPNS = "SELECT id, value FROM registry_identifier WHERE id = ANY(%s)"
CARERS = f"""
    SELECT f.child_id, f.id, concat_ws(' ', nullif(g.title, ''), nullif(g.forename, ''), g.surname), g.telephone
    FROM registry_care f JOIN registry_carer g ON g.id = f.carer_id
    WHERE f.child_id = ANY(%s) AND {holds("f")} ORDER BY f.priority NULLS LAST, f.id
"""
# What the school itself has said of some pupils and is still true: kind, id, child and the words.
OWN_WORDS = """
    SELECT found.kind, found.id, found.child_id, found.words FROM (
        SELECT 'name' AS kind, f.id, f.child_id, f.source_id, ARRAY[f.forename, f.surname] AS words
        FROM registry_name f WHERE f.kind = 'registered' AND f.to_date IS NULL AND f.child_id = ANY(%(children)s)
      UNION ALL
        SELECT 'identifier', f.id, f.child_id, f.source_id, ARRAY[f.value]
        FROM registry_identifier f WHERE f.kind = 'upn' AND f.to_date IS NULL AND f.child_id = ANY(%(children)s)
      UNION ALL
        SELECT 'residence', f.id, f.child_id, f.source_id,
               ARRAY[a.saon, a.paon, a.street, a.locality, a.town, a.administrative_area, a.postcode]
        FROM registry_residence f JOIN registry_address a ON a.id = f.address_id
        WHERE f.to_date IS NULL AND f.child_id = ANY(%(children)s)
      UNION ALL
        SELECT 'care', f.id, f.child_id, f.source_id,
               ARRAY[concat_ws(' ', nullif(g.title, ''), nullif(g.forename, ''), g.surname)]
        FROM registry_care f JOIN registry_carer g ON g.id = f.carer_id
        WHERE f.to_date IS NULL AND f.child_id = ANY(%(children)s)
    ) found
    JOIN childindex_source own ON own.code = %(code)s
    WHERE own.id = found.source_id OR EXISTS (
        SELECT FROM registry_said said JOIN registry_sourcerecord r ON r.id = said.source_record_id
        WHERE said.kind = found.kind AND said.fact_id = found.id AND r.source_id = own.id)
    ORDER BY found.id
"""


@dataclass(frozen=True)
class Pupil:
    """A pupil on a school's roll. `facts` are what confirming the pupil confirms: kind and id of each.

    What two sources contest is not among them: it is left to be decided.
    """

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
    is_of_family: bool = False
    """Whether the pupil is of the reader's own family, who confirms and returns nothing of it."""
    is_own_word: bool = False
    """Whether nobody but the school places the pupil here, so that it reads back its own words."""
    name: str = ""
    address: str = ""
    reported: tuple[str, ...] = ()
    """What the school has told the council of the pupil, and is not settled: kinds of report."""

    @property
    def group(self) -> str:
        """The class as people call it, or the year group where there is none."""
        if self.class_name:
            return self.class_name
        return str(YearGroup(self.year_group).label) if self.year_group else NO_CLASS

    @property
    def is_withheld(self) -> bool:
        return bool(self.child.withheld)

    @property
    def is_to_come(self) -> bool:
        return self.entry_date is not None and self.entry_date > timezone.localdate()

    @property
    def can_be_confirmed(self) -> bool:
        """Not while another school claims the pupil too or the council is asked, and not before the pupil comes."""
        return not (self.is_claimed_elsewhere or self.is_to_come or self.reported or self.is_of_family)

    def is_confirmed(self, since: date) -> bool:
        """Not one of whom the school says that it is not there, whatever its lists say."""
        if NOT_THERE.intersection(self.reported):
            return False
        return self.confirmed_on is not None and self.confirmed_on >= since

    def is_explained(self, since: date) -> bool:
        """Confirmed, or told of to the council."""
        return bool(self.reported) or self.is_confirmed(since)


def roll_of(school: School, *, to: Context, only: int | None = None) -> list[Pupil]:
    """The pupils of a school, by year group, class and name; of one spell `only`, which may be over.

    Of somebody who has left there are the school's own words: where a child lives now is not the last school's to know.
    """
    spells = _rows(ENROLMENTS, {"school": school.pk, "code": f"school-{school.urn}", "only": only})
    today = timezone.localdate()
    gone = {child_id for child_id, _, _, _, _, last_day, *_ in spells if last_day and last_day < today}
    children = disclosure.disclose((child_id for child_id, *_ in spells), to=to)
    claimed = {child_id for child_id, *_, is_claimed, _ in spells if is_claimed}
    claimed -= {pk for pk, child in children.items() if child.withheld}
    own = ({child_id for child_id, *_, is_own, _, _ in spells if is_own} | gone) - claimed
    shown = [pk for pk, child in children.items() if not child.withheld and pk not in claimed]
    known = [pk for pk in shown if pk not in own]
    details = _details(known, children) | _own_words([pk for pk in shown if pk in own], school)
    pupils = [
        _pupil(children[child_id], spell, details.get(child_id), is_claimed=child_id in claimed)
        for child_id, *spell in spells
        if child_id in children
    ]
    pupils = [replace(one, is_of_family=True) if one.child.child_id in to.family else one for one in pupils]
    order = {year: place for place, year in enumerate(YearGroup.values)}
    return sorted(pupils, key=lambda one: (order.get(one.year_group, 99), one.class_name, one.name))


@dataclass
class Details:
    """What is shown of a pupil besides the place on the roll, and the facts that say it."""

    name: str = ""
    address: str = ""
    upn: str = ""
    carers: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    facts: tuple[tuple[str, int], ...] = ()


def _details(child_ids: list[int], children: dict[int, Summary]) -> dict[int, Details]:
    """Of pupils whose place is known from others than the school: what the council has."""
    leads, doubted = _leads(child_ids)
    upns = dict(_rows(UPNS, [[found[Slot.UPN] for found in leads.values() if Slot.UPN in found]]))
    carers: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for child_id, care_id, *said in _rows(CARERS, [child_ids]):
        carers[child_id].append((care_id, ", ".join(filter(None, said))))
    found = {}
    for pk in child_ids:
        lead = leads.get(pk, {})
        sure = {slot: fact_id for slot, fact_id in lead.items() if slot not in doubted.get(pk, ())}
        said = [(str(SLOTS[Slot(slot)]), fact_id) for slot, fact_id in sure.items()]
        said += [(str(FactKind.CARE), care_id) for care_id, _ in carers[pk]]
        found[pk] = Details(
            name=children[pk].name,
            address=children[pk].address or "",
            upn=upns.get(lead.get(Slot.UPN, 0), ""),
            carers=tuple(text for _, text in carers[pk]),
            doubted=tuple(DOUBTED[Slot(slot)] for slot in doubted.get(pk, ())),
            facts=tuple(said),
        )
    return found


def _own_words(child_ids: list[int], school: School) -> dict[int, Details]:
    """Of pupils whom nobody but the school places there: what the school itself has said."""
    found: dict[int, Details] = {pk: Details() for pk in child_ids}
    values = {"children": child_ids, "code": f"school-{school.urn}"}
    for kind, fact_id, child_id, words in _rows(OWN_WORDS, values) if child_ids else ():
        one = found[child_id]
        one.facts = (*one.facts, (kind, fact_id))
        if kind == FactKind.NAME:
            one.name = " ".join(filter(None, words))
        elif kind == FactKind.RESIDENCE:
            one.address = ", ".join(envelope(*words))
        elif kind == FactKind.IDENTIFIER:
            one.upn = words[0]
        else:
            one.carers = (*one.carers, words[0])
    return found


def placed_by_itself_alone(school: School) -> set[int]:
    """Ids of the pupils whom nobody but the school itself places on its roll."""
    spells = _rows(ENROLMENTS, {"school": school.pk, "code": f"school-{school.urn}", "only": None})
    return {child_id for child_id, *_, is_own, _, _ in spells if is_own}


def known_on_roll(school: School, *, to: Context) -> tuple[dict[int, int], int]:
    """The pupils of whom a school may be told what the council knows, each with its place on the roll; and how many are
    on the roll besides. Nobody is disclosed yet. Left out are those whom another school claims, whom nobody but the
    school itself has placed there, who are behind a shield, and one's own family."""
    rows = _rows(ENROLMENTS, {"school": school.pk, "code": f"school-{school.urn}", "only": None})
    spells = {child_id: pk for child_id, pk, *_, is_own, is_claimed, _ in rows if not (is_own or is_claimed)}
    known = to.within_scope(spells) - disclosure.shielded_among(spells) - to.family
    everybody = {child_id for child_id, *_ in rows} - disclosure.shielded_among([child_id for child_id, *_ in rows])
    return {child_id: spells[child_id] for child_id in sorted(known)}, len(everybody - known)


def pupil_of(school: School, enrolment_id: int, *, to: Context) -> Pupil | None:
    """One pupil, by the spell on the roll; somebody who has left lately too. None for what this person may not see."""
    return next(iter(roll_of(school, to=to, only=enrolment_id)), None)


def _pupil(child: Summary, spell: list[Any], details: Details | None, *, is_claimed: bool) -> Pupil:
    pk, year_group, class_name, entry, leaving, confirmed, is_own, _, reported = spell
    shown = details or Details()
    wanted = {"UPN": shown.upn, "address": shown.address, "carer": shown.carers, "year group": year_group}
    return Pupil(
        child=child,
        enrolment_id=pk,
        year_group=year_group,
        class_name=class_name,
        entry_date=entry,
        leaving_date=leaving,
        confirmed_on=confirmed,
        upn=shown.upn,
        carers=shown.carers,
        missing=tuple(what for what, value in wanted.items() if not value) if details else (),
        doubted=(*(["school"] if is_claimed else []), *shown.doubted),
        facts=((str(FactKind.ENROLMENT), pk), *shown.facts),
        is_claimed_elsewhere=is_claimed,
        is_own_word=is_own and not child.withheld,
        reported=tuple(reported),
        name=shown.name or child.name,
        address=shown.address,
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
