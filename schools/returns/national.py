"""The census as national tables: CSV files in which many schools' pupils come together, each with a code of its school.

The pupils on roll and those no longer on it are tables of their own, and their addresses further ones, joined by the id
of the pupil's row. Each school's rows become a delivery of that school, numbered as the file that came has them. A code
that is no school's number waits until somebody says which school it means.
Source: COLLECT table exports, domain facts, section 4.1 (b).
"""

from __future__ import annotations

import csv
import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction

from childindex import acts
from childindex.models import Source, User
from childindex.tables import Column, Table, TableError, open_table, plain
from registry import quotas
from registry.intake.formats import Format, columns, register
from registry.intake.receiving import AlreadyReceived, receive, within_quota
from registry.models import Delivery, Feed, School
from schools.models import Collection, CollectionPart, NativeId
from schools.returns.belonging import NoSuchSchool, school_called, source_of
from schools.returns.elements import Progress

ON_ROLL, OFF_ROLL = "census_on_roll", "census_off_roll"
ROW = "Row in the file"
PLACES = ("saon", "paon", "street", "line1", "line2", "locality", "town", "county", "postcode", "uprn")
CODE = Column("code", ("NativeId", "LAESTAB", "URN"), required=True)
IDS = {
    ON_ROLL: Column("id", ("pupilonrolltableid",)),
    OFF_ROLL: Column("id", ("pupilnolongeronrolltableid",)),
}
ADDRESS_IDS = {ON_ROLL: "addressesonrolltableid", OFF_ROLL: "addressesoffrolltableid"}


