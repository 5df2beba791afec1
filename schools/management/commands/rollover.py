"""The change of the school year: `manage.py rollover [--expected] [--year YEAR] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from childindex import words
from registry.dates import school_year_label
from schools import rollover


class Command(BaseCommand):
    help = (
        "From September, move every roll up a year, once; before that, and with --expected, reckon what the new school"
        " year is expected to bring to each school."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="the year in which the school year begins; usually it is known")
        parser.add_argument("--expected", action="store_true", help="only reckon what is expected")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        year = options["year"] or rollover.year_in_hand(today)
        found = self._expect(year) if options["expected"] or today < rollover.first_day(year) else self._move(year)
        if options["json"]:
            self.stdout.write(json.dumps(found))

    def _expect(self, year: int) -> dict[str, Any]:
        found = rollover.expect(year, by=None)
        self.stdout.write(
            f"{school_year_label(year)}, {words.count(found.schools, 'school')}: {found.staying:,} go up a year,"
            f" {found.leaving:,} leave with their final year, of whom {found.unplaced:,} are expected at no other"
            f" school, and {found.joining:,} join."
        )
        return asdict(found)

    def _move(self, year: int) -> dict[str, Any]:
        try:
            made = rollover.roll_over(year, by=None)
        except rollover.CannotRollOver as refusal:
            raise CommandError(str(refusal)) from refusal
        found = {"school_year": year, "moved_up": made.moved_up, "ended": made.ended}
        self.stdout.write(f"{school_year_label(year)}: {rollover.told(found)}")
        return found
