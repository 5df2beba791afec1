"""Long work that survives: asked for on a page, done by a worker, and taken up by the next where that one dies.

    @jobs.kind("check_delivery", label="Checking a file", permission="load_files", page="delivery")
    def check(running: jobs.Running) -> dict[str, Any]:
        running.say("Reading", total=250_000, unit="rows")
        for number, row in enumerate(rows, start=1):
            running.advance(number)
            running.check_stop()
        return {"refused": 3}

    job = jobs.ask("check_delivery", subject="delivery:12", by=officer, weight=size_in_bytes)

Work is written in stages that can be repeated, because it is begun again after a process was killed: what a stage has
committed it finds and goes on from. Nothing of a child's goes into a job: not into its subject, its arguments, its
stages, its result or the sentence with which it fails. Whose turn it is, `turns` says.
"""

from childindex.jobs.asking import ask, stop
from childindex.jobs.kinds import WHOLE, Kind, UnknownKind, kind, named, narrow
from childindex.jobs.running import CannotGoOn, GivenBack, LeaseLost, Running, Stopped, UnderWay, run_here, run_next

__all__ = [
    "WHOLE",
    "CannotGoOn",
    "GivenBack",
    "Kind",
    "LeaseLost",
    "Running",
    "Stopped",
    "UnderWay",
    "UnknownKind",
    "ask",
    "kind",
    "named",
    "narrow",
    "run_here",
    "run_next",
    "stop",
]
