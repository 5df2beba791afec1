"""Tables: which heading a cell stands under."""

from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()
FEW = 3
"""Columns that fit beside one another on a telephone."""


@register.filter
def heading(columns: Sequence[Any], place: int) -> str:
    """The text over the column at a place, counted from nothing; empty where there is no such column."""
    if place >= len(columns):
        return ""
    column = columns[place]
    return str(column["text"] if isinstance(column, dict) else column)


@register.filter
def is_stacked(columns: Sequence[Any]) -> bool:
    """Whether rows become blocks on a narrow screen: many columns, and none to sort by, as those must stay in reach."""
    return len(columns) > FEW and not any(isinstance(column, dict) and column.get("sort") for column in columns)
