"""Compare the whole index with itself: `manage.py find_duplicates [--changed] [--afresh] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex.memory import give_back
from registry.duplicates.checking import compare_all_changed
from registry.duplicates.sweeping import SweepUnderWay, Swept, sweep_index
from registry.models import Sweep


class Command(BaseCommand):
    help = (
        "Find records that may be of one child and put them on the list for people to look at. It may be stopped at any"
        " time and goes on from there the next; what somebody decided stands."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--afresh", action="store_true", help="begin again, even where a search was stopped")
        parser.add_argument("--changed", action="store_true", help="compare only what has changed and was not yet")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        give_back()
        began = perf_counter()
        swept = Swept(**asdict(compare_all_changed())) if options["changed"] else self.sweep(afresh=options["afresh"])
        seconds = perf_counter() - began
        if swept.began_at:
            self.stdout.write(f"{swept.began_at:>12,}  compared before, when the search was stopped")
        self.stdout.write(f"{swept.records:>12,}  records")
        self.stdout.write(f"{swept.proposed:>12,}  pairs newly proposed")
        self.stdout.write(f"{swept.again:>12,}  proposed again, since the two have come to agree by much more")
        self.stdout.write(f"{swept.kept:>12,}  as they were")
        self.stdout.write(f"{swept.taken_off:>12,}  taken off the list")
        self.stdout.write(f"{seconds:>12,.1f}  seconds")
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(swept), "seconds": round(seconds, 2)}))

    def sweep(self, *, afresh: bool) -> Swept:
        try:
            return sweep_index(by=None, progress=self.progress, afresh=afresh)
        except SweepUnderWay as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt as stop:
            raise CommandError(_how_far()) from stop

    def progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} records", ending="\n" if done == total else "")


def _how_far() -> str:
    stopped = Sweep.objects.filter(ended__isnull=True).first()
    if stopped is None:
        return "Stopped before anything was compared."
    return f"Stopped at {stopped.compared:,} of {stopped.records:,} records. The same command goes on from there."
