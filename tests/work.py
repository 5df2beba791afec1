"""Work for the background, small enough to see whether any is done; and a worker that knows of it."""

import os
import sys
import time

from django.core.management import execute_from_command_line
from django.db import connections
from django_tasks import task

from childindex.settings import database


@task
def add(first, second):
    return first + second


def register():
    from childindex import jobs
    from childindex.acts import act
    from childindex.models import Source

    @jobs.kind(
        "name_sources",
        label="Naming sources",
        permission="merge_children",
        page="user",
        tells=lambda result: f"{result['named']} sources were named.",
    )
    def name_sources(running):
        """One source after another, each committed by itself; those that are there already are left alone."""
        wanted = running.job.arguments["number"]
        running.say("Naming", total=wanted, unit="sources")
        for number in range(wanted):
            code = f"{running.job.arguments.get('code', 'source')}-{number}"
            if not Source.objects.filter(code=code).exists():
                with act(by=running.job.by, source=Source.council(), reason_code="told", reason="Said in a test"):
                    Source.objects.create(code=code, name=code, kind="school")
            running.advance(number + 1)
            running.check_stop()
            time.sleep(running.job.arguments.get("pause", 0))
        return {"named": wanted}

    @jobs.kind("stumble", label="Stumbling", permission="merge_children", may_be_stopped=False)
    def stumble(running):
        """Fails, foreseen or not."""
        if "why" in running.job.arguments:
            raise jobs.CannotGoOn(running.job.arguments["why"])
        raise ValueError(" ".join(("Amina", "Khan")))


def run(arguments, address, output):
    """`manage.py work` with the kinds of work that stand here, in the database at `address`; what it says to a file."""
    connections.settings["default"].update(database.from_url(address))
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    with open(1, "w", buffering=1, closefd=False) as sys.stdout, open(2, "w", buffering=1, closefd=False) as sys.stderr:
        execute_from_command_line(["manage.py", "work", *arguments])
