"""The words that schools', practices' and councils' systems write for what the index keeps as codes.

A word is looked up as it stands, and then by what is left of it without its brackets, its hyphens and the code that
some systems write before it: “C - Current”, “Main (dual registration)”, “Step-father”. What is not here is not guessed:
whoever sent it is told, and a data manager says what it means. `docs/formats.md` has the tables and their sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from registry.models import ArrangementKind, CareKind, EnrolmentStatus, Sex, YearGroup

Codes = Mapping[str, str]


def _choices(choices: type, words: Mapping[str, str]) -> dict[str, str]:
    """Each value of a choice by its code, by its label, and by other words (those of a value parted by commas)."""
    found = {str(value).casefold(): str(value) for value in choices.values}  # type: ignore[attr-defined]
    found |= {str(label).casefold(): str(value) for value, label in choices.choices}  # type: ignore[attr-defined]
    return found | {word.strip(): value for value, said in words.items() for word in said.split(",")}


SEXES = _choices(
    Sex,
    {
        "F": "female, girl, f, 2",
        "M": "male, boy, 1",
        "U": "0, unknown, not known, nk, not recorded, not stated",
        "X": "9, not specified, ns, indeterminate, unspecified, intersex",
    },
)
"""0, 1, 2 and 9 are the NHS data dictionary's *person stated gender code*."""

STATUSES = _choices(
    EnrolmentStatus,
    {
        "C": "current, single, single registration, current single registration, on roll, current pupil, registered",
        "M": "main, current main, main dual, dual main, main dual registration, main registration",
        "S": "subsidiary, current subsidiary, dual subsidiary, subsidiary dual, subsidiary dual registration"
        ", subsidiary registration",
        "G": "guest, guest pupil, visitor",
        "F": "college, fe college, further education college",
        "O": "other provider, at other provider",
    },
)

RELATIONSHIPS = _choices(
    CareKind,
    {
        "mother": "mum, mummy, mam, birth mother, natural mother, adoptive mother, adopted mother, mother and guardian"
        ", mother and carer, pam",
        "father": "dad, daddy, birth father, natural father, adoptive father, adopted father, father and guardian"
        ", father and carer, paf",
        "step_parent": "stepfather, stepmother, step father, step mother, step parent, stepparent, stepdad, stepmum"
        ", step dad, step mum, mother's partner, father's partner, parent's partner, stp",
        "grandparent": "grandmother, grandfather, nan, nana, nanny, gran, grandma, grandad, granddad, grandpa"
        ", maternal grandmother, paternal grandmother, maternal grandfather, paternal grandfather, grand parent"
        ", grand mother, grand father, great grandparent, great grandmother, great grandfather",
        "other_relative": "aunt, auntie, uncle, brother, sister, cousin, sibling, half brother, half sister"
        ", step brother, step sister, other family member, family member, relative, rel, fam",
        "foster_carer": "foster carer, foster parent, foster mother, foster father, fom, fof",
        "guardian": "legal guardian, special guardian, sgo, car",
        "social_worker": "swr, social services",
        "other": "parent, carer, family friend, friend, neighbour, childminder, child minder, other contact, oth"
        ", other person, doctor, gp, head teacher, headteacher, religious contact, agent, chm, dtr, rlg, tch",
    },
)
"""The three-letter ones are the Common Basic Data Set's, as a transfer file has them."""

AWAITING = (
    "applied application awaiting appeal in-year in-year_request in_year_request in-year_application"
    " in_year_application offer offered place_offered refusal refused place_refused waiting_list on_waiting_list"
).split()
"""Words of admissions: whoever is on no roll yet is awaiting a place, and the word is kept as the detail."""

ARRANGEMENTS = _choices(
    ArrangementKind,
    {
        "home_education": "ehe, elective home education, home educated",
        "other_provision": "alternative provision, ap",
        "awaiting_place": ", ".join(word.replace("_", " ") for word in AWAITING),
    },
) | dict.fromkeys(AWAITING, "awaiting_place")

YES_OR_NO = {**dict.fromkeys(("yes", "y", "true", "1"), "yes"), **dict.fromkeys(("no", "n", "false", "0"), "no")}

YEARS = _choices(
    YearGroup,
    {
        "R": "0, rec, r, reception",
        "N1": "nursery 1, nursery first year, first year nursery, nursery year 1",
        "N2": "nursery 2, nursery second year, second year nursery, nursery year 2",
        "X": "not followed, ungraded, no year group",
    },
)
NAMES_A_YEAR = re.compile(r"^(?:(?:actual|national|curriculum|nc|school) )*(?:years?|yrs?|yg|y)\.? ?(?:group )?")
ENDS_AS_A_YEAR = re.compile(r" (?:year|yr|class|group)$")


def year_group(text: str, codes: Codes) -> str | None:
    """The national curriculum year that a school's words name, or None: a nursery does not say its first or second."""
    for said in variants(text):
        bare = ENDS_AS_A_YEAR.sub("", NAMES_A_YEAR.sub("", said, count=1)).strip()
        found = codes.get(said) or YEARS.get(said) or YEARS.get(bare.lstrip("0") or bare)
        if found:
            return found
    return None


def coded(text: str, codes: Codes, meanings: Codes) -> str | None:
    """What a word means, by the source's own codes before the usual ones; None where nobody knows it."""
    return next((found for said in variants(text) if (found := codes.get(said) or meanings.get(said))), None)


def variants(text: str) -> Iterator[str]:
    """A word as it stands, and what is left of it: without hyphens, brackets, or the code before its meaning."""
    said = " ".join(text.split()).casefold().replace("’", "'")
    yield said
    yield (spaced := _spaced(said))
    yield (outside := _spaced(re.sub(r"\([^)]*\)", " ", said)))
    for one in re.findall(r"\(([^)]*)\)", said):
        yield _spaced(f"{outside} {one}")
    if before := re.match(r"(\w{1,3})\s*[-–:]\s+(.+)", said):
        yield from (before[1], _spaced(before[2]))
    yield spaced.replace(" ", "_")


def _spaced(said: str) -> str:
    return " ".join(re.sub(r"[-–/_,]", " ", said).split())
