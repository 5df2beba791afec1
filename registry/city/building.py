"""Building the city: district after district, all of it or nothing.

Each district is thought out in memory and written before the next begins, so that a city of any size takes the memory
of one district. The index entries are made at the end, all at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from time import perf_counter

from django.db import transaction
from django.utils import timezone

from childindex.acts import act
from childindex.models import Source, SourceKind, User
from registry import recording
from registry.city import afterwards, truth, writing
from registry.city.calendar import watched
from registry.city.district import Bodies, make_district
from registry.city.ledger import Ledger
from registry.city.lives import Lives
from registry.city.numbers import Numbers
from registry.city.schools import Counter
from registry.city.telling import Teller
from registry.models import Child

CHILDREN_IN_A_DISTRICT = 25_000
FEWEST = 10
SOURCES = {
    "register": ("city-register", "Register of schools and practices", SourceKind.REGISTER),
    "old_system": ("former-database", "Former children's database", SourceKind.OLD_SYSTEM),
    "health": ("health-visiting", "Health visiting", SourceKind.HEALTH),
    "admissions": ("school-admissions", "School admissions", SourceKind.ADMISSIONS),
    "housing": ("housing-service", "Housing service", SourceKind.AGENCY),
    "hospital": ("childrens-hospital", "Children's hospital", SourceKind.HEALTH),
    "neighbour": ("neighbouring-authority", "Nethermere Borough Council", SourceKind.NEIGHBOUR),
}
Progress = Callable[[str, int, int], None]


class CannotBuild(Exception):
    """The city cannot be built here; the text says what to do."""


@dataclass
class Built:
    """What was built, and how long each part of the work took."""

    children: int = 0
    families: int = 0
    deeds: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def build(
    children: int,
    *,
    seed: int = 1,
    today: date | None = None,
    history_years: int = 2,
    officer: User | None = None,
    progress: Progress | None = None,
) -> Built:
    """Invent so many children with what sources said of them in the years before `today`.

    The same number, seed, years and day make the same city. Raises CannotBuild where children are recorded already.
    """
    day = today or timezone.localdate()
    _check(children, day)
    built = Built()
    with transaction.atomic(), afterwards.keys_sorted_afterwards(), recording.indexed_at_the_end():
        with afterwards.facts_checked_afterwards():
            _build(built, children, seed, day, history_years, officer, progress or (lambda stage, done, of: None))
            began = perf_counter()
        _took(built, "checking", began)
        began = perf_counter()
    _took(built, "index", began)
    return built


def _check(children: int, day: date) -> None:
    if children < FEWEST:
        raise CannotBuild(f"A city has at least {FEWEST} children.")
    if day > timezone.localdate():
        raise CannotBuild("The day up to which the city is invented cannot be in the future.")
    if Child.objects.exists():
        raise CannotBuild(
            "There are children in this database already, and an invented city must not be mixed with them."
            " Name an empty database in DATABASE_URL, or begin again with a new one."
        )


def _build(
    built: Built, children: int, seed: int, day: date, years: int, officer: User | None, progress: Progress
) -> None:
    ids, numbers, counter, bodies = writing.reserve(), Numbers(seed), Counter(), _bodies(watched(day, years).start)
    ids.last["childindex_source"] = writing.reserve().last["childindex_source"]
    writer = writing.Writer()
    truth.prepare()
    districts = -(-children // CHILDREN_IN_A_DISTRICT)
    zone = timezone.get_default_timezone()
    for number in range(districts):
        progress("families", built.children, children)
        began = perf_counter()
        ledger = Ledger(ids, zone)
        wanted = children * (number + 1) // districts - built.children
        district = make_district(
            number,
            wanted,
            seed=seed,
            years=watched(day, years),
            ledger=ledger,
            numbers=numbers,
            counter=counter,
            bodies=bodies,
            officer=officer.pk if officer else None,
        )
        teller = Teller(district, wanted)
        _people(built, Lives(teller))
        _took(built, "inventing", began)
        began = perf_counter()
        writer.write(ledger)
        truth.write(teller.truth)
        _took(built, "writing", began)
    writing.release(ids)
    writer.analyse()
    built.deeds = writer.deeds
    progress("checking", children, children)


def _people(built: Built, lives: Lives) -> None:
    """Families until there are as many records as the district is to have."""
    told = lives.teller.truth
    while len(told) < lives.teller.most:
        lives.family(built.families, built.families * 8)
        built.families += 1
    built.children += len(told)


def _bodies(first_day: date) -> Bodies:
    """The sources that serve the whole city, made where they are missing, before anything is said."""
    at = timezone.make_aware(datetime.combine(first_day - timedelta(days=2), time(9)))
    with act(by=None, source=Source.council(), reason_code="source_added", reason="Sources of the city", at=at):
        found = {
            part: Source.objects.get_or_create(code=code, defaults={"name": name, "kind": kind})[0].pk
            for part, (code, name, kind) in SOURCES.items()
        }
    return Bodies(council=Source.council().pk, family=Source.objects.get(code="family").pk, **found)


def _took(built: Built, stage: str, began: float) -> None:
    built.seconds[stage] = built.seconds.get(stage, 0) + perf_counter() - began
