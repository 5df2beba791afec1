"""Let go of what has expired: `manage.py purge_access_log --before 2020-11-01 --by ann@example.gov.uk --reason "…"`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex import words
from childindex.models import User
from registry.access.retention import CannotPurge, expired_months, purge_month


class Command(BaseCommand):
    help = "Remove what was asked and who was shown in the months that end before a day. The chain of entries stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--before", required=True, type=_day, metavar="DATE", help="a day, such as 2020-11-01")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the account of whoever decides this")
        parser.add_argument("--reason", required=True, help="why; kept with the purge and in the log")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and remove nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["reason"].strip():
            raise CommandError("Say why: a purge needs a reason.")
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None or not by.may("read_access_log"):
            raise CommandError(f"{options['by']} is nobody who may read who looked at what, and so may not purge it.")
        try:
            months = expired_months(before=options["before"])
        except CannotPurge as refusal:
            raise CommandError(str(refusal)) from refusal
        for month in months:
            gone = month.payloads if options["dry_run"] else purge_month(month, by=by, reason=options["reason"])
            self.stdout.write(f"{month.code} {words.count(gone, 'entry', 'entries'):>20}")
        total = sum(month.payloads for month in months)
        done = "would be removed; nothing was" if options["dry_run"] else "removed"
        self.stdout.write(f"What {words.count(total, 'entry was', 'entries were')} about: {done}.")
        if options["json"]:
            held = {month.code: month.payloads for month in months}
            self.stdout.write(json.dumps({"months": held, "total": total, "dry_run": options["dry_run"]}))


def _day(text: str) -> date:
    return date.fromisoformat(text)
