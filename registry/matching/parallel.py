"""Work shared out between the processor's cores: NumPy, Arrow and rapidfuzz let other threads run meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

MOST = 4  # every block under way takes memory of its own
Task = TypeVar("Task")
Done = TypeVar("Done")


def each(tasks: Iterable[Task], do: Callable[[Task], Done]) -> list[Done]:
    """What `do` makes of each task, in their order. The first failure is raised once those under way have ended."""
    asked = list(tasks)
    if len(asked) < 2:
        return [do(task) for task in asked]
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST, len(asked))) as threads:
        return list(threads.map(do, asked))
