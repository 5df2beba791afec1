"""Whether the time that a list takes tells if it guesses right what a shield hides.

Files come in threes, alike but for the homes and numbers that half of their rows say: one has those of shielded
children, two have such as nobody has. All are read and compared in an order drawn by lot, and nothing of them stays.
How much longer the right one takes than a wrong one is worth what it exceeds the noise: how much the two wrong ones
differ, who are equals.
"""

from __future__ import annotations

import gc
import io
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from childindex import acts
from childindex.models import Source
from registry import recording
from registry.benchmarks.extracts import CHILDREN, HEADINGS
from registry.benchmarks.own_database import own_database
from registry.benchmarks.subjects import Subject
from registry.city.building import build
from registry.identifiers.of_children import new_index_number, upn_letter
from registry.intake import stages
from registry.intake.receiving import receive
from registry.linking import commonness
from registry.models import Address, Child, Feed, Identifier, Name, Residence, Shield

Say = Callable[[str], Any]
RIGHT, WRONG, ANOTHER = "right", "wrong", "another wrong"
AREAS = {RIGHT: "B97", WRONG: "B98", ANOTHER: "B99"}
WARMING_UP = 5
OF_A_MEDIAN = 1.57
"""So many interquartile ranges over the root of the number are about 95 of 100 chances that the median lies within."""


@dataclass(frozen=True)
class Guess:
    """A home and a UPN, of a shielded child or of nobody."""

    house: str
    street: str
    postcode: str
    upn: str


@dataclass
class Measured:
    """Milliseconds of every file, by what its guesses were: the same place in each list is of one three."""

    children: int
    rows: int
    taken: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in AREAS})

    def between(self, one: str, other: str) -> list[float]:
        """How many milliseconds longer the one took than the other, three by three."""
        return [a - b for a, b in zip(self.taken[one], self.taken[other], strict=True)]

    def as_json(self) -> dict[str, Any]:
        told, noise = self.between(RIGHT, WRONG), self.between(WRONG, ANOTHER)
        return {
            "children": self.children,
            "rows": self.rows,
            "pairs": len(told),
            "median_ms": {kind: round(median(times), 3) for kind, times in self.taken.items()},
            "right_takes_longer_ms": round(median(told), 3),
            "give_or_take_ms": round(_uncertain(told), 3),
            "right_is_slower_in": round(_share(told), 3),
            "noise_ms": round(median(noise), 3),
            "noise_give_or_take_ms": round(_uncertain(noise), 3),
            "noise_is_slower_in": round(_share(noise), 3),
        }

    def lines(self) -> list[str]:
        said = self.as_json()
        medians = ", ".join(f"{kind} {ms:.2f} ms" for kind, ms in said["median_ms"].items())
        return [
            f"{self.children:,} children, {said['pairs']:,} pairs of files of {self.rows:,} rows, half of them guesses",
            f"Medians: {medians}",
            f"Right against wrong: {said['right_takes_longer_ms']:+.3f} ms, give or take {said['give_or_take_ms']:.3f};"
            f" slower in {said['right_is_slower_in']:.1%} of pairs",
            f"Two wrong ones, which is noise: {said['noise_ms']:+.3f} ms, give or take"
            f" {said['noise_give_or_take_ms']:.3f}; slower in {said['noise_is_slower_in']:.1%} of pairs",
        ]


def _uncertain(differences: list[float]) -> float:
    """How far the middle of them may lie from the middle of ever so many."""
    if len(differences) < 2:
        return 0.0
    low, _, high = quantiles(differences, n=4)
    return OF_A_MEDIAN * (high - low) / len(differences) ** 0.5


def _share(differences: list[float]) -> float:
    return sum(one > 0 for one in differences) / max(len(differences), 1)


