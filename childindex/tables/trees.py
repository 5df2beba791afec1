"""XML files to rows: elements of some kinds, one at a time, however large the file is.

Entities are off, a document type is refused, and depth and size are limited: a file from elsewhere can neither read
another file nor grow in memory. Elements are known by their path, without regard to namespaces.

    with open_tree(path, wanted={"Message/Header", "Message/Pupils/Pupil"}) as elements:
        for path, element in elements:
            text(element, "Name")
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from childindex.tables.encodings import encoding_of
from childindex.tables.errors import TableError

DEEPEST = 30
MOST_IN_ONE = 20_000
LARGEST = 1 << 30
OPENING = 4_096
STEP = 200
Progress = Callable[[int, int], None]


def is_tree(file: BinaryIO) -> bool:
    """Whether a file begins as XML does."""
    file.seek(0)
    opening = file.read(OPENING)
    file.seek(0)
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if opening.startswith(mark):
            return opening.decode(encoding, "ignore").lstrip().startswith("<")
    return opening.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")


def root_of(source: str | os.PathLike[str]) -> str:
    """The name of the outermost element. Raises TableError where the file is no sound XML at its beginning."""
    with Path(source).open("rb") as file:
        try:
            for _, element in etree.iterparse(file, events=("start",), **SAFE):
                return str(etree.QName(element).localname)
        except etree.XMLSyntaxError as error:
            raise _damaged(error) from error
    raise TableError("This file is empty.")


@contextmanager
def open_tree(
    source: str | os.PathLike[str], *, wanted: Collection[str], progress: Progress | None = None
) -> Iterator[Iterator[tuple[str, etree._Element]]]:
    """The wanted elements of a file in their order, each with its path; one is gone when the next is asked for.

    `progress` is called with bytes read and bytes in all. Raises TableError, from the iterator too.
    """
    path = Path(source)
    size = path.stat().st_size
    if not size:
        raise TableError("This file is empty.")
    if size > LARGEST:
        raise TableError(f"This file is larger than {LARGEST >> 20:,} megabytes. Send it in parts.")
    with path.open("rb") as file:
        yield _watched(_elements(file, frozenset(wanted)), file, size, progress)


SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def _elements(file: BinaryIO, wanted: frozenset[str]) -> Iterator[tuple[str, etree._Element]]:
    said_otherwise = {"encoding": "windows-1252"} if _is_not_what_it_says(file) else {}
    parsed = etree.iterparse(file, events=("start", "end"), **SAFE, **said_otherwise)
    path: list[str] = []
    inside, within = "", 0
    try:
        for event, element in parsed:
            if event == "start":
                if not path:
                    _refuse_document_type(element)
                element.tag = etree.QName(element).localname
                path.append(element.tag)
                within += bool(inside)
                if not inside and "/".join(path) in wanted:
                    inside, within = "/".join(path), 0
                if len(path) > DEEPEST or within > MOST_IN_ONE:
                    raise TableError("This XML is nested deeper, or has more in one entry, than any list of people.")
                continue
            ended = "/".join(path)
            path.pop()
            if ended == inside:
                yield ended, element
                inside = ""
            if not inside:
                _let_go(element)
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from error


def text(element: etree._Element, path: str) -> str:
    """The trimmed text of the first element at a path below another; empty where there is none."""
    return " ".join((element.findtext(path) or "").split())


def _watched(
    elements: Iterator[tuple[str, etree._Element]], file: BinaryIO, size: int, progress: Progress | None
) -> Iterator[tuple[str, etree._Element]]:
    for count, found in enumerate(elements):
        if progress and count % STEP == 0:
            progress(min(file.tell(), size), size)
        yield found
    if progress:
        progress(size, size)


def _let_go(element: etree._Element) -> None:
    """Have neither an element that has been read nor those before it take room any more."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse_document_type(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise TableError("This XML brings a document type of its own, and is not read. Export it without one.")


def _is_not_what_it_says(file: BinaryIO) -> bool:
    """Whether a file that passes for UTF-8 is Windows-1252, as old systems' exports often are."""
    file.seek(0)
    opening = file.read(OPENING).split(b"?>")[0].lower()
    declares_another = b"encoding=" in opening and b"utf-8" not in opening
    is_so = not declares_another and encoding_of(file) == "windows-1252"
    file.seek(0)
    return is_so


def _damaged(error: Exception) -> TableError:
    line = getattr(error, "lineno", None)
    where = f" at line {line:,}" if line else ""
    return TableError(f"This XML breaks off or is damaged{where}: it cannot be read. Export it again and send that.")
