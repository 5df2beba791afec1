"""What it costs to take files in, and how much of a list is decided rightly without a person.

A nightly extract of most of the city comes twice: the first time every row is matched and compared, the second time one
row in a hundred has changed. Then come lists with the city's errors and known answers: a termly one, as schools write
them, one of a service that seldom has a UPN, and a hard one, wrong three times as often. Each is taken in by a process
of its own; beside its time stands that of COPY of the same file into an empty table.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from childindex import acts
from childindex.models import Source
from registry.benchmarks import extracts, lists
from registry.benchmarks.copying import seconds_to_copy
from registry.benchmarks.in_database import PERSONS
from registry.benchmarks.own_database import own_database
from registry.city.building import build
from registry.duplicates.sweeping import sweep_index
from registry.models import Feed, Outcome, Says

FEW_ROWS = 20_000
SCHOOLS_WITHOUT_UPN = 0.02
"""As often as the invented city's schools leave a UPN out of a return."""
FEEDS = {
    "nightly": ("practice", [Says.NAME, Says.BIRTH, Says.SEX, Says.NUMBERS, Says.HOME, Says.PRACTICE]),
    "termly": ("school", [Says.NAME, Says.PREFERRED_NAME, Says.BIRTH, Says.SEX, Says.NUMBERS, Says.HOME]),
    "service": ("agency", [Says.NAME, Says.PREFERRED_NAME, Says.BIRTH, Says.SEX, Says.NUMBERS, Says.HOME]),
    "hard": ("agency", [Says.NAME, Says.PREFERRED_NAME, Says.BIRTH, Says.SEX, Says.NUMBERS, Says.HOME]),
}
Say = Callable[[str], None]
ROWS_WITH_CHILDREN = """
    SELECT outcome, child_id, questions @> '[{"code": "too_little"}]'
    FROM registry_deliveryrow WHERE delivery_id = %s ORDER BY number
"""


@dataclass(frozen=True)
class Decided:
    """Rows with known answers: rightly or wrongly decided without a person, by group of names.

    Rows that say too little to claim a child (`claiming`) are counted apart: the council decides those, whoever fits.
    """

    by_group: dict[str, Counter[str]]
    too_little: int = 0

    def count(self, what: str) -> int:
        return sum(group[what] for group in self.by_group.values())

    def share(self, what: str) -> float:
        return self.count(what) / max(sum(map(sum, (group.values() for group in self.by_group.values()))), 1)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {what: round(self.share(what), 5) for what in ("right", "wrong", "asked", "refused")}
        told["say_too_little"] = self.too_little
        groups = {name: round(group["right"] / sum(group.values()), 5) for name, group in sorted(self.by_group.items())}
        return {**told, "right_by_group": groups}

    def lines(self) -> Iterator[str]:
        yield (
            f"  decided rightly {self.share('right'):.4%}, wrongly {self.share('wrong'):.4%};"
            f" asks a person {self.share('asked'):.4%}, unreadable {self.share('refused'):.4%}"
        )
        yield f"  {self.too_little:,} further rows say too little to claim a child, and go to the council"
        for name, group in sorted(self.by_group.items()):
            rows = sum(group.values())
            right, wrong = group["right"] / rows, group["wrong"] / rows
            yield f"    {name:24}{rows:9,} rows, rightly {right:.4%}, wrongly {wrong:.4%}"


@dataclass(frozen=True)
class Taken:
    """One file: its stages' seconds, its memory, what its rows came to, and COPY of it beside."""

    name: str
    rows: int
    laps: dict[str, float]
    outcomes: dict[str, int]
    brakes: list[str]
    peak_memory: int
    copy_seconds: float
    decided: Decided | None = None

    @property
    def seconds(self) -> float:
        return sum(self.laps.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.name,
            "rows": self.rows,
            "seconds": {**self.laps, "in_all": round(self.seconds, 2)},
            "rows_a_second": round(self.rows / self.seconds),
            "peak_memory_mb": round(self.peak_memory / 2**20),
            "copy_seconds": round(self.copy_seconds, 2),
            "ratio_to_copy": round(self.seconds / self.copy_seconds, 1),
            **self.outcomes,
            **({"decided": self.decided.as_json()} if self.decided else {}),
        }

    def lines(self) -> Iterator[str]:
        laps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in self.laps.items())
        yield f"{self.name}, {self.rows:,} rows: {self.seconds:.1f} s ({laps})"
        yield (
            f"  {self.rows / self.seconds:,.0f} rows a second, {self.peak_memory / 2**20:,.0f} MB at most,"
            f" {self.seconds / self.copy_seconds:.0f} times COPY of the same file ({self.copy_seconds:.2f} s)"
        )
        yield "  " + ", ".join(f"{count:,} {Outcome(name).label.lower()}" for name, count in self.outcomes.items())
        yield from (f"  would be held: {sentence}" for sentence in self.brakes)
        if self.decided:
            yield from self.decided.lines()


