"""Prove the record of looking: `manage.py verify_access_log --anchors /safe/place/anchors.txt`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex import words
from registry.access.links import Anchor
from registry.access.verification import Verdict, verify

WIDTH = 40


class Command(BaseCommand):
    help = (
        "Find the first entry of the record of looking that was removed or altered. Ends with status 1 if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            metavar="FILE",
            type=Path,
            help="where the ends of the log so far are kept, on another machine's disk; each is looked for again,"
            " and the present end is added",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["anchors"]
        verdict = verify(anchors=_kept(file), progress=self.progress)
        self._clear_bar()
        self.stdout.write("\n".join(_lines(verdict)))
        if file and verdict.holds:
            with file.open("a") as kept:
                kept.write(f"{verdict.head}\n")
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json()))
        if not verdict.holds:
            sys.exit(1)

    def progress(self, done: int, total: int) -> None:
        """A bar, where somebody is watching."""
        if self.stderr.isatty():
            share = done / total if total else 1
            self.stderr.write(f"\r[{'#' * int(WIDTH * share):<{WIDTH}}] {share:4.0%}", ending="")

    def _clear_bar(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * (WIDTH + 8) + "\r", ending="")


def _kept(file: Path | None) -> list[Anchor]:
    if file is None or not file.exists():
        return []
    try:
        return [Anchor.read(line) for line in file.read_text().splitlines() if line.strip()]
    except (OSError, ValueError) as fault:
        raise CommandError(f"{file} cannot be used: {fault}") from fault


def _lines(verdict: Verdict) -> list[str]:
    counted = [
        f"Entries read        {verdict.entries:>12,}",
        f"What they are about {verdict.payloads:>12,}",
        f"Expired and purged  {verdict.expired:>12,}",
    ]
    if verdict.holds:
        told = (
            f"The record of looking holds: {words.count(verdict.entries, 'entry', 'entries')}, none missing or altered."
        )
        return [*counted, told, f"It ends at {verdict.head}. Kept elsewhere, this line proves later that it did."]
    return [*counted, f"The record of looking was tampered with. {verdict.fault}"]
