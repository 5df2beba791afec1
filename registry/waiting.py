"""What waits for somebody, across the product: each room registers a kind of work, and *My work* lists them all.

A room gives for a reader how many things wait, and the first of them. That obeys disclosure as its own pages do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from childindex import roles
from registry.disclosure import Context


@dataclass(frozen=True)
class Item:
    """One thing to do: what it is, of which child or else about what, by when, and where it is done."""

    what: str
    href: str
    about: str = ""
    child_id: int | None = None
    due: date | None = None
    is_mine: bool = False


@dataclass(frozen=True)
class Found:
    """How many wait in all, and the first of them."""

    total: int
    items: Sequence[Item] = ()


Finds = Callable[[Context, int], Found]


@dataclass(frozen=True)
class Kind:
    """A kind of work, for whoever holds its permission."""

    code: str
    label: str
    permission: str
    find: Finds
    order: int = 50


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind of work. Raises UnknownPermission."""
    roles.known(kind.permission)
    _kinds[kind.code] = kind


def kinds_for(to: Context) -> list[Kind]:
    """The kinds that this person does, in order."""
    return sorted((kind for kind in _kinds.values() if to.may(kind.permission)), key=lambda kind: kind.order)
