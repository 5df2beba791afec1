"""How well and how fast one child is found in an invented city, beside fetching one row by its primary key.

Each question is asked of the search, and at once a row is fetched by primary key over the same connection with a raw
cursor, so that both meet the same moments of the machine. The whole page is asked for through Django's test client.
Where the server has pg_trgm, the same questions are then put to a trigram index over the same rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from functools import partial
from random import Random
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.db.utils import NotSupportedError, OperationalError
from django.test import Client

from childindex.accounts.changes import changing
from childindex.models import User
from registry.benchmarks import questions
from registry.benchmarks.groups import group_of
from registry.benchmarks.own_database import own_database
from registry.benchmarks.questions import Person, Question
from registry.city.building import build
from registry.search import search, understand

BY_PRIMARY_KEY = "SELECT * FROM registry_indexentry WHERE child_id = %s"
OFFICER = "benchmark@example.org"
OFTEN = 10
PAGES_OF = 4  # every fourth question is asked of the whole page too
TRIGRAMS = """
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE TABLE trigrams AS SELECT child_id, date_of_birth,
        replace(replace(regexp_replace(names, '(^|;)[rpfa][|]', ' ', 'g'), '|', ' '), '  ', ' ') AS name
        FROM registry_indexentry;
    CREATE INDEX trigrams_name ON trigrams USING gin (name gin_trgm_ops);
    ANALYZE trigrams;
"""
BY_TRIGRAMS = """
    SELECT child_id FROM (
        SELECT child_id, date_of_birth, similarity(name, %(name)s) AS alike FROM trigrams
        WHERE name %% %(name)s ORDER BY alike DESC LIMIT 200
    ) top ORDER BY alike + CASE WHEN date_of_birth = %(born)s THEN 1 ELSE 0 END DESC, child_id LIMIT 10
