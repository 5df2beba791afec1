"""The end of the chain written down outside the database, once a day, signed with a key that is not in it.

Whoever can write the whole database can make the record of looking anew, and it would agree with itself. An *anchor*
says which entry was the last on a day, and its hash. It goes to a file, and by mail and to syslog where settings say
so: places that the database's administrators should not be able to write.

One line an anchor: entry, hash, day, the day of the anchor before (or -), and the signature of all that, HMAC-SHA256. A
line proves itself wherever it is kept; naming the one before, the lines show that none is missing between them.
"""

from __future__ import annotations

import fcntl
import hmac
import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from logging.handlers import SysLogHandler
from pathlib import Path
from smtplib import SMTPException
from typing import TextIO

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from childindex import words
from registry.access.links import Anchor
from registry.models import AccessEntry, AccessHead

FIRST = "-"
SHORTEST_KEY = 32
LATEST_DAYS = 2  # an anchor a day: with none of today or yesterday, the newest entries are proved by nothing


class CannotAnchor(Exception):
    """No anchor was written, or not everywhere; the text says what to do."""


@dataclass(frozen=True)
class SignedAnchor:
    """Which entry was the last on a day. `before` is the day of the anchor before it."""

    end: Anchor
    day: date
    before: date | None
    signature: str

    @property
    def line(self) -> str:
        return f"{_told(self.end, self.day, self.before)}:{self.signature}"


@dataclass(frozen=True)
class Kept:
    """What was found where the anchors are kept: those that prove themselves, and the first thing that is wrong."""

    anchors: Sequence[SignedAnchor] = field(default_factory=list)
    fault: str = ""
    doubt: str = ""

    @property
    def ends(self) -> list[Anchor]:
        return [anchor.end for anchor in self.anchors]


def make(end: Anchor, *, day: date, before: date | None) -> SignedAnchor:
    """Sign an anchor. Raises CannotAnchor without a key."""
    return SignedAnchor(end, day, before, _signature(_told(end, day, before), _key()))


def write_todays(*, file: Path | None = None) -> SignedAnchor | None:
    """Write down where the chain ends today, and send it; None where today's is there already.

    Raises CannotAnchor where the anchors so far are not what they were, where the chain no longer holds the entry that
    was the last one anchored, or where something could not be written or sent.
    """
    _key()
    with _locked(file or settings.ACCESS_ANCHORS_FILE) as kept:
        found = _read(kept.read())
        last = found.anchors[-1] if found.anchors else None
        if found.fault:
            raise CannotAnchor(f"No anchor was added. {found.fault}")
        if last and last.day >= timezone.localdate():
            return None
        _refuse_another_chain(last)
        made = make(_present_end(), day=timezone.localdate(), before=last.day if last else None)
        kept.write(f"{made.line}\n")
        kept.flush()
        os.fsync(kept.fileno())
    send(made)
    return made


def once_a_day() -> None:
    """What a worker does by itself, where there is a place for anchors."""
    if settings.ACCESS_ANCHORS_FILE:
        write_todays()


def read(file: Path | None = None) -> Kept:
    """The anchors that are kept; what is wrong with them; and why they leave one unsure, where they do."""
    place = file or settings.ACCESS_ANCHORS_FILE
    if len(settings.ACCESS_ANCHOR_KEY) < SHORTEST_KEY:
        return Kept(doubt="ACCESS_ANCHOR_KEY is not set, so no anchor can be believed.")
    try:
        text = Path(place).read_text() if place else ""
    except FileNotFoundError:
        return Kept(doubt=f"There is no file of anchors at {place}.")
    except (OSError, ValueError) as error:
        return Kept(doubt=f"The file of anchors at {place} cannot be read: {error}.")
    found = _read(text)
    return Kept(found.anchors, found.fault, _doubt(found))


def send(anchor: SignedAnchor) -> None:
    """By mail and to syslog, where settings name them. Raises CannotAnchor with whatever could not be reached."""
    ways: dict[str, Callable[[SignedAnchor], None]] = {}
    if settings.ACCESS_ANCHORS_TO:
        ways["mail"] = _mail
    if settings.ACCESS_ANCHORS_SYSLOG:
        ways["syslog"] = _log
    failed = []
    for name, way in ways.items():
        try:
            way(anchor)
        except (SMTPException, OSError) as error:
            failed.append(f"by {name} ({error})")
    if failed:
        raise CannotAnchor(f"The anchor is in the file, but could not be sent {words.listed(failed)}.")


