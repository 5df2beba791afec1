"""Take a file in by a feed: read, match and compare it, and on request apply it.

Ends with status 0 where every row is accounted for and nothing waits, 3 where rows wait for a person or the file is
held, 2 where the file is refused, 1 for anything else: what a scheduler needs to know.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from childindex.memory import give_back
from childindex.models import Source
from registry.dates import NotADate, read_date
from registry.intake import stages
from registry.intake.applying import CannotApply
from registry.intake.receiving import CannotReceive, receive
from registry.intake.telling import lines, told
from registry.models import Delivery, Feed, Stage

REFUSED, WAITING = 2, 3


class Command(BaseCommand):
    help = "Take a file in by a feed, say what each row comes to, and with --apply write it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--feed", required=True, help="the feed's code, such as contacts")
        parser.add_argument("--source", default="", help="whose file it is, where the feed has several sources")
        parser.add_argument("--as-of", default="", help="the day on which what it says was true; today unless said")
        parser.add_argument("--apply", action="store_true", help="write whatever needs no person")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        give_back()
        delivery = self.received(options)
        try:
            stages.read(delivery, by=None, applies=options["apply"])
        except CannotApply as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("\n".join(lines(delivery)))
        if options["json"]:
            self.stdout.write(json.dumps(told(delivery)))
        if delivery.stage == Stage.REFUSED:
            sys.exit(REFUSED)
        if delivery.to_decide or delivery.absent or delivery.stage == Stage.HELD:
            sys.exit(WAITING)

    def received(self, options: dict[str, Any]) -> Delivery:
        try:
            with options["file"].open("rb") as file:
                return receive(
                    file,
                    name=options["file"].name,
                    feed=_named(Feed, "feed", options["feed"]),
                    source=_named(Source, "source", options["source"]) if options["source"] else None,
                    as_of=_day(options["as_of"]),
                    by=None,
                )
        except OSError as error:
            raise CommandError(f"The file {options['file']} cannot be read: {error.strerror}.") from error
        except CannotReceive as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from refusal


def _named(model: type[Any], what: str, code: str) -> Any:
    found = model.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(model.objects.order_by("code").values_list("code", flat=True)[:20])
        raise CommandError(f"No {what} is called {code}. There are: {known}.")
    return found


def _day(text: str) -> date:
    try:
        return read_date(text) if text else timezone.localdate()
    except NotADate as error:
        raise CommandError(str(error)) from error
