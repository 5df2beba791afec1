"""Suspicions follow the child when two records are merged, and go back when the two are taken apart.

Whoever was asked whether a record and a third one are of one child is asked about the record that stands now. The
suspicion itself stays with the superseded record, as everything that was said of that one does, and is out of sight
while the other stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from registry.merging.decisions import against
from registry.merging.images import image, row_of
from registry.models import Child, Suspicion, SuspicionState

SAID = ("state", "owner_id", "note", "put_off_until")
"""What people have said of a pair; the rest is the matcher's word."""


def follow(survivor: Child, superseded: Child) -> list[dict[str, Any]]:
    """Let what waits about the superseded record wait about the survivor, and give it for the manifest.

    Inside the open act, before the superseded record is marked as such.
    """
    waiting = _waiting(superseded).exclude(Q(first=survivor) | Q(second=survivor))
    return [_follow(one, survivor, superseded) for one in waiting.select_related("first", "second").order_by("pk")]


def go_back(followed: Iterable[dict[str, Any]]) -> None:
    """Take back what a merge wrote, as far as nobody has said anything of those pairs since. Inside the open act."""
    for one in followed:
        after = row_of(Suspicion, one["after"])
        now = Suspicion.objects.filter(pk=after.pk).first()
        if now is None or _said(now) != _said(after):
            continue
        if one["before"] is None:
            now.delete()
        else:
            _say(now, row_of(Suspicion, one["before"]))


def _waiting(child: Child) -> QuerySet[Suspicion]:
    """Pairs of this record that nobody has kept apart, the other being in use."""
    open_states = [SuspicionState.PROPOSED, SuspicionState.SAME]
    found = Suspicion.objects.between_records_in_use().filter(Q(first=child) | Q(second=child), state__in=open_states)
    return found.select_for_update(of=("self",))


def _follow(theirs: Suspicion, survivor: Child, superseded: Child) -> dict[str, Any]:
    third = theirs.second if theirs.first_id == superseded.pk else theirs.first
    first, second = sorted((survivor, third), key=lambda child: child.pk)
    mine = Suspicion.objects.filter(first=first, second=second).first()
    before = image(mine) if mine else None
    if mine is None:
        mine = row_of(Suspicion, image(theirs))
        mine.pk, mine.first, mine.second = None, first, second
        if against(survivor, third):
            mine.state, mine.owner, mine.put_off_until = SuspicionState.DIFFERENT, None, None
        mine.save()
    elif _is_untouched(mine) and not _is_untouched(theirs):
        _say(mine, theirs)
    return {"before": before, "after": image(mine)}


def _is_untouched(suspicion: Suspicion) -> bool:
    return suspicion.state == SuspicionState.PROPOSED and suspicion.owner_id is None


def _said(suspicion: Suspicion) -> Sequence[object]:
    return [getattr(suspicion, name) for name in SAID]


def _say(suspicion: Suspicion, other: Suspicion) -> None:
    for name in SAID:
        setattr(suspicion, name, getattr(other, name))
    suspicion.save(update_fields=list(SAID))
