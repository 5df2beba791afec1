"""Why a child is among the results, in the words of the results page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from registry.identifiers import read_postcode
from registry.search import comparing
from registry.search.packing import ALIAS, FORMER, PREFERRED
from registry.search.query import Query
from registry.search.scoring import Evidence, Match

LIVES, LIVED = "lives", "used to live"
SPOKEN = {
    "same": "{part} the same",
    "another form": "{part} another form of the same name",
    "sounds the same": "{part} sounds the same",
    "nearly the same": "{part} spelt nearly the same",
    "begins": "{part} begins the same",
    "alike": "{part} similar",
    "initial": "{part} has the same initial",
    "faint": "{part} a little similar",
}
BORN = {
    "same day": "born on the same day",
    "day and month swapped": "day and month of birth swapped",
    "one digit": "date of birth differs in one digit",
    "same month": "born in the same month",
    "same day of another year": "born on the same day of another year",
    "same year": "born in the same year",
}
STANDINGS = {FORMER: "former ", PREFERRED: "preferred ", ALIAS: "other "}
ORDER = (comparing.FORENAME, comparing.MIDDLE, comparing.SURNAME)


class Reason(NamedTuple):
    """What a result was found by: the field, the words to show, and of a name, which of the child's names it was."""

    field: str
    words: str
    standing: str = ""


def reasons(query: Query, found: Iterable[Evidence]) -> tuple[Reason, ...]:
    """A reason for each comparison that speaks for the child, the heaviest first."""
    speaking = [each for each in found if each.bits > 0 or each.field == "name"]
    speaking.sort(key=lambda each: each.bits, reverse=True)
    return tuple(Reason(each.field, words, each.standing) for each in speaking for words in _words(query, each))


def _words(query: Query, each: Evidence) -> Iterator[str]:
    match each.field:
        case "name":
            yield from _of_names(query, each)
        case "birth":
            yield BORN.get(each.likeness.how, f"born in {query.birth}" if query.birth else "of the age asked for")
        case "postcode":
            yield _of_postcode(query, each)
        case "address":
            likeness = "the same" if each.likeness.share == 1 else "nearly the same"
            yield f"{LIVED if each.former else LIVES} at {likeness} address"
        case "carer":
            yield "carer's name the same" if each.likeness.share == 1 else "carer's name similar"
        case "telephone":
            yield "a carer's telephone number the same"


def _of_names(query: Query, each: Evidence) -> Iterator[str]:
    """One phrase for all words alike in one way: “forename and surname the same”."""
    matches = sorted(each.matches, key=lambda match: ORDER.index(match.part))
    ways = dict.fromkeys(match.likeness.how for match in matches)
    for how in ways:
        parts = list(dict.fromkeys(match.part for match in matches if match.likeness.how == how))
        yield SPOKEN[how].format(part=STANDINGS.get(each.standing, "") + " and ".join(parts))
    if _other_way_round(query, each.matches):
        yield "names the other way round"


def _other_way_round(query: Query, matches: Iterable[Match]) -> bool:
    said = [(query.roles.get(match.asked), match.part) for match in matches]
    return any(role and {role, part} == {comparing.FORENAME, comparing.SURNAME} for role, part in said)


def _of_postcode(query: Query, each: Evidence) -> str:
    verb = LIVED if each.former else LIVES
    if query.district and not query.postcode:
        return f"{verb} in {query.district}"
    postcode = read_postcode(query.postcode)
    if each.likeness.share == 1:
        return f"{verb} at {postcode}"
    if each.likeness is comparing.POSTCODE_NEARLY:
        return f"{verb} at a postcode one character from {postcode}"
    return f"{verb} in {postcode.sector if each.likeness is comparing.SECTOR else postcode.outward}"
