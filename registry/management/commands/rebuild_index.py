"""Make the index anew beside the live one and swap: `manage.py rebuild_index [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from time import perf_counter
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError

from childindex.database_roles import OwnersCommand
from registry import indexing


class Command(OwnersCommand):
    help = "Make the index anew from the facts, beside the live one, and put it in its place. Work goes on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        began = perf_counter()
        try:
            built = indexing.rebuild(progress=self.progress)
        except indexing.CannotRebuild as refusal:
            raise CommandError(f"The index stays as it was. {refusal}") from refusal
        except OperationalError as error:
            raise CommandError(
                "The index stays as it was: an act went on for so long that the new one could not be put in place."
                " Try again when no file is being applied."
            ) from error
        seconds = perf_counter() - began
        self.stdout.write(f"{built.children:>12,}  children in the new index")
        self.stdout.write(f"{built.replayed:>12,}  made again because they changed meanwhile")
        self.stdout.write(f"{seconds:>12,.1f}  seconds")
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(built), "seconds": round(seconds, 2)}))

    def progress(self, stage: str, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{stage}: {done:,} of {total:,}", ending="")
