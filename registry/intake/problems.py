"""What could not be read of a row: for its sender, who finds it by row and field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One field of a row of which something was left out, and the sentence that says so."""

    field: str
    code: str
    sentence: str

    def as_json(self) -> list[str]:
        return [self.field, self.code, self.sentence]
