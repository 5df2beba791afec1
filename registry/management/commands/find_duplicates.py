"""Compare the whole index with itself: `manage.py find_duplicates [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from registry.duplicates import sweep_index


class Command(BaseCommand):
    help = (
        "Find records that may be of one child and put them on the list for people to look at. It may be stopped and"
        " begun again; what somebody decided stands while the two records stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        began = perf_counter()
        swept = sweep_index(by=None, progress=self.progress)
        seconds = perf_counter() - began
        self.stdout.write(f"{swept.records:>12,}  records compared")
        self.stdout.write(f"{swept.proposed:>12,}  pairs newly proposed")
        self.stdout.write(f"{swept.again:>12,}  proposed again, since a record has changed")
        self.stdout.write(f"{swept.kept:>12,}  as they were")
        self.stdout.write(f"{swept.taken_off:>12,}  taken off the list")
        self.stdout.write(f"{seconds:>12,.1f}  seconds")
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(swept), "seconds": round(seconds, 2)}))

    def progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,}", ending="")
