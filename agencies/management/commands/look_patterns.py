"""Raise patterns of looking that are worth a question: `manage.py look_patterns [--day DAY] [--json]`, nightly."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies import patterns
from childindex import words


class Command(BaseCommand):
    help = "Raise the patterns of one day's looking, yesterday's if none is named, for information governance to close."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", help="which day, like 2026-10-03")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            said = options["day"]
            day = date.fromisoformat(said) if said else timezone.localdate() - timedelta(days=1)
        except ValueError as error:
            raise CommandError("Say the day like 2026-10-03.") from error
        raised = patterns.raise_for(day)
        self.stdout.write(f"{words.day(day)}: {words.count(raised, 'pattern')} raised.")
        if options["json"]:
            self.stdout.write(json.dumps({"day": day.isoformat(), "raised": raised}))
