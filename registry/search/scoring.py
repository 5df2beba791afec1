"""How well a child fits a question, in bits of evidence, and the same in words.

Every part of the question that can be compared adds its bits, or takes some away where it differs; what the record does
not have adds nothing. The bits rank; their share of the most there could be tells strong matches from weak ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from registry.search import comparing
from registry.search.comparing import Likeness, Words
from registry.search.packing import unpack
from registry.search.query import Query

STRONG = 0.7
NAME, ONE_NAME = (16.0, -6.0), (8.0, -3.0)
BIRTH, PART_BIRTH = (14.0, -5.0), (4.0, -4.0)
POSTCODE, PART_POSTCODE = (10.0, -1.5), (4.0, -1.5)
ADDRESS, CARER, TELEPHONE, SEX = (9.0, -1.0), (9.0, -1.0), (12.0, -1.0), (0.5, -2.0)
FORMER_HOME = 0.9
OTHER_PLACE = 0.97  # of a word found in another part of the name than the form said
CERTAIN = 0.9
UNASKED = 0.01  # for each word of the name that was not asked for


class Place(NamedTuple):
    """Something asked of where or with whom a child lives: which texts are compared, how, and for how much."""

    field: str
    asked: str
    held: str
    scale: tuple[float, float]
    compare: Callable[[str, str], Likeness]


PLACES = (
    Place("postcode", "postcode", "postcodes", POSTCODE, comparing.compare_postcodes),
    Place("postcode", "district", "postcodes", PART_POSTCODE, comparing.compare_district),
    Place("address", "address", "addresses", ADDRESS, comparing.compare_addresses),
    Place("carer", "carer", "carers", CARER, comparing.compare_people),
    Place("telephone", "telephone", "telephones", TELEPHONE, comparing.compare_numbers),
)


class Candidate(NamedTuple):
    """What is compared of a child, as the index entry holds it; hidden fields are empty, and `hidden` says so."""

    child_id: int
    names: str
    date_of_birth: date | None
    other_date_of_birth: date | None
    sex: str
    hidden: bool
    postcodes: str
    addresses: str = ""
    carers: str = ""
    telephones: str = ""


class Match(NamedTuple):
    """A word asked for, a word of the child's name, and how alike they are."""

    asked: str
    held: str
    part: str
    likeness: Likeness


class Evidence(NamedTuple):
    """One comparison: what it weighs, the most it could have weighed, and what to say of it."""

    field: str
    likeness: Likeness
    bits: float
    most: float
    former: bool = False
    matches: tuple[Match, ...] = ()
    standing: str = ""


_Possible = tuple[float, str, tuple[str, str], Likeness]


class Scorer:
    """One question and the children it may mean, made ready: each word asked for meets each of their words once."""

    def __init__(self, query: Query, children: Sequence[Candidate]) -> None:
        self.query = query
        self.places = [place for place in PLACES if getattr(query, place.asked)]
        self._names = {text: comparing.words_of(text) for text in {child.names for child in children}}
        self._readings = _readings(query, self._names.values())
        self._name_scale = NAME if query.pairs else ONE_NAME
        name = self._name_scale[0] if query.readings else 0.0
        born = BIRTH[0] if query.born else PART_BIRTH[0] if query.birth or query.ages else 0.0
        self._most_hidden = name + born
        self._most = name + born + sum(place.scale[0] for place in self.places)

    def evidence(self, child: Candidate) -> list[Evidence]:
        """Every comparison that the question and the record allow."""
        query, found = self.query, []
        if self._readings:
            found.append(self._name(child))
        if query.birth or query.ages:
            found += _birth(query, child)
        if query.sex and child.sex in "FM":
            same = comparing.SAME if query.sex == child.sex else comparing.NOTHING
            found.append(_weighed("sex", same, SEX))
        if not child.hidden:
            for place in self.places:
                text = getattr(child, place.held)
                if text:
                    found.append(_best(place, getattr(query, place.asked), text))
        return found

    def most(self, child: Candidate) -> float:
        """The bits of a child who fits the question in everything; hidden fields are no part of it."""
        return self._most_hidden if child.hidden else self._most

    def _name(self, child: Candidate) -> Evidence:
        best, found, standing = 0.0, [], ""  # type: float, list[_Possible], str
        for held_as, words in self._names[child.names]:
            for reading in self._readings:
                share, chosen = _fit(reading, words)
                if share > best:
                    best, found, standing = share, chosen, held_as
                if share >= CERTAIN:  # running words together would find no more
                    break
        most, least = self._name_scale
        bits = least + (most - least) * best
        matches = tuple([Match(asked, *word, likeness) for _, asked, word, likeness in found])
        return Evidence("name", Likeness("name", best), bits, most, matches=matches, standing=standing)


