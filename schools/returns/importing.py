"""Taking a return in, whatever it is written in: which format, whose, and of which day, it says itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils import timezone

from childindex.models import User
from childindex.tables import TableError, is_tree, root_of
from registry.dates import NotADate, read_date
from registry.intake.receiving import CannotReceive, receive
from registry.models import Delivery, Feed, School
from schools.models import Collection
from schools.returns import census, national, transfer
from schools.returns.belonging import NoSuchSchool, school_of, source_of
from schools.returns.elements import Header

TREES: dict[str, tuple[str, Callable[[Path], Header]]] = {
    census.ROOT: ("census", census.header),
    transfer.ROOT: ("transfer", transfer.header),
}
"""By the outermost element: by which feed it comes, and how its header is read."""
ROLL = "roll"
FEEDS = (*(feed for feed, _ in TREES.values()), national.ON_ROLL, national.OFF_ROLL, ROLL)


@dataclass
class Taken:
    """What was taken in: the deliveries, and the collection that they came in where the file was of many schools."""

    deliveries: list[Delivery] = field(default_factory=list)
    collection: Collection | None = None


def take_in(
    paths: Sequence[Path],
    *,
    names: Mapping[Path, str] | None = None,
    school: School | None = None,
    as_of: date | None = None,
    by: User | None = None,
    codes: Mapping[str, School] | None = None,
) -> Taken:
    """Receive a return, or national tables that belong together. `names` are what the files are called by their sender.

    Raises CannotReceive, with what to do; AlreadyReceived for a file that came before.
    """
    called = {path: (names or {}).get(path, path.name) for path in paths}
    national_tables = [path for path in paths if not _is_tree(path) and national.is_national(path)]
    try:
        if national_tables:
            return _collection(paths, called, school=school, as_of=as_of, by=by, codes=codes)
        return Taken([_one(path, called[path], school=school, as_of=as_of, by=by) for path in paths])
    except (TableError, NoSuchSchool) as error:
        raise CannotReceive(str(error)) from error


def _is_tree(path: Path) -> bool:
    with path.open("rb") as file:
        return is_tree(file)


def _collection(
    paths: Sequence[Path],
    names: Mapping[Path, str],
    *,
    school: School | None,
    as_of: date | None,
    by: User | None,
    codes: Mapping[str, School] | None,
) -> Taken:
    if school is not None:
        raise CannotReceive(
            "National tables are of many schools: say which school each code means, not whose they are."
        )
    collection = national.take_in(paths, as_of=as_of or timezone.localdate(), by=by, names=names, codes=codes)
    parts = collection.parts.exclude(delivery=None).select_related("delivery__feed", "delivery__source")
    return Taken(list(dict.fromkeys(part.delivery for part in parts.defer("content") if part.delivery)), collection)


def _one(path: Path, name: str, *, school: School | None, as_of: date | None, by: User | None) -> Delivery:
    feed, header = _said_by(path)
    whose = school or _whose(header)
    day = as_of or _day(header)
    with path.open("rb") as file:
        return receive(file, name=name, feed=Feed.objects.get(code=feed), source=source_of(whose), as_of=day, by=by)


def _said_by(path: Path) -> tuple[str, Header | None]:
    """By which feed a file comes, and what it says of itself."""
    if not _is_tree(path):
        return ROLL, None
    root = root_of(path)
    if root not in TREES:
        raise CannotReceive(
            f"This XML is a {root}. Send a census, which is a Message, or a transfer file, which is a CTfile."
        )
    feed, read = TREES[root]
    return feed, read(path)


def _whose(header: Header | None) -> School:
    if header is None:
        raise CannotReceive("A table does not say which school it is of. Say it by its URN.")
    return school_of(header)


def _day(header: Header | None) -> date:
    """The day that a return says it is of, which is never later than today."""
    try:
        said = read_date(header.day) if header and header.day else timezone.localdate()
    except NotADate:
        said = timezone.localdate()
    return min(said, timezone.localdate())
