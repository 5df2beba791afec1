"""The balance of a day: how many children stand in each line, and whether it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from registry.balance import withheld
from registry.balance.lines import HEADLINE, STATUTORY, Line, line_of
from registry.balance.standing import standings
from registry.models import BalanceDay, BalanceMove, BalancePlace, Child

Counts = Mapping[str, tuple[int, int]]
"""For each line how many children everybody may be told of, and how many are behind a shield."""
PLACES = """
    SELECT p.line, count(*) FILTER (WHERE NOT coalesce(e.shielded, false)), count(*) FILTER (WHERE e.shielded)
    FROM registry_balanceplace p LEFT JOIN registry_indexentry e ON e.child_id = p.child_id GROUP BY 1
"""


@dataclass(frozen=True)
class Balance:
    """One day's balance. `withheld` are children behind a shield who are counted in no line, for who may not see them.

    `faults` say in sentences what does not add up.
    """

    on: date
    lines: Mapping[Line, int]
    withheld: int = 0
    faults: tuple[str, ...] = field(default=())

    @property
    def total(self) -> int:
        return sum(self.lines.values()) + self.withheld

    @property
    def headline(self) -> int:
        return sum(self.lines[line] for line in HEADLINE)

    @property
    def statutory(self) -> int:
        return sum(self.lines[line] for line in STATUTORY)

    @property
    def adds_up(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "total": self.total,
            "headline": self.headline,
            "missing_education": self.statutory,
            "lines": {str(line): self.lines[line] for line in Line},
            "adds_up": self.adds_up,
            "faults": list(self.faults),
        }


def recounted(on: date) -> Balance:
    """The balance of a day from the facts alone, as they are known now."""
    counted: Counter[str] = Counter()
    known: dict[Any, Line] = {}
    for _, standing in standings(on):
        line = known.get(standing)
        if line is None:
            line = known[standing] = line_of(standing)
        counted[line] += 1
    found = _balance(on, {line: (count, 0) for line, count in counted.items()}, behind_shields=True)
    return Balance(on, found.lines, faults=tuple(_not_everybody(on, found.total)))


def kept() -> Counts:
    """Where children stand now, as it is kept up to date by each act."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        return {line: (open_to_all, shielded) for line, open_to_all, shielded in cursor.fetchall()}


def present(on: date, *, behind_shields: bool) -> Balance:
    """The balance as it is kept, checked against an independent count and yesterday's with what has moved since."""
    counts = kept()
    found = _balance(on, counts, behind_shields=behind_shields)
    return Balance(on, found.lines, found.withheld, tuple(faults(on, counts, behind_shields=behind_shields)))


def published(days: Iterable[BalanceDay], *, behind_shields: bool) -> dict[date, Balance]:
    """What was published for some days, as this person may know it; three queries at most for any number of days.

    Who may not see behind shields is told of every day with those children withheld who are behind a shield now. A
    shield that has gone up or down since then is no change of any line: otherwise the line that has one fewer than
    yesterday would be where the child stood, and the line that has one more where it stands.
    """
    told = list(days)
    hidden = {} if behind_shields else withheld.standing_at([day.last_move for day in told])
    found = {}
    for day in told:
        behind = hidden.get(day.last_move, {})
        counts = {line: (sum(pair) - behind.get(line, 0), behind.get(line, 0)) for line, pair in day.lines.items()}
        found[day.day] = _balance(day.day, counts, behind_shields=behind_shields)
    return found


def _balance(on: date, counts: Counts, *, behind_shields: bool) -> Balance:
    lines = dict.fromkeys(Line, 0)
    withheld = 0
    for code, (open_to_all, shielded) in counts.items():
        lines[Line(code)] += open_to_all + (shielded if behind_shields else 0)
        withheld += 0 if behind_shields else shielded
    return Balance(on, lines, withheld)


def faults(on: date, counts: Counts, *, behind_shields: bool = True) -> list[str]:
    """What does not add up of the balance as it is kept, in sentences; which lines, only to who sees behind shields."""
    total = sum(sum(pair) for pair in counts.values())
    wrong = _not_moved(on, counts)
    if wrong and not behind_shields:
        wrong = ["The lines are not what was published last, with every move since."]
    return [*_not_everybody(on, total), *wrong]


def _not_everybody(on: date, total: int) -> list[str]:
    """The lines against a count of children that knows nothing of lines."""
    born = Q(date_of_birth=None) | Q(date_of_birth__lte=on)
    children = Child.objects.current().filter(born).count()
    if total == children:
        return []
    return [f"The lines have {total:,} children, and the index has {children:,}."]


def _not_moved(on: date, counts: Counts) -> list[str]:
    """The lines against those of the last day that was published, with every move since."""
    last = BalanceDay.objects.filter(day__lt=on).first()
    if last is None:
        return []
    expected = Counter({line: sum(pair) for line, pair in last.lines.items()})
    moves = BalanceMove.objects.filter(pk__gt=last.last_move).values_list("from_line", "to_line").annotate(Count("pk"))
    for from_line, to_line, count in moves.order_by():
        expected[from_line] -= count
        expected[to_line] += count
    differing = [line for line in Line if expected[line] != sum(counts.get(line, (0, 0)))]
    return [
        f"The line {line} should have {expected[line]:,} after what has moved since {last.day:%-d %B %Y}, and has"
        f" {sum(counts.get(line, (0, 0))):,}."
        for line in differing
    ]


def stale(on: date) -> int:
    """How many children stand in another line than the facts say, of the balance as it is kept."""
    held = dict(BalancePlace.objects.values_list("child", "line"))
    wrong = sum(held.pop(child_id, "") != line_of(standing) for child_id, standing in standings(on))
    return wrong + len(held)


def earlier(on: date) -> dict[str, BalanceDay | None]:
    """What was published the day before, a week before and at the end of the last term."""
    from registry.dates import term

    days = {"yesterday": on - timedelta(days=1), "week": on - timedelta(days=7)}
    days["term"] = term(on).first_day - timedelta(days=1)
    return {name: BalanceDay.objects.filter(day__lte=day).first() for name, day in days.items()}
