"""Write what every school of the invented city would return: `manage.py city_returns FOLDER [--seed 1] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.city import truth
from registry.city.returns import write_returns


class Command(BaseCommand):
    help = "Write a return for each school of the invented city, with realistic slips, and answers.csv beside them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files go; it is made if need be")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same slips")
        parser.add_argument("--on", type=date.fromisoformat, help="the day of the return, as 2026-10-01 (today)")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        if not truth.exists():
            raise CommandError("Only an invented city has returns to write. Build one first: manage.py build_city")
        files = write_returns(options["folder"], seed=options["seed"], on=options["on"] or timezone.localdate())
        rows = sum(files.values())
        self.stdout.write(f"{len(files):,} returns with {rows:,} rows, and answers.csv, in {options['folder']}")
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(options["folder"]), "files": len(files), "rows": rows}))
