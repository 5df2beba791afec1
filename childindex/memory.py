"""How much memory this process has had at most."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, bytes there and KiB elsewhere


def peak_memory() -> int:
    """Bytes. From Linux's own mark where there is one: `ru_maxrss` goes from a process to those that it starts."""
    found = HIGH_WATER.search(STATUS.read_text()) if STATUS.exists() else None
    return int(found[1]) * 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
