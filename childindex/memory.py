"""How much memory this process has had at most, and how to need less."""

from __future__ import annotations

import ctypes
import re
import resource
import sys
from pathlib import Path

import pyarrow

STATUS = Path("/proc/self/status")
HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # of glibc's malloc.h
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, bytes there and KiB elsewhere


def peak_memory() -> int:
    """Bytes. From Linux's own mark where there is one: `ru_maxrss` goes from a process to those that it starts."""
    found = HIGH_WATER.search(STATUS.read_text()) if STATUS.exists() else None
    return int(found[1]) * 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def give_back() -> None:
    """Have this process give memory back as soon as it is freed, where its C library can (glibc): for long work.

    Left to itself, glibc keeps what large arrays leave behind, in as many heaps as there are threads, and Arrow keeps a
    pool of its own beside it: a third more in all than the work needs.
    """
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, 4 << 20)
        mallopt(TRIM_THRESHOLD, 8 << 20)
        mallopt(ARENA_MAX, 1)
