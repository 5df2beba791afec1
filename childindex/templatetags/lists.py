"""Tables: which heading a cell stands under."""

from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()
FEW = 2
"""Columns that fit beside one another on a telephone."""


@register.filter
def heading(columns: Sequence[Any], place: int) -> str:
    """The text over the column at a place, counted from nothing; empty where there is no such column."""
    if place >= len(columns):
        return ""
    column = columns[place]
    return str(column["text"] if isinstance(column, dict) else column)


@register.filter
def says_something(cell: Any) -> bool:
    """Whether anything stands in a cell."""
    if isinstance(cell, dict):
        return any(cell.get(name) not in (None, "") for name in ("text", "tag", "note"))
    return cell not in (None, "")


@register.filter
def is_stacked(columns: Sequence[Any]) -> bool:
    """Whether rows become blocks on a narrow screen: many columns, and none to sort by, as those must stay in reach."""
    return len(columns) > FEW and not any(isinstance(column, dict) and column.get("sort") for column in columns)
