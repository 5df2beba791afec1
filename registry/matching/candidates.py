"""Who could be whom: the pairs of a list's row and an index's child that share enough keys to be worth comparing.

The keys of the index are kept a kind at a time, in order, with where each number begins. A row's keys are looked up
there, all rows of a block at once; keys too common to tell anything are passed over. Of the pairs that come out those
are kept, before anything is compared, that share half as many keys as the row's best: a row that is hard to place
keeps whoever shares one key with it, and a row that shares ten with somebody loses those who share four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.matching import parallel
from registry.matching.columns import People
from registry.matching.keys import BITS, KINDS, SURE, TELLING, keys_of

TWO, A_HALF = 2, 2
ROW_BITS = 40
PAIR_BITS = 32
AT_ONCE = 20_000
Rows = NDArray[np.int64]
Pairs = NDArray[np.uint32]  # a row, counted from the first of a few, times the size of the index, plus a child


@dataclass(frozen=True)
class Postings:
    """The children of every key of one kind: those of key k are `children[starts[k]:starts[k + 1]]`."""

    starts: NDArray[np.int32]
    children: NDArray[np.uint32]


class KeyIndex:
    """The keys of an index of people, ready to be asked."""

    def __init__(self, index: People) -> None:
        self.people, self.width = index, np.uint32(max(len(index), 1))
        halves = parallel.each((TELLING, KINDS.keys() - TELLING), self._postings_of)
        self.kinds = {kind: postings for half in halves for kind, postings in half.items()}

    def _postings_of(self, kinds: Set[str]) -> dict[str, Postings]:
        packed: dict[str, list[Rows]] = defaultdict(list)
        for kind, rows, keys in keys_of(self.people, np.arange(len(self.people)), asking=False, kinds=kinds):
            packed[kind].append(keys << ROW_BITS | rows)
        return {kind: _postings(packed.pop(kind)) for kind in list(packed)}

    def candidates(
        self, people: People, start: int, stop: int, *, itself: bool = False, relatives: bool = False
    ) -> tuple[Rows, Rows]:
        """Rows from `start` to `stop` with the children each could be, ordered by row.

        `itself` says that the people are the index: then each pair is given once, the later row first. `relatives` asks
        for whoever shares two keys, however many another shares: brothers and sisters, to learn from.
        """
        step = max(1, min(AT_ONCE, (1 << PAIR_BITS) // max(len(self.people), 1)))
        found = [
            self._of_few(people, begin, min(begin + step, stop), itself=itself, relatives=relatives)
            for begin in range(start, stop, step)
        ]
        rows, children = zip(*found, strict=True) if found else ((), ())
        return _joined(rows), _joined(children)

    def _of_few(self, people: People, start: int, stop: int, *, itself: bool, relatives: bool) -> tuple[Rows, Rows]:
        """The candidates of so few rows that a pair is a small number, and all their pairs are sorted in a moment."""
        rows: Rows = np.arange(start, stop)
        thorough = itself or relatives
        found = self._shared(people, rows, start, TELLING, itself=itself)
        sure = np.zeros(len(rows), dtype=bool) if thorough else self._are_sure(found, len(rows))
        rest = self._shared(people, rows[~sure], start, KINDS.keys() - TELLING, itself=itself)
        found = np.concatenate([found, rest])
        found.sort()
        pairs, times = _counted(found)
        owners = (pairs // self.width).astype(np.int64)
        kept = np.flatnonzero(times >= TWO if thorough else times * A_HALF >= _best(owners, times) + sure[owners])
        return owners[kept] + start, (pairs[kept] % self.width).astype(np.int64)

    def _are_sure(self, shared: Pairs, size: int) -> NDArray[np.bool_]:
        """Which rows share so many telling keys with one child that nobody who shares none of them could be closer."""
        shared.sort()
        pairs, times = _counted(shared)
        sure = np.zeros(size, dtype=bool)
        sure[pairs[times >= SURE] // self.width] = True
        return sure

    def _shared(self, people: People, rows: Rows, start: int, kinds: Set[str], *, itself: bool) -> Pairs:
        """Pairs of these rows and those who share keys of these kinds with them, as often as they do."""
        found = [
            self._sharing(kind, *_distinct(parts), start, itself=itself)
            for kind, parts in _by_kind(people, rows, asking=True, kinds=kinds).items()
            if kind in self.kinds
        ]
        return np.concatenate(found) if found else np.empty(0, dtype=np.uint32)

    def _sharing(self, kind: str, rows: Rows, keys: Rows, start: int, *, itself: bool) -> Pairs:
        """Pairs that share a key of one kind, each as one number, as often as the kind is worth."""
        found, worth, most = self.kinds[kind], *KINDS[kind]
        begins = found.starts[keys]
        counts = found.starts[keys + 1] - begins
        kept = np.flatnonzero((counts > 0) & (counts <= most))
        begins, counts, rows = begins[kept], counts[kept], rows[kept]
        ends = np.cumsum(counts, dtype=np.int32)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - ends + counts, counts)
        children = found.children[places]
        pairs = np.repeat((rows - start).astype(np.uint32) * self.width, counts) + children
        if itself:
            pairs = pairs[children < np.repeat(rows, counts)]
        return np.repeat(pairs, worth) if worth > 1 else pairs


def _joined(parts: Sequence[Rows]) -> Rows:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _counted(shared: Pairs) -> tuple[Pairs, NDArray[np.int16]]:
    """Sorted numbers once each, and how often each occurs."""
    is_first = np.ones(len(shared), dtype=bool)
    np.not_equal(shared[1:], shared[:-1], out=is_first[1:])
    first = np.flatnonzero(is_first)
    return shared[first], np.diff(first, append=len(shared)).astype(np.int16)


def _best(rows: Rows, times: NDArray[np.int16]) -> NDArray[np.int16]:
    """For each of some pairs in order of their rows, the most that any pair of its row has."""
    if not len(rows):
        return times
    begins = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    return np.repeat(np.maximum.reduceat(times, begins), np.diff(begins, append=len(rows)))


def _by_kind(
    people: People, rows: Rows, *, asking: bool = False, kinds: Container[str] = KINDS
) -> dict[str, list[tuple[Rows, Rows]]]:
    """All keys by kind, in parts of rows and keys."""
    by_kind = defaultdict(list)
    for kind, owners, keys in keys_of(people, rows, asking=asking, kinds=kinds):
        by_kind[kind].append((owners, keys))
    return by_kind


def _distinct(parts: list[tuple[Rows, Rows]]) -> tuple[Rows, Rows]:
    """A row has each key of a kind once, so that one thing shared never counts twice."""
    rows, keys = (np.concatenate(side) for side in zip(*parts, strict=True))
    if len(parts) > 1:
        both = rows << BITS | keys
        both.sort()
        first = np.ones(len(both), dtype=bool)
        np.not_equal(both[1:], both[:-1], out=first[1:])
        both = both[first]
        rows, keys = both >> BITS, both & ((1 << BITS) - 1)
    return rows, keys


def _postings(parts: list[Rows]) -> Postings:
    """From keys and rows in one number each. A sum in any but its own sort of number takes ten times as long."""
    both = np.concatenate(parts)
    parts.clear()
    both.sort()
    both = both[np.concatenate(([True], both[1:] != both[:-1]))] if len(both) else both
    starts = np.zeros((1 << BITS) + 1, dtype=np.int32)
    np.cumsum(np.bincount(both >> ROW_BITS, minlength=1 << BITS), dtype=np.int32, out=starts[1:])
    return Postings(starts, (both & (1 << ROW_BITS) - 1).astype(np.uint32))
