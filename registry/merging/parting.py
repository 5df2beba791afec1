"""What taking two merged records apart would do, decided before anything is done.

A three-way comparison: what each row was before the merge, what the merge made of it, and what it is now. A row that
moved goes back with whatever was changed on it since. Rows that became one become what they were. What was made since
goes with the source record that confirmed it, and what sources of both have said is copied. Only where something that
stood for both records has been edited since, somebody says which of them keeps the edit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Model

from childindex.models import User
from registry import conflicts
from registry.disclosure import shielded_among
from registry.merging import own
from registry.merging.combining import ENDING, Combination, begins, combinations, overlap
from registry.merging.images import Image, model_called, row_of, values_of
from registry.merging.own import Side
from registry.merging.pinning import pins_parted
from registry.merging.rehearsing import fact_models, facts_of, fresh
from registry.merging.saying import Pair, confirmed_since
from registry.models import Child, Fact, Merge, Pin, Shield, SourceRecord
from registry.models.facts import kind_of

BOTH = "both"
BACK, REMOVED = "back", "removed"
EITHER = (Side.SURVIVOR, Side.SUPERSEDED, BOTH)
AT_THE_END = frozenset({"to_date"}.union(*ENDING.values()))
"""Columns that belong to the last day of a fact."""


@dataclass(frozen=True)
class Placement:
    """A row as it would be, and on which record. `heard` is the fact whose confirmations since are repeated on it."""

    fact: Fact
    side: Side
    how: str
    heard: Pair | None = None


@dataclass(frozen=True)
class Collision:
    """Something that stood for both records and was edited since: who keeps the edit. `now` is None if it was removed.

    `subject` is a part of the child's own row or a kind of fact; `suggested` is what the sources since point to.
    """

    key: str
    subject: str
    merged: Model
    now: Model | None
    options: tuple[str, ...]
    suggested: str


@dataclass(frozen=True)
class Parting:
    """Everything that would go back, stay, be copied or be asked, and what stands in the way."""

    merge: Merge
    survivor: Child
    superseded: Child
    placements: tuple[Placement, ...] = ()
    own_rows: tuple[Child, ...] = ()
    pins: tuple[Pin, ...] = ()
    shields: tuple[Shield, ...] = ()
    carried: tuple[tuple[Model, str], ...] = ()
    collisions: tuple[Collision, ...] = ()
    stops: tuple[str, ...] = ()

    @property
    def revisions(self) -> tuple[int, int]:
        """Which state of the two records this was worked out from: survivor's, then superseded's."""
        return self.survivor.revision, self.superseded.revision


def rehearse_unmerging(merge: Merge, *, by: User, choices: Mapping[str, str] | None = None) -> Parting:
    """Work out the unmerge for the person asking, with these choices; nothing is written.

    A collision that has no choice yet is worked out as suggested.
    """
    survivor, superseded = fresh(merge.survivor), fresh(merge.superseded)
    stops = tuple(_stops(merge, survivor, superseded, by))
    if stops:
        return Parting(merge=merge, survivor=survivor, superseded=superseded, stops=stops)
    return _Deciding(merge, survivor, superseded, choices or {}).decided()


def _stops(merge: Merge, survivor: Child, superseded: Child, by: User) -> Iterator[str]:
    if closed := conflicts.closed_to(by, [survivor.pk, superseded.pk]):
        yield closed
    if merge.undone_by_id:
        yield "These two have been taken apart already."
    elif survivor.superseded_by:
        yield f"{survivor} has itself been merged into {survivor.superseded_by} since. Take that apart first."
    elif superseded.superseded_by_id != survivor.pk:
        yield f"{superseded} no longer points to {survivor}."
    for later in Merge.objects.standing().filter(survivor=survivor, act_id__gt=merge.act_id):
        if _touched(later) & _touched(merge):
            yield f"{later.superseded} was merged into {survivor} after this. They share facts: take that apart first."
    if shielded_among([survivor.pk, superseded.pk]) and not by.may("see_shielded"):
        yield "This child is shielded. Only a custodian of the index team may take the records apart."


def _touched(merge: Merge) -> set[tuple[str, int]]:
    manifest = merge.manifest
    moved = {(one["model"], one["before"]["id"]) for one in manifest["moved"]}
    return moved | {(one["model"], row["id"]) for one in manifest["combined"] for row in one["before"]}


@dataclass
class _Deciding:
    """Working one unmerge out, kind by kind.

    `going` are the source records that go back. `undecided` are those under the survivor's own index number: whoever
    speaks by that number has no reference of their own for the child, and so knew the two only as one.
    """

    merge: Merge
    survivor: Child
    superseded: Child
    choices: Mapping[str, str]
    placements: list[Placement] = field(default_factory=list)
    collisions: list[Collision] = field(default_factory=list)

    def decided(self) -> Parting:
        manifest = self.merge.manifest
        carried = tuple(self._carried())
        self.going = {row.pk for row, _ in carried if row._meta.model_name == "sourcerecord"}
        self.since = confirmed_since(self.merge.act, child=self.survivor)
        own_number = SourceRecord.objects.filter(child=self.survivor, reference=self.survivor.index_number)
        self.undecided = set(own_number.values_list("pk", flat=True))
        for model in fact_models():
            self._of_kind(model)
        own_rows = self._own_rows(manifest["children"])
        placements = _one_where_they_say_the_same(self.placements)
        sides = {(kind_of(one.fact), one.fact.pk): one.side for one in placements}
        return Parting(
            merge=self.merge,
            survivor=self.survivor,
            superseded=self.superseded,
            placements=tuple(placements),
            own_rows=own_rows,
            pins=tuple(pins_parted(manifest["pins"], self.survivor, self.superseded, sides)),
            shields=tuple(self._shields()),
            carried=carried,
            collisions=tuple(self.collisions),
        )

    def _carried(self) -> Iterator[tuple[Model, str]]:
        """The rows that the merge handed over whole and that the survivor still has."""
        for one in self.merge.manifest["carried"]:
            model = model_called(one["model"])
            row = model._base_manager.filter(pk=one["id"], **{one["column"]: self.survivor}).first()
            if row is not None:
                yield row, one["column"]

    def _shields(self) -> list[Shield]:
        """A shield put up since may have been meant for either child, so both have it until somebody lifts one."""
        if Shield.objects.filter(child=self.superseded, lifted_date=None).exists():
            return []
        held = list(Shield.objects.filter(child=self.survivor, lifted_date=None))
        known = _known_before(self.merge, held)
        return [shield for shield in held if shield.pk not in known]

    def _of_kind(self, model: type[Fact]) -> None:
        label = str(model._meta.label_lower)
        moved = {one["before"]["id"]: one["before"] for one in self.merge.manifest["moved"] if one["model"] == label}
        combined = [one for one in self.merge.manifest["combined"] if one["model"] == label]
        now = {row.pk: row for row in facts_of(model, self.survivor)}
        for one in combined:
            self._combined(model, one, now.pop(one["after"]["id"], None))
        for pk, before in moved.items():
            self._moved(row_of(model, before), now.pop(pk, None))
        known = _known_before(self.merge, now.values())
        for row in now.values():
            self._other(row, made_since=row.pk not in known)
        for row in facts_of(model, self.superseded):
            self._place(row, Side.SUPERSEDED, "stays")

    def _moved(self, before: Fact, now: Fact | None) -> None:
        """A row of the superseded record goes back as it is now; the survivor has a copy if its sources said it too."""
        if now is None:
            if self._ask(f"removed.{kind_of(before)}.{before.pk}", before, None, (BACK, REMOVED), BACK) == BACK:
                self._place(before, Side.SUPERSEDED, "returns")
            return
        self._place(now, Side.SUPERSEDED, "returns")
        if self._said(now, Side.SURVIVOR):
            self._copy(now, Side.SURVIVOR)

    def _other(self, row: Fact, *, made_since: bool) -> None:
        """A row that the merge did not touch stays, unless it was made since on the word of the other's sources."""
        theirs, mine = self._said(row, Side.SUPERSEDED), self._said(row, Side.SURVIVOR)
        if made_since and theirs and not mine:
            self._place(row, Side.SUPERSEDED, "follows")
            return
        self._place(row, Side.SURVIVOR, "stays")
        if theirs:
            self._copy(row, Side.SUPERSEDED)

    def _combined(self, model: type[Fact], one: dict[str, Any], now: Fact | None) -> None:
        """Rows that became one become what they were; an edit since goes where somebody says."""
        merged, rows = row_of(model, one["after"]), [row_of(model, kept) for kept in one["before"]]
        before = {side: [row for row in rows if row.child_id == record.pk] for side, record in self._records()}
        keeps: str = ""
        if now is None or values_of(now) != values_of(merged):
            suggested = self._suggested(now or merged)
            keeps = self._ask(f"edited.{kind_of(merged)}.{merged.pk}", merged, now, EITHER, suggested)
        for side, _ in self._records():
            rows = rebased(before[side], merged, now) if keeps in (side, BOTH) else before[side]
            for row in sorted(rows, key=begins):
                latest = row.pk == max(rows, key=begins).pk
                self._place(row, side, "restored", heard=(kind_of(merged), merged.pk) if latest else None)

    def _ask(self, key: str, merged: Fact, now: Fact | None, options: tuple[str, ...], suggested: str) -> str:
        self.collisions.append(Collision(key, kind_of(merged), merged, now, options, suggested))
        return self.choices.get(key, suggested)

    def _own_rows(self, children: dict[str, Image]) -> tuple[Child, Child]:
        """Both records' own rows: what they were, and what was edited since where somebody says."""
        mine, theirs, merged = (row_of(Child, children[name]) for name in ("survivor", "superseded", "after"))
        values: dict[Side, dict[str, Any]] = {Side.SURVIVOR: {}, Side.SUPERSEDED: {}}
        for name in own.PARTS:
            now, keeps = own.part(self.survivor, name), ""
            if now != own.part(merged, name):
                key = f"own.{name}"
                self.collisions.append(Collision(key, name, merged, self.survivor, EITHER, Side.SURVIVOR))
                keeps = self.choices.get(key, Side.SURVIVOR)
            for side, before in ((Side.SURVIVOR, mine), (Side.SUPERSEDED, theirs)):
                values[side] |= now if keeps in (side, BOTH) else own.part(before, name)
        return (
            own.with_parts(self.survivor, values[Side.SURVIVOR]),
            own.with_parts(self.superseded, values[Side.SUPERSEDED] | {"superseded_by_id": None}),
        )

    def _place(self, row: Fact, side: Side, how: str, *, heard: Pair | None = None) -> None:
        placed = copy_of(row, child_id=dict(self._records())[side].pk)
        self.placements.append(Placement(placed, side, how, heard))

    def _copy(self, row: Fact, side: Side) -> None:
        self._place(copy_of(row, id=None), side, "copied", heard=(kind_of(row), row.pk))

    def _records(self) -> list[tuple[Side, Child]]:
        return [(Side.SURVIVOR, self.survivor), (Side.SUPERSEDED, self.superseded)]

    def _said(self, row: Fact, side: Side) -> bool:
        """Whether a source has repeated a row since the merge, of those whose word goes to this side."""
        records = self.since.get((kind_of(row), row.pk), set())
        return bool(records & self.going) if side == Side.SUPERSEDED else bool(records - self.going - self.undecided)

    def _suggested(self, row: Fact) -> str:
        theirs, mine = self._said(row, Side.SUPERSEDED), self._said(row, Side.SURVIVOR)
        if theirs:
            return BOTH if mine else Side.SUPERSEDED
        return Side.SURVIVOR


