"""Every school's return of July, of September and of the autumn census day, against an index that knows July's rolls.

The invented city is built up to today, its schools' returns are written with realistic slips and known answers, and
then the index forgets which rolls children came onto, or left, since the first of July. So the returns bring the
summer: final years that left, Reception classes and secondary schools that begin, and everybody who moved meanwhile.
Before the September returns every roll is moved up a year, as a council does. Pupils whom a return leaves out are asked
about, and each round ends with an officer who answers that: what is known to be so. The balance of each round's day is
counted before its returns and after them, and what each act has kept of it is compared with the facts at the end.
"""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from registry import indexing
from registry.balance import counting, keeping
from registry.balance.counting import Balance
from registry.balance.lines import Line
from registry.benchmarks.copying import seconds_to_copy
from registry.benchmarks.own_database import own_database
from registry.benchmarks.subjects import Subject
from registry.city.building import build
from registry.city.returns import GONE, write_returns, year_before
from registry.dates import school_year
from registry.duplicates.sweeping import sweep_index
from registry.intake import stages
from registry.intake.applying import apply
from registry.intake.weighing import weigh_again
from registry.models import Child, Delivery, Outcome, School, Stage, YearGroup
from schools.returns.importing import take_in
from schools.rollover import roll_over

PERSONS = (
    "SELECT c.index_number, t.person::text, t.child_id FROM city.truth t JOIN registry_child c ON c.id = t.child_id"
)
ROWS = "SELECT number, outcome, child_id FROM registry_deliveryrow WHERE delivery_id = %s AND number IS NOT NULL"
FORGOTTEN = """
    ALTER TABLE registry_confirmation DISABLE TRIGGER USER;
    ALTER TABLE registry_repetition DISABLE TRIGGER USER;
    ALTER TABLE registry_enrolment DISABLE TRIGGER USER;
    DELETE FROM registry_confirmation WHERE kind = 'enrolment'
        AND (day > %(day)s OR fact_id IN (SELECT id FROM registry_enrolment WHERE from_date > %(day)s));
    DELETE FROM registry_repetition WHERE day > %(day)s;
    DELETE FROM registry_enrolment WHERE from_date > %(day)s;
    UPDATE registry_enrolment SET to_date = NULL, leaving_regime = '', leaving_ground = '', destination = '',
        destination_school_id = NULL WHERE to_date > %(day)s;
    UPDATE registry_enrolment e SET year_group = was.year_group
    FROM unnest(%(now)s::text[], %(then)s::text[]) AS was (now, year_group)
    WHERE e.to_date IS NULL AND e.year_group = was.now AND NOT EXISTS (
        SELECT FROM city.really r WHERE r.child_id = e.child_id AND r.school_id = e.school_id
          AND r.last_day <> 'infinity');
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE registry_confirmation ENABLE TRIGGER USER;
    ALTER TABLE registry_repetition ENABLE TRIGGER USER;
    ALTER TABLE registry_enrolment ENABLE TRIGGER USER;
"""
KEPT = """
    CREATE TABLE city.really AS SELECT child_id, school_id, max(coalesce(to_date, 'infinity')) AS last_day
    FROM registry_enrolment GROUP BY 1, 2
"""
ANSWER = """
    UPDATE registry_deliveryrow r SET outcome = '', waits = true, decision =
        CASE WHEN really.last_day < %(as_of)s
             THEN jsonb_build_object('left', greatest(really.last_day, e.from_date)::text)
             ELSE '{"still_here": true}'::jsonb END
    FROM registry_delivery d JOIN childindex_source own ON own.id = d.source_id
    JOIN registry_school s ON own.code = 'school-' || s.urn, registry_enrolment e, city.really really
    WHERE d.id = %(delivery)s AND r.delivery_id = d.id AND r.number IS NULL AND r.outcome = 'to_decide'
      AND e.child_id = r.child_id AND e.school_id = s.id AND e.to_date IS NULL
      AND really.child_id = r.child_id AND really.school_id = s.id
    RETURNING r.id
"""
Say = Callable[[str], Any]


@dataclass(frozen=True)
class Counted:
    """The balance of a day, counted from the facts as they were known then, and how long that took."""

    when: str
    balance: Balance
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {"when": self.when, "seconds": round(self.seconds, 2), **self.balance.as_json()}

    def line(self) -> str:
        lines = self.balance.lines
        told = ", ".join(f"{line} {lines[line]:,}" for line in Line if lines[line])
        ends = "adds up" if self.balance.adds_up else "DOES NOT ADD UP"
        return (
            f"  balance {self.when} ({self.seconds:.1f} s, {ends}): {self.balance.headline:,} in the headline; {told}"
        )


