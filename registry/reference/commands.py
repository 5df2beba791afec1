"""What the loading commands share: a bar while they work, a table at the end, and JSON for machines."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from childindex.tables import TableError
from registry.reference.summary import Summary

WIDTH = 40


class LoadCommand(BaseCommand):
    """Load FILE. Everything in it is taken, or, if the file as a whole is bad, nothing."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file as its publisher wrote it, CSV or .xlsx")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def load(self, options: dict[str, Any]) -> list[Summary]:
        """Take the files in, and say what became of them. The first summary is the file's own."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                summaries = self.load(options)
        except TableError as refusal:
            raise CommandError(f"Nothing was loaded. {refusal}") from refusal
        finally:
            self._clear_bar()
        for summary in summaries:
            self.stdout.write("\n".join(summary.lines()))
        if options["json"]:
            first, *others = (summary.as_json() for summary in summaries)
            self.stdout.write(json.dumps({**first, **({"links": others[0]} if others else {})}))

    def progress(self, done: int, total: int) -> None:
        """A bar, where somebody is watching."""
        if self.stderr.isatty():
            share = done / total if total else 1
            self.stderr.write(f"\r[{'#' * int(WIDTH * share):<{WIDTH}}] {share:4.0%}", ending="")

    def _clear_bar(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * (WIDTH + 8) + "\r", ending="")
