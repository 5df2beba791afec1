"""Memory is measured of one process, whatever the one that started it had."""

import subprocess
import sys


def test_what_a_process_has_held_counts_after_it_is_let_go():
    held_and_let_go = """
from childindex.memory import peak_memory
before = peak_memory()
held = bytearray(300 << 20)
held[::4096] = b"x" * len(held[::4096])
del held
print(peak_memory() - before)
"""

    assert said_by_a_process(held_and_let_go) > 250 << 20


def test_a_process_does_not_inherit_the_peak_of_the_one_that_started_it():
    held = bytearray(300 << 20)
    held[::4096] = b"x" * len(held[::4096])

    peak = said_by_a_process("from childindex.memory import peak_memory; print(peak_memory())")

    assert 0 < peak < 200 << 20


def said_by_a_process(code: str) -> int:
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
