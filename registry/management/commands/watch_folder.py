"""Take in the files that other systems put into a folder: `manage.py watch_folder FOLDER --feed NAME [--once]`.

With --once, for a scheduler: the files there are taken and the command ends, with status 0 where all of them went
through (or there were none), 3 where rows wait for a person or a file is held, 2 where a file was refused, 1 where one
could not be worked on, which is then tried again the next time. Without it the command goes on watching until it is
told to end, after the file it is at.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from childindex.memory import give_back
from childindex.models import Source
from registry.intake.watching import Taken, Watched, alone, arrived, left_behind, take
from registry.models import Feed

FAULT, REFUSED, WAITING = 1, 2, 3
WORST_FIRST = (FAULT, REFUSED, WAITING)
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Watch a folder and take each file in by a feed: into done/ or refused/, with a note beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--feed", required=True, help="the feed's code, such as contacts")
        parser.add_argument("--source", default="", help="whose files they are, where the feed has several sources")
        parser.add_argument("--once", action="store_true", help="take what is there and end, for a scheduler")
        parser.add_argument("--apply", action="store_true", help="write whatever needs no person")
        parser.add_argument("--settle", type=float, default=10, help="seconds without growing until a file is taken")
        parser.add_argument("--every", type=float, default=30, help="seconds between looks")
        parser.add_argument("--json", action="store_true", help="print one JSON object a file")

    def handle(self, *args: Any, **options: Any) -> None:
        give_back()
        watched = self.watched(options)
        leaving = Event()
        if not options["once"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: leaving.set())
        with alone(watched.folder) as is_alone:
            if not is_alone:
                self.stdout.write("Another watcher is at work on this folder. Nothing was done.")
                return
            found = self.look(watched, options)
            while not (options["once"] or leaving.wait(options["every"])):
                self.look(watched, options)
        ends = [code for code in WORST_FIRST if code in found]
        if options["once"] and ends:
            sys.exit(ends[0])

    def watched(self, options: dict[str, Any]) -> Watched:
        folder = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}. Make it, and let this user write in it.")
        feed = Feed.objects.filter(code=options["feed"]).first()
        if feed is None:
            known = ", ".join(Feed.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"No feed is called {options['feed']}. There are: {known}.")
        source = Source.objects.filter(code=options["source"]).first() if options["source"] else None
        if options["source"] and source is None:
            raise CommandError(f"No source is called {options['source']}.")
        watched = Watched(folder, feed, source, applies=options["apply"])
        try:
            watched.prepare()
        except OSError as error:
            raise CommandError(f"The folder {folder} cannot be written: {error.strerror}.") from error
        return watched

    def look(self, watched: Watched, options: dict[str, Any]) -> set[int]:
        """Take what is there; with what it ended."""
        found = {self.taken(watched, path, options) for path in left_behind(watched)}
        return found | {self.taken(watched, path, options) for path in arrived(watched, settle=options["settle"])}

    def taken(self, watched: Watched, path: Path, options: dict[str, Any]) -> int:
        try:
            *_, taken = take(watched, path)
        except FileNotFoundError:
            return 0  # its sender took it away again
        except OperationalError:
            raise  # without a database there is nothing more to do
        except Exception:
            log.exception("A file in a watched folder could not be worked on")
            self.stderr.write(f"{path.name} could not be worked on, and is tried again the next time. See the log.")
            return FAULT
        self.stdout.write(json.dumps(told(taken)) if options["json"] else taken.note)
        return REFUSED if taken.is_refused else WAITING if taken.waits else 0


def told(taken: Taken) -> dict[str, Any]:
    """What became of a file, for a machine."""
    delivery = taken.delivery
    return {
        "file": taken.name,
        "delivery": delivery.pk if delivery else None,
        "stage": delivery.stage if delivery else "refused",
        "waits": taken.waits,
    }
