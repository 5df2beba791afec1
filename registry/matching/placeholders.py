"""What is written in place of a name, a home or a carer when there is none to write.

Wherever something is in doubt it is a name: Son, Given and Child are borne, and so is every single letter but X. What
is in doubt no longer is a placeholder: “Child 2”, “Son of Khan”, “Baby A”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

WORDS = frozenset(
    "baby babe infant child newborn unborn unnamed unknown unkown unk known no not name named given forename surname"
    " firstname lastname stated recorded available applicable provided supplied specified unspecified disclosed"
    " undisclosed refused declined yet tbc tba tbd test testing tester dummy sample example record pupil student"
    " patient duplicate deleted none nil null blank missing anonymous anon withheld male female boy girl daughter twin"
    " triplet one two three i ii iii x xx zz asdf qwerty other of mr mrs miss ms".split()
)
BORNE = frozenset("child given babe".split())
CARERS = WORDS | frozenset("mum mummy dad daddy mother father parent parents carer carers guardian and the".split())
SCHOOLS = WORDS | frozenset(("school",))
OF_SOMEBODY = re.compile(r"\s*[bds]\s*/\s*o\b", re.IGNORECASE)
PHRASE = re.compile(
    r"(?:baby|infant|twin|triplet) (?:[a-z]|of|boy|girl|male|female|one|two|three|ii|iii)(?: .+)?"
    r"|(?:child|daughter|son) of .+|(?:dummy|newborn|test|unborn|unnamed|unknown) .+|do not use.*|an? (?:n )?other"
)
ONE_KEY = re.compile(r"([a-z])\1{2,}")
NOT_APPLICABLE = re.compile(r"\s*(?:[nN]\s*[/\\]\s*[aAkK]|n\s*\.?\s*a|N\s*\.?\s*[AK])\.?\s*")
# Of a folded address: anywhere in it, or all that it says.
NO_ADDRESS = re.compile(
    r"\b(no fixed abode|nfa|unknown|not known|address withheld|confidential)\b"
    r"|^(n a|na|n k|nk|nil|none|null|tba|tbc|as above|same|same as above|x+)$"
)


def is_no_name(written: str, words: Sequence[str]) -> bool:
    """Whether a name, as it was written and as the words left of it, says nothing of whom it stands for."""
    if not words or NOT_APPLICABLE.fullmatch(written) or OF_SOMEBODY.match(written):
        return True
    if len(words) == 1 and _may_be_borne(written, words[0]):
        return False
    return PHRASE.fullmatch(" ".join(words)) is not None or all(
        word in WORDS or ONE_KEY.fullmatch(word) for word in words
    )


def _may_be_borne(written: str, word: str) -> bool:
    return (len(word) == 1 and word != "x") or (word in BORNE and written.strip().isalpha())
