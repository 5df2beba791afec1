"""Bars as SVG: geometry in attributes, because the security policy forbids inline style."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import template

from childindex import svg, words

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


@register.inclusion_tag("components/course.html")
def course_chart(points: Iterable[tuple[date, int]], total: int, *, due: date | None = None) -> dict[str, Any]:
    """How many of `total` were reached by each day, as a line that only rises; and the day by which all should be."""
    said = list(points)
    last = max(said[-1][0], due or said[-1][0])
    return {
        "line": svg.course(said, total, last=last),
        "due_x": svg.place(said[0][0], due, last) if due else None,
        "first": said[0][0],
        "last": last,
        "words": f"{said[-1][1]:,} of {total:,} by {words.day(said[-1][0])}",
        "width": svg.WIDTH,
        "height": svg.HEIGHT,
    }


@register.inclusion_tag("components/trend.html")
def balance_trend(points: Iterable[tuple[date, Any]]) -> dict[str, Any]:
    """The headline of the balance by the days on which it was published, as a line; a table beside it says the same."""
    said = [(day, balance.headline) for day, balance in points]
    first, last = said[0], said[-1]
    return {
        "line": svg.trend(said),
        "first": first[0],
        "last": last[0],
        "words": f"{first[1]:,} children on {words.day(first[0])}, {last[1]:,} on {words.day(last[0])}",
        "width": svg.WIDTH,
        "height": svg.HEIGHT,
    }