@dataclass
class Round:
    """The returns of all schools of one day."""

    name: str
    on: date
    files: int = 0
    rows: int = 0
    seconds: float = 0.0
    copy_seconds: float = 0.0
    held: int = 0
    absent: int = 0
    judged: Counter[str] = field(default_factory=Counter)
    by_what: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    balances: list[Counted] = field(default_factory=list)

    def count(self, when: str) -> None:
        """Count the balance of the day after, by when the returns of the day have come."""
        began = perf_counter()
        found = counting.recounted(self.on + timedelta(days=1))
        self.balances.append(Counted(when, found, perf_counter() - began))

    def share(self, what: str) -> float:
        return self.judged[what] / max(1, self.judged.total())

    @property
    def without_a_person(self) -> float:
        """The share decided of all rows, and of all pupils whom the rolls have and the returns leave out."""
        return 1 - (self.judged["asked"] + self.absent) / max(1, self.judged.total() + self.absent)

    def as_json(self) -> dict[str, Any]:
        return {
            "round": self.name,
            "on": self.on.isoformat(),
            "files": self.files,
            "rows": self.rows,
            "seconds": round(self.seconds, 1),
            "rows_a_second": round(self.rows / self.seconds),
            "ratio_to_copy": round(self.seconds / self.copy_seconds, 1),
            "held": self.held,
            **{what: round(self.share(what), 5) for what in ("right", "wrong", "asked", "refused")},
            "absent": self.absent,
            "without_a_person": round(self.without_a_person, 5),
            "balances": [one.as_json() for one in self.balances],
        }

    def lines(self) -> Iterator[str]:
        yield (
            f"{self.name}, {self.on:%d %B %Y}: {self.files:,} returns, {self.rows:,} rows in {self.seconds:.0f} s,"
            f" {self.rows / self.seconds:,.0f} rows a second, {self.seconds / self.copy_seconds:.0f} times COPY of the"
            f" same files ({self.copy_seconds:.2f} s); {self.held:,} held by a brake"
        )
        yield (
            f"  decided rightly {self.share('right'):.4%}, wrongly {self.share('wrong'):.4%};"
            f" asks a person {self.share('asked'):.4%}, unreadable {self.share('refused'):.4%};"
            f" left out and asked about: {self.absent:,} pupils; without a person in all {self.without_a_person:.4%}"
        )
        for what, judged in sorted(self.by_what.items(), key=lambda one: -one[1].total()):
            told = ", ".join(f"{name} {count:,}" for name, count in sorted(judged.items()))
            yield f"    {what:28}{judged.total():9,} rows: {told}"
        yield from (one.line() for one in self.balances)


@dataclass
class Measured:
    """All rounds of one run."""

    children: int
    rounds: list[Round] = field(default_factory=list)
    moved_up: int = 0
    ended: int = 0
    rollover_seconds: float = 0.0
    adds_up: bool = False
    stale: int = 0

    def as_json(self) -> dict[str, Any]:
        kept = {"adds_up": self.adds_up, "stale": self.stale}
        rollover = {"moved_up": self.moved_up, "ended": self.ended, "seconds": round(self.rollover_seconds, 1)}
        rounds = [each.as_json() for each in self.rounds]
        return {"children": self.children, "rollover": rollover, "rounds": rounds, "balance_kept": kept}

    def lines(self) -> list[str]:
        rollover = (
            f"{self.children:,} children; every roll moved up a year in {self.rollover_seconds:.1f} s:"
            f" {self.moved_up:,} pupils, and {self.ended:,} left with their final year"
        )
        kept = (
            f"The balance as each act has kept it: {'adds up' if self.adds_up else 'DOES NOT ADD UP'},"
            f" {self.stale:,} children in another line than the facts say"
        )
        return [rollover, *(line for each in self.rounds for line in each.lines()), kept]


def days(today: date) -> list[tuple[str, date]]:
    """The last July, September and autumn census day that have passed."""
    year = school_year(today)
    year -= today < date(year, 10, 8)
    return [("July", date(year, 7, 10)), ("September", date(year, 9, 18)), ("Autumn", date(year, 10, 1))]


