"""Write to everybody what waits for them: `manage.py work_digest [--mail] [--json]`, once a week. It names no child."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from childindex import words
from childindex.writing_to import write_to
from registry import weekly


class Command(BaseCommand):
    help = "Say for how many people something waits; with --mail, write to each how much of what."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", action="store_true", help="write to those concerned")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        found = weekly.digest()
        self.stdout.write(f"Something waits for {words.count(len(found), 'person', 'people')}.")
        sent, failed = write_to(found, subject="what waits for you") if options["mail"] else (0, 0)
        if options["mail"]:
            self.stdout.write(f"Written to {words.count(sent, 'person', 'people')}. {failed:,} could not be.")
        if options["json"]:
            self.stdout.write(json.dumps({"people": len(found), "sent": sent, "failed": failed}))
