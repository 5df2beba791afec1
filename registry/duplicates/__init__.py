"""Children whom the index may have twice: proposed by a sweep of the whole index, decided by a person."""

from registry.duplicates.deciding import decide
from registry.duplicates.sweeping import Swept, sweep_index

__all__ = ["Swept", "decide", "sweep_index"]
