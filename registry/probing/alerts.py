"""Telling at once of what cannot wait for the night. Who is told, and how, rooms above say from `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable

from childindex.models import User

Teller = Callable[[str, User, str], None]
"""Takes the kind of pattern, whose it is, and the evidence in a sentence."""
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    _tellers.append(teller)


def tell(kind: str, *, by: User, evidence: str) -> None:
    """Tell of something flagrant. Told again, it is for the tellers to know that it was told before."""
    for teller in _tellers:
        teller(kind, by, evidence)
