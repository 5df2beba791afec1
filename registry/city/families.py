"""Families: who belongs to whom, what they are called and when they were born. Nothing about any source yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from registry.city.communities import LARGE_FAMILIES, Community, any_community

SIZES = (36, 37, 16, 7, 3, 1)
LARGE_SIZES = (22, 29, 23, 14, 8, 4)
COUPLE, LONE_MOTHER, LONE_FATHER, STEP, GRANDPARENT, FOSTER = "couple", "lone", "lone_father", "step", "grand", "foster"
SHAPES = (COUPLE, LONE_MOTHER, LONE_FATHER, STEP, GRANDPARENT, FOSTER)
SHAPE_WEIGHTS = (655, 215, 22, 85, 13, 10)
TWIN = 0.028
YEARS_OF_CHILDHOOD = 20
MULTIPLE_SURNAME = 0.035


@dataclass(eq=False, slots=True)
class Told:
    """A fact that the index holds: since when it is true, on which day it was last written, and what it says."""

    id: int
    since: date | None
    on: date
    value: Any
    year: int = 0


@dataclass(eq=False, slots=True)
class Carer:
    """A grown-up. `lives_here` is whether with the children."""

    kind: str
    sex: str
    forename: str
    surname: str
    lives_here: bool = True
    id: int = 0
    on: date = date.min


@dataclass(eq=False, slots=True)
class Child:
    """A child as they are, with what the index holds of them; `id` is 0 until somebody has spoken of them.

    `been_at` has the sources (schools, practices) whose lists the child was ever on: nobody comes back.
    """

    person: int
    community: Community
    sex: str
    forename: str
    middle: str
    surname: str
    born: date
    twin: bool = False
    route: str = ""
    id: int = 0
    on: date = date.min
    gone: bool = False
    index_number: str = ""
    upn: str = ""
    nhs: str = ""
    name: Told | None = None
    home: Told | None = None
    spell: Told | None = None
    practice: Told | None = None
    arrangement: Told | None = None
    records: dict[int, int] = field(default_factory=dict)
    been_at: set[int] = field(default_factory=set)
    cares: list[Told] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        return bool(self.id) and not self.gone


@dataclass(eq=False, slots=True)
class Family:
    """Children who live together, and those who care for them. `address` is where they truly live."""

    number: int
    shape: str
    carers: list[Carer]
    children: list[Child]
    address: Any = None
    address_id: int = 0
    practice: Any = None
    primary: Any = None
    secondary: Any = None
    abroad: bool = False

    def known(self) -> list[Child]:
        return [child for child in self.children if child.is_known]

    def written(self) -> list[Told]:
        """Everything that must have been written before the family's next news can be."""
        homes = [child.home for child in self.children if child.home is not None]
        records = [Told(0, None, child.on, None) for child in self.children if child.id]
        carers = [Told(0, None, carer.on, None) for carer in self.carers if carer.id]
        return [*homes, *records, *carers]


def make_family(rng: Random, number: int, first_person: int, today: date) -> Family:
    """A family with at least one child under twenty; its children's persons are numbered from `first_person`."""
    community = any_community(rng)
    shape = rng.choices(SHAPES, SHAPE_WEIGHTS)[0]
    father = any_community(rng) if rng.random() < 0.09 else community
    surname = father.surname(rng)
    own = surname if shape == COUPLE and rng.random() < 0.6 else community.surname(rng)
    births = _births(rng, community, today)
    if shape == FOSTER:
        children = [_fostered(rng, born, first_person + place) for place, born in enumerate(births)]
    else:
        family_name = f"{own}-{surname}" if own != surname and rng.random() < MULTIPLE_SURNAME else surname
        children = _siblings(rng, father if shape != LONE_MOTHER else community, family_name, births, first_person)
    if shape == STEP and len(children) > 1:
        _rename_youngest(rng, children)
    return Family(number, shape, _carers(rng, shape, community, father, own, surname), children)


def _births(rng: Random, community: Community, today: date) -> list[date]:
    """Days of birth, the eldest first; twins share theirs."""
    sizes = LARGE_SIZES if community.name in LARGE_FAMILIES else SIZES
    wanted = rng.choices(range(1, 7), sizes)[0]
    day = today - timedelta(days=rng.randrange(int(YEARS_OF_CHILDHOOD * 365.2)))
    found = [day]
    while len(found) < wanted:
        if rng.random() < TWIN:
            found.append(day)
            continue
        day -= timedelta(days=int(400 + rng.expovariate(1 / 560)))
        if (today - day).days >= YEARS_OF_CHILDHOOD * 365:
            break
        found.append(day)
    return found[::-1]


def _siblings(rng: Random, community: Community, surname: str, births: list[date], first: int) -> list[Child]:
    made: list[Child] = []
    for place, born in enumerate(births):
        sex = "F" if rng.random() < 0.488 else "M"
        forename = _new_forename(rng, community, sex, made)
        child = Child(first + place, community, sex, forename, _middle(rng, community, sex, forename), "", born)
        child.surname = community.surname_of(rng, surname, sex)
        child.twin = bool(made) and made[-1].born == born
        made.append(child)
    return made


def _fostered(rng: Random, born: date, person: int) -> Child:
    """A child in foster care has a family name of their own."""
    community = any_community(rng)
    sex = "F" if rng.random() < 0.49 else "M"
    forename = community.forename(rng, sex)
    return Child(person, community, sex, forename, "", community.surname(rng), born)


def _new_forename(rng: Random, community: Community, sex: str, siblings: list[Child]) -> str:
    taken = {child.forename for child in siblings} - {"Mohammed", "Muhammad"}
    while (found := community.forename(rng, sex)) in taken:
        pass
    return found


def _middle(rng: Random, community: Community, sex: str, forename: str) -> str:
    if forename in ("Mohammed", "Muhammad", "Abdul", "Mohamed"):
        return community.forename(rng, sex)
    share = {"english": 0.62, "irish": 0.6, "caribbean": 0.55, "nigerian": 0.6, "ghanaian": 0.5, "polish": 0.2}
    if community.name == "sikh":
        return ("Kaur" if sex == "F" else "Singh") if rng.random() < 0.5 else ""
    return community.forename(rng, sex) if rng.random() < share.get(community.name, 0.12) else ""


def _rename_youngest(rng: Random, children: list[Child]) -> None:
    """The youngest are the step-father's and bear his name."""
    name = children[-1].community.surname(rng)
    for child in children[rng.randrange(1, len(children)) :]:
        child.surname = child.community.surname_of(rng, name, child.sex)


def _carers(rng: Random, shape: str, community: Community, father: Community, own: str, surname: str) -> list[Carer]:
    mother = Carer("mother", "F", community.grown_up(rng, "F"), community.surname_of(rng, own, "F"))
    dad = Carer("father", "M", father.grown_up(rng, "M"), father.surname_of(rng, surname, "M"))
    if shape == COUPLE:
        return [mother, dad] if rng.random() < 0.8 else [mother]
    if shape == LONE_FATHER:
        return [dad]
    if shape == GRANDPARENT:
        mother.kind = "grandparent"
        return [mother]
    if shape == FOSTER:
        mother.kind = "foster_carer"
        return [mother]
    away = [dad] if rng.random() < 0.35 else []
    dad.lives_here = False
    if shape == STEP:
        name = community.surname(rng)
        return [mother, Carer("step_parent", "M", community.grown_up(rng, "M"), name), *away]
    return [mother, *away]
