"""Brakes: a file that would change more than such files do at such a time is held until somebody says it is right.

Each brake has a sentence and its figure beside that of the last file of its source. The calendar is known: in July a
primary school loses a seventh of its roll and an infant school a third, and a secondary school admits a year group in
September; the same in February is a mistake.

Figures are of what is open to everybody: of rows and places on rolls that a shield hides nobody learns by a percentage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from django.db import connection, transaction

from childindex import words
from childindex.models import SourceKind, User
from registry.intake.bodies import Bodies
from registry.intake.fields import FIELDS
from registry.intake.seeing import told_of
from registry.models import Delivery, Says, Stage, YearGroup

FEW, A_FEW = 20, 2
"""A handful of children proves nothing: shares are looked at from so many rows on, and more than a few in any."""
SUMMER, AUTUMN = (7, 8, 9, 10), (8, 9, 10)
"""When a school's oldest year group leaves, and Year 11, and when its youngest comes: as many as they are."""
LEAVERS, JOINERS = 0.05, 0.10
"""The share of its other children that a list may lose or gain: two or three times what moves in an ordinary month."""
MATCHED, ASKING, REFUSED = 0.85, 0.10, 0.05
"""Of the rows so many should be of children who are known, and no more should ask, or be unreadable."""
SURNAMES, BIRTHS = 0.03, 0.01
"""Families change their names; nobody is born again. More is unusual of a source whose last list had fewer."""
FIRST_SURNAMES, FIRST_BIRTHS, AS_MUCH_AGAIN = 0.15, 0.05, 2
"""How a source writes is known from its last list alone: a first one may differ by more, and a later one by twice as
much as the last did. A column that slipped differs in most rows."""
ELSEWHERE = 0.50
"""More of a school's children on other rolls than on its own: another school's file."""
SHRUNK, EMPTIED, FILLED = 0.60, 0.05, 0.50
"""Against the last file: so many of its rows at least; a field filled in half of them is not empty now."""
SLIP = 0.02
"""A year group of fewer than this share of a roll is none of the school's."""
ORDER = {year: place for place, year in enumerate(YearGroup.values)}


@dataclass(frozen=True)
class Brake:
    """Why a file is held: what it has, what the last one had (None where there is none), and what would pass."""

    code: str
    sentence: str
    figure: float
    before: float | None
    limit: float


@dataclass
class Figures:
    """What one file would do, in numbers. `filled` are the shares of rows that say each field."""

    rows: int = 0
    matched: int = 0
    surnames: int = 0
    births: int = 0
    asking: int = 0
    refused: int = 0
    filled: dict[str, float] = field(default_factory=dict)

    def share(self, name: str) -> float:
        return getattr(self, name) / self.rows if self.rows else 0.0


def brakes_of(delivery: Delivery) -> list[Brake]:
    """What speaks against applying a compared delivery as it is; nothing, for a file like others."""
    standing = told_of(Delivery.objects.of(delivery.feed, delivery.source).standing())
    last = standing.order_by("-as_of", "-pk").first()
    now, before = figures_of(delivery), figures_of(last) if last else None
    found = [*_in_order(delivery, last), *_shares(delivery, now, before), *_against(now, before)]
    return [*found, *_coming_and_going(delivery), *_elsewhere(delivery)]


def hold(delivery: Delivery) -> bool:
    """Hold a compared delivery if there is reason to, unless somebody has released it before; whether it is held."""
    delivery.brakes = [asdict(brake) for brake in brakes_of(delivery)]
    if delivery.brakes and delivery.released_by_id is None:
        delivery.stage = Stage.HELD
    delivery.save(update_fields=["brakes", "stage"])
    return delivery.stage == Stage.HELD


class CannotRelease(Exception):
    """Nothing was released; the text says why."""


def release(delivery: Delivery, by: User, because: str) -> Delivery:
    """Say that a held file is right as it is, for a reason. Raises CannotRelease."""
    if not because.strip():
        raise CannotRelease("Say why the file is right as it is.")
    with transaction.atomic():
        locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        if locked.stage != Stage.HELD:
            raise CannotRelease("This file is not held. Look at it again.")
        locked.stage, locked.released_by, locked.released_because = Stage.COMPARED, by, because.strip()
        locked.save(update_fields=["stage", "released_by", "released_because"])
    return locked


