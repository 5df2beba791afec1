"""Bars as SVG: geometry in attributes, because the security policy forbids inline style."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from childindex import svg

register = template.Library()


@register.inclusion_tag("components/bar.html")
def bar(value: float, total: float, *, tone: str = "", words: str = "") -> dict[str, Any]:
    """One bar of `value` out of `total`. Without `words` it is decoration beside a number that says the same."""
    return {"parts": svg.parts([(value, tone)], total), "words": words, "width": svg.WIDTH}


@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(parts: Iterable[Mapping[str, Any]], *, noun: str = "row") -> dict[str, Any]:
    """One bar divided into parts, each with `value`, `label` and `tone`, and a key beneath in words."""
    shown = [dict(part) for part in parts]
    drawn = svg.parts([(part["value"], part["tone"]) for part in shown], sum(part["value"] for part in shown))
    return {"parts": drawn, "key": shown, "noun": noun, "width": svg.WIDTH}
