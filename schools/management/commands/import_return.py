"""Take in what a school sent: its census, a transfer file, national tables, or an extract of its own system.

Ends with status 0 where every row is accounted for and nothing waits, 3 where rows wait for a person, a code for its
school, or a file is held, 2 where a file is refused, 1 for anything else: what a scheduler needs to know.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex.memory import give_back
from registry.dates import NotADate, read_date
from registry.intake import stages
from registry.intake.applying import CannotApply
from registry.intake.receiving import CannotReceive
from registry.intake.telling import lines, told
from registry.models import Delivery, Outcome, Stage
from schools.models import Collection
from schools.returns.belonging import NoSuchSchool, school_called
from schools.returns.importing import Taken, take_in

REFUSED, WAITING = 2, 3


class Command(BaseCommand):
    help = "Take in a school's return, say what each row comes to, and with --apply write it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="tables that belong together, or one file"
        )
        parser.add_argument("--school", default="", metavar="URN", help="whose it is, where the file does not say")
        parser.add_argument(
            "--as-of", default="", metavar="DAY", help="of which day it is, where the file does not say"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="CODE=URN",
            help="which school a code of national tables means",
        )
        parser.add_argument("--apply", action="store_true", help="write whatever needs no person")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        give_back()
        taken = _taken(options)
        for delivery in taken.deliveries:
            _read(delivery, applies=options["apply"])
            self.stdout.write("\n".join(lines(delivery)))
        if taken.collection:
            self.stdout.write("\n".join(_lines_of(taken.collection)))
        found = _told(taken)
        if options["json"]:
            self.stdout.write(json.dumps(found))
        if any(delivery.stage == Stage.REFUSED for delivery in taken.deliveries):
            sys.exit(REFUSED)
        is_held = any(delivery.stage == Stage.HELD for delivery in taken.deliveries)
        if found["to_decide"] or found["absent"] or is_held:
            sys.exit(WAITING)


def _taken(options: dict[str, Any]) -> Taken:
    try:
        for path in options["files"]:
            with path.open("rb"):
                pass
        return take_in(
            options["files"],
            school=school_called(options["school"]) if options["school"] else None,
            as_of=_day(options["as_of"]),
            codes={code: school_called(number) for code, number in map(_pair, options["map"])},
        )
    except OSError as error:
        raise CommandError(f"The file {error.filename} cannot be read: {error.strerror}.") from error
    except CannotReceive as refusal:
        raise CommandError(str(refusal), returncode=REFUSED) from refusal
    except (NoSuchSchool, NotADate) as error:
        raise CommandError(str(error)) from error


def _day(text: str) -> date | None:
    return read_date(text) if text else None


def _pair(text: str) -> tuple[str, str]:
    code, equals, number = text.partition("=")
    if not (equals and code and number):
        raise CommandError(f"Write a code and the URN of the school it means, like SCH1=123456, not {text}.")
    return code.strip(), number.strip()


def _read(delivery: Delivery, *, applies: bool) -> None:
    try:
        stages.read(delivery, by=None, applies=applies)
    except CannotApply as refusal:
        raise CommandError(str(refusal)) from refusal


def _told(taken: Taken) -> dict[str, Any]:
    """What became of the rows, for a machine. Rows whose school is not known yet are to be decided."""
    each = [told(delivery) for delivery in taken.deliveries]
    sums = {key: sum(one[key] for one in each) for key in ("rows", *Outcome.values, "absent")}
    if taken.collection is None:
        return {**sums, "deliveries": each}
    waiting = _waiting(taken.collection)
    sums["rows"] += sum(waiting.values())
    sums["to_decide"] += sum(waiting.values())
    return {
        **sums,
        "collection": taken.collection.pk,
        "waiting_for_their_school": waiting,
        "addresses": taken.collection.addresses,
        "deliveries": each,
    }


def _waiting(collection: Collection) -> dict[str, int]:
    """Rows by code, of the codes whose school nobody has said yet."""
    found: dict[str, int] = {}
    for code, rows in collection.parts.filter(delivery=None).values_list("code", "rows"):
        found[code] = found.get(code, 0) + rows
    return found


def _lines_of(collection: Collection) -> list[str]:
    waiting, addresses = _waiting(collection), collection.addresses
    said = [
        f"{code or 'No code'}: {rows:,} rows wait until it is known which school that is (--map {code or 'CODE'}=URN)"
        for code, rows in waiting.items()
    ]
    if addresses["rows"]:
        said.append(
            f"Addresses: {addresses['rows']:,} rows, {addresses['joined']:,} joined to pupils, {addresses['further']:,}"
            f" further ones of the same pupils, {addresses['of_nobody']:,} of nobody in these files"
        )
    return said
