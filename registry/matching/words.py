"""Names in bulk: what is known of each distinct name, and the likeness of many pairs of them at once.

Single words in Latin letters are alike or not as `registry.search.comparing.compare_words` says, whichever is asked
for; here the same rules run over arrays. A name of several words is compared word by word: “Anne-Marie” and “Annemarie”
are the same, “Ibrahim” is part of “Mohammed Ibrahim”, “Mohammed Ibrahim” and “Mohammed Yusuf” are different. Of a name
in Latin letters and one in none of them (Li, 李) nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.process import cpdist

from registry.matching.levels import Name
from registry.names import canonical, code, tokens
from registry.search.keys import SHARED_FORENAMES

Levels = NDArray[np.uint8]
Places = NDArray[np.signedinteger]
WORDS = 3  # of a name are compared one by one
LETTER = 255
SLIP_IN_LATIN, SLIP_ELSEWHERE = 4, 6  # letters a word has at least, for one of them to be a slip
PAST_LATIN = "\u0370"  # the first sign that is no Latin letter, nor a mark on one
LATIN, OTHER = 1, 2
LEAST_ALIKE = 0.7  # Jaro similarity, below which two words are not alike in any way but by chance


class _Numbers:
    """Small numbers for texts, kept so that equal texts have one number."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {"": 0}

    def __call__(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))


