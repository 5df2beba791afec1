"""Understanding what was typed: in one box, in any order, or in a form with a field for each thing.

In the box, whatever has a shape of its own is taken out first (numbers, dates, postcodes, telephone numbers, ages); the
words that are left are names. Nothing is refused: what looks like a number but fails its check is told as a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from childindex import words
from registry.dates import NotADate, PartialDate, read_date_of_birth, read_partial_date
from registry.identifiers import (
    NotValid,
    Postcode,
    nearly,
    read_part_postcode,
    read_postcode,
    read_telephone,
    recognise,
)
from registry.names import fold, tokens
from registry.search.query import CHILD_NUMBERS, Part, Query

BOX = "q"
FIELDS = ("forename", "surname", "date_of_birth", "postcode", "address", "carer", "telephone", "identifier")
NUMBER_NAMES = {
    "index_number": "index number",
    "upn": "UPN",
    "temporary_upn": "temporary UPN",
    "uln": "ULN",
    "nhs_number": "NHS number",
    "urn": "URN",
    "laestab": "establishment number",
    "practice": "practice code",
}
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
BORN = r"(?:\b(?:born(?:\s+(?:on|in))?|d\.?o\.?b\.?|date of birth)[:\s]*)?"
STREET = r"(?:road|rd|street|st|avenue|ave|lane|ln|drive|close|crescent|court|place|square|terrace|gardens|grove|way)"
NUMERIC = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([/.\- ])\d{1,2}\1(?:\d{4}|\d{2})|\d{8}"
WITH_MONTH = (
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[ -]*{MONTH}[ ,-]*\d{{2,4}}|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


CHILD_NUMBER = _pattern(
    r"(?<![\w-])(?:CI[- ]?\w{4}[- ]?\w{4}[- ]?\w|[A-Z]\d{11}[\dA-Z]|\d{3}[ -]?\d{3}[ -]?\d{4})(?![\w-])"
)
TELEPHONE = _pattern(r"(?<!\w)(?:\+\d{2}|0)[\d() -]{8,14}\d(?!\w)")
WHOLE_DATES = _pattern(rf"{BORN}(?<!\w)(?:{NUMERIC}|{WITH_MONTH})(?!\w)")
PART_DATES = _pattern(rf"{BORN}(?<!\w)(?:{MONTH}\s+(?:19|20)\d\d|\d{{1,2}}/(?:19|20)\d\d|(?:19|20)\d\d)(?![\w/])")
AGES = _pattern(r"\b(?:aged?\s+(\d{1,2})|(\d{1,2})\s*(?:-\s*)?(?:years?[ -]old|y/?o))\b")
POSTCODES = _pattern(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}(?!\w)")
DISTRICTS = _pattern(r"(?<!\w)[A-Z]{1,2}\d{1,2}[A-Z]?(?:\s+\d(?:[A-Z](?!\w)|(?!\S)))?(?!\w)")
ADDRESSES = _pattern(rf"(?<!\w)\d{{1,4}}[a-z]?,?\s+(?:[a-z']+\s+){{1,3}}{STREET}(?!\w)")
SEXES = _pattern(r"\b(girl|female|boy|male)\b")
WORDS = re.compile(r"[^\s,;:*?]+")
NOT_NAMES = frozenset(("and", "the", "child", "called", "named", "mr", "mrs", "miss", "ms", "master", "born", "dob"))


@dataclass
class _Reader:
    """A text from which things are taken out one kind at a time, each with the place where it stood."""

    parameter: str
    text: str
    today: date
    left: str = ""
    found: dict[str, Any] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = self.text

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], tuple[str, str, Any]]) -> None:
        """Take out the first match that `read` makes sense of: (kind, words, value). The others stay."""
        for match in pattern.finditer(self.left):
            try:
                kind, words, value = read(match)
            except (NotValid, NotADate, ValueError):
                continue
            self.note(kind, words, value, spans=(match.span(),))
            return

    def tell(self, fault: str, span: tuple[int, int]) -> None:
        """Say what is wrong with what stands at a place, which is then told of once."""
        self.faults.append(fault)
        self.told.append(span)

    def words(self) -> list[re.Match[str]]:
        """The words that are left and that nothing was said of."""
        return [one for one in WORDS.finditer(self.left) if not self.is_told(one)]

    def is_told(self, match: re.Match[str]) -> bool:
        """Whether something was said already of what stands there."""
        return any(match.start() < end and start < match.end() for start, end in self.told)

    def note(self, kind: str, words: str, value: Any, *, spans: tuple[tuple[int, int], ...] = ()) -> None:
        self.found[kind] = value
        self.parts.append(Part(kind, words, self.parameter, spans))
        for start, end in spans:
            self.left = self.left[:start] + " " * (end - start) + self.left[end:]


def understand(asked: Mapping[str, str], *, today: date | None = None) -> Query:
    """The question that a page's parameters ask: `q` for the box, and FIELDS for the form beside it."""
    given = {name: asked[name].strip() for name in (BOX, *FIELDS) if asked.get(name, "").strip()}
    day = today or date.today()
    readers = [_read(name, text, day) for name, text in given.items()]
    found: dict[str, Any] = {}
    for reader in readers:
        found = {**reader.found, **found}
    return Query(
        asked=given,
        parts=tuple(part for reader in readers for part in reader.parts),
        faults=tuple(fault for reader in readers for fault in reader.faults),
        **found,
    )


