"""From what a file says to what is compared: plain, in one form, and nothing where it says nothing.

What stands for “not known” (Baby, Unknown, 01/01/1900, ten zeros, no fixed abode) becomes the missing value, so that
two placeholders never agree. Files from other countries are taken as they come: a postcode need not be a British one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from registry.dates import NotADate, read_date
from registry.identifiers import NotValid, read_postcode, read_telephone
from registry.names import fold
from registry.search.keys import STREET_TYPES

LONGEST = 300
STREETS = frozenset((*STREET_TYPES, *STREET_TYPES.values()))
WORD = re.compile(r"[a-z0-9]+", re.ASCII)
PLACEHOLDERS = frozenset(
    "baby babe infant child newborn unborn unnamed unknown unkown unk known no not name named given forename surname"
    " firstname lastname stated recorded available applicable provided supplied yet tbc tba tbd test testing tester"
    " dummy sample example none nil null blank missing anonymous anon withheld male female boy girl twin triplet one"
    " two three i ii iii x xx xxx xxxx zz zzz zzzz asdf qwerty of".split()
)
AMBIGUOUS = frozenset("known no not name given yet one two three i x of zz child test available".split())
NOT_APPLICABLE = re.compile(r"\s*(n\s*[/.\\]?\s*a\.?|N\s*[/.\\]?\s*A\.?|N\s*[/.\\]?\s*K\.?)\s*")
NO_ADDRESS = re.compile(r"\b(no fixed abode|nfa|unknown|not known|address withheld|confidential)\b")
NOT_BORN = frozenset(("19000101", "19010101", "18000101", "00000000", "99999999"))
FEMALE, MALE = frozenset("f female girl woman 2".split()), frozenset("m male boy man 1".split())
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?", re.ASCII)
SERIAL = range(10_000, 60_000)
EXCEL_BEGINS = date(1899, 12, 30)


def name(text: str) -> str:
    """A name folded; empty for a placeholder and for what has no letter in it."""
    if NOT_APPLICABLE.fullmatch(text):
        return ""
    folded = fold(text.replace("\0", " ")[:LONGEST])
    letters = "".join(character for character in folded if not character.isdigit())
    words = letters.split()
    if all(word in PLACEHOLDERS for word in words) and not (len(words) == 1 and len(words[0]) == 1 and words[0] != "x"):
        return ""
    return " ".join(words)


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
    return "" if value.startswith("ZZ99") or not value.strip("0") or value in ("NA", "NK", "UNKNOWN") else value


def address(text: str) -> str:
    """The words of an address that tell it from another, in their order."""
    if text.isascii() and "'" not in text and "." not in text:
        words = WORD.findall(text[:LONGEST].lower())
        folded = " ".join([word for word in words if word not in STREETS])
    else:
        folded = " ".join([word for word in fold(text[:LONGEST]).split() if word not in STREETS])
    return "" if NO_ADDRESS.search(folded) else folded


def number(text: str) -> str:
    """An identifier as it is compared; one character over and over is a filler."""
    value = text.upper() if text.isalnum() else "".join(filter(str.isalnum, text.upper()))
    return value[:20] if not value.isalpha() and value.strip(value[:1]) else ""


def telephone(text: str) -> str:
    try:
        return read_telephone(text).value
    except NotValid:
        return ""


def plain(text: str) -> str:
    return fold(text[:LONGEST])


CLEANERS: dict[str, Callable[[str], str]] = {
    "name": name,
    "date_of_birth": born,
    "sex": sex,
    "postcode": postcode,
    "address": address,
    "upn": number,
    "nhs_number": number,
    "uln": number,
    "carer": name,
    "telephone": telephone,
    "school": plain,
}


def _read_date(text: str) -> str:
    text = text.removesuffix(".0")
    if re.fullmatch(r"\d{5}", text, re.ASCII) and int(text) in SERIAL:
        return f"{EXCEL_BEGINS + timedelta(days=int(text)):%Y%m%d}"
    try:
        return f"{read_date(text):%Y%m%d}"
    except NotADate:
        return text if re.fullmatch(r"\d{8}", text, re.ASCII) else ""
