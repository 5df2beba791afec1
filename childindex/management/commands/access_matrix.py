"""Print what every role may do, or put it into docs/access.md: `manage.py access_matrix [--write]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from childindex import access_matrix


class Command(BaseCommand):
    help = "Print what every role may do as a table; with --write, put it into docs/access.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="put it into docs/access.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            access_matrix.write()
        self.stdout.write(access_matrix.whole())
