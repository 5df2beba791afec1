"""Undoing a delivery: a rehearsal that says in numbers what would happen, and the deed.

What the delivery added is taken away, what it ended or changed is set back, the children it made go, and what it
confirmed counts no more. Nothing else is touched. Where something was built on a row since (it was edited, another
source confirmed it, an officer pinned it, the records were merged, or something else rests on a child whom the delivery
made), the row stays as it is, unless it is chosen that it is set back all the same.

All of it is one act, or for a delivery applied in several acts one for each, of which the last does the work: an act is
undone by one other. Undone, the delivery keeps its rows and what became of them, and the same file may be sent again.

Refused: a file of which a later one of the same feed and source stands, since that one was compared with this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, connection, transaction

from childindex import acts, words
from childindex.models import Act, Source, User
from registry import conflicts, disclosure
from registry.intake import consequences, manifest, reversing
from registry.intake.behind_shields import tell_custodians
from registry.intake.contested import refresh_confirmed
from registry.intake.manifest import FACTS, SET_BACK, name_of
from registry.intake.seeing import told_of
from registry.models import Child, Delivery, Stage

REASON_CODE = "undid_a_file"
LEAVE = "leave"
WHYS = {
    "edited": "Somebody has edited it since",
    "confirmed": "Another source has confirmed it since",
    "pinned": "An officer has pinned it",
    "merged": "The record has been merged since",
    "removed": "Somebody has removed it since",
    "rests": "Something else rests on a child whom this file added",
}
CONFIRMED = """
    SELECT count(*) FROM registry_{what} c JOIN registry_sourcerecord o ON o.id = c.source_record_id
    WHERE c.act_id = ANY(%s) AND (o.child_id IS NULL OR o.child_id <> ALL(%s))
"""
COLLISIONS = """
    SELECT key, why, min(model), min(id), child_id, max(since), count(*) FROM undoing
    WHERE why <> '' AND fate <> 'gone' GROUP BY key, why, child_id ORDER BY why, child_id, key
