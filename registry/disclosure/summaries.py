"""Children in a list.

Read with plain SQL, planned once: a page of results is mostly this, and rows made into models cost more than fetching
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.utils import timezone

from childindex.prepared import Prepared
from registry import precedence
from registry.dates import age_on
from registry.disclosure import shielding
from registry.disclosure.context import Context
from registry.disclosure.fields import hidden_by_a_shield
from registry.disclosure.views import Summary
from registry.models import ChildState, NameKind, Sex, Slot, Standing
from registry.models.addresses import envelope

HIDDEN_BY_A_SHIELD = hidden_by_a_shield()
UNNAMED = "No name recorded"

WANTED = "SELECT unnest(%(children)s)"
CHILDREN = """
    SELECT 'child', id, ARRAY[index_number, sex, date_of_birth::text, state]::text[]
    FROM registry_child WHERE id = ANY(%(children)s)
"""
SHIELDED = f"SELECT 'shield', child_id, '{{}}'::text[] FROM ({shielding.STATEMENT}) shielded"
NAMES = f"""
    SELECT 'name', f.child_id, ARRAY[CASE WHEN r.place = 1 THEN '1' ELSE '' END, f.kind, f.forename, f.surname,
                                     CASE WHEN f.to_date IS NULL THEN '1' ELSE '' END]::text[]
    FROM registry_name f
    LEFT JOIN ({precedence.ranked(Slot.REGISTERED_NAME, children=WANTED)}) r ON r.fact_id = f.id
    WHERE f.child_id = ANY(%(children)s)
"""
HOMES = f"""
    SELECT 'home', f.child_id, ARRAY[f.standing, a.saon, a.paon, a.street, a.locality, a.town, a.administrative_area,
                                     a.postcode, a.ward_name]::text[]
    FROM ({precedence.ranked(Slot.HOME, children=WANTED)}) r
    JOIN registry_residence f ON r.place = 1 AND f.id = r.fact_id LEFT JOIN registry_address a ON a.id = f.address_id
"""
SCHOOLS = f"""
    SELECT 'school', f.child_id, ARRAY[s.name, f.year_group]::text[]
    FROM ({precedence.ranked(Slot.SCHOOL, children=WANTED)}) r
    JOIN registry_enrolment f ON r.place = 1 AND f.id = r.fact_id JOIN registry_school s ON s.id = f.school_id
"""
ALL = " UNION ALL "
WITHOUT_DETAILS = Prepared("listed_names", ALL.join((CHILDREN, SHIELDED, NAMES)), children="bigint[]")
WITH_DETAILS = Prepared("listed", ALL.join((CHILDREN, SHIELDED, NAMES, HOMES, SCHOOLS)), children="bigint[]")


class SaidName(NamedTuple):
    """A name of a child."""

    leads: bool
    kind: str
    forename: str
    surname: str
    is_open: bool = True

    @property
    def text(self) -> str:
        return " ".join(part for part in (self.forename, self.surname) if part)

    @property
    def is_current(self) -> bool:
        return self.is_open and self.kind != NameKind.FORMER


class Row(NamedTuple):
    """A child's own row, as far as a list needs it."""

    id: int
    index_number: str
    sex: str
    date_of_birth: date | None
    state: str


def disclose(child_ids: Iterable[int], *, to: Context) -> dict[int, Summary]:
    """What may be shown of these children in a list, by id and in the order asked; unknown children are left out.

    One query, however many children.
    """
    asked = list(dict.fromkeys(child_ids))
    told = _told(sorted(to.within_scope(asked)), to)
    today = timezone.localdate()
    found = {}
    for child_id in asked:
        if child_id not in told["child"]:
            continue
        shielded = child_id in told["shield"]
        hidden = (shielded and not to.may_see_shielded) or child_id in to.family
        names = [_name(*values) for values in told["name"][child_id]]
        readable = [said for said in names if not hidden or said.is_current]
        home = None if hidden else next((_home(*values) for values in told["home"][child_id]), None)
        school = None if hidden else next(iter(told["school"][child_id]), None)
        child = _row(child_id, *told["child"][child_id][0])
        found[child_id] = _summary(child, readable, home, school, to, shielded, hidden, today)
        to.hand_out(child_id, child.index_number)
    return found


def spoken_of(names: Sequence[SaidName]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The name a child is shown by, the others, and the former ones: forename and surname, each once."""
    order = sorted(names, key=lambda name: (not name.leads, name.kind != NameKind.REGISTERED, name.text))
    said = list(dict.fromkeys(name.text for name in order if name.is_current))
    former = dict.fromkeys(name.text for name in order if not name.is_current)
    name, *others = said or [*former][:1] or [UNNAMED]
    return name, tuple(others), tuple(text for text in former if text not in (name, *others))


def _told(child_ids: list[int], to: Context) -> dict[str, dict[int, list[list[Any]]]]:
    """What is said of each child, by what sort of thing it is."""
    listed = WITH_DETAILS if to.may_see_details else WITHOUT_DETAILS
    told: dict[str, dict[int, list[list[Any]]]]
    told = {sort: defaultdict(list) for sort in ("child", "shield", "name", "home", "school")}
    for sort, child_id, values in listed.rows(children=child_ids):
        told[sort][child_id].append(values)
    return told


def _row(child_id: int, index_number: str, sex: str, born: str | None, state: str) -> Row:
    return Row(child_id, index_number, sex, date.fromisoformat(born) if born else None, state)


def _name(leads: str, kind: str, forename: str, surname: str, is_open: str) -> SaidName:
    return SaidName(bool(leads), kind, forename, surname, bool(is_open))


def _home(standing: str, *parts: str | None) -> tuple[str, str | None]:
    """An address in words and its area; or the stated absence of one."""
    *address, ward = (part or "" for part in parts)
    if parts[-1] is None:
        return str(Standing(standing).label), None
    return ", ".join(envelope(*address)), ward or address[-1].partition(" ")[0]


def _summary(
    child: Row,
    names: Sequence[SaidName],
    home: Sequence[str | None] | None,
    school: Sequence[str | None] | None,
    to: Context,
    shielded: bool,
    hidden: bool,
    today: date,
) -> Summary:
    plain = to.may_see_details
    name, others, former = spoken_of(names)
    address, area = home or (None, None)
    school_name, year_group = school or (None, None)
    born = child.date_of_birth
    return Summary(
        child_id=child.id,
        index_number=child.index_number,
        name=name,
        other_names=others if plain else (),
        sex=child.sex if plain else "",
        sex_words=_sex_words(child.sex) if plain else "",
        date_of_birth=born if plain else None,
        age=age_on(today, born=born) if plain and born and born <= today else None,
        state=ChildState.LIVE if hidden else child.state,
        shielded=shielded,
        address=address,
        area=area,
        school=school_name,
        year_group=year_group,
        withheld=HIDDEN_BY_A_SHIELD if hidden else frozenset(),
        former_names=former if plain else (),
    )


@cache
def _sex_words(sex: str) -> str:
    return str(Sex(sex).label)
