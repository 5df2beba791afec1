"""The first load: the extract of the council's present system, as a set of tables.

    manage.py load_children children.csv addresses.csv … [--source CODE] [--as-of 2026-11-23] [--apply] [--json]

Without --apply it is a rehearsal: nothing is written of any child, and it can be repeated as often as wanted. Ends with
status 0 where every row is accounted for and none was set aside or refused, 3 where some were, 2 where the extract
cannot be read, 1 for anything else.
"""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.dates import NotADate, read_date
from registry.first_load import reconciling
from registry.first_load.loading import CannotLoad, load_children, rehearse
from registry.first_load.reading import Sent
from registry.first_load.receiving import CannotReceive, begin, source_of
from registry.models import FirstLoad, FirstLoadProblem, LoadStage

REFUSED, WAITING = 2, 3


class Command(BaseCommand):
    help = "Load the extract of a council's present system: CSV or XLSX tables, known by their headings, in any order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
        parser.add_argument("--source", default="", help="the former system's code; it is made where there is none")
        parser.add_argument("--as-of", default="", help="the day on which the extract was taken; today unless said")
        parser.add_argument(
            "--rehearse", action="store_true", help="write nothing: this is what happens unless --apply"
        )
        parser.add_argument("--apply", action="store_true", help="write it, as one act")
        parser.add_argument("--reason", default="First load", help="why, for every child's history")
        parser.add_argument("--problems", type=Path, help="write the problems as CSV to this file")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["apply"] and options["rehearse"]:
            raise CommandError("Say --rehearse or --apply, not both.")
        load = self.done(options)
        self.stdout.write("\n".join(reconciling.lines(load)))
        if options["problems"]:
            write_problems(load, options["problems"])
            self.stdout.write(f"  The problems are in {options['problems']}.")
        if options["json"]:
            self.stdout.write(json.dumps(reconciling.as_json(load)))
        if load.stage == LoadStage.REFUSED:
            sys.exit(REFUSED)
        if load.files.exclude(set_aside=0, refused=0).exists():
            sys.exit(WAITING)

    def done(self, options: dict[str, Any]) -> FirstLoad:
        files = [Sent(path.name, _on_disk(path)) for path in options["files"]]
        try:
            load = begin(source_of(options["source"]), as_of=_day(options["as_of"]), by=None)
            if options["apply"]:
                return load_children(load, files, by=None, reason=options["reason"], say=self.say)
            return rehearse(load, files, say=self.say)
        except (CannotLoad, CannotReceive) as refusal:
            raise CommandError(str(refusal)) from refusal

    def say(self, stage: str, done: int) -> None:
        """What is being done, where somebody is watching."""
        if self.stderr.isatty():
            self.stderr.write(f"\r  {stage}{f': {done:,} rows' if done else '':<40}", ending="")


def _on_disk(path: Path) -> Any:
    @contextmanager
    def opened() -> Iterator[Path]:
        yield path

    return opened


def _day(text: str) -> date:
    try:
        return read_date(text) if text else timezone.localdate()
    except NotADate as error:
        raise CommandError(str(error)) from error


def write_problems(load: FirstLoad, path: Path) -> None:
    """Every problem, by table and row."""
    found = (
        FirstLoadProblem.objects.filter(file__load=load).select_related("file").order_by("file__number", "row", "pk")
    )
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["File", "Row", "Field", "Code", "What became of the row", "What is wrong"])
        for one in found.iterator():
            outcome = one.get_outcome_display() or "Loaded all the same"
            writer.writerow([one.file.name, one.row, one.field, one.code, outcome, one.sentence])
