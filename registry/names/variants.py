"""Names that are one name: short forms, and spellings of what was first written in another alphabet.

The two lists beside this module have a group on each line, whose first word stands for all. A short form that belongs
to two names makes one group of them (Alex). What the skeleton already makes alike (Hussain and Hossein) need not be
listed, only what it would keep apart.
"""

from __future__ import annotations

from pathlib import Path


def _groups(name: str) -> dict[str, str]:
    """Which name stands for which; a word in two groups belongs to the first."""
    found: dict[str, str] = {}
    for line in Path(__file__).with_name(f"{name}.txt").read_text().splitlines():
        words = line.split()
        for word in words:
            found.setdefault(word, words[0])
    return found


STANDS_FOR = _groups("transliterations") | _groups("short_forms")


def canonical(token: str) -> str:
    """The name that stands for this one and its variants; the token itself where it belongs to no group."""
    return STANDS_FOR.get(token, token)
