"""Remove matched lists whose days are over: `manage.py purge_list_matches [--json]`, once a day from a scheduler."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from childindex import words
from registry.list_match.keeping import purge


class Command(BaseCommand):
    help = "Remove lists that were matched and given back, once the days for which they are kept are over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        removed = purge(timezone.localdate())
        self.stdout.write(f"{words.count(removed, 'list')} removed. Who asked for them, and for what, is kept.")
        if options["json"]:
            self.stdout.write(json.dumps({"removed": removed}))
