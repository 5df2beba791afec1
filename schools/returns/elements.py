"""From the elements of a return to rows under headings: which element is which field, and what every return needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lxml.etree import _Element

from childindex.tables import Limits, Table, TableError, open_tree, text

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Item:
    """One thing that an entry says: under which heading it is shown, which field it is, where it stands.

    Of several paths the first with something in it counts: formats change their names from year to year. A field of ''
    is shown and not read.
    """

    heading: str
    field: str
    paths: tuple[str, ...] = ()


def item(heading: str, field: str, *paths: str) -> Item:
    return Item(heading, field, paths)


def cell(element: _Element, wanted: Item) -> str:
    """What an entry says of an item."""
    return next((said for path in wanted.paths if (said := text(element, path))), "")


PLACE = (
    item("Flat or unit", "saon", "SAON"),
    item("House name or number", "paon", "PAON"),
    item("Street", "street", "Street"),
    item("Address line 1", "line1", "AddressLine1"),
    item("Address line 2", "line2", "AddressLine2"),
    item("Locality", "locality", "Locality", "AddressLine3"),
    item("Town", "town", "Town", "PostTown", "AddressLine4"),
    item("County", "county", "County", "AdministrativeArea", "AddressLine5"),
    item("Postcode", "postcode", "PostCode", "Postcode"),
    item("UPRN", "uprn", "UniquePropertyReferenceNumber", "UPRN"),
)
"""The parts of an address element, in parts (BS7666) or as lines."""


@contextmanager
def table(
    path: Path,
    items: Sequence[Item],
    *,
    wanted: Mapping[str, Callable[[_Element], Sequence[str] | None]],
    progress: Progress | None,
    notes: Sequence[str] = (),
) -> Iterator[Table]:
    """A return as a table. `wanted` says of each kind of element how it becomes a row, or that it is looked at only.

    Rows are numbered as the entries stand in the file, from 1.
    """
    headings = [one.heading for one in items]
    places = {one.field: place for place, one in enumerate(items) if one.field}
    with open_tree(path, wanted=wanted, progress=progress) as elements:
        opened = Table(headings, places, len(items), (), Limits(), iter(()), notes=list(notes))
        opened.records = enumerate(_rows(elements, wanted), start=1)
        yield opened


def _rows(
    elements: Iterator[tuple[str, _Element]], wanted: Mapping[str, Callable[[_Element], Sequence[str] | None]]
) -> Iterator[Sequence[str]]:
    for path, element in elements:
        row = wanted[path](element)
        if row is not None:
            yield row


@dataclass(frozen=True)
class Header:
    """What a return says of itself: whose it is, and of what day. Empty where it does not say."""

    laestab: str = ""
    urn: str = ""
    day: str = ""
    title: str = ""


def header_of(path: Path, at: str, read: Callable[[_Element], Header]) -> Header:
    """The header of a return. Raises TableError where it has none."""
    with open_tree(path, wanted={at}) as elements:
        for _, element in elements:
            return read(element)
    raise TableError("This file has no header that says which school it is of. Export it again from your system.")