def rebased(before: list[Fact], merged: Fact, now: Fact | None) -> list[Fact]:
    """A record's rows from before, with what was edited since, column by column.

    The first day goes to the earliest row and the last day to the latest; anything else to all. Where that makes no
    sound rows, there is one: the row as it is now.
    """
    if now is None:
        return []
    said, was = values_of(now), values_of(merged)
    edited = {name for name in said if said[name] != was[name]}
    if edited & AT_THE_END:
        edited |= AT_THE_END & said.keys()
    rows = sorted((copy_of(row) for row in before), key=begins)
    for name in edited:
        for row in rows[:1] if name == "from_date" else rows[-1:] if name in AT_THE_END else rows:
            setattr(row, name, said[name])
    if all(map(_is_sound, rows)) and not _overlap_anywhere(rows):
        return rows
    return [copy_of(now, id=before[0].pk)]


def copy_of(row: Fact, **values: Any) -> Fact:
    """The row again, with other values."""
    again = copy(row)
    for name, value in values.items():
        setattr(again, name, value)
    return again


def _is_sound(row: Fact) -> bool:
    if row.from_date and row.to_date and row.to_date < row.from_date:
        return False
    ending = [getattr(row, name) for name in AT_THE_END if name != "to_date" and hasattr(row, name)]
    return row.to_date is not None or not any(ending)


