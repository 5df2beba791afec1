"""Prove that the index equals the facts: `manage.py check_index [--mend] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from registry import indexing
from registry.models import Child

ROWS = (
    ("missing", "children without an entry"),
    ("extra", "entries without a child"),
    ("differing", "entries that say something else"),
    ("missing_keys", "keys missing"),
    ("extra_keys", "keys too many"),
)


class Command(BaseCommand):
    help = "Prove that the index equals the facts. Run it with --mend each night: facts begin and end as days pass."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="make equal what differs")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = indexing.check(mend=options["mend"], progress=self.progress)
        self.stdout.write(f"{verdict.children:,} children, {verdict.keys:,} keys")
        for name, said in ROWS:
            self.stdout.write(f"{getattr(verdict, name):>12,}  {said}")
        self.stdout.write(self.conclusion(verdict))
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json()))
        if not (verdict.is_equal or verdict.is_mended):
            raise SystemExit(1)

    def conclusion(self, verdict: indexing.Verdict) -> str:
        if verdict.is_equal:
            return "The index equals the facts."
        numbers = Child.objects.filter(pk__in=verdict.examples).order_by("pk").values_list("index_number", flat=True)
        named = f" Among them: {', '.join(numbers)}." if numbers else ""
        if verdict.is_mended:
            return f"The index differed, and has been mended.{named}"
        return f"The index differs from the facts: run check_index --mend, or rebuild_index.{named}"

    def progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done / total:4.0%}", ending="" if done < total else "\r")
