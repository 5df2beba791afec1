"""Memory is measured of one process, whatever the one that started it had."""

import subprocess
import sys

from childindex.memory import peak_memory


def test_what_a_process_has_held_counts_after_it_is_let_go():
    before = peak_memory()
    held = bytearray(before)
    held[::4096] = b"x" * len(held[::4096])
    del held

    assert peak_memory() > before * 1.5


def test_a_process_does_not_inherit_the_peak_of_the_one_that_started_it():
    held = bytearray(300 << 20)
    held[::4096] = b"x" * len(held[::4096])
    asked = "from childindex.memory import peak_memory; print(peak_memory())"

    started = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert 0 < int(started.stdout) < 200 << 20
