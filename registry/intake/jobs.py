"""Reading, applying and undoing a file as long work, followed on the file's own page and safe to leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from childindex import jobs
from childindex.models import Job, User
from childindex.models.jobs import JobQuerySet
from registry.disclosure import Context
from registry.intake import stages
from registry.intake.applying import CannotApply, apply
from registry.intake.seeing import files_for
from registry.intake.undoing import CannotUndo, undo
from registry.models import Delivery, Stage

READ, APPLY, UNDO = "read_delivery", "apply_delivery", "undo_delivery"
KINDS = (READ, APPLY, UNDO)
PAGE = "registry:delivery"
UNITS = {stages.CHECKING: "bytes"}


def ask_to_read(delivery: Delivery, by: User | None) -> Job:
    """Have a file checked, compared, and applied where nothing stands in its way."""
    return jobs.ask(READ, subject=_subject(delivery), by=by, weight=delivery.size)


def ask_to_read_again(delivery: Delivery, by: User | None) -> Job | None:
    """Have a file read from its beginning, as after its columns were explained; None where it has been applied."""
    if under_way(delivery) is None and stages.again(delivery):
        return ask_to_read(delivery, by)
    return None


def ask_to_apply(delivery: Delivery, by: User) -> Job:
    """Have a compared file applied, or of an applied one what was decided since."""
    return jobs.ask(APPLY, subject=_subject(delivery), by=by, weight=delivery.size)


def ask_to_undo(delivery: Delivery, by: User, because: str, choices: Mapping[str, str]) -> Job:
    """Have an applied file undone; `choices` as `undoing.undo` takes them."""
    arguments = {"because": because, "choices": dict(choices)}
    return jobs.ask(UNDO, subject=_subject(delivery), arguments=arguments, by=by, weight=delivery.size)


def under_way(delivery: Delivery) -> Job | None:
    """The job that works on this file now, or waits to."""
    return Job.objects.under_way().filter(kind__in=KINDS, subject=_subject(delivery)).order_by("pk").first()


def last(delivery: Delivery) -> Job | None:
    """The last job about this file."""
    return Job.objects.filter(kind__in=KINDS, subject=_subject(delivery)).order_by("-pk").first()


def told(result: dict[str, Any]) -> str:
    """What came of it, in a sentence, and no number: whoever may know what its rows come to reads that on its page."""
    return f"The file is {result['stage']}."


def _subject(delivery: Delivery) -> str:
    return f"delivery:{delivery.pk}"


def delivery_of(running: jobs.Running) -> Delivery:
    """The file that a job is about."""
    wanted = Delivery.objects.select_related("feed", "source").filter(pk=int(running.job.subject.partition(":")[2]))
    found = wanted.first()
    if found is None:
        raise jobs.CannotGoOn("This file is not here any more. Send it again.")
    return found


def saying(running: jobs.Running) -> stages.Say:
    """Tells a job of each stage as it begins, and how far it has come."""
    begun = ""

    def say(stage: str, done: int, total: int) -> None:
        nonlocal begun
        if stage != begun:
            begun = stage
            running.say(stage, total=total, unit=UNITS.get(stage, "rows"), done=done)
        running.advance(done)
        running.check_stop()

    return say


def _result(delivery: Delivery) -> dict[str, Any]:
    return {"stage": delivery.get_stage_display().lower()}


@jobs.kind(READ, label="Reading a file", permission="load_files", page=PAGE, tells=told)
def read_delivery(running: jobs.Running) -> dict[str, Any]:
    """Taken up by another worker it goes on from the last stage that was finished."""
    delivery = delivery_of(running)
    try:
        stages.read(delivery, by=running.job.by, say=saying(running))
    except CannotApply as refusal:
        raise jobs.CannotGoOn(str(refusal)) from refusal
    if delivery.stage == Stage.REFUSED:
        raise jobs.CannotGoOn(delivery.refusal)
    return _result(delivery)


@jobs.kind(APPLY, label="Applying a file", permission="load_files", page=PAGE, tells=told)
def apply_delivery(running: jobs.Running) -> dict[str, Any]:
    """One act. Taken up after it was committed, there is nothing left to do."""
    delivery = delivery_of(running)
    running.say(stages.APPLYING)
    try:
        apply(delivery, by=running.job.by)
    except CannotApply as refusal:
        delivery.refresh_from_db()
        if not delivery.is_applied:
            raise jobs.CannotGoOn(str(refusal)) from refusal
    return _result(delivery)


@jobs.kind(UNDO, label="Undoing a file", permission="load_files", page=PAGE, tells=told)
def undo_delivery(running: jobs.Running) -> dict[str, Any]:
    """All of it or nothing. Taken up after it was committed, there is nothing left to do."""
    delivery, by = delivery_of(running), running.job.by
    asked = running.job.arguments
    may_see_all = by is not None and by.may("see_shielded")
    try:
        undo(
            delivery,
            by,
            asked["because"],
            asked["choices"],
            behind_shields=may_see_all,
            progress=running.say,
        )
    except CannotUndo as refusal:
        raise jobs.CannotGoOn(str(refusal)) from refusal
    return _result(delivery)


@jobs.narrow
def known_of(found: JobQuerySet, user: User) -> JobQuerySet:
    """Work on a file of which somebody may not know is not there for them; their own always is."""
    named = Concat(Value("delivery:"), Cast("pk", CharField()))
    files = files_for(Context(user)).annotate(subject=named).values("subject")
    return found.filter(~Q(kind__in=KINDS) | Q(by=user) | Q(subject__in=files))
