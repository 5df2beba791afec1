"""Say what waits too long, and write to whom it waits for: `manage.py chase [--digest [daily]] [--mail] [--json]`.

Daily by a scheduler, and so with --digest daily; with --digest once a week. Ends with status 0 where nothing waits too
long, and 3 where something does.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agencies import chasing
from childindex import words
from childindex.writing_to import write_to

WAITS = 3


class Command(BaseCommand):
    help = (
        "Say which concerns, requests and overrides wait too long; with --digest, what is new of everybody's children."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--digest",
            nargs="?",
            const="weekly",
            choices=["daily", "weekly"],
            help="tell practitioners how many children have news, as far as they hear of it so often",
        )
        parser.add_argument("--mail", action="store_true", help="write to those concerned")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        told = (
            self._digest(options["digest"], mail=options["mail"])
            if options["digest"]
            else self._chase(mail=options["mail"])
        )
        if options["json"]:
            self.stdout.write(json.dumps(told))
        if not options["digest"] and any(told["waiting"].values()):
            sys.exit(WAITS)

    def _chase(self, *, mail: bool) -> dict[str, Any]:
        found = chasing.chase()
        waiting = {
            "unacknowledged": found.unacknowledged,
            "unreviewed": found.unreviewed,
            "unanswered": found.unanswered,
            "overrides": found.overrides,
            "looks": found.looks,
            "shields": found.shields,
        }
        said = [f"{count:,} {name}" for name, count in waiting.items() if count]
        self.stdout.write(f"Too long: {words.listed(said)}." if said else "Nothing waits too long.")
        return {"waiting": waiting, **self._write(found.lines, "something waits for you", mail=mail)}

    def _digest(self, often: str, *, mail: bool) -> dict[str, Any]:
        found = chasing.digest(often)
        self.stdout.write(f"{words.sentence(words.count(len(found), 'practitioner'))} with something new.")
        return {"practitioners": len(found), **self._write(found, "what is new of your children", mail=mail)}

    def _write(self, lines: dict[Any, list[str]], subject: str, *, mail: bool) -> dict[str, int]:
        if not mail:
            return {"sent": 0, "failed": 0}
        sent, failed = write_to(lines, subject=subject)
        self.stdout.write(f"Written to {words.count(sent, 'person', 'people')}. {failed:,} could not be.")
        return {"sent": sent, "failed": failed}
