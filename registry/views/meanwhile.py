"""What somebody else saved while a page was open, told on the page that would have saved over it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from childindex import words
from registry import disclosure
from registry.access.noting import context_of
from registry.disclosure import ActEntry, RecordView
from registry.models import Child
from registry.recording import SavedMeanwhile

MOST_TOLD = 10
NEVER = -1
LONGEST = 10


def saved_meanwhile(request: HttpRequest, child: Child, view: RecordView, found: SavedMeanwhile) -> dict[str, Any]:
    """What the page needs: the warning, what was saved since it was opened, and the revision to save against now."""
    return {
        "meanwhile": str(found),
        "saved": [_told(entry) for entry in _since(request, child, view)],
        "revision": view.revision,
    }


def revision_of(request: HttpRequest) -> int:
    """The revision that the page was built from; one that never was where the page does not say."""
    said = request.POST.get("revision", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < LONGEST else NEVER


def _since(request: HttpRequest, child: Child, view: RecordView) -> list[ActEntry]:
    """The acts since that revision, the last first."""
    opened_at = revision_of(request)
    missed = min(max(view.revision - opened_at, 0), MOST_TOLD) if opened_at != NEVER else 0
    entries = disclosure.history(child, to=context_of(request))
    return sorted(entries, key=lambda entry: entry.act_id, reverse=True)[:missed]


def _told(entry: ActEntry) -> str:
    changes = " ".join(change.words for change in entry.changes)
    by = entry.by_name or entry.source_name
    return f"{changes} {by}, {words.day(entry.at.date())}, {entry.at:%H:%M}."
