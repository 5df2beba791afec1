"""What makes it urgent to find a child: said by whichever rooms know, and read by whichever page may show it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from registry.disclosure import Context

Tells = Callable[[Collection[int], Context], dict[int, list[str]]]

_tells: list[Tells] = []


def register(tells: Tells) -> None:
    """`tells` gives, for each of some children, phrases of what this reader may know: *Social care is involved*."""
    if tells not in _tells:
        _tells.append(tells)


def risks(child_ids: Collection[int], *, to: Context) -> dict[int, list[str]]:
    """The phrases for each of some children; children of whom nothing is known are left out."""
    found: dict[int, list[str]] = {}
    for tells in _tells:
        for child_id, said in tells(child_ids, to).items():
            found.setdefault(child_id, []).extend(said)
    return found
