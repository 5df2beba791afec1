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
def trend_chart(points: Iterable[tuple[date, int]], *, noun: str) -> dict[str, Any]:
    """How a figure went up and down from day to day, as a line. A table beside it has to say the same."""
    said = list(points)
    first, last = said[0], said[-1]
    counted = [f"{words.count(number, noun)} on {words.day(day)}" for day, number in (first, last)]
    return {"line": svg.trend(said), "words": ", ".join(counted), "width": svg.WIDTH, "height": svg.HEIGHT}
