"""Draw last month's looks for managers to sign off: `manage.py sample_looks [--month 2026-10] [--json]`, monthly."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies import reviewing
from childindex import words


class Command(BaseCommand):
    help = "Draw ten looks of each practitioner of a month, last month's if none is named, for managers to sign off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", help="which month, like 2026-10")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        month = self._month(options["month"])
        drawn = reviewing.draw(month)
        self.stdout.write(f"{month:%B %Y}: {words.count(drawn, 'look')} drawn.")
        if options["json"]:
            self.stdout.write(json.dumps({"month": f"{month:%Y-%m}", "drawn": drawn}))

    def _month(self, said: str | None) -> date:
        if not said:
            return reviewing.month_before(timezone.localdate())
        try:
            return date.fromisoformat(f"{said}-01")
        except ValueError as error:
            raise CommandError("Say the month like 2026-10.") from error
