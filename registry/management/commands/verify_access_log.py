"""Prove the record of looking: `manage.py verify_access_log [--anchors FILE] [--json]`.

Ends with status 0 where it is proved, 1 where something was removed or altered, and 3 where it agrees with itself and
nothing outside the database shows that it was not made anew.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from childindex import words
from childindex.database_roles import AuditorsCommand
from registry.access import anchoring
from registry.access.verification import Verdict, verify_anchored

WIDTH = 40
TAMPERED, UNSURE = 1, 3


class Command(AuditorsCommand):
    help = (
        "Find the first entry of the record of looking that was removed or altered. Ends with status 1 if there is one,"
        " and with status 3 if there are no anchors outside the database to be sure by."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            metavar="FILE",
            type=Path,
            help=f"where the anchors are kept, instead of {settings.ACCESS_ANCHORS_FILE or 'nowhere'}",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_anchored(anchoring.read(options["anchors"]), progress=self.progress)
        self._clear_bar()
        self.stdout.write("\n".join(_lines(verdict)))
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json()))
        if not verdict.holds:
            sys.exit(TAMPERED)
        if not verdict.is_sure:
            sys.exit(UNSURE)

    def progress(self, done: int, total: int) -> None:
        """A bar, where somebody is watching."""
        if self.stderr.isatty():
            share = done / total if total else 1
            self.stderr.write(f"\r[{'#' * int(WIDTH * share):<{WIDTH}}] {share:4.0%}", ending="")

    def _clear_bar(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r" + " " * (WIDTH + 8) + "\r", ending="")


def _lines(verdict: Verdict) -> list[str]:
    counted = [
        f"Entries read        {verdict.entries:>12,}",
        f"What they are about {verdict.payloads:>12,}",
        f"Expired and purged  {verdict.expired:>12,}",
        f"Anchors             {verdict.anchors:>12,}",
    ]
    if not verdict.holds:
        return [*counted, f"The record of looking was tampered with. {verdict.fault}"]
    told = f"The record of looking holds: {words.count(verdict.entries, 'entry', 'entries')}, none missing or altered."
    ends = f"It ends at {verdict.head}."
    if verdict.is_sure:
        return [*counted, told, ends]
    return [
        *counted,
        "This could not be made sure of. The record of looking agrees with itself, but whoever could write the whole"
        " database could have made it anew.",
        verdict.doubt,
        ends,
    ]
