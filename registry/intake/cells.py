"""How one cell of a list is read: to plain text in one form, or a sentence for whoever sent it.

What damages names on their way (encodings, web codes, markers that offices write beside them) is told and left out: a
good name that the index has is never written over with it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from childindex import words
from registry.dates import NotADate, read_date, read_date_of_birth
from registry.identifiers import NotValid, read_postcode
from registry.intake.vocabulary import Codes, coded, year_group
from registry.matching.placeholders import NOT_APPLICABLE, is_no_name
from registry.names import fold

EXCEL_BEGINS, SERIALS = date(1899, 12, 30), range(10_000, 60_000)
ENGLAND = ZoneInfo("Europe/London")
STANDS_FOR_NOTHING = frozenset("-|--|.|?|n/a|na|none|null|nil|unknown|not known|tbc|tba".split("|"))
NO_SURNAME = frozenset("-|--|.|?|n/a|unknown|not known|not given|none given|tbc|tba|no surname|surname".split("|"))
"""Without Na, Null, None and Nil, which are surnames."""
FAULT = re.compile(r"#(?:n/?a|ref!|value!|name\?|div/0!|num!|null!|spill!|calc!|getting_data)", re.IGNORECASE)
NOT_KNOWN_DAYS = frozenset(
    date(*day) for day in ((1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (1901, 1, 1), (1970, 1, 1), (1753, 1, 1))
)
"""What spreadsheets and databases have where a day is not known."""
WITH_TIME_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)", re.IGNORECASE | re.ASCII)
UNSEEN = re.compile("[\u00ad\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
LIGATURES = {ord(one): unicodedata.normalize("NFKC", one) for one in "ﬀﬁﬂﬃﬄﬅﬆ"}
WEB_CODE = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});", re.IGNORECASE)
LOST_LETTER = re.compile(r"\ufffd|\w\?\w")
MARK = re.compile(r"[*†#@=<>{}\[\]()|\d]|^(?:xx+|zz+)\b|\bdo not\b", re.IGNORECASE)
NO_HOME = re.compile(r"zz99 ?3[a-z]{2}", re.IGNORECASE)
"""The NHS's postcodes for those who have none: no fixed abode, abroad, not known."""
SAYS_NO_HOME = frozenset(
    "nfa|no fixed abode|no fixed address|no address|address unknown|homeless|not applicable|withheld".split("|")
)

Read = Callable[[str, Codes], str]


class Unreadable(ValueError):
    """A cell says nothing that could be written; the text says why and what to do."""


def stands_for_nothing(text: str) -> bool:
    """Whether a cell that holds no name is filled for form's sake."""
    return text.casefold() in STANDS_FOR_NOTHING


def refuse_fault(text: str) -> None:
    """Raise Unreadable for what a spreadsheet writes where a formula failed."""
    if FAULT.fullmatch(text):
        raise Unreadable(f"“{text}” is what a spreadsheet writes where a formula failed. Mend it there.")


def text_in(text: str, codes: Codes) -> str:
    return _squeezed(text)


def name_in(text: str, codes: Codes) -> str:
    """A surname or middle name. Raises Unreadable for one that was damaged, or has something beside it."""
    plain = _squeezed(text)
    if plain.casefold() in NO_SURNAME:
        return ""
    _refuse_damaged(plain)
    return plain.title() if plain.isupper() and len(plain) > 2 else plain


def forename_in(text: str, codes: Codes) -> str:
    """A forename, or nothing where only that there is none is written, as “Baby” of one not yet named."""
    words_of_it = fold(text).split()
    return "" if words_of_it and is_no_name(text, words_of_it) else name_in(text, codes)


def _squeezed(text: str) -> str:
    """The text on one line, without what cannot be seen, and with the letters that a PDF joins parted."""
    seen = UNSEEN.sub("", text).translate(LIGATURES)
    return " ".join("".join(one for one in seen if one.isspace() or unicodedata.category(one) != "Cc").split())


