"""Where the parts of a bar stand."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1000
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
