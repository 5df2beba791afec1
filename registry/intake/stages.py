"""One file through its stages: checked, compared, held or applied; begun again, it goes on from where it stands.

    stages.read(delivery, by=None)

Each stage commits as a whole. A file in whose way no brake stands is applied at once where its feed applies itself;
what its rows ask waits for people and is applied when they have decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils import timezone

from childindex.models import User
from registry.intake import absent, braking, looking_behind
from registry.intake.applying import apply
from registry.intake.checking import check
from registry.intake.receiving import LetGo, as_it_came
from registry.intake.weighing import settle, weigh
from registry.models import Delivery, Stage
from registry.probing import sketching

CHECKING, COMPARING, APPLYING = "Checking the file", "Comparing rows with the index", "Applying"
UNWRITTEN = (Stage.RECEIVED, Stage.REFUSED, Stage.CHECKED, Stage.HELD, Stage.COMPARED)
Say = Callable[[str, int, int], None]
"""Told of the stage, how much of it is done, and how much there is in all."""


def read(delivery: Delivery, *, by: User | None, applies: bool | None = None, say: Say | None = None) -> Delivery:
    """Take a file as far as it comes without a person. `applies` stands in place of what its feed says.

    Raises CannotApply where it cannot be applied, as when a later file of its source has been meanwhile.
    """
    for _ in steps(delivery, by=by, applies=applies, say=say):
        pass
    return delivery


def steps(
    delivery: Delivery, *, by: User | None, applies: bool | None = None, say: Say | None = None
) -> Iterator[Delivery]:
    """The same a stage at a time: each is committed when it is handed out."""
    if delivery.stage == Stage.RECEIVED:
        with as_it_came(delivery) as path:
            check(delivery, path=path, progress=_of(say, CHECKING))
        sketching.note_delivery(delivery)
        yield delivery
    if delivery.stage == Stage.CHECKED:
        compare(delivery, say=say)
        yield delivery
    if delivery.stage == Stage.COMPARED and (delivery.feed.applies_itself if applies is None else applies):
        apply(delivery, by=by)
        yield delivery


def again(delivery: Delivery) -> bool:
    """Begin again with a file of which nothing was written: the next reading checks it anew. Whether it was.

    What people have decided of its rows is asked again, but for whom its references mean, which is remembered. Raises
    LetGo where the file itself is no longer kept.
    """
    if delivery.let_go_at:
        raise LetGo(timezone.localdate(delivery.let_go_at))
    anew = Delivery.objects.filter(pk=delivery.pk, stage__in=UNWRITTEN).update(stage=Stage.RECEIVED, refusal="")
    if anew:
        delivery.refresh_from_db()
    return bool(anew)


def compare(delivery: Delivery, *, say: Say | None = None) -> Delivery:
    """Compare every row, find who is missing, and hold the file where there is reason to."""
    weigh(delivery, progress=_of(say, COMPARING))
    if absent.find(delivery):
        settle(delivery, stage=delivery.stage)
    braking.hold(delivery)
    looking_behind.ask_to_look(delivery)
    return delivery


def _of(say: Say | None, stage: str) -> Callable[[int, int], None] | None:
    if say is None:
        return None
    return lambda done, total: say(stage, done, total)
