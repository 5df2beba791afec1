"""The balance of an invented city: counted anew for several days, and brought up to date by one act and for everybody.

Beside each stands COPY of the same rows, a child and its line, into an empty table.
"""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from django.db import connection
from django.utils import timezone

from childindex import acts
from childindex.models import Source
from registry.balance import counting, keeping
from registry.benchmarks.copying import seconds_to_copy
from registry.benchmarks.own_database import own_database
from registry.benchmarks.subjects import Subject
from registry.city.building import build
from registry.dates import school_year
from registry.models import BalancePlace, Child

Say = Callable[[str], Any]
ACTS = 50
MEGABYTE = 1024


@dataclass(frozen=True)
class Timed:
    """One thing that was timed, beside COPY of as many rows."""

    name: str
    seconds: float
    ratio: float
    adds_up: bool

    def as_json(self) -> dict[str, Any]:
        rounded = {"seconds": round(self.seconds, 2), "ratio_to_copy": round(self.ratio, 1)}
        return {"what": self.name, **rounded, "adds_up": self.adds_up}

    def line(self) -> str:
        ends = "adds up" if self.adds_up else "DOES NOT ADD UP"
        return f"{self.name}: {self.seconds:.2f} s, {self.ratio:.1f} times COPY; {ends}"


@dataclass
class Measured:
    """Everything of one run. `act_ms` is what one small act takes longer for the balance, the middle of many."""

    children: int
    timed: list[Timed] = field(default_factory=list)
    act_ms: float = 0.0
    megabytes: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "children": self.children,
            "timed": [one.as_json() for one in self.timed],
            "act_ms": round(self.act_ms, 2),
            "megabytes": self.megabytes,
        }

    def lines(self) -> list[str]:
        more = f"One small act: {self.act_ms:.1f} ms for the balance. Peak memory: {self.megabytes:,} MB."
        return [f"{self.children:,} children", *(one.line() for one in self.timed), more]


def measure(options: dict[str, Any], say: Say) -> Measured:
    """Count three days, across a September, bring everybody to today again, and follow small acts."""
    measured = Measured(options["children"])
    with own_database():
        say(f"Building a city of {measured.children:,} children")
        build(measured.children, seed=options["seed"], history_years=options["years"])
        keeping.pass_days()
        copied, today = _seconds_to_copy(), timezone.localdate()
        september = date(school_year(today), 9, 1)
        for day in (september - timedelta(days=60), september, today):
            say(f"Counting {day:%-d %B %Y}")
            measured.timed.append(_timed(f"Counted for {day:%-d %B %Y}", partial(_count, day), copied))
        say("Bringing everybody to where they stand")
        measured.timed.append(_timed("Everybody made anew", _anew, copied))
        measured.timed.append(_timed("Everybody looked at, nobody moved", _again, copied))
        measured.act_ms = median(_one_act() for _ in range(ACTS))
    measured.megabytes = getrusage(RUSAGE_SELF).ru_maxrss // MEGABYTE
    return measured


def _timed(name: str, work: Callable[[], bool], copied: float) -> Timed:
    began = perf_counter()
    adds_up = work()
    seconds = perf_counter() - began
    return Timed(name, seconds, seconds / copied, adds_up)


def _count(day: date) -> bool:
    return counting.recounted(day).adds_up


def _anew() -> bool:
    BalancePlace.objects.all().delete()
    return _again()


def _again() -> bool:
    keeping.pass_days()
    return not counting.faults(timezone.localdate(), counting.kept())


def _one_act() -> float:
    """Milliseconds that the balance adds to an act that concerns one child."""
    child = Child.objects.current().order_by("?").first()
    assert child is not None
    with acts.act(by=None, source=Source.council(), reason_code="benchmark", reason="A measurement") as deed:
        Child.objects.filter(pk=child.pk).update(date_of_birth_evidence="Seen")
        began = perf_counter()
        keeping.follow(deed)
        return (perf_counter() - began) * 1000


def _seconds_to_copy() -> float:
    """Seconds for COPY of every child and its line, the better of two."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "places.csv"
        with path.open("w", newline="") as file, connection.cursor() as cursor:
            writer = csv.writer(file)
            writer.writerow(["child", "line", "since"])
            cursor.execute("SELECT child_id, line, since FROM registry_balanceplace")
            writer.writerows(cursor.fetchall())
        return min(seconds_to_copy(path) for _ in range(2))


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--children", type=int, default=250_000, help="how many children the city has")
    parser.add_argument("--years", type=int, default=2, help="how many years of history it has")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same city")


SUBJECT = Subject("balance", "how fast every child is brought to its line", _arguments, measure)
