"""The numbers children go by: UPN, ULN, NHS number and the index's own.

A number that passes may still be somebody else's, or nobody's: the arithmetic shows only that it was not mistyped.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from random import Random

from registry.identifiers.text import NotValid, digits, either, quoted, squeezed

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
INDEX_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Upn:
    """A unique pupil number. Its authority and year say where and when it was issued, and nothing about today.

    The authority may be one that no longer exists, or never did: 001 to 005, 660 to 681, 701 to 708 and 9xx are valid.
    """

    value: str

    @property
    def is_temporary(self) -> bool:
        return self.value[-1].isalpha()

    @property
    def kind(self) -> str:
        return "temporary_upn" if self.is_temporary else "upn"

    @property
    def la_code(self) -> str:
        return self.value[1:4]

    @property
    def estab_number(self) -> str:
        return self.value[4:8]

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Uln:
    """A unique learner number."""

    value: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class NhsNumber:
    """An NHS number, written out in threes and four."""

    value: str

    def __str__(self) -> str:
        return f"{self.value[:3]} {self.value[3:6]} {self.value[6:]}"


@dataclass(frozen=True)
class IndexNumber:
    """The index's own number for a child, always written CI-XXXX-XXXX-C."""

    value: str

    def __str__(self) -> str:
        return self.value


def read_upn(text: str) -> Upn:
    """A permanent or temporary UPN (the national scheme of 2000, with its temporary form)."""
    value = squeezed(text)
    if not re.fullmatch(rf"[{UPN_LETTERS}]\d{{11}}[\d{UPN_LETTERS}]", value, re.ASCII):
        raise NotValid(f"The UPN {quoted(text)} is not valid: {_upn_shape_fault(value)}")
    letter = upn_letter(value[1:])
    if letter != value[0]:
        raise NotValid(
            f"The UPN {value} is not valid: its check letter should be {letter}. Check for a mistyped digit."
        )
    return Upn(value)


def upn_letter(body: str) -> str:
    """The check letter for the twelve characters that follow it."""
    total = sum(
        weight * (int(character) if character.isdigit() else UPN_LETTERS.index(character))
        for weight, character in enumerate(body, start=2)
    )
    return UPN_LETTERS[total % 23]


def read_uln(text: str) -> Uln:
    """A ULN, by the Learning Records Service's rule: a remainder of 0 would ask for ten, and is never issued."""
    value = digits(text, length=10, name="ULN")
    remainder = _weighted(value) % 11
    if value[0] == "0":
        raise NotValid(f"The ULN {value} is not valid: a ULN does not begin with 0.")
    if int(value[-1]) != 10 - remainder:
        raise NotValid(f"The ULN {value} is not valid: its last digit does not fit the others. Check each digit.")
    return Uln(value)


def read_nhs_number(text: str) -> NhsNumber:
    """An NHS number. Ten of one digit fit the arithmetic but are fillers, and are refused."""
    value = digits(text, length=10, name="NHS number")
    check = -_weighted(value) % 11
    if len(set(value)) == 1:
        raise NotValid(f"The NHS number {NhsNumber(value)} is not valid: it is one digit ten times over.")
    if check == 10 or int(value[-1]) != check:
        raise NotValid(
            f"The NHS number {NhsNumber(value)} is not valid: its last digit does not fit the others. Check each digit."
        )
    return NhsNumber(value)


def read_index_number(text: str) -> IndexNumber:
    """An index number, with or without its CI and its hyphens."""
    value = squeezed(text)
    characters = value.removeprefix("CI")
    strange = sorted(set(characters) - set(INDEX_ALPHABET))
    if strange:
        raise NotValid(
            f"The index number {quoted(text)} is not valid: {either(strange)} is never used in one."
            " It has no 0, 1, I, L or O."
        )
    if len(characters) != 9:
        raise NotValid(f"The index number {quoted(text)} is not valid: it should look like CI-4F7K-29QX-5.")
    if index_check(characters[:8]) != characters[8]:
        raise NotValid(
            f"The index number {_index_display(characters)} is not valid."
            " Check for a mistyped character, or two that changed places."
        )
    return IndexNumber(_index_display(characters))


def index_check(body: str) -> str:
    """The check character for eight others.

    The alphabet has a prime number of characters and no two places weigh the same, so every single mistake and every
    exchange of two characters shows.
    """
    total = sum(weight * INDEX_ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return INDEX_ALPHABET[-total % 31]


def new_index_number(random: Random | None = None) -> IndexNumber:
    """A number that cannot be guessed, or, from a seeded source, one that can be drawn again.

    It has a digit and a letter among its first eight, so that it never reads as a name or a telephone number.
    """
    source = random or secrets.SystemRandom()
    while True:
        body = "".join(source.choices(INDEX_ALPHABET, k=8))
        if not body.isalpha() and not body.isdigit():
            return IndexNumber(_index_display(body + index_check(body)))


def _weighted(value: str) -> int:
    """The first nine digits times ten down to two: the sum that ULNs and NHS numbers share."""
    return sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), value, strict=False))


def _upn_shape_fault(value: str) -> str:
    if len(value) != 13:
        return f"it has {len(value)} characters and should have 13."
    never = sorted({character for character in value if character in "IOS"})
    if never:
        return f"{either(never)} is never used in a UPN. Check for a digit typed as a letter."
    return "it should be a letter and 12 digits, the last of which may be a letter in a temporary UPN."


def _index_display(characters: str) -> str:
    return f"CI-{characters[:4]}-{characters[4:8]}-{characters[8:]}"
