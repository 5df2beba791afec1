"""How sure the index is of where children are: `manage.py whereabouts [--json]`, each night.

Marks every child anew, and publishes for the day what it comes to.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from childindex import words
from registry.whereabouts import board


class Command(BaseCommand):
    help = "Say of each child how sure its home, carer, school and practice are, and publish what it comes to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        found = board.board_of(board.reckon(), behind_shields=True)
        total = found.total(board.HOME)
        self.stdout.write(f"{words.day(found.day)}: whereabouts known of {found.known:,} of {total:,} children.")
        for what, label in board.THINGS.items():
            told = ", ".join(f"{found.counts[what][mark]:,} {mark}" for mark in board.MARKS)
            self.stdout.write(f"  {label:12} {told}")
        if options["json"]:
            self.stdout.write(json.dumps({"known": found.known, "children": total, "counts": found.counts}))
