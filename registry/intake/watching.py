"""A folder into which other systems put their files: each taken once, none lost, with a note beside it.

    arriving   the folder itself, where a file lies until it has stopped growing
    taken/     while it is worked on; whatever a killed watcher left there is gone on with first
    done/      read, with a note of what its rows came to
    refused/   not read, with a note of why and what to do

A file moves by one renaming at a time, and what was done with it is in the database before it moves. So a watcher may
be killed between any two steps: the next finds how far the file had come by its digest, and goes on from there.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from childindex import words
from childindex.models import Source
from registry.intake import stages
from registry.intake.applying import CannotApply
from registry.intake.receiving import AlreadyReceived, CannotReceive, receive
from registry.models import Delivery, Feed, Outcome, Stage

TAKEN, DONE, REFUSED = "taken", "done", "refused"
NOTE = ".note.txt"
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", NOTE)
TO_DO = "Put it right, or ask its sender to, and put it into the folder again."
CLOCKS_DIFFER = timedelta(seconds=30)
LOCK = 0x0FE3D


@dataclass(frozen=True)
class Watched:
    """A folder, whose files they are, and whether what needs no person is written at once."""

    folder: Path
    feed: Feed
    source: Source | None = None
    applies: bool = False

    def prepare(self) -> None:
        for name in (TAKEN, DONE, REFUSED):
            (self.folder / name).mkdir(exist_ok=True)


@dataclass
class Taken:
    """One file and what came of it: its delivery, or why there is none."""

    name: str
    delivery: Delivery | None = None
    refusal: str = ""
    came_before: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.refusal) or self.delivery is None or self.delivery.stage == Stage.REFUSED

    @property
    def waits(self) -> bool:
        """Whether a person has something to do about it."""
        return not self.is_refused and bool(
            self.delivery and (self.delivery.to_decide or self.delivery.absent or self.delivery.stage == Stage.HELD)
        )

    @property
    def note(self) -> str:
        """What came of it, and what to do, for whoever looks into the folder. Nothing in it is of any child."""
        if self.refusal or self.delivery is None or self.delivery.stage == Stage.REFUSED:
            why = self.refusal or (self.delivery.refusal if self.delivery else "")
            return f"{self.name} was refused.\n{why}\n{TO_DO}"
        return "\n".join([_headline(self.name, self.delivery, came_before=self.came_before), *_lines(self.delivery)])


def _headline(name: str, delivery: Delivery, *, came_before: bool) -> str:
    day = words.day(delivery.received_at.date())
    if came_before:
        return f"{name} came before, on {day}, as delivery {delivery.pk}. Nothing was done with it again."
    return f"{name} was taken in on {day} as delivery {delivery.pk}: {delivery.get_stage_display().lower()}."


def _lines(delivery: Delivery) -> Iterator[str]:
    yield f"{words.count(delivery.rows, 'row')}:"
    for outcome in Outcome:
        yield f"  {getattr(delivery, outcome.value):,} {outcome.label.lower()}"
    if delivery.stage == Stage.HELD:
        yield "The file is held: look at it on the page Deliveries, and release it with a reason if it is right."
    elif delivery.to_decide:
        yield f"{words.count(delivery.to_decide, 'row')} to be decided on the page Deliveries."
    if delivery.refused:
        yield "What is wrong with the refused rows stands on its page, to be sent back."


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this is the only watcher of the folder; whoever dies stops being one."""
    digest = hashlib.sha256(str(folder.resolve()).encode()).digest()
    key = int.from_bytes(digest[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, key])
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, key])


def left_behind(watched: Watched) -> list[Path]:
    """Files that a watcher had taken and was killed over."""
    return _files(watched.folder / TAKEN)


def arrived(watched: Watched, *, settle: float) -> list[Path]:
    """Files that have stopped growing: unchanged for `settle` seconds, the longest there first."""
    before = {path: _state(path) for path in _files(watched.folder)}
    if before:
        time.sleep(min(settle, 1))
    now = time.time()
    still = [path for path, state in before.items() if state is not None and state == _state(path)]
    return [path for path in still if now - path.stat().st_mtime >= settle]


def _files(folder: Path) -> list[Path]:
    found = [
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith(UNFINISHED)
    ]
    return sorted(found, key=lambda path: (_state(path) or (0, 0.0))[1])


def _state(path: Path) -> tuple[int, float] | None:
    """Size and time of the last change; nothing where the file has gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime


def take(watched: Watched, path: Path) -> Iterator[Taken]:
    """Take one file from wherever it lies to where it belongs. Each step is finished when it is handed out.

    Raises OSError where the folder cannot be written.
    """
    mine = path if path.parent.name == TAKEN else _moved(path, watched.folder / TAKEN)
    taken = Taken(path.name)
    yield taken
    for _ in _read(watched, mine, taken):
        yield taken
    goal = watched.folder / (REFUSED if taken.is_refused else DONE)
    goal = goal / _free_name(goal, taken.name)
    _write_note(goal.with_name(goal.name + NOTE), taken.note)
    yield taken
    os.rename(mine, goal)
    yield taken


def _read(watched: Watched, mine: Path, taken: Taken) -> Iterator[None]:
    """Receive, check, compare and apply, from wherever the file had come to."""
    try:
        taken.delivery = _received(watched, mine, taken)
        yield
        for _ in _stages(watched, taken.delivery):
            yield
    except CannotReceive as refusal:
        taken.refusal = str(refusal)
        yield


def _received(watched: Watched, mine: Path, taken: Taken) -> Delivery:
    refused = _refused_just_now(watched, mine)
    if refused is not None:
        return refused
    as_of = min(date.fromtimestamp(mine.stat().st_mtime), timezone.localdate())
    try:
        with mine.open("rb") as file:
            return receive(file, name=mine.name, feed=watched.feed, source=watched.source, as_of=as_of, by=None)
    except AlreadyReceived as before:
        taken.came_before = before.delivery.received_at < _taken_at(mine) - CLOCKS_DIFFER
        return before.delivery


def _refused_just_now(watched: Watched, mine: Path) -> Delivery | None:
    """The delivery that this very file became and was refused as, before a watcher was killed."""
    same = Delivery.objects.filter(feed=watched.feed, name=mine.name[-255:], stage=Stage.REFUSED)
    since = same.filter(received_at__gte=_taken_at(mine) - CLOCKS_DIFFER, size=mine.stat().st_size)
    digest = _digest(mine) if since.exists() else ""
    return since.filter(digest=digest).order_by("-pk").first()


def _taken_at(mine: Path) -> datetime:
    """When the file was moved here: renaming is its last change of status."""
    return datetime.fromtimestamp(mine.stat().st_ctime, tz=UTC)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stages(watched: Watched, delivery: Delivery) -> Iterator[None]:
    try:
        for _ in stages.steps(delivery, by=None, applies=watched.applies):
            yield
    except CannotApply as refusal:
        raise CannotReceive(f"It was read as delivery {delivery.pk}, and not applied. {refusal}") from refusal


def _moved(path: Path, folder: Path) -> Path:
    goal = folder / _free_name(folder, path.name)
    os.rename(path, goal)
    return goal


def _free_name(folder: Path, name: str) -> str:
    """The name itself, or with a number where a file of that name lies there already."""
    stem, suffix = os.path.splitext(name)
    found, number = name, 1
    while (folder / found).exists():
        number += 1
        found = f"{stem} ({number}){suffix}"
    return found


def _write_note(path: Path, text: str) -> None:
    """Written whole or not at all."""
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_text(text + "\n", encoding="utf-8")
    os.replace(unfinished, path)