class _Alike(NamedTuple):
    """A word asked for, the part of the name it was said to be, and whichever words of names are anything like it."""

    asked: str
    role: str | None
    alike: dict[str, Likeness]


def _readings(query: Query, names: Iterable[list[Words]]) -> list[list[_Alike]]:
    """Each way of reading the name; where words are run together, only if somebody's name is anything like that."""
    held = {word for each in names for _, words in each for word, _ in words}
    crowd = comparing.Crowd(held)
    asked = {word for reading in query.readings for word in reading}
    alike = {word: _Alike(word, query.roles.get(word), crowd.alike(word)) for word in asked}
    readings = [[alike[word] for word in reading] for reading in query.readings]
    return readings[:1] + [reading for reading in readings[1:] if all(each.alike for each in reading)]


def _fit(reading: Sequence[_Alike], words: Sequence[tuple[str, str]]) -> tuple[float, list[_Possible]]:
    """How well the words asked for fit those of one name, each word of it used once: the best pairs first."""
    possible = []
    for asked, role, alike in reading:
        for word in words:
            likeness = alike.get(word[0])
            if likeness:
                elsewhere = role is not None and role != word[1]
                possible.append((likeness[1] * OTHER_PLACE if elsewhere else likeness[1], asked, word, likeness))
    if len(possible) > 1:
        possible.sort(key=_share, reverse=True)
    total, chosen, met = 0.0, [], set()  # type: float, list[_Possible], set[object]
    for each in possible:
        if each[1] not in met and each[2] not in met:
            met.update(each[1:3])
            total += each[0]
            chosen.append(each)
    unasked = max(0, len(words) - len(reading))
    return total / len(reading) - UNASKED * unasked, chosen


def _share(possible: _Possible) -> float:
    return possible[0]


def _weighed(field: str, likeness: Likeness, scale: tuple[float, float], *, former: bool = False) -> Evidence:
    best, worst = scale
    return Evidence(field, likeness, worst + (best - worst) * likeness.share, best, former)


def _birth(query: Query, child: Candidate) -> Iterator[Evidence]:
    held = [born for born in (child.date_of_birth, child.other_date_of_birth) if born]
    if not held:
        return
    if query.born:
        yield _weighed("birth", max((comparing.compare_births(query.born, born) for born in held), key=_of), BIRTH)
        return
    if query.birth:
        fits = any(query.birth.holds(born) for born in held)
    else:
        first, last = query.ages or (0, 0)
        fits = any(first <= born.year <= last for born in held)
    yield _weighed("birth", comparing.SAME if fits else comparing.NOTHING, PART_BIRTH)


def _of(likeness: Likeness) -> float:
    return likeness.share


def _best(place: Place, asked: str, text: str) -> Evidence:
    """The likest of what holds now, or, a little less, of what held before."""
    best, former = comparing.NOTHING, False
    now, before = unpack(text)
    for held in now:
        best = max(best, place.compare(asked, held), key=_of)
    for held in before:
        likeness = place.compare(asked, held)
        if likeness.share * FORMER_HOME > best.share * (FORMER_HOME if former else 1):
            best, former = likeness, True
    weighed = _weighed(place.field, best, place.scale)
    return weighed._replace(bits=weighed.bits * FORMER_HOME, former=True) if former else weighed
