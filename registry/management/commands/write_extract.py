"""Write the invented city as an old system's extract: `manage.py write_extract FOLDER [--xlsx] [--clean] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.city import truth
from registry.city.extract import write_extract


class Command(BaseCommand):
    help = "Write the invented city as the tables of an old system, with its dirt, and truth.csv beside them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files go; it is made if need be")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same dirt")
        parser.add_argument("--xlsx", action="store_true", help="write workbooks, not CSV")
        parser.add_argument("--clean", action="store_true", help="write no dirt")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        if not truth.exists():
            raise CommandError("Only an invented city is written out. Build one first: manage.py build_city")
        folder = options["folder"]
        written = write_extract(folder, seed=options["seed"], dirty=not options["clean"], xlsx=options["xlsx"])
        rows = sum(written.rows.values())
        self.stdout.write(
            f"{len(written.rows)} tables with {rows:,} rows, {written.dirty:,} of them dirty, in {folder}"
        )
        self.stdout.write("\n".join(f"  {name:<24}{count:>11,}" for name, count in written.rows.items()))
        self.stdout.write(
            "  truth.csv has what ought to become of the dirty rows, register/ the schools and practices."
        )
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(folder), "rows": written.rows, "dirty": written.dirty}))
