"""What a change would do, before it is done: the fact as it is beside the fact as it would become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model

from childindex import words

UNSAID = {"id", "child", "source"}
DAYS = {"from_date", "to_date"}


@dataclass(frozen=True)
class EffectRow:
    """One value, before and after, in words."""

    key: str
    left: str
    right: str

    @property
    def is_different(self) -> bool:
        return self.left != self.right


def effect(before: Model | None, after: Model | None) -> list[EffectRow]:
    """The rows of the comparison, the days last; values empty on both sides are left out."""
    subject = before or after
    if subject is None:
        return []
    rows = [
        EffectRow(str(field.verbose_name).capitalize(), _said(before, field), _said(after, field))
        for field in sorted(subject._meta.concrete_fields, key=lambda field: field.name in DAYS)
        if field.name not in UNSAID
    ]
    return [row for row in rows if row.left or row.right]


def _said(row: Model | None, field: Field) -> str:
    if row is None:
        return ""
    if field.is_relation:
        related = getattr(row, field.name)
        return "" if related is None else str(related)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")() or "")
    return in_words(getattr(row, field.attname))


def in_words(value: Any) -> str:
    """A stored value as a person would say it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return words.day(value) if hasattr(value, "year") else str(value)
