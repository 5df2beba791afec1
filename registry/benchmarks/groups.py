"""Which tradition of naming a name is of, to see whether the children of some are found less well than others."""

from __future__ import annotations

from functools import cache

from registry.city.communities import communities

MIXED = "mixed"


def group_of(forename: str, surname: str) -> str:
    """The tradition that both names are of, else the surname's; MIXED where neither tells."""
    forenames, surnames = _forenames().get(_first(forename), ()), _surnames().get(surname.lower(), ())
    both = [name for name in surnames if name in forenames]
    told = both or surnames or forenames
    return told[0] if told else MIXED


@cache
def _forenames() -> dict[str, tuple[str, ...]]:
    return _by_name({"girls", "boys"})


@cache
def _surnames() -> dict[str, tuple[str, ...]]:
    return _by_name({"surnames", "daughters", "sons"})


def _by_name(wanted: set[str]) -> dict[str, tuple[str, ...]]:
    """Each name in small letters, with the traditions it belongs to: the one with most children first."""
    found: dict[str, list[str]] = {}
    for tradition, community in communities().items():
        names = {name.lower() for pool in wanted & community.pools.keys() for name in community.pools[pool].names}
        for name in names:
            found.setdefault(name, []).append(tradition)
    return {name: tuple(traditions) for name, traditions in found.items()}


def _first(forename: str) -> str:
    return forename.lower().split(" ")[0]
