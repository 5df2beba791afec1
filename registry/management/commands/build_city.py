"""Build an invented city: `manage.py build_city --children 20000 --seed 1 [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex.models import User
from registry.city.building import Built, CannotBuild, build


class Command(BaseCommand):
    help = "Invent a city of children, with two years of what sources said of them, in a database without children."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--children", type=int, default=20_000, help="how many records of children")
        parser.add_argument("--seed", type=int, default=1, help="the same seed on the same day makes the same city")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        officer = User.objects.filter(role="data_officer").order_by("pk").first()
        try:
            built = build(options["children"], seed=options["seed"], officer=officer, progress=self.progress)
        except CannotBuild as refusal:
            raise CommandError(str(refusal)) from refusal
        self.report(built)
        if options["json"]:
            self.stdout.write(json.dumps({"children": built.children, "seconds": built.seconds}))

    def progress(self, stage: str, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{stage}: {done:,} of {total:,}", ending="")

    def report(self, built: Built) -> None:
        self.stdout.write(f"{built.children:,} children, {built.families:,} families, {built.deeds:,} acts")
        for stage, seconds in built.seconds.items():
            self.stdout.write(f"  {stage:<10}{seconds:8.1f} seconds")