def _read(name: str, text: str, today: date) -> _Reader:
    reader = _Reader(name, text, today)
    READERS[name](reader)
    return reader


def _read_box(reader: _Reader) -> None:
    if _whole_number(reader):
        return
    for fault in nearly(reader.text):
        reader.tell(fault, (0, len(reader.text)))
    reader.take(CHILD_NUMBER, _child_number)
    reader.take(TELEPHONE, lambda match: _telephone(match[0]))
    reader.take(WHOLE_DATES, lambda match: _birth(match[0], reader.today))
    _tell_impossible_dates(reader)
    reader.take(POSTCODES, lambda match: _postcode(match[0]))
    reader.take(ADDRESSES, lambda match: _address(match[0]))
    reader.take(AGES, lambda match: _ages(int(match[1] or match[2]), reader.today))
    if "birth" not in reader.found:
        reader.take(PART_DATES, lambda match: _part_birth(match[0], reader.today))
    _tell_mistyped_numbers(reader)
    reader.take(DISTRICTS, lambda match: _district("" if reader.is_told(match) else match[0]))
    reader.take(SEXES, lambda match: ("sex", *_sex(match[0])))
    _names(reader)
    _tell_what_is_left(reader)


def _tell_impossible_dates(reader: _Reader) -> None:
    """What is written as a date and is none; its month and year are still read."""
    for match in WHOLE_DATES.finditer(reader.left) if "birth" not in reader.found else ():
        try:
            _birth(match[0], reader.today)
        except (NotADate, ValueError) as refusal:
            said = str(refusal)
            reader.tell(said if match[0] in said else f"“{match[0]}” is not a date of birth. {said}", match.span())


def _tell_mistyped_numbers(reader: _Reader) -> None:
    for match in reader.words():
        for fault in nearly(match[0]):
            reader.tell(fault, match.span())


def _tell_what_is_left(reader: _Reader) -> None:
    """Words with a digit in them that are nothing known: something mistyped sooner than something to pass over."""
    for match in reader.words():
        if any(map(str.isdigit, match[0])):
            reader.tell(f"“{match[0]}” was not understood.", match.span())


def _names(reader: _Reader) -> None:
    found = [match for match in reader.words() if _names_somebody(match[0])]
    if found:
        said = [match[0] for match in found]
        spans = tuple(match.span() for match in found)
        reader.note("name", f"surname or forename: {', '.join(said)}", " ".join(said), spans=spans)


def _names_somebody(word: str) -> bool:
    plain = fold(word)
    return plain not in NOT_NAMES and sum(map(str.isalpha, plain)) > sum(map(str.isdigit, plain))


def _whole_number(reader: _Reader) -> bool:
    """Whether the box holds a number and nothing else. What could be two kinds of number is looked up as both."""
    kinds = [(kind, value) for kind, value in recognise(reader.text) if kind in NUMBER_NAMES]
    numbers = tuple(pair for pair in kinds if pair[0] in CHILD_NUMBERS)
    places = tuple(pair for pair in kinds if pair[0] not in CHILD_NUMBERS)
    if reader.text.replace(" ", "").isalpha() or not (numbers or places):
        return False
    named = " or ".join(NUMBER_NAMES[kind] for kind, _ in numbers or places)
    reader.note("numbers" if numbers else "places", f"{named} {reader.text}", numbers or places)
    return True


