"""Measure the matcher on two files with the truth beside them: `manage.py evaluate_matching INDEX.csv LIST.csv`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex.memory import give_back
from childindex.tables import TableError
from registry.matching import trials
from registry.matching.reporting import page


class Command(BaseCommand):
    help = (
        "Link LIST to INDEX and compare with the column true_id of LIST, or, with --dedupe, find the duplicates in"
        " INDEX and compare with its column cluster. Weights are learned without the truth. The database is not asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("index", help="the index, CSV or .xlsx")
        parser.add_argument("list", nargs="?", help="the list to link, with a column true_id (empty where nobody)")
        parser.add_argument("--dedupe", action="store_true", help="compare INDEX with itself; it has a column cluster")
        parser.add_argument("--report", metavar="FILE", help="write a page of HTML with charts and the worst errors")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["list"]) == options["dedupe"]:
            raise CommandError("Give an index and a list, or one file and --dedupe.")
        report = _report(options["report"])
        give_back()
        try:
            trial = (
                trials.of_duplicates(options["index"])
                if options["dedupe"]
                else trials.of_list(options["index"], options["list"])
            )
        except TableError as refusal:
            raise CommandError(str(refusal)) from refusal
        for line in (*trial.notes, *trial.evaluation.lines()):
            self.stdout.write(line)
        if report:
            report.write_text(page(trial), encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps(trial.evaluation.as_json()))


def _report(name: str | None) -> Path | None:
    """Where the report is to be written, tried before anything is worked out."""
    if not name:
        return None
    report = Path(name)
    try:
        report.touch()
    except OSError as error:
        raise CommandError(f"The report cannot be written to {report}: {error.strerror}.") from error
    return report