"""
Progress = Callable[[str], None]


class CannotUndo(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True)
class Collision:
    """Something built on what the delivery wrote. `key` is by what it is answered; `act_id` did it, where one did."""

    key: str
    why: str
    model: str
    row_id: int
    child_id: int | None
    act_id: int | None
    rows: int = 1


@dataclass(frozen=True)
class Rehearsal:
    """What undoing a delivery would do, under the choices made. `taken`, `reopened` and `set_back` count by kind."""

    delivery: Delivery
    stops: tuple[str, ...] = ()
    taken: Mapping[str, int] = field(default_factory=dict)
    reopened: Mapping[str, int] = field(default_factory=dict)
    set_back: Mapping[str, int] = field(default_factory=dict)
    children_gone: int = 0
    children_kept: int = 0
    confirmations: int = 0
    corrections_taken: int = 0
    corrections_reopened: int = 0
    said_anew: int = 0
    forgotten: int = 0
    collisions: tuple[Collision, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.collisions)

    @property
    def facts(self) -> int:
        """How many rows would be written in all, but for children and corrections."""
        return sum(self.taken.values()) + sum(self.reopened.values()) + sum(self.set_back.values())


def acts_of(delivery: Delivery) -> list[Act]:
    """The acts by which a delivery was applied, the first first."""
    further = Act.objects.filter(further_of__delivery=delivery).order_by("pk")
    return [delivery.act, *further] if delivery.act else []


def rehearse(
    delivery: Delivery,
    *,
    choices: Mapping[str, str] | None = None,
    of: Sequence[Act] | None = None,
    by: User | None = None,
    behind_shields: bool = True,
) -> Rehearsal:
    """Say what undoing would do; nothing is written.

    `of` are the delivery's acts. Nothing is counted or asked about the family of `by`, nor, without `behind_shields`,
    about children behind a shield.
    """
    stops = _stops(delivery)
    if stops:
        return Rehearsal(delivery, stops)
    deeds = list(of or acts_of(delivery))
    hidden = _unasked(by, behind_shields=behind_shields)
    with transaction.atomic():
        manifest.make(delivery, deeds, choices or {}, unasked=hidden)
        manifest.hide(hidden)
        return _counted(delivery, deeds, hidden)


def undo(
    delivery: Delivery,
    by: User | None,
    because: str,
    choices: Mapping[str, str] | None = None,
    *,
    of: Sequence[Act] | None = None,
    behind_shields: bool = True,
    progress: Progress | None = None,
) -> Act:
    """Undo a delivery, all of it or nothing; undone already, nothing is written. Raises CannotUndo.

    `choices` says for a collision, by its key or for all of one `why`, whether it is left or set back. No choice is
    about children in the family of `by`, nor without `behind_shields` about those behind a shield: theirs is left as
    it is.
    """
    if not because.strip():
        raise CannotUndo("Say why the file is undone.")
    try:
        with transaction.atomic():
            locked = Delivery.objects.select_for_update(of=["self"]).select_related("act", "source").get(pk=delivery.pk)
            unasked = _unasked(by, behind_shields=behind_shields)
            deeds = list(of or acts_of(locked))
            deed = _undone(locked) or _undo(locked, deeds, Asked(by, because.strip(), choices or {}, unasked), progress)
    except IntegrityError as error:
        raise CannotUndo(
            "Something recorded since does not go with what was there before. Leave what was edited since as it is."
        ) from error
    delivery.refresh_from_db()
    return deed


def _unasked(by: User | None, *, behind_shields: bool) -> set[int]:
    """Ids of the children that `by` is asked and told nothing about."""
    family = conflicts.family_of(by, behind_shields=behind_shields) if by else frozenset()
    return set(family) | (set() if behind_shields else disclosure.everybody_shielded())


def _undone(delivery: Delivery) -> Act | None:
    return Act.objects.get(undoes=delivery.act) if delivery.stage == Stage.UNDONE else None


@dataclass(frozen=True)
class Asked:
    """Who has a file undone, why, what is chosen where it was built on, and about which children nothing is."""

    by: User | None
    because: str
    choices: Mapping[str, str]
    unasked: Collection[int]


def _undo(delivery: Delivery, deeds: Sequence[Act], asked: Asked, progress: Progress | None) -> Act:
    if stops := _stops(delivery):
        raise CannotUndo(" ".join(stops))
    say = progress or (lambda stage: None)
    said = {"by": asked.by, "source": Source.council(), "reason_code": REASON_CODE, "reason": asked.because}
    for further in reversed(deeds[1:]):
        with acts.act(**said, undoes=further):  # type: ignore[arg-type]
            pass
    with acts.act(**said, undoes=deeds[0]) as reversal:  # type: ignore[arg-type]
        say("Looking at what was built on it since")
        manifest.make(delivery, deeds, asked.choices, unasked=asked.unasked)
        list(Child.objects.in_lock_order().filter(pk__in=manifest.child_ids()).values_list("pk"))
        manifest.make(delivery, deeds, asked.choices, unasked=asked.unasked)
        say("Taking back what the file said")
        waiting = reversing.carry_out(delivery, deeds)
        consequences.of_undoing(delivery, deeds)
        say("Bringing the index up to date")
        refresh_confirmed(deeds)
    Delivery.objects.filter(pk=delivery.pk).update(stage=Stage.UNDONE)
    tell_custodians(delivery)
    reversing.weigh_waiting(waiting)
    return reversal


def _stops(delivery: Delivery) -> tuple[str, ...]:
    if delivery.stage == Stage.UNDONE:
        return ("This file has been undone already.",)
    if delivery.stage != Stage.APPLIED or delivery.act_id is None:
        return ("This file has not been applied, so there is nothing to undo.",)
    later = told_of(Delivery.objects.of(delivery.feed, delivery.source).standing()).filter(act__gt=delivery.act_id)
    named = [f"{one.name}, as of {words.day(one.as_of)}" for one in later.order_by("-act")[:3]]
    if not named:
        return ()
    return (f"A later file of this feed has been applied: {words.listed(named)}. Undo it first, the latest first.",)


def _counted(delivery: Delivery, deeds: Sequence[Act], hidden: Collection[int]) -> Rehearsal:
    counts = manifest.rows("SELECT model, fate, why, reopens, count(*) FROM undoing GROUP BY 1, 2, 3, 4")
    kinds = [*(name_of(model) for model in FACTS), "child", "carer"]

    def by_kind(fates: Collection[str], *, reopening: bool = False) -> dict[str, int]:
        found = dict.fromkeys(kinds, 0)
        for model, fate, _, reopens, number in counts:
            if model in found and fate in fates and reopens == reopening:
                found[model] += number
        return {kind: number for kind, number in found.items() if number}

    def total(of: str, *fates: str) -> int:
        return sum(number for model, fate, _, _, number in counts if model == of and fate in fates)

    taken = by_kind(["take"])
    taken.pop("child", None)
    taken.pop("carer", None)
    return Rehearsal(
        delivery,
        taken=taken,
        reopened=by_kind(["restore"], reopening=True),
        set_back=by_kind(["restore", "back"]),
        children_gone=total("child", "take"),
        children_kept=sum(n for model, fate, why, _, n in counts if (model, fate, why) == ("child", "stay", "rests")),
        confirmations=_said(deeds, hidden),
        corrections_taken=total("correction", "take"),
        corrections_reopened=total("correction", "restore"),
        said_anew=sum(number for _, fate, _, _, number in counts if fate == "anew"),
        forgotten=sum(number for _, fate, _, _, number in counts if fate == "forgotten"),
        collisions=tuple(Collision(*found) for found in manifest.rows(COLLISIONS)),
    )


def _said(deeds: Sequence[Act], hidden: Collection[int]) -> int:
    """Confirmations and repetitions that would no longer count."""
    arguments = [[deed.pk for deed in deeds], list(hidden)]
    with connection.cursor() as cursor:
        found = 0
        for what in ("confirmation", "repetition"):
            cursor.execute(CONFIRMED.format(what=what), arguments)
            found += cursor.fetchone()[0]
    return found


__all__ = ["LEAVE", "SET_BACK", "WHYS", "CannotUndo", "Collision", "Rehearsal", "acts_of", "rehearse", "undo"]