class NameTable:
    """What is known of every distinct name met: its words, and of each word its spellings set aside.

    `words[name]` has up to three places of words, the missing ones being 0; `together[name]` the place of all its words
    run together. Of words: `canonical`, `code`, `initial` are numbers equal for words that are one name, sound alike,
    begin alike.
    """

    def __init__(self) -> None:
        self.known = 1
        self.texts: list[str] = [""]
        self._places: dict[str, int] = {"": 0}
        self._canonical, self._code = _Numbers(), _Numbers()
        self._of_words: list[tuple[int, int, int, int, bool, int, bool]] = [(0, 0, 0, 0, False, 0, True)]
        self._of_names: list[tuple[int, ...]] = [(0,) * (WORDS + 3)]
        self._freeze()

    def learn(self, values: pa.StringArray) -> None:
        """Take in the names of a vocabulary from where the last call left off."""
        for value in values.slice(self.known).to_pylist():
            words = tokens(value)
            places, together = [self._word(word) for word in words[:WORDS]], "".join(words)
            places += [0] * (WORDS - len(places))
            self._of_names.append((*places, self._word(together), len(words), _writing(together)))
        self.known = len(values)
        self._freeze()

    def _word(self, word: str) -> int:
        found = self._places.get(word)
        if found is None:
            found = self._places[word] = len(self.texts)
            self.texts.append(word)
            sound, stands_for = code(word), canonical(word)
            shared = stands_for in SHARED_FORENAMES
            self._of_words.append(
                (
                    self._canonical(stands_for),
                    self._code(sound),
                    self._code(sound[:1]),
                    len(word),
                    shared,
                    _letters(word),
                    _writing(word) == LATIN,
                )
            )
        return found

    def _freeze(self) -> None:
        of_words = np.array(self._of_words, dtype=np.int32)
        self.canonical, self.code, self.initial, self.length = (of_words[:, place] for place in range(4))
        self.shared, self.letters = of_words[:, 4].astype(bool), of_words[:, 5].astype(np.uint32)
        self.latin = of_words[:, 6].astype(bool)
        of_names = np.array(self._of_names, dtype=np.int32)
        self.words, (self.together, self.count, self.writing) = of_names[:, :WORDS], of_names[:, WORDS:].T
        only = self.words[:, 0]
        self.is_initial = (self.count == 1) & (self.length[only] == 1) & self.latin[only]

    def compare(self, one: Places, other: Places) -> Levels:
        """The likeness of names, pair by pair. Two equal initials are not one name, but begin alike."""
        same = np.where(self.is_initial[one], np.uint8(Name.BEGINS), np.uint8(Name.SAME))
        found = np.where(one == other, same, np.uint8(Name.DIFFERENT))
        found[(self.writing[one] & self.writing[other]) == 0] = Name.MISSING
        open_pairs = np.flatnonzero(found == Name.DIFFERENT)
        if len(open_pairs):
            found[open_pairs] = self._names(one[open_pairs], other[open_pairs])
        return found

    def _names(self, one: Places, other: Places) -> Levels:
        found = self.compare_words(self.together[one], self.together[other])
        several = np.flatnonzero((self.count[one] > 1) | (self.count[other] > 1))
        if len(several):
            by_words = self._several(one[several], other[several])
            found[several] = np.where(found[several] == Name.SAME, found[several], by_words)
        return found

    def _several(self, one: Places, other: Places) -> Levels:
        """Names of which one at least has several words: how many words of the shorter are found in the longer."""
        swap = self.count[one] > self.count[other]
        short, long = np.where(swap, other, one), np.where(swap, one, other)
        lefts, rights = self.words[short], self.words[long]
        shape = (len(short), WORDS, WORDS)
        left, right = (
            np.broadcast_to(lefts[:, :, None], shape).ravel(),
            np.broadcast_to(rights[:, None, :], shape).ravel(),
        )
        likeness = self.compare_words(left, right).reshape(shape)
        best = likeness.max(axis=2)
        used, met = lefts > 0, best >= Name.NEARLY
        telling = met & ~self.shared[lefts]
        worst = np.where(used, best, np.uint8(Name.SAME)).min(axis=1)
        equally_long = self.count[short] == self.count[long]
        back = np.where(rights > 0, likeness.max(axis=1), np.uint8(Name.SAME)).min(axis=1)
        worst = np.where(equally_long, np.minimum(worst, back), worst)
        all_met = (met | ~used).all(axis=1) & (~equally_long | (back >= Name.NEARLY))
        found = np.where(telling.any(axis=1), np.uint8(Name.SHARES_A_WORD), np.uint8(Name.DIFFERENT))
        begins = ~met.any(axis=1) & (np.where(used, best, 0).max(axis=1) >= Name.ALIKE)
        found[begins] = Name.FAINT
        found[all_met] = np.where(equally_long, worst, np.uint8(Name.PART))[all_met]
        only_shared = all_met & ~equally_long & ~telling.any(axis=1)
        found[only_shared] = Name.SHARED
        return found

    def compare_words(self, one: Places, other: Places) -> Levels:
        """The likeness of single words, pair by pair; each distinct pair is spelt out once."""
        found = np.full(len(one), Name.DIFFERENT, dtype=np.uint8)
        found[(one == 0) | (other == 0)] = Name.MISSING
        known = found > 0
        found[known & (self.canonical[one] == self.canonical[other])] = Name.FORM
        found[known & (one == other)] = Name.SAME
        open_pairs = np.flatnonzero(found == Name.DIFFERENT)
        open_pairs = open_pairs[self._may_be_alike(one[open_pairs], other[open_pairs])]
        if len(open_pairs):
            found[open_pairs] = once(one[open_pairs], other[open_pairs], len(self.texts), self._spelt)
        return found

    def _may_be_alike(self, one: Places, other: Places) -> NDArray[np.bool_]:
        """Whether two words have so many letters in common that they could be alike in any way.

        A letter that only one of two words has matches nothing in the other, which bounds their Jaro similarity.
        """
        left, right = self.letters[one], self.letters[other]
        long, short = self.length[one], self.length[other]
        matching = np.minimum(long - np.bitwise_count(left & ~right), short - np.bitwise_count(right & ~left))
        share_enough = matching / long + matching / short + 1 >= 3 * LEAST_ALIKE
        return share_enough | (np.minimum(long, short) == 1) | (self.code[one] == self.code[other])

    def _spelt(self, one: Places, other: Places) -> Levels:
        """Different words that are not forms of one name: by their sound and their letters."""
        lefts, rights = [self.texts[place] for place in one], [self.texts[place] for place in other]
        likeness = cpdist(lefts, rights, scorer=JaroWinkler.similarity, dtype=np.float32)
        shortest = np.minimum(self.length[one], self.length[other])
        slips = np.full(len(one), 9, dtype=np.uint16)
        near = np.flatnonzero(likeness >= LEAST_ALIKE)
        slips[near] = _scored(OSA.distance, lefts, rights, near)
        begins = np.zeros(len(one), dtype=bool)
        begins[near] = _scored(Prefix.similarity, lefts, rights, near) >= np.maximum(shortest[near], 3)
        sounds = self.code[one] == self.code[other]
        # Where a script leaves vowels out or has a sign for a syllable, one letter more or less makes another name.
        least = np.where(self.latin[one] & self.latin[other], SLIP_IN_LATIN, SLIP_ELSEWHERE)
        found = np.select(
            [
                sounds & (likeness >= 0.7),
                sounds,
                shortest == 1,
                begins,
                (slips == 1) & (shortest >= least),
                (likeness >= 0.88) | ((slips == 2) & (shortest >= 6)),
                likeness >= 0.8,
            ],
            [Name.SOUNDS, Name.ALIKE, LETTER, Name.BEGINS, Name.NEARLY, Name.ALIKE, Name.FAINT],
            Name.DIFFERENT,
        ).astype(np.uint8)
        letters = found == LETTER
        same = np.array([lefts[place][0] == rights[place][0] for place in np.flatnonzero(letters)], dtype=bool)
        found[letters] = np.where(same, np.uint8(Name.BEGINS), np.uint8(Name.DIFFERENT))
        return found


def _writing(word: str) -> int:
    """Which letters a word is in: LATIN ones, OTHER ones or both; 0 for none."""
    if word.isascii():
        return LATIN if word else 0
    is_latin = [character < PAST_LATIN for character in word]
    return LATIN * (True in is_latin) | OTHER * (False in is_latin)


def _letters(word: str) -> int:
    """A bit for every letter in a word; letters that are not Latin share bits."""
    return sum({1 << ord(letter) % 31 for letter in word})


def once(one: Places, other: Places, width: int, compare: Callable[[Any, Any], Levels]) -> Levels:
    """Compare each distinct pair once."""
    pairs, inverse = np.unique(one.astype(np.int64) * width + other, return_inverse=True)
    return compare(pairs // width, pairs % width)[inverse]


def _scored(scorer: Any, lefts: list[str], rights: list[str], chosen: Places) -> NDArray[np.uint16]:
    """A scorer over the chosen of two lists."""
    return cpdist(
        [lefts[place] for place in chosen], [rights[place] for place in chosen], scorer=scorer, dtype=np.uint16
    )