def _child_number(match: re.Match[str]) -> tuple[str, str, Any]:
    numbers = tuple((kind, value) for kind, value in recognise(match[0]) if kind in CHILD_NUMBERS)
    if not numbers:
        raise NotValid(match[0])
    return "numbers", f"{' or '.join(NUMBER_NAMES[kind] for kind, _ in numbers)} {match[0]}", numbers


def _telephone(text: str) -> tuple[str, str, str]:
    number = read_telephone(text)
    return "telephone", f"telephone {number}", number.value


def _birth(text: str, today: date) -> tuple[str, str, PartialDate]:
    text = re.sub(rf"^{BORN}", "", text, flags=re.IGNORECASE)
    try:
        day = read_date_of_birth(text, today=today)
    except NotADate as refusal:
        try:
            day = _month_first(text, today)
        except NotADate:
            raise refusal from None
    return "birth", f"born {words.day(day)}", PartialDate(day.year, day.month, day.day)


def _month_first(text: str, today: date) -> date:
    """A date that makes sense only with the month before the day, as 3/25/2015 does."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 3 or re.search("[a-z]", text, re.IGNORECASE):
        raise NotADate(text)
    order = (0, 2, 1) if len(numbers[0]) == 4 else (1, 0, 2)
    return read_date_of_birth("-".join(numbers[place] for place in order), today=today)


def _part_birth(text: str, today: date) -> tuple[str, str, PartialDate]:
    part = read_partial_date(re.sub(rf"^{BORN}", "", text, flags=re.IGNORECASE), today=today)
    if part.earliest > today:
        raise NotADate(text)
    return "birth", f"born in {part}", part


def _ages(years: int, today: date) -> tuple[str, str, tuple[int, int]]:
    return "ages", f"aged {years}", (today.year - years - 1, today.year - years)


def _postcode(text: str) -> tuple[str, str, str]:
    whole: Postcode = read_postcode(text)
    return "postcode", f"postcode {whole}", whole.value


def _district(text: str) -> tuple[str, str, str]:
    part = read_part_postcode(text)
    return "district", f"postcode starts {part}", part.value


def _address(text: str) -> tuple[str, str, str]:
    """A house number and a street; what stands around them, as a flat or a town does, is left aside."""
    if not fold(text):
        raise NotValid(f"“{text}” is not an address.")
    inner = ADDRESSES.search(text)
    text = inner[0] if inner else text
    return "address", f"address {' '.join(text.split())}", fold(text)


def _sex(text: str) -> tuple[str, str]:
    return (text.lower(), "F") if text.lower() in ("girl", "female") else (text.lower(), "M")


def _attempts(*reads: Callable[[str], tuple[str, str, Any]]) -> Callable[[_Reader], None]:
    """Read a field by the first of these that makes sense of it; if none does, say what the last one says."""

    def read(reader: _Reader) -> None:
        fault = ""
        for attempt in reads:
            try:
                reader.note(*attempt(reader.text))
                return
            except (NotValid, NotADate) as refusal:
                fault = fault or str(refusal)
        reader.faults.append(fault)

    return read


def _named(kind: str, shown: str) -> Callable[[_Reader], None]:
    def read(reader: _Reader) -> None:
        if fold(reader.text):
            reader.note(kind, f"{shown} {reader.text}", reader.text)
        else:
            reader.faults.append(f"“{reader.text}” is not a name.")

    return read


def _read_carer(reader: _Reader) -> None:
    if len(tokens(reader.text)) == 1:
        reader.faults.append("Enter the carer’s forename and surname. To search by a surname, enter it as the child’s.")
        return
    _named("carer", "carer")(reader)


def _read_date(reader: _Reader) -> None:
    today = reader.today
    _attempts(lambda text: _birth(text, today), lambda text: _part_birth(text, today))(reader)


def _read_identifier(reader: _Reader) -> None:
    if not _whole_number(reader):
        reader.faults += nearly(reader.text) or [f"“{reader.text}” is not a number that a child or a school goes by."]


READERS: dict[str, Callable[[_Reader], None]] = {
    BOX: _read_box,
    "forename": _named("forename", "forename"),
    "surname": _named("surname", "surname"),
    "date_of_birth": _read_date,
    "postcode": _attempts(_postcode, _district),
    "address": _attempts(_address),
    "carer": _read_carer,
    "telephone": _attempts(_telephone),
    "identifier": _read_identifier,
}
