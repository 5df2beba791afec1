"""Do long work: `manage.py work [--once] [--short] [--kind check_delivery …]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from childindex import words
from childindex.jobs import kinds
from childindex.jobs.worker import Worker
from childindex.memory import give_back


class Command(BaseCommand):
    help = (
        "Take up long work that people have asked for, one job after another. Killed at any moment, it leaves its job"
        " to the next; SIGTERM and Ctrl-C end it in an orderly way."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = [kind.code for kind in kinds.everything()]
        parser.add_argument("--once", action="store_true", help="end when nothing is left to do")
        parser.add_argument("--short", action="store_true", help="only what is done in a few seconds, by its weight")
        parser.add_argument("--kind", action="append", choices=known, help="only work of this kind; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        give_back()
        wanted = [kind for kind in kinds.everything() if kind.code in (options["kind"] or [kind.code])]
        if options["verbosity"]:
            labels = words.listed([words.inside(kind.label) for kind in wanted])
            short = "short work" if options["short"] else "work"
            self.stdout.write(f"Waiting for {short}: {labels or 'none is known'}. Ctrl-C ends it.")
            self.stdout.flush()
        Worker([kind.code for kind in wanted], short=options["short"]).run(once=options["once"])
