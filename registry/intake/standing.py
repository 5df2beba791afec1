"""Which record stands for a child now, however often records were merged."""

from __future__ import annotations

from collections.abc import Iterable

from registry.models import Child, ChildState


def standing_for(child_ids: Iterable[int]) -> dict[int, int]:
    """Each child with the record that stands for it now: itself, or that which superseded it."""
    found = {pk: pk for pk in child_ids}
    while True:
        superseded = Child.objects.filter(pk__in=set(found.values()), state=ChildState.SUPERSEDED)
        by = dict(superseded.values_list("pk", "superseded_by"))
        if not by:
            return found
        found = {pk: by.get(now, now) or now for pk, now in found.items()}