def figures_of(delivery: Delivery) -> Figures:
    """The figures of one file, from its rows as they stand."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [delivery.pk])
        rows, matched, surnames, births = cursor.fetchone()
        cursor.execute(FILLED_FIELDS, [delivery.pk])
        filled = {key: count / max(rows, 1) for key, count in cursor.fetchall()}
    return Figures(rows, matched, surnames, births, delivery.to_decide, delivery.refused, filled)


def _in_order(delivery: Delivery, last: Delivery | None) -> Iterator[Brake]:
    if last is not None and delivery.as_of < last.as_of:
        days = (last.as_of - delivery.as_of).days
        yield Brake(
            "older",
            f"It is as of {words.day(delivery.as_of)}, and one as of {words.day(last.as_of)} has been applied.",
            days,
            0,
            0,
        )


def _shares(delivery: Delivery, now: Figures, before: Figures | None) -> Iterator[Brake]:
    if now.rows < FEW:
        return
    limits = [
        ("asking", ASKING, "of its rows ask a person; usually fewer than {limit} do."),
        ("refused", REFUSED, "of its rows could not be read; usually fewer than {limit} cannot."),
        (
            "surnames",
            usual_share(SURNAMES, FIRST_SURNAMES, "surnames", before),
            "of its rows have another surname than the index; more than {limit} is unusual.",
        ),
        (
            "births",
            usual_share(BIRTHS, FIRST_BIRTHS, "births", before),
            "of its rows have another date of birth than the index; more than {limit} is unusual.",
        ),
    ]
    for name, limit, sentence in limits:
        if getattr(now, name) > max(limit * now.rows, A_FEW):
            yield _brake(name, now.share(name), before.share(name) if before else None, limit, sentence)
    if not delivery.feed.may_create and now.share("matched") < MATCHED:
        told = "of its rows are of children who are known; usually more than {limit} are."
        yield _brake("matched", now.share("matched"), before.share("matched") if before else None, MATCHED, told)


def usual_share(limit: float, first: float, name: str, before: Figures | None) -> float:
    """The share that passes, by what the last list of this source had."""
    if before is None or before.rows < FEW:
        return first
    return max(limit, AS_MUCH_AGAIN * before.share(name))


def _against(now: Figures, before: Figures | None) -> Iterator[Brake]:
    """What the last file had and this one has not."""
    if before is None or before.rows < FEW:
        return
    if now.rows < SHRUNK * before.rows:
        told = f"It has {words.count(now.rows, 'row')}; the last had {before.rows:,}."
        yield Brake("shrunk", told, now.rows, before.rows, SHRUNK * before.rows)
    for key, was in before.filled.items():
        is_now = now.filled.get(key, 0.0)
        if was >= FILLED and is_now <= EMPTIED and key in FIELDS:
            label = FIELDS[key].label
            told = (
                f"{label} is filled in {_percent(is_now)} of its rows, and was in {_percent(was)} of the last file's."
            )
            yield Brake(f"emptied_{key}", told, is_now, was, EMPTIED)


def _coming_and_going(delivery: Delivery) -> Iterator[Brake]:
    """Children who leave or join, but for those who do so at this time every year."""
    roll, leaving, joining = _by_year(delivery)
    on_roll = sum(roll.values()) or delivery.rows - delivery.received
    month, years = delivery.as_of.month, _years(roll)
    goes = {years[-1], YearGroup.YEAR_11.value} if years and month in SUMMER else set()
    comes = _intake(years) if month in AUTUMN else set()
    going = sum(number for year, number in leaving.items() if year not in goes)
    coming = sum(number for year, number in joining.items() if year not in comes)
    named = f"{delivery.as_of:%B}"
    if going > max(LEAVERS * on_roll, FEW / 4):
        told = f"of its children would leave, without those who do each {named}; more than {{limit}} is unusual."
        yield _brake("leavers", going / on_roll, None, LEAVERS, told)
    if roll and coming > max(JOINERS * on_roll, FEW / 2):
        told = f"of its children would be new, without those who are each {named}; more than {{limit}} is unusual."
        yield _brake("joiners", coming / on_roll, None, JOINERS, told)


def _years(roll: dict[str, int]) -> list[str]:
    """A school's year groups in their order, without those of a slip or of a pupil taught out of year."""
    everybody = sum(roll.values())
    found = [year for year, pupils in roll.items() if year in ORDER and pupils >= SLIP * everybody]
    return sorted(found, key=ORDER.__getitem__)


