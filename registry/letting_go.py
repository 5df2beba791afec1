"""Letting go of files that came, a set time after the last that was done with them (`FILES_KEPT_DAYS`).

What goes is the file as it was sent, and its rows as they were written. What each row said and came to stays, because
the index rests on it: applying, undoing and reading back need no file. A file of which something still waits for a
person keeps all of it, however old it is. That files were let go of is recorded as a purge, and on each of them.

Matched lists go by days of their own (`registry.list_match.keeping`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Manager, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from childindex import acts
from childindex.models import User
from registry.models import (
    Delivery,
    DeliveryAct,
    DeliveryPart,
    DeliveryRow,
    FirstLoad,
    FirstLoadPart,
    LoadStage,
    Outcome,
    Stage,
)

WHAT = "files that came"
SCHEDULE = "The retention schedule"
ENDED = (Stage.APPLIED, Stage.UNDONE, Stage.REFUSED)

Step = Callable[[Sequence[int]], int]
_steps: list[Step] = []


@dataclass(frozen=True)
class Gone:
    """How many files and extracts of a former system were let go of, or would be."""

    files: int = 0
    extracts: int = 0

    @property
    def total(self) -> int:
        return self.files + self.extracts


def on_letting_go(step: Step) -> Step:
    """Register what else goes with deliveries, by their ids; it answers how many rows it emptied."""
    if step not in _steps:
        _steps.append(step)
    return step


def expired(now: datetime | None = None) -> QuerySet[Delivery]:
    """Files with which all is done, the last of it longer ago than they are kept."""
    waiting = DeliveryRow.objects.filter(Q(outcome=Outcome.TO_DECIDE) | Q(waits=True), delivery=OuterRef("pk"))
    ended = Delivery.objects.filter(let_go_at=None, stage__in=ENDED).annotate(
        last_act=F("act__recorded_at"),
        undone_at=F("act__undone_by__recorded_at"),
        last_further=_latest(DeliveryAct.objects.all(), "act__recorded_at"),
        last_decided=_latest(DeliveryRow.objects.all(), "decided_at"),
    )
    done = Greatest("received_at", "last_act", "undone_at", "last_further", "last_decided")
    old = ended.annotate(done_at=done).filter(done_at__lt=_until(now))
    return old.exclude(Q(stage=Stage.APPLIED) & Exists(waiting))


def expired_loads(now: datetime | None = None) -> QuerySet[FirstLoad]:
    """Extracts of a former system that were loaded or refused, longer ago than they are kept."""
    ended = FirstLoad.objects.filter(let_go_at=None, stage__in=[LoadStage.LOADED, LoadStage.REFUSED])
    done = Greatest("received_at", "rehearsed_at", "act__recorded_at")
    return ended.annotate(done_at=done).filter(done_at__lt=_until(now))


def counted(now: datetime | None = None) -> Gone:
    """What would be let go of now."""
    return Gone(expired(now).count(), expired_loads(now).count())


@transaction.atomic
def let_go(*, by: User | None, reason: str = SCHEDULE) -> Gone:
    """Let go of every file whose time is over, and record that it was done."""
    files, loads = _locked(Delivery.objects, expired()), _locked(FirstLoad.objects, expired_loads())
    if files or loads:
        with acts.purge(by=by, what=WHAT, reason=reason) as record:
            record.rows = _empty(files) + _empty_loads(loads)
    return Gone(len(files), len(loads))


def _locked(objects: Manager[Any], found: QuerySet) -> list[int]:
    """The ids of what was found, which nobody else works on until this is done."""
    wanted = objects.filter(pk__in=found.values("pk")).order_by("pk")
    return list(wanted.select_for_update().values_list("pk", flat=True))


def once_a_day() -> None:
    """What a worker does by itself."""
    let_go(by=None)


def _empty(files: Sequence[int]) -> int:
    gone = DeliveryPart.objects.filter(delivery__in=files).delete()[0]
    gone += DeliveryRow.objects.filter(delivery__in=files).exclude(cells=[]).update(cells=[])
    gone += sum(step(files) for step in _steps)
    Delivery.objects.filter(pk__in=files).update(let_go_at=timezone.now())
    return gone


def _empty_loads(loads: Sequence[int]) -> int:
    gone = FirstLoadPart.objects.filter(file__load__in=loads).delete()[0]
    FirstLoad.objects.filter(pk__in=loads).update(let_go_at=timezone.now())
    return gone


def _latest(of: QuerySet, moment: str) -> Subquery:
    """The latest moment among rows of a delivery."""
    grouped = of.filter(delivery=OuterRef("pk")).order_by().values("delivery").annotate(latest=Max(moment))
    return Subquery(grouped.values("latest"))


def _until(now: datetime | None) -> datetime:
    return (now or timezone.now()) - timedelta(days=settings.FILES_KEPT_DAYS)
