"""Let go of closed causes for concern that have expired: `manage.py purge_concerns [--dry-run] [--json]`, daily."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agencies import retention
from childindex import words


class Command(BaseCommand):
    help = "Remove closed causes for concern that were kept for as long as the schedule says, with their history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, and remove none")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        gone = retention.expired().count() if dry else retention.let_go(by=None, reason="The retention schedule")
        said = words.sentence(words.count(gone, "cause for concern", "causes for concern"))
        self.stdout.write(f"{said} {'would go' if dry else 'removed'}.")
        if options["json"]:
            self.stdout.write(json.dumps({"removed": 0 if dry else gone, "expired": gone}))
