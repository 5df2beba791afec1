"""A service's client list against the invented city: its rows written with slips, and the child of each known.

Measured are the first list of a service, which begins every involvement, and the same list a day later, which confirms
them; each beside COPY of the same file.
"""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from django.db import connection
from django.utils import timezone

from agencies import clients
from agencies.belonging import source_of
from agencies.models import Involvement, Organisation, Service
from childindex import acts
from childindex.models import Source
from registry.benchmarks.copying import seconds_to_copy
from registry.benchmarks.lists import as_written_elsewhere, people_of_the_city
from registry.benchmarks.own_database import own_database
from registry.benchmarks.subjects import Subject
from registry.city.building import build
from registry.duplicates.sweeping import sweep_index
from registry.intake import stages
from registry.intake.applying import apply
from registry.intake.receiving import receive
from registry.models import Feed, Outcome, Stage

Say = Callable[[str], Any]
HEADINGS = ["Reference", "Surname", "Forename", "Date of birth", "Sex", "Postcode", "NHS number"]
COLUMNS = ("surname", "forename", "date_of_birth", "sex", "postcode", "nhs_number")
RECORDS = "SELECT person, child_id FROM city.truth"


@dataclass(frozen=True)
class Taken:
    """One list taken in."""

    name: str
    rows: int
    seconds: float
    copy_seconds: float
    right: int
    wrong: int
    asked: int
    refused: int
    known: int
    is_held: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "list": self.name,
            "rows": self.rows,
            "seconds": round(self.seconds, 1),
            "rows_a_second": round(self.rows / self.seconds),
            "copy_seconds": round(self.copy_seconds, 3),
            "ratio_to_copy": round(self.seconds / self.copy_seconds, 1),
            "right": round(self.right / self.rows, 5),
            "wrong": round(self.wrong / self.rows, 5),
            "asked": self.asked,
            "refused": self.refused,
            "known": self.known,
            "held": self.is_held,
        }

    def line(self) -> str:
        return (
            f"{self.name}, {self.rows:,} rows: {self.seconds:.1f} s, {self.rows / self.seconds:,.0f} rows a second,"
            f" {self.seconds / self.copy_seconds:,.0f} times COPY; rightly {self.right / self.rows:.2%}, wrongly"
            f" {self.wrong / self.rows:.3%}, {self.asked:,} asked; {self.known:,} known now"
        )


@dataclass
class Measured:
    """Both lists of one run."""

    children: int
    lists: list[Taken] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"children": self.children, "lists": [one.as_json() for one in self.lists]}

    def lines(self) -> list[str]:
        return [f"{self.children:,} children", *(one.line() for one in self.lists)]


def measure(options: dict[str, Any], say: Say) -> Measured:
    """Take a list in, and the same again as of the next day."""
    measured = Measured(options["children"])
    with own_database(), TemporaryDirectory() as folder:
        say(f"Building a city of {measured.children:,} children")
        build(measured.children, seed=options["seed"], history_years=1)
        sweep_index(by=None)
        path = Path(folder) / "clients.csv"
        truth = _write(path, rows=options["rows"], seed=options["seed"])
        service = _service()
        for name, ago in (("First list", 1), ("Next day", 0)):
            say(f"Taking in: {name.lower()}")
            measured.lists.append(_taken(name, path, service, truth, ago))
    return measured


def _service() -> Service:
    with acts.act(by=None, source=Source.council(), reason_code="benchmark", reason="A measurement was prepared"):
        organisation = Organisation.objects.create(name="Exampleton NHS Trust")
        return Service.objects.create(
            organisation=organisation, name="Health visiting", kind="health_visiting", telephone="0121 496 0401",
            gateway="Children Act 2004, s.16LA",
        )  # fmt: skip


def _write(path: Path, *, rows: int, seed: int) -> dict[str, Any]:
    """Write the list; who each row is about, by its reference."""
    rng, people = Random(f"{seed} clients"), people_of_the_city()
    chosen = rng.sample(people, min(rows, len(people)))
    truth = {}
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number, person in enumerate(chosen, start=1):
            written = as_written_elsewhere(rng, person, people, 1.0)
            writer.writerow([f"H{number}", *(written[column] for column in COLUMNS)])
            truth[f"H{number}"] = person["person"]
    return truth


def _taken(name: str, path: Path, service: Service, truth: dict[str, Any], ago: int) -> Taken:
    as_of = timezone.localdate() - timedelta(days=ago)
    began = perf_counter()
    with path.open("rb") as file:
        sent = receive(
            file, name=f"{name}.csv", feed=Feed.objects.get(code=clients.FULL), source=source_of(service), as_of=as_of,
            by=None,
        )  # fmt: skip
    stages.read(sent, by=None, applies=False)
    is_held = sent.stage == Stage.HELD
    if is_held:
        sent.stage = Stage.COMPARED
        sent.save(update_fields=["stage"])
    apply(sent, by=None)
    seconds = perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute(RECORDS)
        whose = {child_id: person for person, child_id in cursor.fetchall()}
    decided = sent.all_rows.filter(outcome__in=[Outcome.CONFIRMED, Outcome.CHANGED, Outcome.JOINED])
    rows = decided.values_list("number", "child_id")
    judged = [whose.get(child_id) == truth.get(f"H{number - 1}") for number, child_id in rows if number]
    return Taken(
        name=name,
        rows=sent.rows,
        seconds=seconds,
        copy_seconds=seconds_to_copy(path),
        right=sum(judged),
        wrong=len(judged) - sum(judged),
        asked=sent.to_decide,
        refused=sent.refused,
        known=Involvement.objects.filter(service=service, to_date=None).count(),
        is_held=is_held,
    )


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--children", type=int, default=250_000, help="how many children the city has")
    parser.add_argument("--rows", type=int, default=20_000, help="how many rows the client list has")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same city and list")


SUBJECT = Subject("clients", "how fast a service’s client list is taken in", _arguments, measure)