def _refuse_damaged(name: str) -> None:
    shown = f"“{name[:40]}”"
    if WEB_CODE.search(name):
        raise Unreadable(f"{shown} has a web page’s code in it. Write it as {html.unescape(name)[:40]}.")
    if LOST_LETTER.search(name):
        raise Unreadable(f"{shown} has lost a letter on its way. Save the file as UTF-8, and send it again.")
    if (mended := _undone(name)) is not None:
        raise Unreadable(f"{shown} was damaged on its way: is it {mended[:40]}? Save the file as UTF-8.")
    if MARK.search(name):
        raise Unreadable(f"{shown} has something beside the name. Leave the name alone in its column.")


def _undone(name: str) -> str | None:
    """What a name was before its UTF-8 was read as Windows-1252, where it was."""
    try:
        mended = name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return mended if mended != name else None


def number_in(read: Callable[[str], object]) -> Read:
    def reader(text: str, codes: Codes) -> str:
        try:
            return str(getattr(read(text), "value", ""))
        except NotValid as error:
            raise Unreadable(str(error)) from error

    return reader


def order_in(text: str, codes: Codes) -> str:
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 4 and 0 < int(plain) < 100):
        raise Unreadable("The order of contact is a number from 1 to 99.")
    return str(int(plain))


def postcode_in(text: str, codes: Codes) -> str:
    said = " ".join(text.split()).casefold()
    if NO_HOME.fullmatch(said) or said in SAYS_NO_HOME or NOT_APPLICABLE.fullmatch(text):
        raise Unreadable(f"“{text[:30]}” says that no address is known. No home was taken from it.")
    try:
        return str(read_postcode(text))
    except NotValid as error:
        raise Unreadable(str(error)) from error


def day_in(text: str, codes: Codes) -> str:
    return _as_date(text, read_date).isoformat()


def birth_in(text: str, codes: Codes) -> str:
    return _as_date(text, read_date_of_birth).isoformat()


def _as_date(text: str, read: Callable[[str], date]) -> date:
    """A date as people, XML or Excel write it: a bare serial number is what a spreadsheet makes of a date."""
    plain = text.removesuffix(".0")
    if plain.isascii() and plain.isdigit() and len(plain) == 5 and int(plain) in SERIALS:
        found = EXCEL_BEGINS + timedelta(days=int(plain))
    else:
        found = _as_written(text, read)
    if found in NOT_KNOWN_DAYS:
        raise Unreadable(f"“{text[:30]}” is what systems write where no day is known. Give the day, or leave it empty.")
    return found


def _as_written(text: str, read: Callable[[str], date]) -> date:
    zoned = WITH_TIME_ZONE.fullmatch(text)
    try:
        found = read(zoned[1] if zoned else text)
    except NotADate as error:
        sentence = (
            f"“{text[:30]}” is no date: write it like 3 10 2016." if str(error).startswith("Enter ") else str(error)
        )
        raise Unreadable(sentence) from error
    if MOMENT.fullmatch(text):
        here = datetime.fromisoformat(text.upper().replace("Z", "+00:00")).astimezone(ENGLAND).date()
        if here != found:
            raise Unreadable(f"“{text[:40]}” is already {words.day(here)} in England. Write the day alone.")
    return found


def code_in(what: str, meanings: Codes) -> Read:
    """A code or what it means, by the source's own codes first."""

    def reader(text: str, codes: Codes) -> str:
        return _known(what, text, coded(text, codes, meanings))

    return reader


def year_group_in(text: str, codes: Codes) -> str:
    return _known("year group", text, year_group(text, codes))


def _known(what: str, text: str, found: str | None) -> str:
    if found is None:
        shown = f"“{text[:30]}” is no {what} that is known."
        raise Unreadable(f"{shown} Say what it means, or write one of the usual ones.")
    return found