def _intake(years: list[str]) -> set[str]:
    """The year groups with which pupils come in September, whether or not the roll has been moved up a year.

    A school's youngest; Reception, of which most come from elsewhere though there is a nursery; a sixth form.
    """
    if not years:
        return {""}
    found = {"", years[0], YearGroup.values[max(ORDER[years[0]] - 1, 0)]}
    if ORDER[years[0]] <= ORDER[YearGroup.YEAR_1]:
        found.add(YearGroup.RECEPTION.value)
    if ORDER[years[-1]] >= ORDER[YearGroup.YEAR_11]:
        found.add(YearGroup.YEAR_12.value)
    return found


def _by_year(delivery: Delivery) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """A school's roll, and those who would leave and join it, by year group; other sources have no year groups."""
    school = Bodies(delivery).own_school if Says.SCHOOL in delivery.feed.carries else None
    values = {"delivery": delivery.pk, "school": school}
    with connection.cursor() as cursor:
        found = []
        for statement in (ROLL, LEAVING, JOINING):
            cursor.execute(statement, values)
            found.append(dict(cursor.fetchall()))
    return found[0], found[1], found[2]


def _elsewhere(delivery: Delivery) -> Iterator[Brake]:
    """Another school's file: most of its children are on another school's roll."""
    school = Bodies(delivery).own_school
    if delivery.source.kind != SourceKind.SCHOOL or school is None or Says.SCHOOL not in delivery.feed.carries:
        return
    with connection.cursor() as cursor:
        cursor.execute(ON_ROLLS, {"delivery": delivery.pk, "school": school})
        here, elsewhere = cursor.fetchone()
    if here + elsewhere >= FEW and elsewhere > ELSEWHERE * (here + elsewhere) and delivery.as_of.month not in AUTUMN:
        share = elsewhere / (here + elsewhere)
        yield _brake(
            "elsewhere", share, None, ELSEWHERE, "of its children are on another school's roll. Whose file is it?"
        )


def _brake(code: str, figure: float, before: float | None, limit: float, sentence: str) -> Brake:
    told = f"{_percent(figure)} {sentence.format(limit=_percent(limit))}"
    if before is not None:
        told += f" In the last file it was {_percent(before)}."
    return Brake(code, told, round(figure, 4), before if before is None else round(before, 4), limit)


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f}%" if percent >= 10 or percent == int(percent) else f"{percent:.1f}%"


COUNTED = """
    SELECT count(*) FILTER (WHERE number IS NOT NULL),
           count(*) FILTER (WHERE number IS NOT NULL AND child_id IS NOT NULL),
           count(*) FILTER (WHERE changes @? '$[*] ? (@.says == "name" && @.do != "confirm" && exists(@.was))'),
           count(*) FILTER (WHERE changes @? '$[*] ? (@.says == "birth" && @.do != "confirm" && exists(@.was))')
    FROM registry_deliveryrow WHERE delivery_id = %s AND NOT for_custodians
"""
FILLED_FIELDS = """
    SELECT key, count(*) FROM registry_deliveryrow r CROSS JOIN LATERAL jsonb_object_keys(r.claim) AS key
    WHERE r.delivery_id = %s AND NOT r.for_custodians GROUP BY key
"""
ROLL = """
    SELECT coalesce(f.year_group, ''), count(*) FROM registry_enrolment f
    JOIN registry_indexentry e ON e.child_id = f.child_id AND NOT e.shielded
    WHERE f.school_id = %(school)s AND f.to_date IS NULL GROUP BY 1
"""
LEAVING = """
    SELECT coalesce(e.year_group, ''), count(*)
    FROM registry_deliveryrow r
    LEFT JOIN registry_enrolment e ON e.child_id = r.child_id AND e.school_id = %(school)s AND e.to_date IS NULL
    WHERE r.delivery_id = %(delivery)s AND NOT r.for_custodians
      AND (r.outcome = 'left' OR (r.number IS NULL AND r.outcome = 'to_decide'))
    GROUP BY 1
"""
JOINING = """
    SELECT coalesce(r.claim ->> 'year_group', ''), count(*) FROM registry_deliveryrow r
    WHERE r.delivery_id = %(delivery)s AND r.outcome = 'joined' AND NOT r.for_custodians GROUP BY 1
"""
ON_ROLLS = """
    SELECT count(DISTINCT r.child_id) FILTER (WHERE e.school_id = %(school)s),
           count(DISTINCT r.child_id) FILTER (WHERE e.school_id <> %(school)s)
    FROM registry_deliveryrow r JOIN registry_enrolment e ON e.child_id = r.child_id AND e.to_date IS NULL
    WHERE r.delivery_id = %(delivery)s AND r.number IS NOT NULL AND NOT r.for_custodians
"""
