"""One file taken in, stage by stage, in a process of its own, so that its memory is nobody else's."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

import django

django.setup()

from childindex.memory import give_back, peak_memory  # noqa: E402
from registry.benchmarks.own_database import connect_to  # noqa: E402 - importable only after the set-up
from registry.intake import stages  # noqa: E402
from registry.intake.applying import apply  # noqa: E402
from registry.intake.checking import check  # noqa: E402
from registry.intake.receiving import as_it_came, receive  # noqa: E402
from registry.models import Delivery, Feed, Outcome, Stage  # noqa: E402


class Clock:
    """Seconds between one lap and the next."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self.since = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round(self.laps.get(name, 0.0) + now - self.since, 2)
        self.since = now


def main() -> None:
    options = _options()
    give_back()
    connect_to(options.database)
    clock = Clock()
    delivery = _take_in(options, clock)
    told = {
        "delivery": delivery.pk,
        "rows": delivery.rows,
        "laps": clock.laps,
        "outcomes": {outcome: getattr(delivery, outcome) for outcome in Outcome.values},
        "brakes": [brake["sentence"] for brake in delivery.brakes],
        "peak_memory": peak_memory(),
    }
    sys.stdout.write(json.dumps(told))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--database", required=True)
    parser.add_argument("--feed", required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    return parser.parse_args()


def _take_in(options: argparse.Namespace, clock: Clock) -> Delivery:
    """A file that is held is applied all the same: what is measured is what its rows come to."""
    feed = Feed.objects.get(code=options.feed)
    with options.file.open("rb") as file:
        delivery = receive(file, name=options.file.name, feed=feed, as_of=options.as_of, by=None)
    with as_it_came(delivery) as path:
        check(delivery, path=path)
    clock.lap("read")
    stages.compare(delivery, say=_matched(clock))
    clock.lap("compare")
    delivery.stage = Stage.COMPARED
    delivery.save(update_fields=["stage"])
    apply(delivery, by=None)
    clock.lap("apply")
    return delivery


def _matched(clock: Clock) -> Callable[[str, int, int], None]:
    """Comparing tells of its progress once every row has been matched."""

    def say(stage: str, done: int, total: int) -> None:
        if not done:
            clock.lap("match")

    return say


if __name__ == "__main__":
    main()
