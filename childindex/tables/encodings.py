"""What kind of file this is, and in which encoding its text is written."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from childindex.tables.errors import TableError

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NOT_TABLES = (
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook, or one locked with a password. Save it as .xlsx or CSV."),
    (b"%PDF", "This is a PDF. Ask for the table as CSV or .xlsx."),
    (b"<?xml", "This is XML, not a table. Ask for it as CSV or .xlsx."),
    (
        b"<html",
        "This is a web page, not a table. Perhaps a sign-in page was saved: fetch the file again.",
    ),
    (
        b"<!doctype",
        "This is a web page, not a table. Perhaps a sign-in page was saved: fetch the file again.",
    ),
    (b"\x1f\x8b", "This is a compressed file. Unpack it first."),
)
CHUNK = 1 << 20
FEW = 0.05  # of the bytes at a file's beginning
ORDINARY = bytes((0, *b"\t\n\r", *range(32, 127), *range(128, 256)))  # in text of one byte or more a character
UNASSIGNED = "childindex.tables.unassigned"


def _keep_unassigned(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(UNASSIGNED, _keep_unassigned)


def is_archive(file: BinaryIO) -> bool:
    """Whether this is a zip, as every .xlsx workbook is."""
    return _beginning(file).startswith(b"PK\x03\x04")


def refuse_what_is_no_table(file: BinaryIO) -> None:
    """Raise TableError, with what to do, for an empty file and for kinds that are often sent by mistake."""
    beginning = _beginning(file)
    if not beginning:
        raise TableError("This file is empty.")
    opening = beginning.lstrip(codecs.BOM_UTF8).lstrip().lower()
    for signature, sentence in NOT_TABLES:
        if beginning.startswith(signature) or opening.startswith(signature.lower()):
            raise TableError(sentence)


def encoding_of(file: BinaryIO) -> str:
    """utf-8, utf-8-sig, utf-16 in its kinds, or windows-1252 where the bytes cannot be UTF-8.

    Reads the whole file once, a piece at a time: one accent in the last row decides.
    """
    beginning = _beginning(file)
    for mark, encoding in MARKS:
        if beginning.startswith(mark):
            return encoding
    if b"\0" in beginning and not _is_text_with_a_few_zeros(beginning):
        return _wide(beginning)
    return "utf-8" if _is_utf8(file) else "windows-1252"


def leniency(encoding: str) -> str:
    """How to decode: windows-1252 gives five bytes no meaning, and they are kept as they are; all else is strict."""
    return UNASSIGNED if encoding == "windows-1252" else "strict"


def _beginning(file: BinaryIO) -> bytes:
    file.seek(0)
    beginning = file.read(4096)
    file.seek(0)
    return beginning


def _is_text_with_a_few_zeros(beginning: bytes) -> bool:
    """Whether zeros are all that is odd, and rare: programs leave one now and then where a cell was padded."""
    return beginning.count(0) <= len(beginning) * FEW and not beginning.translate(None, ORDINARY)


def _wide(beginning: bytes) -> str:
    """UTF-16 without its mark has a zero in every other byte of plain English."""
    few, most = len(beginning) * FEW, len(beginning) * 0.3
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if odd > most and even < few:
        return "utf-16-le"
    if even > most and odd < few:
        return "utf-16-be"
    raise TableError("This file is not text: it cannot be read as a table.")


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
