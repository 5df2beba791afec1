"""Where the parts of a bar stand, and the points of a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH = 1000
HEIGHT = 240
NARROWEST = 4


@dataclass(frozen=True)
class Part:
    """A rectangle of a bar, in thousandths of its width."""

    x: int
    width: int
    tone: str


def parts(values: Sequence[tuple[float, str]], total: float) -> list[Part]:
    """The rectangles of (value, tone) pairs side by side in a bar of `total`.

    A value above nothing is never thinner than can be seen; a total of nothing draws nothing.
    """
    drawn: list[Part] = []
    x = 0
    for value, tone in values:
        width = _width(value, total)
        if width:
            drawn.append(Part(min(x, WIDTH - width), width, tone))
            x += width
    return drawn


def _width(value: float, total: float) -> int:
    if total <= 0 or value <= 0:
        return 0
    return min(WIDTH, max(NARROWEST, round(value / total * WIDTH)))


def course(points: Sequence[tuple[date, float]], total: float, *, last: date) -> str:
    """The points of a polyline: days from the first to `last` across, values from nothing to `total` upwards."""
    first = points[0][0]
    placed = ((place(first, day, last), HEIGHT - _height(value, total)) for day, value in points)
    return " ".join(f"{x},{y}" for x, y in placed)


def trend(points: Sequence[tuple[date, float]]) -> str:
    """The points of a polyline between the lowest and the highest value, days across: how a figure went up and down.

    A figure that stays as it is stands halfway up.
    """
    first, last = points[0][0], points[-1][0]
    low, high = min(value for _, value in points), max(value for _, value in points)
    span, edge = high - low, HEIGHT // 10
    inner = HEIGHT - 2 * edge

    def up(value: float) -> int:
        return round((value - low) / span * inner) if span else inner // 2

    return " ".join(f"{place(first, day, last)},{HEIGHT - edge - up(value)}" for day, value in points)


def place(first: date, day: date, last: date) -> int:
    """Where a day stands between two others; the edge for one outside them."""
    span = max(1, (last - first).days)
    return min(WIDTH, max(0, round((day - first).days / span * WIDTH)))


def _height(value: float, total: float) -> int:
    return min(HEIGHT, max(0, round(value / total * HEIGHT))) if total > 0 else 0