def _read(text: str) -> Kept:
    """Line by line, up to the first that does not prove itself, or that does not follow the one above it."""
    good: list[SignedAnchor] = []
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), 1):
        try:
            anchor = _parsed(line)
        except ValueError:
            return Kept(good, f"Line {number} of the anchors was altered: it is not as it was signed, or no anchor.")
        before = good[-1] if good else None
        if anchor.before != (before.day if before else None):
            return Kept(good, f"An anchor is missing above line {number}, which follows {_said(anchor.before)}.")
        if before and anchor.end.entry < before.end.entry:
            return Kept(good, f"Line {number} of the anchors names an earlier entry than the line above it.")
        good.append(anchor)
    return Kept(good)


def _doubt(found: Kept) -> str:
    if not found.anchors:
        return "There is no anchor yet. Run anchor_access_log once a day."
    last = found.anchors[-1].day
    if (timezone.localdate() - last).days >= LATEST_DAYS:
        return f"The last anchor is of {words.day(last)}: nothing proves what was written or taken since."
    return ""


def _refuse_another_chain(last: SignedAnchor | None) -> None:
    """Raise CannotAnchor where the chain is not the one that was anchored: a new anchor would bless it."""
    if last is None or last.end.entry == 0:
        return
    entry = AccessEntry.objects.filter(pk=last.end.entry).first()
    if entry is None or bytes(entry.hash).hex() != last.end.hash:
        raise CannotAnchor(
            f"No anchor was added: entry {last.end.entry} is not what it was on {words.day(last.day)}."
            " Run verify_access_log."
        )


def _present_end() -> Anchor:
    head = AccessHead.objects.get()
    return Anchor(head.entry, bytes(head.hash).hex())


def _parsed(line: str) -> SignedAnchor:
    """Raises ValueError for a line that is no anchor, or whose signature is not of this key."""
    entry, digest, day, before, signature = line.strip().split(":")
    if not hmac.compare_digest(signature, _signature(line.strip().rpartition(":")[0], _key())):
        raise ValueError("The signature is another.")
    earlier = None if before == FIRST else date.fromisoformat(before)
    return SignedAnchor(Anchor.read(f"{entry}:{digest}"), date.fromisoformat(day), earlier, signature)


def _told(end: Anchor, day: date, before: date | None) -> str:
    return f"{end}:{day.isoformat()}:{before.isoformat() if before else FIRST}"


def _signature(told: str, key: str) -> str:
    return hmac.new(key.encode(), f"child index access anchor\n{told}".encode(), "sha256").hexdigest()


def _key() -> str:
    key = str(settings.ACCESS_ANCHOR_KEY)
    if len(key) < SHORTEST_KEY:
        raise CannotAnchor(f"Set ACCESS_ANCHOR_KEY to a random text of at least {SHORTEST_KEY} characters.")
    return key


def _said(day: date | None) -> str:
    return f"one of {words.day(day)}" if day else "none"


@contextmanager
def _locked(place: str | Path) -> Iterator[TextIO]:
    """The file for reading and adding to, for one process at a time. Raises CannotAnchor where it cannot be had."""
    if not place:
        raise CannotAnchor("Set ACCESS_ANCHORS_FILE to where anchors are kept.")
    try:
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        kept = Path(place).open("a+")  # noqa: SIM115 - closed below, apart from what opening it may raise
    except OSError as error:
        raise CannotAnchor(f"The anchors cannot be kept at {place}: {error.strerror}.") from error
    with kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        yield kept


def _mail(anchor: SignedAnchor) -> None:
    send_mail(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}anchor of {words.day(anchor.day)}",
        message=(
            f"On {words.day(anchor.day)} the record of who looked at whom ended at entry {anchor.end.entry:,}."
            " Keep this line. It proves later that nothing before it was removed or altered.\n\n"
            f"{anchor.line}\n"
        ),
        from_email=None,
        recipient_list=settings.ACCESS_ANCHORS_TO,
    )


def _log(anchor: SignedAnchor) -> None:
    """To a socket such as /dev/log, or to HOST or HOST:PORT by UDP."""
    place = settings.ACCESS_ANCHORS_SYSLOG
    host, _, port = place.partition(":")
    address: str | tuple[str, int] = place if place.startswith("/") else (host, int(port or 514))
    handler = SysLogHandler(address, facility=SysLogHandler.LOG_AUTHPRIV)
    handler.ident = "childindex: "
    try:
        _let_errors_out(handler)
        handler.emit(logging.makeLogRecord({"msg": f"anchor {anchor.line}", "levelno": logging.NOTSET}))
    finally:
        with suppress(OSError, socket.error):
            handler.close()


def _let_errors_out(handler: logging.Handler) -> None:
    """The handler prints what goes wrong, and goes on; whoever anchors must hear of it."""

    def raise_again(record: logging.LogRecord) -> None:
        raise

    handler.handleError = raise_again  # type: ignore[method-assign]
