"""Why a file cannot be read as a table."""

from __future__ import annotations


class TableError(Exception):
    """The file as a whole cannot be read; the text says why and what to do. One row's faults are no such matter."""


class MissingColumns(TableError):
    """Columns that the reader cannot do without are not among the headings."""

    def __init__(self, missing: list[str], headings: list[str]) -> None:
        self.missing, self.headings = missing, headings
        if not any(headings):
            super().__init__("This file is empty.")
            return
        noun = "column" if len(missing) == 1 else "columns"
        super().__init__(f"This file has no {noun} called {listed(missing)}. Its columns are {listed(headings)}.")


def listed(names: list[str], most: int = 12) -> str:
    """“A, B and C”; past a dozen, how many more there are."""
    shown = [name[:40] or "(unnamed)" for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown) or "empty"
