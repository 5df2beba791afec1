"""What is left of a name when its vowels and the spelling of its consonants are set aside.

Two spellings that a listener could write for the same name have the same skeleton: Hussain, Hossein; Chowdhury,
Choudhry; Kowalska, Kovalski; Catherine, Kathryn. It says nothing of whether two people bear the same name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from registry.names.variants import canonical

LONGEST = 8
SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^abd[aeiou]+[lrshnmzdt]?(?=[lrshnmzdtkqwgjcfb])", "abd"),
        (r"^(mac|mc)(?=.)", "mk"),
        (r"^kn", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^x", "s"),
        (r"tsch|tch|cz", "c"),
        (r"sch|sh|sz|ss", "s"),
        (r"dzh|dj|zh", "j"),
        (r"ph", "f"),
        (r"ck|cq|kh|qu|q", "k"),
        (r"chr", "kr"),
        (r"ch", "č"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"č", "c"),
        (r"x", "ks"),
        (r"ts|tz|z", "s"),
        (r"w", "v"),
        (r"(?<=[bcdgjklmnprstv])h", ""),
        (r"(?<=.)h(?=[^aeiouy]|$)", ""),
    )
)
VOWELS = re.compile(r"[aeiouy]+")
DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def code(token: str) -> str:
    """The skeleton of the name that stands for this folded token: a first letter, then consonants, eight at most."""
    sound = canonical(token)
    for pattern, plain in SPELLINGS:
        sound = pattern.sub(plain, sound)
    if not sound:
        return ""
    first = "a" if VOWELS.match(sound) else sound[0]
    rest = VOWELS.sub("", sound if first == "a" else sound[1:])
    return DOUBLED.sub(r"\1", first + rest)[:LONGEST]


def initial(token: str) -> str:
    """The first sound of a token; every vowel counts as one."""
    return code(token)[:1]
