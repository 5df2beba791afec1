"""The balance of the city's children: `manage.py balance [--on DATE] [--publish] [--json]`.

Counted from the facts as they are known now. Ends with status 1 if it does not add up.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from childindex import words
from registry.balance import counting, keeping
from registry.balance.counting import Balance
from registry.balance.lines import LINES, STATUTORY, Line, Part
from registry.models import BalanceDay


class Command(BaseCommand):
    help = (
        "Print in which line every child stands on a day; with --publish, bring it to today and keep it as published."
        " The first to be published may be that of an earlier day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", help="which day, like 2026-10-03; today if none is named")
        parser.add_argument("--publish", action="store_true", help="bring the kept balance to today, and publish it")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else today
        except ValueError as error:
            raise CommandError("Say the day like 2026-10-03.") from error
        if options["publish"]:
            if on > today or (on != today and BalanceDay.objects.exists()):
                raise CommandError("Only today's balance can be published. Leave --on out.")
            self._publish(on)
        found = counting.recounted(on)
        faults = [*found.faults, *(self._of_the_kept(on) if on == today and options["publish"] else [])]
        found = Balance(on, found.lines, faults=tuple(faults))
        self._print(found)
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json()))
        if faults:
            sys.exit(1)

    def _publish(self, on: date) -> None:
        try:
            day = keeping.publish(on=on)
            self.stdout.write(f"Published for {words.day(day.day)}.")
        except keeping.AlreadyPublished as told:
            keeping.pass_days()
            self.stdout.write(str(told))

    def _of_the_kept(self, on: date) -> list[str]:
        wrong = counting.stale(on)
        found = counting.faults(on, counting.kept())
        return [*found, *([f"{wrong:,} children stand elsewhere than the facts say."] if wrong else [])]

    def _print(self, found: Balance) -> None:
        self.stdout.write(f"Children of compulsory school age living here, {words.day(found.on)}: {found.headline:,}")
        for part in Part:
            for line, about in LINES.items():
                if about.part == part:
                    mark = "  *" if line in STATUTORY else ""
                    self.stdout.write(f"  {about.label:58} {found.lines[Line(line)]:>9,}{mark}")
        self.stdout.write(f"  {'Every child, once':58} {found.total:>9,}")
        self.stdout.write(f"  * missing education in the statutory sense: {found.statutory:,}")
        day = BalanceDay.objects.filter(day=found.on).first()
        if day is not None:
            was = counting.published([day], behind_shields=True)[day.day]
            self.stdout.write(f"  Published for this day: {was.headline:,} of {was.total:,}.")
        for fault in found.faults:
            self.stderr.write(fault)
        self.stdout.write("It adds up." if found.adds_up else "It does not add up.")
