"""From a name as it is written to the plain words in it.

Accents, capitals, apostrophes and hyphens are differences of writing, not of name. A particle (al, de, van) is left out
of the words, and kept where the name is run together; Mac, Mc, O' and St are part of the word they stand before.
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
    lowered = text.lower() if text.isascii() else _unaccented(text)
    return NOT_A_LETTER.sub(" ", APOSTROPHES.sub("", lowered)).strip()


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
    apart = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN))
    return "".join(character for character in apart if not unicodedata.combining(character)).translate(PLAIN)


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