"""
Say = Callable[[str], None]


@dataclass
class Timed:
    """Milliseconds that something took, each time."""

    taken: list[float] = field(default_factory=list)

    def at(self, share: float) -> float:
        """The time that so large a share of them stayed within."""
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    def summary(self) -> dict[str, float]:
        return {f"p{share}": round(self.at(share / 100), 3) for share in (50, 95, 99)}


class Shares(defaultdict[str, list[int]]):
    """How many of each sort were found among the first ten, and how many were asked for."""

    def __init__(self) -> None:
        super().__init__(lambda: [0, 0])

    def count(self, sort: str, found: bool) -> None:
        self[sort][0] += found
        self[sort][1] += 1

    def as_json(self) -> dict[str, dict[str, float]]:
        return {
            sort: {"recall_at_10": round(found / asked, 4), "questions": asked}
            for sort, (found, asked) in sorted(self.items())
        }


@dataclass
class Kind:
    """What came of the questions of one kind. Ranks count from 0; None where the child was not on the first page."""

    name: str
    search: Timed = field(default_factory=Timed)
    page: Timed = field(default_factory=Timed)
    key: Timed = field(default_factory=Timed)
    trigrams: Timed = field(default_factory=Timed)
    ranks: list[int | None] = field(default_factory=list)
    trigram_ranks: list[int | None] = field(default_factory=list)
    by_slip: Shares = field(default_factory=lambda: Shares())
    by_group: Shares = field(default_factory=lambda: Shares())
    by_listing: Shares = field(default_factory=lambda: Shares())

    def recall(self, within: int, ranks: list[int | None] | None = None) -> float:
        found = self.ranks if ranks is None else ranks
        return sum(rank is not None and rank < within for rank in found) / len(found) if found else 0.0

    def ratio(self, share: float, timed: Timed | None = None) -> float:
        """A percentile as a multiple of the same percentile of fetching one row by primary key."""
        return (timed or self.search).at(share) / (self.key.at(share) or 1.0)

    @property
    def page_to_search(self) -> float:
        return self.page.at(0.5) / (self.search.at(0.5) or 1.0)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "kind": self.name,
            "questions": len(self.ranks),
            "recall_at_1": round(self.recall(1), 4),
            "recall_at_10": round(self.recall(10), 4),
            "search_ms": self.search.summary(),
            "page_ms": self.page.summary(),
            "primary_key_ms": self.key.summary(),
            "search_to_key": {f"p{n}": round(self.ratio(n / 100), 2) for n in (50, 95, 99)},
            "page_to_key": {f"p{n}": round(self.ratio(n / 100, self.page), 2) for n in (50, 95, 99)},
            "page_to_search_p50": round(self.page_to_search, 2),
            "by_slip": self.by_slip.as_json(),
            "by_group": self.by_group.as_json(),
            "by_listing": self.by_listing.as_json(),
        }
        if self.trigram_ranks:
            told["pg_trgm"] = {
                "recall_at_1": round(self.recall(1, self.trigram_ranks), 4),
                "recall_at_10": round(self.recall(10, self.trigram_ranks), 4),
                "ms": self.trigrams.summary(),
            }
        return told


@dataclass
class Outcome:
    """Everything measured of one city."""

    children: int
    kinds: list[Kind]
    city_seconds: float
    index_seconds: float
    sizes: dict[str, int]
    keys_mean: float
    keys_most: int
    has_trigrams: bool

    def as_json(self) -> dict[str, Any]:
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "kinds"}
        return {**own, "kinds": [kind.as_json() for kind in self.kinds]}

    def lines(self) -> list[str]:
        """The tables for people."""
        size = sum(self.sizes.values()) / 2**20
        return [
            f"{self.children:,} children; keys a child {self.keys_mean:.1f} on average, {self.keys_most} at most;"
            f" index {size:,.0f} MiB, made in {self.index_seconds:,.0f} s",
            "",
            f"{'':26}{'recall':>14}{'search, ms':>22}{'/ primary key':>20}{'page, ms':>20}{'/ search':>10}",
            f"{'':26}{'@1':>7}{'@10':>7}{'p50':>8}{'p95':>7}{'p99':>7}{'p50':>7}{'p95':>6}{'p99':>7}"
            f"{'p50':>7}{'p95':>6}{'p99':>7}{'p50':>10}",
            *(self._line(kind) for kind in self.kinds),
            "",
            *self._trigram_lines(),
            "",
            *self._group_lines(),
        ]

    def _line(self, kind: Kind) -> str:
        shares = (0.5, 0.95, 0.99)
        return (
            f"{kind.name:26}{kind.recall(1):7.3f}{kind.recall(10):7.3f}"
            + "".join(f"{kind.search.at(share):{wide}.2f}" for share, wide in zip(shares, (8, 7, 7), strict=True))
            + "".join(f"{kind.ratio(share):{wide}.1f}" for share, wide in zip(shares, (7, 6, 7), strict=True))
            + "".join(f"{kind.page.at(share):{wide}.1f}" for share, wide in zip(shares, (7, 6, 7), strict=True))
            + f"{kind.page_to_search:10.1f}"
        )

    def _group_lines(self) -> list[str]:
        """Recall at 10 by the tradition of the name, of the traditions asked for often enough to tell."""
        asked = Counter({group: counts[1] for group, counts in self.kinds[0].by_group.items()})
        head = f"{'recall @10 of names':26}{'asked':>7}" + "".join(f"{kind.name:>26}" for kind in self.kinds)
        return [head, *(self._group_line(group, often) for group, often in asked.most_common() if often >= OFTEN)]

    def _group_line(self, group: str, often: int) -> str:
        shares = (kind.by_group[group] for kind in self.kinds)
        return f"{group:26}{often:7}" + "".join(f"{found / (asked or 1):26.3f}" for found, asked in shares)

    def _trigram_lines(self) -> list[str]:
        if not self.has_trigrams:
            return ["pg_trgm is not on this server: nothing to compare with."]
        return [
            f"pg_trgm, {kind.name:26} recall @1 {kind.recall(1, kind.trigram_ranks):.3f}"
            f" @10 {kind.recall(10, kind.trigram_ranks):.3f}, p50 {kind.trigrams.at(0.5):.1f} ms,"
            f" p99 {kind.trigrams.at(0.99):.1f} ms"
            for kind in self.kinds
        ]


def measure(
    children: int, *, seed: int = 1, asked: int = 1000, keep: bool = False, say: Say = lambda text: None
) -> Outcome:
    """Build a city of so many children in a database of its own and ask `asked` questions of each kind."""
    name = f"benchmark_search_{children}_{seed}" if keep else ""
    with own_database(name, keep=keep) as was_there:
        city_seconds = index_seconds = 0.0
        if not was_there:
            say(f"building a city of {children:,} children …")
            built = build(children, seed=seed, history_years=1)
            city_seconds, index_seconds = built.total, built.seconds["index"]
        _run("VACUUM ANALYZE")
        has_trigrams = _trigrams()
        return Outcome(
            children=_value("SELECT count(*) FROM registry_indexentry"),
            kinds=_ask(asked, seed, has_trigrams, say),
            city_seconds=city_seconds,
            index_seconds=index_seconds,
            sizes={
                table: _value("SELECT pg_total_relation_size(%s)", table)
                for table in ("registry_indexentry", "registry_indexkey")
            },
            keys_mean=float(_value("SELECT avg(cardinality(keys)) FROM registry_indexentry")),
            keys_most=_value("SELECT max(cardinality(keys)) FROM registry_indexentry"),
            has_trigrams=has_trigrams,
        )


def _ask(asked: int, seed: int, has_trigrams: bool, say: Say) -> list[Kind]:
    people, client = questions.people(asked, seed=seed), _signed_in()
    kinds = []
    for name, question_of in questions.KINDS.items():
        say(f"asking {len(people):,} questions: {name} …")
        rng, kind = Random(f"{seed} {name}"), Kind(name)
        asked_of = [question_of(rng, person) for person in people]
        for number, question in enumerate(asked_of):
            _one(kind, question, client if number % PAGES_OF == 0 else None)
        for question in asked_of if has_trigrams else ():  # by themselves: they turn everything else out of memory
            kind.trigram_ranks.append(_rank(_timed(kind.trigrams, partial(_by_trigrams, question)), question.person))
        kinds.append(kind)
    return kinds


def _one(kind: Kind, question: Question, client: Client | None) -> None:
    person = question.person
    with connection.cursor() as cursor:
        _timed(kind.key, lambda: (cursor.execute(BY_PRIMARY_KEY, [min(person.records)]), cursor.fetchone()))
    found = _timed(kind.search, lambda: search(understand({"q": question.text}), behind_shields=False))
    rank = _rank([one.child_id for one in found.page], person)
    kind.ranks.append(rank)
    is_found = rank is not None and rank < 10
    kind.by_slip.count(question.slip, is_found)
    kind.by_group.count(group_of(person.forename, person.surname), is_found)
    kind.by_listing.count("in no table of spellings" if person.is_unlisted else "others", is_found)
    if client is not None:
        answer = _timed(kind.page, lambda: client.get("/search/", {"q": question.text}))
        if answer.status_code != 200:
            raise RuntimeError(f"The page answered {answer.status_code}.")


def _timed(into: Timed, do: Callable[[], Any]) -> Any:
    began = perf_counter()
    answer = do()
    into.taken.append((perf_counter() - began) * 1000)
    return answer


def _rank(found: list[int], person: Person) -> int | None:
    return next((place for place, child_id in enumerate(found) if child_id in person.records), None)


def _by_trigrams(question: Question) -> list[int]:
    asked = understand({"q": question.text})
    born: date | None = asked.born
    with connection.cursor() as cursor:
        cursor.execute(BY_TRIGRAMS, {"name": asked.name, "born": born})
        return [row[0] for row in cursor.fetchall()]


def _signed_in() -> Client:
    """A data officer's browser."""
    officer = User.objects.filter(email=OFFICER).first()
    if officer is None:
        with changing(by=None, reason="Asks the questions of a benchmark"):
            officer = User.objects.create_user(OFFICER, full_name="Benchmark", role="data_officer")
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(officer)
    return client


def _trigrams() -> bool:
    if _value("SELECT to_regclass('trigrams') IS NOT NULL"):
        return True
    try:
        with transaction.atomic():
            _run(TRIGRAMS)
    except (ProgrammingError, NotSupportedError, OperationalError):
        return False
    return True


def _run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)


def _value(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]
