"""How long a matched list is kept, and its removal."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from registry.models import ListMatch, MatchStage


def purge(on: date) -> int:
    """Remove the content of every list that was to be kept until before this day; how many. What was asked stays."""
    return _remove(ListMatch.objects.kept().filter(kept_until__lt=on))


def remove(asked: ListMatch) -> None:
    """Remove one list now, because whoever asked for it needs it no longer."""
    _remove(ListMatch.objects.filter(pk=asked.pk))


def _remove(lists: QuerySet[ListMatch]) -> int:
    return lists.update(stage=MatchStage.PURGED, content=None, numbers=[], children=[], outcomes="", headings={})
