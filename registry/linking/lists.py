"""Linking a list of people to the index: the one operation that every list goes through, whatever it is a list of.

Nothing is decided here that a caller could not keep: for each row the outcome, the children it could be, what their
scores are made of and the version of the weights, so that every link can be explained later. No fact is written.

A list of some thousands of rows asks the database for its candidates and reads only those; a long one reads the whole
index once. Candidates come by other keys on the two ways; everything after is the same, and so are the answers, but
for a row in some hundreds that has little in common with anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from childindex.models import Source
from childindex.tables import Cell
from registry.linking import commonness
from registry.linking.candidates import candidates, numbered
from registry.linking.known import References, known_of, said_of
from registry.linking.looks import OPEN, Look
from registry.linking.reading import index_people, institutions, some_people
from registry.linking.weights import in_use, model_of
from registry.matching.columns import COLUMNS, People, people
from registry.matching.known import Held, Standing
from registry.matching.linking import NOBODY, Linker, Links, Outcome, Scales, Weighed, joined, links_of, weigh
from registry.matching.model import Model
from registry.matching.rules import Flag
from registry.matching.shortlist import Shortlist, shortlist, together
from registry.models import IndexEntry, Weights

PART = 5_000
A_TENTH = 10
Columns = Mapping[str, Sequence[Cell]]
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Candidate:
    """A child whom a row could be. `score` is in bits; `reasons` are its parts (field, level, bits) without any value,
    as `explaining.again` reads them; `flags` say which rules hold the pair back."""

    child_id: int
    score: float
    reasons: list[list[Any]]
    flags: Flag
    standing: Standing


@dataclass(frozen=True)
class Link:
    """What became of one row. `child_id` is whom it is linked to, where the outcome is *match*.

    `candidates` are the children it could be, the likeliest first, five at most; `score` is that of the first of them
    with what the second takes away.
    """

    outcome: Outcome
    child_id: int | None
    score: float
    candidates: tuple[Candidate, ...]
    held: Held

    @property
    def flags(self) -> Flag:
        """Which rules hold the likeliest child back."""
        return self.candidates[0].flags if self.candidates else Flag.NONE


@dataclass(frozen=True)
class Linked:
    """A list with what became of each row, by these weights. In `links` and `shortlist` children are ids."""

    weights: Weights
    links: Links
    shortlist: Shortlist

    def __len__(self) -> int:
        return len(self.links)

    def __iter__(self) -> Iterator[Link]:
        return map(self.__getitem__, range(len(self)))

    def child_of(self, row: int) -> int | None:
        """The id of the child that a row is linked to, if it is to one."""
        return int(self.links.children[row]) if self.links.outcome[row] == Outcome.MATCH else None

    def rows_that_could_be(self, child_ids: Collection[int]) -> set[int]:
        """The rows that are linked to one of these children, or not surely to anybody and could be theirs."""
        listed, ids = self.shortlist, np.array(sorted(child_ids), dtype=np.int64)
        likely = listed.score >= model_of(self.weights).thresholds.possible
        likely |= np.isin(listed.standing, (Standing.JOINED, Standing.SAME))
        rows = listed.rows[np.isin(listed.children, ids) & likely]
        surely_another = (self.links.outcome[rows] == Outcome.MATCH) & ~np.isin(self.links.children[rows], ids)
        return set(rows[~surely_another].tolist())

    def __getitem__(self, row: int) -> Link:
        outcome = Outcome(self.links.outcome[row])
        return Link(
            outcome=outcome,
            child_id=self.child_of(row),
            score=round(float(self.links.score[row]), 2),
            candidates=tuple(map(self._candidate, self.shortlist.of_row(row))),
            held=Held(self.links.held[row]),
        )

    def _candidate(self, place: int) -> Candidate:
        found = self.shortlist
        return Candidate(
            int(found.children[place]),
            round(float(found.score[place]), 2),
            found.reasons(place),
            Flag(int(found.flags[place])),
            Standing(found.standing[place]),
        )


@dataclass(frozen=True)
class _Asked:
    """A list, and by what it is linked."""

    columns: Columns
    size: int
    references: Sequence[str]
    said: References
    model: Model
    institutions: frozenset[str]
    look: Look = OPEN
    hidden: frozenset[int] = frozenset()

    def part(self, start: int, stop: int, *, like: People | None = None) -> People:
        columns = {name: cells[start:stop] for name, cells in self.columns.items()}
        return people([str(row) for row in range(start, stop)], columns, like=like)


def link(
    columns: Columns,
    *,
    source: Source | None = None,
    references: Sequence[str] = (),
    weights: Weights | None = None,
    whole: bool | None = None,
    look: Look = OPEN,
    hidden: frozenset[int] = frozenset(),
) -> Linked:
    """The child each row of a list is, or those it could be, or nobody.

    `columns` has texts under names of `matching.columns.COLUMNS`, as many under each; a school is given by its id.
    `references` are the rows' under which `source` knows them ('' where it gives none): what people said of them, and
    how they were linked before, is obeyed. `weights` are those last learned from lists, `whole` says whether to read
    the whole index, unless given. Call it outside an act. `look` says what of children behind shields is seen; those
    who are `hidden` are as if they were not there.

    Raises ValueError where a column has no such name or another length.
    """
    size = _checked(columns, source, references)
    weights = weights or in_use()
    said = said_of(source, references, look=look) if source else {}
    commonness.bring_up_to_date()
    asked = _Asked(columns, size, references, said, model_of(weights), institutions(), look, hidden)
    everybody = not hidden and look.sees_open and _is_long(size, whole)
    blocks = list(_against_everybody(asked) if everybody else _against_some(asked))
    links = joined([each for each, _ in blocks], asked.model.thresholds)
    return Linked(weights, links, together([each for _, each in blocks]))


def _checked(columns: Columns, source: Source | None, references: Sequence[str]) -> int:
    """How many rows there are."""
    if unknown := set(columns) - set(COLUMNS):
        raise ValueError(f"There is no column called {', '.join(sorted(unknown))}.")
    if references and source is None:
        raise ValueError("References are a source's: say whose.")
    sizes = {len(cells) for cells in (*columns.values(), *([references] if references else []))}
    if len(sizes) > 1:
        raise ValueError("Every column, and the references, should have as many rows.")
    return sizes.pop() if sizes else 0


def _is_long(size: int, whole: bool | None) -> bool:
    """Reading a child of the index costs about a tenth of what asking for the candidates of a row does."""
    if whole is not None:
        return whole
    return size > PART and size * A_TENTH > IndexEntry.objects.count()


def _against_some(asked: _Asked) -> Iterator[tuple[Links, Shortlist]]:
    """A part of the list at a time with those whom the database finds for it: the memory of one part, however long."""
    for start in range(0, max(asked.size, 1), PART):
        stop = min(start + PART, asked.size)
        listed = asked.part(start, stop)
        found = candidates(listed, look=asked.look, hidden=asked.hidden)
        sharers = [sharer for sharer in numbered(listed, look=asked.look) if sharer[1] not in asked.hidden]
        references = asked.references[start:stop]
        known = {one.child_id for reference in references for one in asked.said.get(reference, ())}
        sharing = {*found.child_ids.tolist(), *(child_id for _, child_id, _ in sharers), *known}
        index = some_people(sharing - asked.hidden, look=asked.look, like=listed)
        ids = np.array(index.ids, dtype=np.int64)
        scales = Scales(asked.model, commonness.frequencies_for(index), asked.institutions)
        what = known_of(references, asked.said, sharers, ids.tolist())
        yield _told(weigh(listed, index, found.among(ids), scales, what, 0, len(listed)), asked, ids, start)


def _against_everybody(asked: _Asked) -> Iterator[tuple[Links, Shortlist]]:
    """The whole list with the whole index."""
    index = index_people(look=asked.look)
    ids = np.array(index.ids, dtype=np.int64)
    linker = Linker.of(index, commonness.frequencies_for(index))
    listed = asked.part(0, asked.size, like=index)
    known = known_of(asked.references, asked.said, numbered(listed, look=asked.look), ids.tolist())
    scales = Scales(asked.model, linker.common, asked.institutions)
    yield from linker.weighed(listed, scales, known, lambda block: _told(block, asked, ids, 0))


def _told(weighed: Weighed, asked: _Asked, ids: Ids, offset: int) -> tuple[Links, Shortlist]:
    """What became of a block of rows, with children by their ids and rows by their places in the list."""
    links, chosen = links_of(weighed), shortlist(weighed, asked.model.thresholds)
    named = np.append(ids, NOBODY)  # nobody is the last
    return (
        replace(links, children=named[links.children], runner_up=named[links.runner_up]),
        replace(chosen, rows=chosen.rows + offset, children=ids[chosen.children]),
    )
