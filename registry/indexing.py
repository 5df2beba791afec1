"""Index entries and their keys, derived from the facts."""

from __future__ import annotations

from collections.abc import Iterable


def refresh(child_ids: Iterable[int]) -> None:
    """Make the entries and keys of these children equal to their facts."""
