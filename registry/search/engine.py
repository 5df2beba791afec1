"""From a question to a page of results: fetch, compare, order, explain. Two queries at most, whatever was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry.search.asking import asks
from registry.search.candidates import Fetched, Filters, fetch
from registry.search.numbers import numbered
from registry.search.query import Query
from registry.search.reasons import Reason, reasons
from registry.search.scoring import STRONG, Candidate, Evidence, Scorer

PAGE = 20
COUNTED = 200
WEAKEST = 0.25


@dataclass(frozen=True)
class Result:
    """A child who may be meant: how well they fit, as a share of the best possible, and why."""

    child_id: int
    score: float
    strong: bool
    exact: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Results:
    """One page of results, best first, strong ones before weak ones, and how many there are of each."""

    query: Query
    page: tuple[Result, ...] = ()
    total: int = 0
    strong: int = 0
    fitting: int = 0

    @property
    def too_many(self) -> bool:
        """Whether a name alone fits more children than anybody would look through."""
        return self.query.is_name_alone and self.fitting > PAGE

    @property
    def count_words(self) -> str:
        """How many fit: as a number up to two hundred."""
        return f"more than {COUNTED}" if self.fitting > COUNTED else f"{max(self.fitting, self.total):,}"

    @property
    def would_narrow(self) -> str:
        """What to add, the most telling first; empty where nothing is missing."""
        query = self.query
        missing = (
            ("a date of birth, or the year", query.birth or query.ages),
            ("a postcode, or its first part", query.postcode or query.district),
            ("a surname or another name", query.pairs or not query.words),
        )
        return next((words for words, given in missing if not given), "")


def search(
    query: Query,
    *,
    behind_shields: bool,
    filters: Filters | None = None,
    limit: int = PAGE,
    offset: int = 0,
    today: date | None = None,
) -> Results:
    """The children whom `query` may mean, from `offset` on.

    `behind_shields` is whether the person asking may see what shields hide; without it nothing hidden has any part in
    the answer. A number that belongs to a child comes first of all.
    """
    left = filters or Filters()
    exact = numbered(query, behind_shields=behind_shields, filters=left) if query.numbers else {}
    asked = asks(query, behind_shields=behind_shields, today=today or date.today())
    fetched = fetch(query, asked, behind_shields=behind_shields, filters=left)
    ranked = _ranked(query, fetched, but=set(exact))
    found = [Result(child_id, 1.0, True, True, why) for child_id, why in exact.items()]
    shown = ranked[max(0, offset - len(found)) : max(0, offset + limit - len(found))]
    strong = sum(share >= STRONG for share, _, _ in ranked)
    return Results(
        query=query,
        page=(*found[offset : offset + limit], *(_result(query, *each) for each in shown)),
        total=len(found) + len(ranked),
        strong=len(found) + strong,
        fitting=max(fetched.fitting, strong) + len(found),
    )


def _ranked(query: Query, fetched: Fetched, *, but: set[int]) -> list[tuple[float, Candidate, list[Evidence]]]:
    """Those worth showing, the strong before the weak, each by its bits."""
    scorer, scored = Scorer(query, fetched.children), []
    for child in fetched.children:
        if child.child_id in but:
            continue
        found = scorer.evidence(child)
        bits = sum([each.bits for each in found])
        share = bits / (scorer.most(child) or 1.0)
        if share >= WEAKEST:
            scored.append((share < STRONG, -bits, child.child_id, share, child, found))
    scored.sort(key=lambda row: row[:3])
    return [row[3:] for row in scored]


def _result(query: Query, share: float, child: Candidate, found: list[Evidence]) -> Result:
    return Result(child.child_id, min(1.0, share), share >= STRONG, False, reasons(query, found))
