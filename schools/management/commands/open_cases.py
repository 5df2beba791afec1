"""Open a case for whoever is missing education and has none: `manage.py open_cases [--json]`, each night.

Whoever the record says is educated at home, and nobody follows, is followed from then on.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from childindex import words
from schools.home_education import keeping
from schools.missing import opening


class Command(BaseCommand):
    help = (
        "Open a case for each child on no roll without a reason, or past a leaver's clock, since before today, and"
        " follow home education."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        opened = opening.notice()
        self.stdout.write(f"{words.sentence(words.count(opened, 'case'))} opened.")
        taken_up, let_go = keeping.take_up()
        homes = words.count(taken_up, "child", "children")
        self.stdout.write(f"Home education: {homes} followed from now on, {let_go:,} no longer.")
        if options["json"]:
            self.stdout.write(json.dumps({"opened": opened, "taken_up": taken_up, "let_go": let_go}))
