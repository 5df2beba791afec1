"""Who supports a child: said by whichever room knows of services, and read by whichever page may show it.

The room above that knows registers from its `AppConfig.ready`; without one nobody supports anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from registry.disclosure import Context


@dataclass(frozen=True)
class Support:
    """A service that knows a child, as far as the reader may know: whom to ring, and when it last said so."""

    service: str
    kind: str
    practitioner: str
    telephone: str
    since: date
    confirmed_on: date
    is_lead: bool
    has_faded: bool
    is_listed: bool = False
    """Whether only a list of the service says so, and nobody of it has confirmed that it is this child."""


Tells = Callable[[Collection[int], Context], dict[int, list[Support]]]

_tells: list[Tells] = []


def register(tells: Tells) -> None:
    if tells not in _tells:
        _tells.append(tells)


def supporters(child_ids: Collection[int], *, to: Context) -> dict[int, list[Support]]:
    """Who supports each of some children; children whom nobody supports are left out."""
    found: dict[int, list[Support]] = {}
    for tells in _tells:
        for child_id, supports in tells(child_ids, to).items():
            found.setdefault(child_id, []).extend(supports)
    return found