def measure(options: dict[str, Any], say: Say) -> Measured:
    """Hide as many children as a file has guesses, and read so many threes of files."""
    measured, chance = Measured(options["children"], options["rows"]), Random(f"{options['seed']} guesses")
    with own_database():
        say(f"Building a city of {measured.children:,} children")
        build(measured.children, seed=options["seed"], history_years=1)
        guesses = {kind: [_guess(area, place) for place in range(measured.rows // 2)] for kind, area in AREAS.items()}
        source = _hide(guesses[RIGHT])
        commonness.bring_up_to_date()
        say(f"Reading {options['pairs']:,} pairs of files")
        beside = list(_known(measured.rows - measured.rows // 2))
        for turn in range(options["pairs"] + WARMING_UP):
            for kind in chance.sample(list(AREAS), len(AREAS)):
                taken = _read(_file(guesses[kind], beside, turn), source)
                if turn >= WARMING_UP:
                    measured.taken[kind].append(taken * 1000)
    return measured


def _guess(area: str, place: int) -> Guess:
    digits = f"8012{area[1:]}{place:06d}"
    street, inward = f"{('Hidden', 'Silent', 'Vacant')[int(area[1:]) % 3]} Street", f"{place % 9 + 1}"
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    postcode = f"{area} {inward}{letters[place // 9 % 20]}{letters[place // 180 % 20]}"
    return Guess(str(place + 1), street, postcode, f"{upn_letter(digits)}{digits}")


def _hide(guesses: list[Guess]) -> Source:
    """Add a shielded child for each of these homes and numbers; gives the source of the lists."""
    chance, today = Random("hidden"), timezone.localdate()
    with acts.act(by=None, source=Source.council(), reason_code="benchmark", reason="A measurement"):
        source = Source.objects.create(code="benchmark-guesses", kind="health", name="Guesses")
        for place, guess in enumerate(guesses):
            number = new_index_number(chance).value
            child = Child.objects.create(index_number=number, date_of_birth=today.replace(year=2016, day=1), sex="F")
            recording.assert_fact(Name(child=child, forename=f"Hidden{'abcdefghij'[place % 10]}", surname="Unseen"))
            address = Address.objects.create(paon=guess.house, street=guess.street, postcode=guess.postcode)
            recording.assert_fact(Residence(child=child, address=address, from_date=today))
            recording.assert_fact(Identifier(child=child, kind="upn", value=guess.upn))
            Shield.objects.create(child=child, from_date=today, review_date=today, ground="A measurement")
    return source


def _known(number: int) -> Iterator[str]:
    """Rows of children who are open to all."""
    with connection.cursor() as cursor:
        cursor.execute(CHILDREN, [number])
        for row in cursor.fetchall():
            said = dict(zip(HEADINGS, row, strict=True))
            keys = ("Surname", "Forename", "Date of birth", "Sex", "House", "Street", "Postcode", "UPN")
            yield ",".join(said[key].replace(",", " ") for key in keys)


def _file(guesses: list[Guess], beside: list[str], turn: int) -> bytes:
    """Rows of nobody with what is guessed, beginning at another with each turn, and rows of children who are known."""
    start = turn % max(len(guesses), 1)
    guessed = [
        f"Nobody,Absent,{place % 28 + 1:02d}/06/2013,M,{one.house},{one.street},{one.postcode},{one.upn}"
        for place, one in enumerate([*guesses[start:], *guesses[:start]])
    ]
    headings = "Surname,Forename,Date of birth,Sex,House,Street,Postcode,UPN"
    return "\n".join([headings, *guessed, *beside]).encode()


def _read(content: bytes, source: Source) -> float:
    """Seconds until a file is compared. Nothing of it stays."""
    feed, today = Feed.objects.get(code="births"), timezone.localdate()
    gc.collect()
    with transaction.atomic():
        delivery = receive(io.BytesIO(content), name="list.csv", feed=feed, source=source, as_of=today, by=None)
        began = perf_counter()
        stages.read(delivery, by=None, applies=False)
        taken = perf_counter() - began
        transaction.set_rollback(True)
    return taken


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--children", type=int, default=20_000, help="how many children the city has")
    parser.add_argument("--pairs", type=int, default=1_000, help="how many right guesses are timed beside wrong ones")
    parser.add_argument("--rows", type=int, default=100, help="how many rows each file has")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same city")


SUBJECT = Subject("guesses", "whether time tells a list that guesses what a shield hides", _arguments, measure)
