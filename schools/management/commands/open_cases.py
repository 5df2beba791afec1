"""Open a case for whoever is missing education and has none: `manage.py open_cases [--json]`, each night."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from childindex import words
from schools.missing import cases


class Command(BaseCommand):
    help = "Open a case for each child on no roll without a reason, or past a leaver's clock, since before today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        opened = cases.notice()
        self.stdout.write(f"{words.sentence(words.count(opened, 'case'))} opened.")
        if options["json"]:
            self.stdout.write(json.dumps({"opened": opened}))