@dataclass
class Measured:
    """All files of one run."""

    children: int
    is_used: bool
    """Whether an earlier run left the database, and with it what its lists had said."""
    files: list[Taken] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        files = [each.as_json() for each in self.files]
        return {"children": self.children, "database_is_used": self.is_used, "files": files}

    def lines(self) -> list[str]:
        used = ", in the database that an earlier run left: no list is the first of its kind" if self.is_used else ""
        return [f"{self.children:,} children{used}", *(line for each in self.files for line in each.lines())]


def measure(children: int, *, rows: int, seed: int, keep: bool, say: Say) -> Measured:
    """Take in all files against a city of so many children. A kept database is used as the last run left it."""
    name = f"benchmark_intake_{children}_{seed}"
    with own_database(name, keep=keep) as was_there, TemporaryDirectory() as folder:
        if not was_there:
            say(f"Building a city of {children:,} children")
            build(children, seed=seed, history_years=1)
            say("Looking for duplicates in it, as a council has")
            sweep_index(by=None)
        _declare_feeds()
        measured = Measured(children, is_used=was_there)
        for feed, path in _files(Path(folder), rows=rows, seed=seed):
            say(f"Taking in {path.name}")
            measured.files.append(_taken(name, feed, path, _next_day(feed)))
        return measured


def _declare_feeds() -> None:
    with acts.act(by=None, source=Source.council(), reason_code="benchmark", reason="Measuring"):
        for code, (kind, carries) in FEEDS.items():
            source, _ = Source.objects.get_or_create(code=f"benchmark-{code}", defaults={"name": code, "kind": kind})
            values = {
                "name": code,
                "source": source,
                "source_kind": kind,
                "carries": carries,
                "may_create": True,
                "gateway": "Measuring, on children who do not exist",
            }
            Feed.objects.get_or_create(code=code, defaults=values)


def _files(folder: Path, *, rows: int, seed: int) -> Iterator[tuple[str, Path]]:
    """Written before anything is taken in: the second night is a day after the first, not after the termly list."""
    nights, _ = extracts.write_nights(folder, rows=rows, seed=seed)
    termly, hard = folder / "termly, ordinary.csv", folder / "termly, hard.csv"
    of_service, few = folder / "of a service.csv", min(rows, FEW_ROWS)
    extracts.write_termly(termly, rows=rows, errors=1.0, without_upn=SCHOOLS_WITHOUT_UPN, seed=seed)
    extracts.write_termly(of_service, rows=few, errors=1.0, without_upn=lists.WITHOUT_UPN, seed=seed)
    extracts.write_termly(hard, rows=few, errors=3.0, without_upn=lists.WITHOUT_UPN, seed=seed)
    yield from (("nightly", path) for path in nights)
    yield from (("termly", termly), ("service", of_service), ("hard", hard))


def _next_day(feed: str) -> date:
    last = Feed.objects.get(code=feed).deliveries.order_by("-as_of").values_list("as_of", flat=True).first()
    return last + timedelta(days=1) if last else timezone.localdate() - timedelta(days=20)


def _taken(database: str, feed: str, path: Path, as_of: date) -> Taken:
    asked = [sys.executable, "-m", "registry.benchmarks.taking_in", str(path), "--database", database]
    asked += ["--feed", feed, "--as-of", as_of.isoformat()]
    highest = _highest_child()
    done = subprocess.run(asked, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Taking in {path.name} failed: {done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    delivery = told.pop("delivery")
    decided = None if feed == "nightly" else _decided(path, delivery, highest)
    return Taken(name=path.stem, **told, copy_seconds=seconds_to_copy(path), decided=decided)


def _highest_child() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM registry_child")
        return int(cursor.fetchone()[0])


def _decided(path: Path, delivery: int, highest: int) -> Decided:
    """How each row was decided beside its known answer. Children above `highest` were made by this file.

    Rows about shielded children are left out: custodians decide those. So are those that say too little.
    """
    with connection.cursor() as cursor:
        cursor.execute(PERSONS)
        truth = dict(cursor.fetchall())
        cursor.execute(ROWS_WITH_CHILDREN, [delivery])
        found = cursor.fetchall()
    by_group: dict[str, Counter[str]] = defaultdict(Counter)
    too_little = 0
    with path.open(newline="", encoding="utf-8") as file:
        for listed, (outcome, child, says_too_little) in zip(csv.DictReader(file), found, strict=True):
            too_little += says_too_little
            if outcome == Outcome.RECEIVED or says_too_little:
                continue
            meant = truth.get(listed["true_id"], [])
            is_right = child in meant if meant else (child or 0) > highest
            by_group[listed["group"]][_judged(outcome, is_right=is_right)] += 1
    return Decided(dict(by_group), too_little)


def _judged(outcome: str, *, is_right: bool) -> str:
    if outcome == Outcome.TO_DECIDE:
        return "asked"
    if outcome == Outcome.REFUSED:
        return "refused"
    return "right" if is_right else "wrong"
