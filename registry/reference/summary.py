"""What became of a reference file: every row in exactly one line, with the reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

EXAMPLES = 5


class Skipped(Exception):
    """A row that is in order but not wanted. The reason is the same for all rows of its sort."""


class Refused(Exception):
    """A row that cannot be taken. `reason` is the same for all rows of its sort; `detail` is for this one."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail or reason


@dataclass
class Reason:
    """Why rows were left out, how many there were, and a few of them by number."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, row_number: int, detail: str = "") -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"row {row_number}: {detail}" if detail else f"row {row_number}")


@dataclass
class Summary:
    """The outcome of one file. `notes` count values left out of rows that were otherwise taken, and oddities."""

    what: str
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    skipped: dict[str, Reason] = field(default_factory=dict)
    refused: dict[str, Reason] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0

    def skip(self, row_number: int, reason: str) -> None:
        self.skipped.setdefault(reason, Reason()).add(row_number)

    def refuse(self, row_number: int, refusal: Refused) -> None:
        detail = refusal.detail if refusal.detail != refusal.reason else ""
        self.refused.setdefault(refusal.reason, Reason()).add(row_number, detail)

    @property
    def counts(self) -> dict[str, int]:
        """Six counts that together make every row of the file."""
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "closed": self.closed,
            "skipped": sum(reason.count for reason in self.skipped.values()),
            "refused": sum(reason.count for reason in self.refused.values()),
        }

    @property
    def adds_up(self) -> bool:
        return sum(self.counts.values()) == self.rows

    def as_json(self) -> dict[str, object]:
        return {
            "what": self.what,
            "rows": self.rows,
            **self.counts,
            "skipped_because": {reason: entry.count for reason, entry in self.skipped.items()},
            "refused_because": {reason: entry.count for reason, entry in self.refused.items()},
            "refused_examples": {reason: entry.examples for reason, entry in self.refused.items()},
            "notes": dict(self.notes),
            "warnings": self.warnings,
            "seconds": round(self.seconds, 2),
        }

    def lines(self) -> list[str]:
        """The same as a table for people."""
        shown = [f"{self.what[:1].upper()}{self.what[1:]}: {self.rows:,} rows in {self.seconds:.1f} seconds"]
        for name, count in self.counts.items():
            shown.append(f"  {name:<10}{count:>11,}")
            for reason, entry in self._reasons(name).items():
                shown.append(f"    {entry.count:>11,}  {reason}")
                shown += [f"{'':17}{example}" for example in entry.examples if name == "refused"]
        shown += [f"  note      {count:>11,}  {note}" for note, count in self.notes.most_common()]
        return shown + [f"  {warning}" for warning in self.warnings]

    def _reasons(self, name: str) -> dict[str, Reason]:
        reasons = {"skipped": self.skipped, "refused": self.refused}.get(name, {})
        return dict(sorted(reasons.items(), key=lambda item: -item[1].count))
