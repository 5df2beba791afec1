"""What the rooms above know that the balance needs: which return is due, who is not seen, and whose clock runs.

They register from `AppConfig.ready`. Without them no roll is confirmed, everybody is seen, and no leaver is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NamedTuple


class Due(NamedTuple):
    """A school is measured by what its own source has said since a day."""

    source_id: int
    since: date


Children = Collection[int] | None
"""Ids of some children; None for all."""
Dues = Callable[[date, Children], list[Due]]
Unseen = Callable[[date, Children], set[int]]
Clocks = Callable[[date, Children], Mapping[int, date]]

_dues: list[Dues] = []
_unseen: list[Unseen] = []
_clocks: list[Clocks] = []
_grounds: list[Callable[[str, str], str]] = []
MOVE_MANY = {"register_loaded"}
"""Reasons of acts that may move children whom they do not name: each brings everybody to their line."""


def register(*, dues: Dues, unseen: Unseen, clocks: Clocks, move_many: Collection[str] = ()) -> None:
    """`dues` says by what each school is measured on a day; `unseen` which children are on a roll and were not seen
    for long; `clocks` when the next school should have said that it has each child who left and is not found.

    Acts for one of the reasons in `move_many` change what is due or when, and so where many stand."""
    MOVE_MANY.update(move_many)
    if dues not in _dues:
        _dues.append(dues)
        _unseen.append(unseen)
        _clocks.append(clocks)


def say_grounds(said: Callable[[str, str], str]) -> None:
    """Say how a ground for leaving is put in words, from its regulations and its letter."""
    _grounds[:] = [said]


def ground(regime: str, letter: str) -> str:
    return _grounds[0](regime, letter) if _grounds else f"({letter})"


def dues(on: date, children: Children) -> list[Due]:
    """Of the schools on whose rolls some children are, or of all."""
    return [due for one in _dues for due in one(on, children)]


def unseen(on: date, children: Children) -> set[int]:
    return {child for one in _unseen for child in one(on, children)}


def clocks(on: date, children: Children) -> dict[int, date]:
    return {child: due for one in _clocks for child, due in one(on, children).items()}