def _overlap_anywhere(rows: list[Fact]) -> bool:
    return any(overlap(one, other) for place, one in enumerate(rows) for other in rows[place + 1 :])


def _known_before(merge: Merge, rows: Iterable[Model]) -> set[int]:
    """Ids of those among the rows that were there when the two were merged."""
    rows = list(rows)
    if not rows:
        return set()
    past = cast(Any, type(rows[0])).history.filter(id__in=[row.pk for row in rows], act_id__lte=merge.act_id)
    return set(past.values_list("id", flat=True))


def _one_where_they_say_the_same(placements: list[Placement]) -> list[Placement]:
    """Where rows put side by side on one record would say the same over the same days, one of them, over all."""
    groups: dict[tuple[Side, type[Fact]], list[Placement]] = defaultdict(list)
    for placement in sorted(placements, key=lambda one: one.fact.pk is None):
        groups[placement.side, type(placement.fact)].append(placement)
    found: list[Placement] = []
    for group in groups.values():
        joined = combinations([one.fact for one in group], last_said={})
        instead = {id(row): one for one in joined for row in one.rows}
        found += [one for one in group if id(one.fact) not in instead]
        found += [_joined(one, group) for one in joined]
    return found


def _joined(combination: Combination, group: list[Placement]) -> Placement:
    first = next(one for one in group if one.fact is combination.kept)
    heard = next((one.heard for one in group if one.heard and any(one.fact is row for row in combination.rows)), None)
    return Placement(copy_of(combination.kept, **combination.values), first.side, first.how, heard)
