"""Write down where the record of looking ends, outside the database: `manage.py anchor_access_log`, once a day."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from childindex.database_roles import AuditorsCommand
from registry.access import anchoring


class Command(AuditorsCommand):
    help = "Sign where the record of looking ends today, and write it to the file of anchors, to mail and to syslog."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file", metavar="FILE", type=Path, help=f"instead of {settings.ACCESS_ANCHORS_FILE or 'nowhere'}"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = anchoring.write_todays(file=options["file"])
        except anchoring.CannotAnchor as refusal:
            raise CommandError(str(refusal)) from refusal
        told = f"Anchored: {made.line}" if made else "Today's anchor is there already."
        self.stdout.write(told)
        if options["json"]:
            self.stdout.write(json.dumps({"anchored": bool(made), "anchor": made.line if made else ""}))
