"""The look behind shields as work of its own, asked for each file that is compared, and seen by custodians alone."""

from __future__ import annotations

from typing import Any

from childindex import jobs
from childindex.models import Job
from registry.intake.behind_shields import look
from registry.models import Delivery

LOOK = "look_behind_shields"


def ask_to_look(delivery: Delivery) -> Job:
    """Have a file looked at behind shields, whatever stands in it."""
    return jobs.ask(LOOK, subject=f"delivery:{delivery.pk}", by=None)


def ask_again() -> int:
    """Have files looked at in which rows wait for custodians, as a shield may have gone; how many. Done each day."""
    waiting = Delivery.objects.filter(all_rows__for_custodians=True, all_rows__decided_by=None).distinct()
    for delivery in waiting:
        ask_to_look(delivery)
    return len(waiting)


@jobs.kind(LOOK, label="Looking behind shields", permission="see_shielded", is_secret=True)
def look_behind_shields(running: jobs.Running) -> dict[str, Any]:
    """Begun again it looks again, and finds the same."""
    delivery = Delivery.objects.filter(pk=int(running.job.subject.partition(":")[2])).first()
    running.say("Comparing rows with what is hidden")
    return {"found": look(delivery) if delivery else 0}
