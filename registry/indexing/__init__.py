"""The index by which children are found, made from the facts: kept by each act, rebuilt and proved by commands."""

from registry.indexing.checking import Verdict, check
from registry.indexing.entries import Entry, entries_for
from registry.indexing.rebuilding import CannotRebuild, Rebuilt, rebuild
from registry.indexing.writing import refresh

__all__ = ["CannotRebuild", "Entry", "Rebuilt", "Verdict", "check", "entries_for", "rebuild", "refresh"]
