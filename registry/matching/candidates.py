"""Who could be whom: the pairs of a list's row and an index's child that share enough keys to be worth comparing.

The keys of the index are kept a kind at a time, in order, with where each number begins. A row's keys are looked up
there, all rows of a block at once; keys too common to tell anything are passed over. Of the pairs that come out those
are kept, before anything is compared, that share half as many keys as the row's best: a row that is hard to place
keeps whoever shares one key with it, and a row that shares ten with somebody loses those who share four.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.matching.columns import People
from registry.matching.keys import BITS, KINDS, keys_of

TWO, A_HALF = 2, 2
ROW_BITS = 40
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Postings:
    """The children of every key of one kind: those of key k are `children[starts[k]:starts[k + 1]]`."""

    starts: NDArray[np.int32]
    children: NDArray[np.int32]


class KeyIndex:
    """The keys of an index of people, ready to be asked."""

    def __init__(self, index: People) -> None:
        self.people = index
        self.kinds = {kind: _postings(rows, keys) for kind, (rows, keys) in _gathered(index, 0, len(index)).items()}

    def candidates(
        self, people: People, start: int, stop: int, *, itself: bool = False, relatives: bool = False
    ) -> tuple[Rows, Rows]:
        """Rows from `start` to `stop` with the children each could be, ordered by row.

        `itself` says that the people are the index: then each pair is given once, the later row first. `relatives` asks
        for whoever shares two keys, however many another shares: brothers and sisters, to learn from.
        """
        width = np.int64(len(self.people))
        found = [
            self._sharing(kind, rows, keys, width, itself=itself)
            for kind, (rows, keys) in _gathered(people, start, stop, asking=True).items()
            if kind in self.kinds
        ]
        shared = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        shared.sort()
        pairs, times = _counted(shared)
        rows = pairs // width
        kept = np.flatnonzero(times >= TWO if relatives or itself else times * A_HALF >= _best(rows, times))
        return rows[kept], pairs[kept] % width

    def _sharing(self, kind: str, rows: Rows, keys: Rows, width: np.int64, *, itself: bool) -> Rows:
        """Pairs that share a key of one kind, each as one number, as often as the kind is worth."""
        found, worth, most = self.kinds[kind], *KINDS[kind]
        begins = found.starts[keys]
        counts = found.starts[keys + 1] - begins
        counts[counts > most] = 0
        kept = counts > 0
        begins, counts, rows = begins[kept].astype(np.int64), counts[kept].astype(np.int64), rows[kept]
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - ends + counts, counts)
        owners, children = np.repeat(rows, counts), found.children[places]
        pairs = owners * width + children
        if itself:
            pairs = pairs[children < owners]
        return np.repeat(pairs, worth) if worth > 1 else pairs


def _counted(shared: Rows) -> tuple[Rows, NDArray[np.int16]]:
    """Sorted numbers once each, and how often each occurs."""
    first = np.flatnonzero(np.diff(shared, prepend=-1))
    return shared[first], np.diff(first, append=len(shared)).astype(np.int16)


def _best(rows: Rows, times: NDArray[np.int16]) -> NDArray[np.int16]:
    """For each of some pairs in order of their rows, the most that any pair of its row has."""
    if not len(rows):
        return times
    begins = np.flatnonzero(np.diff(rows, prepend=-1))
    return np.repeat(np.maximum.reduceat(times, begins), np.diff(begins, append=len(rows)))


def _gathered(people: People, start: int, stop: int, *, asking: bool = False) -> dict[str, tuple[Rows, Rows]]:
    """All keys by kind; a row has each key once, so that one thing shared never counts twice."""
    by_kind = defaultdict(list)
    for kind, rows, keys in keys_of(people, start, stop, asking=asking):
        by_kind[kind].append((rows, keys))
    return {kind: _distinct(parts) for kind, parts in by_kind.items()}


def _distinct(parts: list[tuple[Rows, Rows]]) -> tuple[Rows, Rows]:
    rows, keys = (np.concatenate(side) for side in zip(*parts, strict=True))
    if len(parts) > 1:
        both = rows << BITS | keys
        both.sort()
        first = np.ones(len(both), dtype=bool)
        np.not_equal(both[1:], both[:-1], out=first[1:])
        both = both[first]
        rows, keys = both >> BITS, both & ((1 << BITS) - 1)
    return rows, keys


def _postings(rows: Rows, keys: Rows) -> Postings:
    both = keys << ROW_BITS | rows
    both.sort()
    starts = np.zeros((1 << BITS) + 1, dtype=np.int32)
    np.cumsum(np.bincount(keys, minlength=1 << BITS), out=starts[1:])
    return Postings(starts, (both & (1 << ROW_BITS) - 1).astype(np.int32))
