"""From a name as it is written to the plain words in it.

Accents, capitals, apostrophes and hyphens are differences of writing, not of name. A particle (al, de, van) is left out
of the words, and kept where the name is run together; Mac, Mc, O' and St are part of the word they stand before.

Any script may be written. Marks that stand for a vowel of their own (सीता and सुता) are letters; those that only help
the reader, as accents and the points of Arabic and Hebrew do, are left out, and so is what cannot be seen.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a plain letter and an accent.
PLAIN = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ı": "i",
        "ə": "a",
        "ħ": "h",
        "ŋ": "ng",
        "ƙ": "k",
        "ɓ": "b",
        "ɗ": "d",
    }
)
APOSTROPHES = re.compile(r"['’‘`´ʼʻʿʾ′\.]")
NOT_A_LETTER = re.compile(r"[\W_]+")
# Strokes through a letter; the points of Hebrew, Arabic and Syriac; accents. What carries a vowel has another class.
ACCENTS = frozenset((1, *range(10, 37), *range(200, 256)))
CHOOSERS = frozenset(map(chr, range(0xFE00, 0xFE10)))
PARTICLES = frozenset(
    word
    for line in (
        "al el ul ur ud as ar bin ben ibn bint bte",
        "de da do dos das du di del della des la le les y",
        "van von der den ter ten zu zum af av",
    )
    for word in line.split()
)
PREFIXES = frozenset(("mac", "mc", "o", "st", "saint", "ap", "fitz"))


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Small plain letters and single spaces: “Zoë O'Connor-Bello” becomes “zoe oconnor bello”."""
    if text.isascii():
        return NOT_A_LETTER.sub(" ", APOSTROPHES.sub("", text.lower())).strip()
    letters = APOSTROPHES.sub("", _unaccented(text))
    return " ".join("".join(one if one.isalnum() or _is_mark(one) else " " for one in letters).split())


@lru_cache(maxsize=200_000)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a name in order, particles left out unless there is nothing else, prefixes joined on."""
    joined = _with_prefixes_joined(fold(text).split())
    return tuple(word for word in joined if word not in PARTICLES) or tuple(joined)


@lru_cache(maxsize=200_000)
def forms(text: str) -> tuple[str, ...]:
    """Each form a name of one or more words may be filed under: every word, and all of them run together."""
    words = tokens(text)
    together = fold(text).replace(" ", "")
    return tuple(dict.fromkeys((*words, together))) if together else ()


def _unaccented(text: str) -> str:
    """Small letters without accents. Letters written for show (𝓐, Ａ) are plain only once they are taken apart."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold().translate(PLAIN))
    kept = "".join(character for character in apart if not _is_left_out(character)).translate(PLAIN)
    return unicodedata.normalize("NFC", kept)


def _is_left_out(character: str) -> bool:
    """Accents, points and strokes by their combining class, and what has no shape of its own."""
    return (
        unicodedata.combining(character) in ACCENTS or unicodedata.category(character) == "Cf" or character in CHOOSERS
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _with_prefixes_joined(words: list[str]) -> list[str]:
    joined: list[str] = []
    prefix = ""
    for word in words:
        if word in PREFIXES:
            prefix += word
        else:
            joined.append(prefix + word)
            prefix = ""
    return [*joined, prefix] if prefix else joined
