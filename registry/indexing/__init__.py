"""The index by which children are found, made from the facts: kept by each act, rebuilt and proved by commands."""

from registry.indexing.entries import Entry, entries_for
from registry.indexing.writing import refresh

__all__ = ["Entry", "entries_for", "refresh"]
