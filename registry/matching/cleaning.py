"""From what a file says to what is compared: plain, in one form, and nothing where it says nothing.

What stands for “not known” (Baby, Unknown, 01/01/1900, ten zeros, no fixed abode) becomes the missing value, so that
two placeholders never agree (`placeholders`); so does a number of which a spreadsheet kept only the first digits. Files
from other countries are taken as they come: a postcode need not be a British one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from childindex.tables.cells import may_have_lost_digits
from registry.dates import NotADate, read_date
from registry.identifiers import NotValid, read_postcode, read_telephone
from registry.matching import placeholders
from registry.names import fold
from registry.search.keys import STREET_TYPES

LONGEST = 300
STREETS = frozenset((*STREET_TYPES, *STREET_TYPES.values()))
WORD = re.compile(r"[a-z0-9]+", re.ASCII)
# The first days that programs can write, and the last; a spreadsheet makes the 0th of January 1900 of a zero.
NOT_BORN = frozenset(
    "00000000 00010101 17530101 18000101 18991230 18991231 19000100 19000101 19010101 99991231 99999999".split()
)
FEMALE, MALE = frozenset("f female girl woman 2".split()), frozenset("m male boy man 1".split())
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?", re.ASCII)
EXCEL_NUMBER = re.compile(r"(\d{5})(?:\.\d*)?", re.ASCII)  # of days; a time of day is a part of one
SERIAL = range(10_000, 60_000)
EXCEL_BEGINS = date(1899, 12, 30)


def name(text: str) -> str:
    """A name folded; empty for a placeholder and for what has no letter in it."""
    words = _words(text)
    return "" if placeholders.is_no_name(text, words) else " ".join(words)


def carer(text: str) -> str:
    """The name of a carer; empty where it only says who they are to the child."""
    return "" if placeholders.CARERS.issuperset(_words(text)) else name(text)


def born(text: str) -> str:
    """A date of birth as eight digits, year first. Eight digits that make no date are kept: one slip may be in them."""
    plain = text.strip()
    found = ISO.fullmatch(plain)
    digits = "".join(found.groups()) if found else _read_date(plain)
    return "" if digits in NOT_BORN else digits


def sex(text: str) -> str:
    plain = text.strip().lower()
    return "f" if plain in FEMALE else "m" if plain in MALE else ""


def postcode(text: str) -> str:
    """A postcode without spaces; one that only says that there is no address (ZZ99 3VZ) is no postcode."""
    try:
        value = read_postcode(text).value
    except NotValid:
        value = "".join(character for character in text.upper() if character.isalnum())[:12]
    says_nothing = value.startswith("ZZ99") or not value.strip("0") or value.isalpha()
    return "" if says_nothing else value


def address(text: str) -> str:
    """The words of an address that tell it from another, in their order."""
    if text.isascii() and "'" not in text and "." not in text:
        words = WORD.findall(text[:LONGEST].lower())
        folded = " ".join([word for word in words if word not in STREETS])
    else:
        folded = " ".join([word for word in fold(text[:LONGEST]).split() if word not in STREETS])
    return "" if placeholders.NO_ADDRESS.search(folded) else folded


def number(text: str) -> str:
    """An identifier as it is compared; one character over and over is a filler, 9.43E+09 has lost its last digits."""
    if may_have_lost_digits(text):
        return ""
    value = text.upper() if text.isalnum() else "".join(filter(str.isalnum, text.upper()))
    return value[:20] if not value.isalpha() and value.strip(value[:1]) else ""


def telephone(text: str) -> str:
    try:
        value = read_telephone(text).value
    except NotValid:
        return ""
    return value if len(set(value)) > 2 else ""


def school(text: str) -> str:
    folded = fold(text[:LONGEST])
    return "" if placeholders.SCHOOLS.issuperset(folded.split()) else folded


CLEANERS: dict[str, Callable[[str], str]] = {
    "name": name,
    "date_of_birth": born,
    "sex": sex,
    "postcode": postcode,
    "address": address,
    "upn": number,
    "nhs_number": number,
    "uln": number,
    "carer": carer,
    "telephone": telephone,
    "school": school,
}


NO_DIGITS = str.maketrans("", "", "0123456789")


def _words(text: str) -> list[str]:
    folded = fold(text.replace("\0", " ")[:LONGEST])
    if folded.isascii():
        return folded.translate(NO_DIGITS).split()
    return "".join(character for character in folded if not character.isdigit()).split()


def _read_date(text: str) -> str:
    serial = EXCEL_NUMBER.fullmatch(text)
    if serial and int(serial[1]) in SERIAL:
        return f"{EXCEL_BEGINS + timedelta(days=int(serial[1])):%Y%m%d}"
    text = text.removesuffix(".0")
    try:
        return f"{read_date(text):%Y%m%d}"
    except NotADate:
        return text if re.fullmatch(r"\d{8}", text, re.ASCII) else ""