def measure(options: dict[str, Any], say: Say) -> Measured:
    """Take in every school's returns, in the order of their days."""
    children, seed = options["children"], options["seed"]
    measured = Measured(children)
    with own_database(), TemporaryDirectory() as folder:
        say(f"Building a city of {children:,} children")
        build(children, seed=seed, history_years=1)
        today = timezone.localdate()
        rounds = [Round(name, on) for name, on in days(today)]
        for one in rounds:
            one.files = len(write_returns(Path(folder) / one.name, seed=seed, on=one.on, today=today))
        say("Forgetting what became of the rolls since July, and looking for duplicates, as a council has")
        _forget(date(rounds[0].on.year, 7, 1))
        sweep_index(by=None)
        keeping.publish(on=today - timedelta(days=1))
        for one in rounds:
            if one.name == "September":
                say("Moving every roll up a year")
                _roll_over(measured, one.on.year)
            one.count("before")
            say(f"Taking in the returns of {one.name}")
            _take_in(one, Path(folder) / one.name)
            one.count("after")
            measured.rounds.append(one)
        measured.adds_up = counting.present(today, behind_shields=True).adds_up
        measured.stale = counting.stale(today)
    return measured


def _roll_over(measured: Measured, year: int) -> None:
    began = perf_counter()
    made = roll_over(year, by=None, on=date(year, 9, 1))
    measured.moved_up, measured.ended = made.moved_up, made.ended
    measured.rollover_seconds = perf_counter() - began


def _forget(day: date) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(KEPT)
        now = [year for year in YearGroup.values if year not in ("N1", "X")]
        then = [year_before(year, 1) for year in now]
        cursor.execute(FORGOTTEN, {"day": day, "now": now, "then": then})
    indexing.refresh(Child.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _take_in(one: Round, folder: Path) -> None:
    highest = Child.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    answers = _answers(folder / "answers.csv")
    persons = _persons()
    for path in sorted(folder.glob("[0-9]*.csv")):
        school = School.objects.get(urn=int(path.stem))
        began = perf_counter()
        delivery = take_in([path], school=school, as_of=one.on).deliveries[0]
        stages.read(delivery, by=None, applies=False)
        if delivery.stage == Stage.REFUSED:
            continue  # a small city has schools with nobody on their rolls: a file without rows is refused
        if delivery.stage == Stage.HELD:
            one.held += 1
            delivery.stage = Stage.COMPARED
            delivery.save(update_fields=["stage"])
        apply(delivery, by=None)
        one.seconds += perf_counter() - began
        one.rows += delivery.rows
        one.copy_seconds += seconds_to_copy(path)
        _judge(one, delivery, answers[path.name], persons, highest)
        one.absent += _answer(delivery)


def _answer(delivery: Delivery) -> int:
    """Answer for each pupil left out whether, and when, it has left; how many were asked about."""
    with connection.cursor() as cursor:
        cursor.execute(ANSWER, {"delivery": delivery.pk, "as_of": delivery.as_of})
        pks = [pk for (pk,) in cursor.fetchall()]
    if pks:
        weigh_again(delivery, pks)
        apply(delivery, by=None)
    return len(pks)


def _answers(path: Path) -> dict[str, dict[int, tuple[str, str]]]:
    """By file and row: whose it is by index number, and the first thing that is wrong with it."""
    found: dict[str, dict[int, tuple[str, str]]] = defaultdict(dict)
    with path.open(newline="") as file:
        for name, row, number, what, *_ in list(csv.reader(file))[1:]:
            if row:
                found[name].setdefault(int(row), (number, what))
    return found


def _persons() -> dict[str, set[int]]:
    """The records of each person, by the index number of each."""
    with connection.cursor() as cursor:
        cursor.execute(PERSONS)
        rows = cursor.fetchall()
    records: dict[str, set[int]] = defaultdict(set)
    for _, person, child_id in rows:
        records[person].add(child_id)
    return {number: records[person] for number, person, _ in rows}


def _judge(
    one: Round,
    delivery: Delivery,
    answers: dict[int, tuple[str, str]],
    persons: dict[str, set[int]],
    highest: int,
) -> None:
    """How each row was decided beside its known answer. A newcomer is rightly a child whom the returns have made.

    Whoever has left, and is listed as if not, must not join again. Rows about shielded children are left out:
    custodians decide those.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [delivery.pk])
        rows = cursor.fetchall()
    for number, outcome, child_id in rows:
        if outcome == Outcome.RECEIVED:
            continue
        whose, what = answers[number]
        is_right = child_id in persons.get(whose, ()) if whose else (child_id or 0) > highest
        judged = _judged(outcome, is_right=is_right and not (what == GONE and outcome == Outcome.JOINED))
        one.judged[judged] += 1
        one.by_what[what][judged] += 1


def _judged(outcome: str, *, is_right: bool) -> str:
    if outcome == Outcome.TO_DECIDE:
        return "asked"
    if outcome == Outcome.REFUSED:
        return "refused"
    return "right" if is_right else "wrong"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--children", type=int, default=250_000, help="how many children the city has")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same city and returns")


SUBJECT = Subject(
    "returns", "how fast schools' returns are taken in, and how much of them asks nobody", _arguments, measure
)
