"""Who works for a source, and so may be told what it said itself: the rooms of schools and services say it."""

from __future__ import annotations

from collections.abc import Callable

from childindex.models import Source, User
from registry.models import Delivery

WorksFor = Callable[[User, Source], bool]

_works_for: list[WorksFor] = []


def register(works_for: WorksFor) -> None:
    """Have a room above say whether somebody works for a source."""
    if works_for not in _works_for:
        _works_for.append(works_for)


def is_of_source(user: User, source: Source) -> bool:
    """Whether somebody works for the body whose word this is: a school's staff, a service's practitioners."""
    return any(works_for(user, source) for works_for in _works_for)


def is_sender(user: User, delivery: Delivery) -> bool:
    """Whether a file is somebody's own: sent by them, or by the body they work for."""
    return delivery.received_by_id == user.pk or is_of_source(user, delivery.source)
