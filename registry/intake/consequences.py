"""What follows, in a room above, from a delivery that is applied or undone: in the same act, or not at all.

A room registers for a feed from its `AppConfig.ready`. Applying may happen again, as rows are decided: what follows is
to be the same however often.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from childindex.models import Act
from registry.models import Delivery


@dataclass(frozen=True)
class Consequence:
    """`applied` gets the delivery, the act that applies it, and the ids of rows that are left for another to apply;
    `undone` the delivery and the acts that are undone."""

    applied: Callable[[Delivery, Act, Collection[int]], None]
    undone: Callable[[Delivery, Sequence[Act]], None]


_consequences: dict[str, Consequence] = {}


def register(feed: str, consequence: Consequence) -> None:
    _consequences[feed] = consequence


def of_applying(delivery: Delivery, deed: Act, left: Collection[int] = ()) -> None:
    if found := _consequences.get(delivery.feed.code):
        found.applied(delivery, deed, left)


def of_undoing(delivery: Delivery, deeds: Sequence[Act]) -> None:
    if found := _consequences.get(delivery.feed.code):
        found.undone(delivery, deeds)
