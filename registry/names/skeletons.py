"""What is left of a name when its vowels and the spelling of its consonants are set aside.

Two spellings that a listener could write for the same name have the same skeleton: Hussain, Hossein; Chowdhury,
Choudhry; Kowalska, Kovalski; Catherine, Kathryn. It says nothing of whether two people bear the same name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from registry.names.variants import canonical

LONGEST = 8
# What a spelling cannot be found without, the spelling, and its sound.
SPELLINGS = tuple(
    (needed, re.compile(pattern), sound)
    for needed, pattern, sound in (
        ("abd", r"^abd[aeiou]+[lrshnmzdt]?(?=[lrshnmzdtkqwgjcfb])", "abd"),
        ("c", r"^(mac|mc)(?=.)", "mk"),
        ("kn", r"^kn", "n"),
        ("wr", r"^wr", "r"),
        ("ps", r"^ps", "s"),
        ("x", r"^x", "s"),
        ("c", r"tsch|tch|cz", "c"),
        ("s", r"sch|sh|sz|ss", "s"),
        ("zh", r"d?zh", "j"),
        ("dj", r"dj", "j"),
        ("ph", r"ph", "f"),
        ("c", r"ck|cq", "k"),
        ("kh", r"kh", "k"),
        ("q", r"qu|q", "k"),
        ("chr", r"chr", "kr"),
        ("ch", r"ch", "č"),
        ("c", r"c(?=[eiy])", "s"),
        ("c", r"c", "k"),
        ("č", r"č", "c"),
        ("x", r"x", "ks"),
        ("z", r"ts|tz|z", "s"),
        ("ts", r"ts", "s"),
        ("w", r"w", "v"),
        ("h", r"(?<=[bcdgjklmnprstv])h", ""),
        ("h", r"(?<=.)h(?=[^aeiouy]|$)", ""),
    )
)
VOWELS = re.compile(r"[aeiouy]+")
DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def code(token: str) -> str:
    """The skeleton of the name that stands for this folded token: a first letter, then consonants, eight at most."""
    sound = canonical(token)
    for needed, pattern, plain in SPELLINGS:
        if needed in sound:
            sound = pattern.sub(plain, sound)
    if not sound:
        return ""
    first = "a" if VOWELS.match(sound) else sound[0]
    rest = VOWELS.sub("", sound if first == "a" else sound[1:])
    return DOUBLED.sub(r"\1", first + rest)[:LONGEST]


def initial(token: str) -> str:
    """The first sound of a token; every vowel counts as one."""
    return code(token)[:1]
