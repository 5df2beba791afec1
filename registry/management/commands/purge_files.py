"""Let go of files that came, once their days are over: `manage.py purge_files [--dry-run] [--json]`, daily."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from childindex import words
from registry import letting_go


class Command(BaseCommand):
    help = "Let go of files as they were sent, FILES_KEPT_DAYS after the last that was done with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, and let go of none")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        gone = letting_go.counted() if dry else letting_go.let_go(by=None)
        told = f"{words.count(gone.files, 'file')} and {words.count(gone.extracts, 'extract')} of a former system"
        said = f"Would let go of {told}" if dry else f"Let go of {told}; what became of each row is kept"
        self.stdout.write(f"{said}. They are kept for {words.count(settings.FILES_KEPT_DAYS, 'day')}.")
        if options["json"]:
            told_json = {"files": gone.files, "extracts": gone.extracts, "dry_run": dry}
            self.stdout.write(json.dumps(told_json))
