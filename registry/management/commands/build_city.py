"""Build an invented city: `manage.py build_city --children 20000 --seed 1 [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, BooleanOptionalAction
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from childindex.accounts import demonstration
from childindex.database_roles import OwnersCommand
from childindex.models import User
from registry.city.building import Built, CannotBuild, build
from registry.city.measuring import Alone, copied_alone

WIDTH = 78
STAGES = {
    "inventing": "thinking families out",
    "writing": "writing facts and history",
    "checking": "checking references",
    "index": "making the index",
}


class Command(OwnersCommand):
    help = "Invent a city of children, with two years of what sources said of them, in a database without children."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--children", type=int, default=20_000, help="how many records of children")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day make the same city")
        parser.add_argument("--today", type=date.fromisoformat, help="the day up to which things happen, as 2026-11-23")
        parser.add_argument("--years", type=int, default=2, help="how many years of history")
        parser.add_argument(
            "--measure",
            action=BooleanOptionalAction,
            default=True,
            help="compare with COPY of the same rows alone, which takes about a third as long again",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            built = build(
                options["children"],
                seed=options["seed"],
                today=options["today"],
                history_years=options["years"],
                officer=self.officer(),
                progress=self.progress,
            )
        except CannotBuild as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            self.clear_line()
        alone = copied_alone() if options["measure"] else None
        self.report(built, alone)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(built, alone, seed=options["seed"])))

    def officer(self) -> User | None:
        """The officer who corrected things: in the demonstration, one of those whose accounts it shows."""
        if settings.DEMONSTRATION:
            demonstration.create()
        return User.objects.filter(role="data_officer").order_by("pk").first()

    def progress(self, stage: str, done: int, total: int) -> None:
        """What is being done, where somebody is watching."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{f'  {stage}: {done:,} of {total:,} children':<{WIDTH}}", ending="")

    def clear_line(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * WIDTH + "\r", ending="")

    def report(self, built: Built, alone: Alone | None) -> None:
        """A table for people."""
        say = self.stdout.write
        say(f"{built.children:,} children of {built.families:,} families, in {built.deeds:,} acts")
        for stage, seconds in built.seconds.items():
            say(f"  {STAGES[stage]:<28}{seconds:10.1f} seconds")
        say(f"  {'all of it':<28}{built.total:10.1f} seconds, {built.children / built.total:,.0f} children a second")
        if alone is not None:
            say(f"COPY of the same {alone.rows:,} rows alone")
            say(
                f"  {'with the same indexes':<28}{alone.indexed:10.1f} seconds, ratio {built.total / alone.indexed:.1f}"
            )
            say(f"  {'without any index':<28}{alone.bare:10.1f} seconds, ratio {built.total / alone.bare:.1f}")


def as_json(built: Built, alone: Alone | None, *, seed: int) -> dict[str, Any]:
    """The same for machines."""
    found: dict[str, Any] = {
        "children": built.children,
        "families": built.families,
        "acts": built.deeds,
        "seed": seed,
        "seconds": round(built.total, 2),
        "stages": {stage: round(seconds, 2) for stage, seconds in built.seconds.items()},
        "children_per_second": round(built.children / built.total, 1),
    }
    if alone is not None:
        found["copy_alone"] = {
            "rows": alone.rows,
            "seconds": round(alone.indexed, 2),
            "seconds_without_indexes": round(alone.bare, 2),
        }
        found["ratio"] = round(built.total / alone.indexed, 2)
        found["ratio_without_indexes"] = round(built.total / alone.bare, 2)
    return found