@dataclass
class Pupils:
    """One table of pupils on its way into parts: the rows of each code, and whose addresses are wanted."""

    feed: str
    name: str
    headings: list[str]
    rows: dict[str, list[Sequence[str]]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Addresses:
    """The addresses of one table's pupils by the id of the pupil's row: the first in order; and what became of all."""

    by_pupil: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    rows: int = 0

    def add(self, pupil: str, order: int, parts: list[str]) -> None:
        self.rows += 1
        if pupil not in self.by_pupil or order < self.by_pupil[pupil][0]:
            self.by_pupil[pupil] = (order, parts)


def is_national(path: Path) -> bool:
    """Whether a file is one of the national tables, by its headings."""
    return kind_of(path) is not None


def kind_of(path: Path) -> tuple[str, bool] | None:
    """By which feed a table's pupils come, and whether the table is of their addresses; None for any other file."""
    try:
        with open_table(path) as table:
            headings = {heading.casefold() for heading in table.headings}
    except TableError:
        return None
    for feed in (ON_ROLL, OFF_ROLL):
        if IDS[feed].headings[0] in headings:
            is_of_addresses = ADDRESS_IDS[feed] in headings
            return (feed, is_of_addresses) if is_of_addresses or "nativeid" in headings else None
    return None


def take_in(
    paths: Sequence[Path],
    *,
    as_of: date,
    by: User | None,
    names: Mapping[Path, str] | None = None,
    codes: Mapping[str, School] | None = None,
) -> Collection:
    """Sort national tables by school, keep what waits, and receive the rest. Raises TableError.

    `names` are what the files are called by their sender; `codes` says of codes which school they mean, from now on.
    """
    called = {path: (names or {}).get(path, path.name) for path in paths}
    kinds = {path: kind_of(path) for path in paths}
    if strange := [called[path] for path, kind in kinds.items() if kind is None]:
        raise TableError(f"{strange[0]} is none of the national tables of pupils or addresses.")
    addresses = {feed: Addresses() for feed in IDS}
    for path, kind in kinds.items():
        if kind and kind[1]:
            _read_addresses(path, kind[0], addresses[kind[0]])
    tables = [
        _read_pupils(path, called[path], kind[0], addresses[kind[0]])
        for path, kind in kinds.items()
        if kind and not kind[1]
    ]
    if not tables:
        raise TableError(
            "There is no table of pupils among these files: addresses alone say of nobody where they live."
        )
    with within_quota(by), transaction.atomic():
        quotas.for_file(by=by, source=None).check(sum(path.stat().st_size for path in paths))
        for code, school in (codes or {}).items():
            say_whose(code, school, by=by)
        name = ", ".join(called.values())[:255]
        collection = Collection.objects.create(name=name, as_of=as_of, received_by=by)
        parts = [part for pupils, _ in tables for part in _parts(collection, pupils)]
        CollectionPart.objects.bulk_create(parts)
        collection.addresses = _told(addresses.values(), [used for _, used in tables])
        collection.save(update_fields=["addresses"])
    deliver(collection, by=by)
    return collection


def _read_addresses(path: Path, feed: str, into: Addresses) -> None:
    wanted = [one for one in columns({}) if one.key in PLACES]
    order = Column("order", (f"{ADDRESS_IDS[feed].removesuffix('tableid')}orderseqcolumn",), required=False)
    with open_table(path, columns=[IDS[feed], order, *wanted]) as table:
        for row in table:
            place = row.text("order").removesuffix(".0")
            into.add(row.text("id"), int(place) if place.isdigit() else into.rows, [row.text(key) for key in PLACES])


def _read_pupils(path: Path, name: str, feed: str, addresses: Addresses) -> tuple[Pupils, set[str]]:
    """The rows by code, each with its number and its address; and the ids of pupils whose address was used."""
    used: set[str] = set()
    with open_table(path, columns=[CODE, IDS[feed]]) as table:
        pupils = Pupils(feed, name, [ROW, "On roll", *table.headings, *PLACES])
        on_roll = "yes" if feed == ON_ROLL else "no"
        for row in table:
            pupil = row.text("id")
            place = addresses.by_pupil.get(pupil)
            used.update([pupil] if place else [])
            cells = [plain(cell) for cell in row.cells][: table.width]
            cells += [""] * (table.width - len(cells))
            pupils.rows[row.text("code")].append([str(row.number), on_roll, *cells, *(place[1] if place else _NOWHERE)])
    return pupils, used


_NOWHERE = [""] * len(PLACES)


def _parts(collection: Collection, pupils: Pupils) -> Iterator[CollectionPart]:
    for code, rows in sorted(pupils.rows.items()):
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow(pupils.headings)
        writer.writerows(rows)
        content = zlib.compress(file.getvalue().encode())
        yield CollectionPart(
            collection=collection,
            code=code[:60],
            feed=pupils.feed,
            table=pupils.name[:200],
            rows=len(rows),
            content=content,
        )


def _told(addresses: Iterable[Addresses], used: Iterable[set[str]]) -> dict[str, int]:
    rows = sum(one.rows for one in addresses)
    whose = sum(len(one.by_pupil) for one in addresses)
    joined = sum(map(len, used))
    return {"rows": rows, "joined": joined, "further": rows - whose, "of_nobody": whose - joined}


def say_whose(code: str, school: School, *, by: User | None) -> NativeId:
    """Say which school a code of the tables means, from now on."""
    with acts.act(by=by, source=Source.council(), reason_code="native_id", reason=f"{code} is {school}"[:200]):
        meant, _ = NativeId.objects.update_or_create(code=code, defaults={"school": school})
    return meant


def deliver(collection: Collection, *, by: User | None) -> list[Delivery]:
    """Receive every part that waits and whose school is known by now; the new deliveries, for somebody to have read."""
    waiting = list(collection.parts.filter(delivery=None))
    meant = _meant({part.code for part in waiting})
    feeds = {feed.code: feed for feed in Feed.objects.filter(code__in=IDS)}
    found = []
    for part in waiting:
        school = meant.get(part.code)
        if school is None:
            continue
        file = io.BytesIO(zlib.decompress(part.content))
        try:
            delivery = receive(
                file, name=f"{part.code} in {part.table}", feed=feeds[part.feed], source=source_of(school),
                as_of=collection.as_of, by=by, part_of=f"collection:{collection.pk}",
            )  # fmt: skip
        except AlreadyReceived as before:
            delivery = before.delivery
        else:
            found.append(delivery)
        part.delivery = delivery
        part.save(update_fields=["delivery"])
    return found


def _meant(codes: Iterable[str]) -> dict[str, School]:
    """The school of each code: as somebody has said, or by a number that it is."""
    said = {one.code: one.school for one in NativeId.objects.filter(code__in=list(codes)).select_related("school")}
    return {**dict(_by_number(code for code in codes if code not in said)), **said}


def _by_number(codes: Iterable[str]) -> Iterator[tuple[str, School]]:
    for code in codes:
        if code.replace("/", "").isdigit():
            try:
                yield code, school_called(code)
            except NoSuchSchool:
                continue


@contextmanager
def open_part(
    path: Path, delivery: Delivery, headings: Mapping[str, str], progress: Progress | None
) -> Iterator[Table]:
    """One school's rows of a table, under the numbers that they have in the file that came."""
    with ExitStack() as stack:
        table = stack.enter_context(open_table(path, columns=columns(headings), progress=progress))
        if ROW not in table.headings:
            raise TableError(
                "National tables are of many schools: send them on the page Returns, to be sorted by school."
            )
        place, records = table.headings.index(ROW), table.records
        table.records = ((int(plain(cells[place])), cells) for _, cells in records)
        table.first = 0
        yield table


register(
    Format(
        "national_table", "National census table (CSV)", open_part, numbered="Rows are numbered as in the whole file."
    )
)
