"""Undoing one's own act, where nothing has built on it.

The history rows that an act left say what to do: rows it added are taken away, rows it changed become what they were,
rows it removed are put back. That holds for every recorded table alike. The undo is an act itself and names the one it
undoes, so that the confirmations made in that one count no more.

Refused, with sentences that name what stands in the way, where a row is no longer as the act left it, where a source
has confirmed it since, where a later fact or pin rests on it, and to anyone but the person who did it. An address or a
carer that the act described stays if anything else has come to use it; so does the source's own reference for the
child.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.db.models import PROTECT, ForeignObjectRel, Model, ProtectedError, Q
from django.utils import timezone

from childindex import words
from childindex.acts import act
from childindex.models import Act, Source, User
from childindex.recorded import HistoryRow
from registry import conflicts, indexing, precedence
from registry.disclosure import shielded_among
from registry.models import Child, Delivery, Fact, FactKind, Merge, Pin, Said, ShieldedFinding, SourceRecord
from registry.recording import CannotRecord

REASON_CODE, APPLIED = "undone", "applied_a_file"


class CannotUndo(CannotRecord):
    """The act stays as it is; the text says what stands in the way."""


@dataclass(frozen=True)
class Step:
    """What undoing does to one table: ids to take away, rows to make what they were, rows to put back."""

    model: type[Model]
    added: frozenset[int]
    changed: tuple[Model, ...]
    removed: tuple[Model, ...]

    @property
    def touched(self) -> set[int]:
        """Ids of the rows that stand now and that the act wrote."""
        return {*self.added, *(row.pk for row in self.changed)}

    @property
    def is_shared(self) -> bool:
        """Whether the rows may serve several children: an address, a carer, a school."""
        return self.model is not Child and not any(one.name == "child" for one in self.model._meta.fields)


@dataclass(frozen=True)
class Plan:
    """What undoing an act would do, parents before what refers to them, and what stands in the way of it."""

    deed: Act
    steps: tuple[Step, ...]
    child_ids: frozenset[int]
    obstacles: tuple[str, ...]


@dataclass
class Chain:
    """Every version of one row, oldest first, cut where the act begins and ends."""

    before: list[Any] = field(default_factory=list)
    own: list[Any] = field(default_factory=list)
    after: list[Any] = field(default_factory=list)

    def add(self, row: Any, deed: Act) -> None:
        part = self.own if row.act_id == deed.pk else self.after if self.own else self.before
        part.append(row)

    @property
    def existed(self) -> bool:
        return self.own[0].history_type != "+"

    @property
    def exists(self) -> bool:
        return self.own[-1].history_type != "-"

    @property
    def is_forgotten(self) -> bool:
        """Whether retention has removed what the row was before the act."""
        return self.existed and not self.before

    @property
    def is_built_on(self) -> bool:
        """Whether the row is no longer as the act left it; a later change that was itself undone does not count."""
        return bool(self.after) and _state(self.after[-1]) != _state(self.own[-1])


def plan(deed: Act, *, by: User) -> Plan:
    """Decide what undoing would do, for the person asking; nothing is written."""
    chains = {model: _chains(model, deed) for model in _parents_first(_recorded_models())}
    steps = tuple(_step(model, found) for model, found in chains.items() if found)
    children = frozenset(_children(chains))
    refused = _refusals(deed, children, by)
    obstacles = refused or tuple(dict.fromkeys(_obstacles(deed, chains, steps)))
    return Plan(deed=deed, steps=steps, child_ids=children, obstacles=obstacles)


def undo(deed: Act, *, by: User, reason: str) -> Act:
    """Undo an act of `by`, all of it or nothing. Raises CannotUndo."""
    first = _without_obstacles(plan(deed, by=by))
    try:
        with act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=reason, undoes=deed) as reversal:
            list(Child.objects.in_lock_order().filter(pk__in=first.child_ids))
            _carry_out(_without_obstacles(plan(deed, by=by)))
    except (IntegrityError, ProtectedError) as error:
        raise CannotUndo(
            "Something recorded since stands in the way. Look at the history and undo that first."
        ) from error
    return reversal


def _recorded_models() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models()
        if hasattr(model, "history") and issubclass(model.history.model, HistoryRow)
    ]


def _parents_first(models: list[type[Model]]) -> list[type[Model]]:
    """The models in an order in which each comes after those it refers to."""
    ordered: dict[type[Model], None] = {}

    def visit(model: type[Model]) -> None:
        for one in model._meta.fields:
            related = one.related_model
            if related in models and related is not model and related not in ordered:
                visit(related)
        ordered.setdefault(model)

    for model in models:
        visit(model)
    return list(ordered)


def _chains(model: type[Model], deed: Act) -> dict[int, Chain]:
    """Every version of each row that the act wrote, by the row's id."""
    past = model.history.model  # type: ignore[attr-defined]
    written = past.objects.filter(act_id=deed.pk).values("id")
    chains: dict[int, Chain] = defaultdict(Chain)
    for row in past.objects.filter(id__in=written).order_by("history_id"):
        chains[row.id].add(row, deed)
    return dict(chains)


def _step(model: type[Model], chains: dict[int, Chain]) -> Step:
    stays = model is SourceRecord
    known = [chain for chain in chains.values() if chain.existed and not chain.is_forgotten]
    added = [pk for pk, chain in chains.items() if chain.exists and not chain.existed and not stays]
    changed = [chain.before[-1].instance for chain in known if chain.exists]
    removed = [chain.before[-1].instance for chain in known if not chain.exists]
    return Step(model=model, added=frozenset(added), changed=tuple(changed), removed=tuple(removed))


def _children(chains: dict[type[Model], dict[int, Chain]]) -> Iterator[int]:
    """Ids of the children whose own rows the act wrote."""
    for model, found in chains.items():
        for pk, chain in found.items():
            if model is Child:
                yield pk
            yield from {row.child_id for row in (*chain.before, *chain.own) if getattr(row, "child_id", None)}


def _refusals(deed: Act, children: frozenset[int], by: User) -> tuple[str, ...]:
    if deed.by_id is None or deed.by_id != by.pk:
        return ("Only the person who did this can undo it.",)
    if Merge.objects.filter(Q(act=deed) | Q(undone_by=deed)).exists():
        return ("This joined two records or took them apart. Merge or unmerge them, which asks about what came since.",)
    if deed.undoes_id:
        return ("This was itself an undo. Make the change again instead.",)
    if Act.objects.filter(undoes=deed).exclude(finished_at=None).exists():
        return ("This has been undone already.",)
    if deed.reason_code == APPLIED or Delivery.objects.filter(Q(act=deed) | Q(further_acts__act=deed)).exists():
        return ("This applied a file. Undo the whole file, which asks about what came since.",)
    if closed := conflicts.closed_to(by, children):
        return (closed,)
    if shielded_among(children) and not by.may("see_shielded"):
        return ("A record that this concerned is shielded now. Ask the index team to undo it.",)
    return ()


def _obstacles(deed: Act, chains: dict[type[Model], dict[int, Chain]], steps: tuple[Step, ...]) -> Iterator[str]:
    if any(chain.is_forgotten for found in chains.values() for chain in found.values()):
        yield "What the record said before is no longer kept."
    yield from _changed_since(chains)
    for step in steps:
        yield from _confirmed_since(deed, step)
        yield from _pinned_since(deed, step)
        if step.model is Child:
            yield from _recorded_since(step, steps, made=set(chains.get(SourceRecord, {})))


def _changed_since(chains: dict[type[Model], dict[int, Chain]]) -> Iterator[str]:
    built_on = [chain for found in chains.values() for chain in found.values() if chain.is_built_on]
    deeds = Act.objects.select_related("by", "source").in_bulk([chain.after[-1].act_id for chain in built_on])
    for chain in built_on:
        verb = "removed" if chain.after[-1].history_type == "-" else "changed"
        yield f"{_named(chain.own[-1].instance)} has been {verb} since, {_when(deeds[chain.after[-1].act_id])}."


def _confirmed_since(deed: Act, step: Step) -> Iterator[str]:
    """A source has repeated what the act wrote."""
    kind = str(step.model._meta.model_name)
    later = Said.objects.filter(kind=kind, fact_id__in=step.touched, act_id__gt=deed.pk)
    rows = step.model._base_manager.in_bulk(later.values_list("fact_id", flat=True)) if kind in FactKind else {}
    for found in later.select_related("act__by", "act__source").order_by("-day") if rows else ():
        named, day = _named(rows[found.fact_id]), words.day(found.day)
        yield f"{named} has been confirmed since by {found.act.source}, on {day}."


def _pinned_since(deed: Act, step: Step) -> Iterator[str]:
    """An officer has made a fact lead that the act added."""
    slots = [slot for slot, place in precedence.PLACES.items() if place.kind == step.model._meta.model_name]
    own = Pin.history.filter(act_id=deed.pk).values("id")
    pins = Pin.objects.filter(slot__in=slots, fact_id__in=step.added).exclude(pk__in=own)
    for pin in pins if slots and step.added else ():
        yield f"The fact that leads this child's {pin.get_slot_display().lower()} was added by this act and is pinned."


def _recorded_since(step: Step, steps: tuple[Step, ...], *, made: set[int]) -> Iterator[str]:
    """Something else rests on a record that the act made: what it is, where everybody may read that."""
    own = {other.model: other.added for other in steps} | {SourceRecord: made}
    for model, column in referring(Child) if step.added else ():
        rows = model._base_manager.filter(**{f"{column}__in": step.added}).exclude(pk__in=own.get(model, ()))
        if rows.exists():
            kind = _kind(model) if issubclass(model, Fact) else "Something else"
            yield f"{kind} has been recorded for this child since."


def referring(model: type[Model]) -> list[tuple[type[Model], str]]:
    """The tables that keep rows of `model` from being removed, with the column by which they do.

    What custodians know of a record keeps it from nothing: that it stayed would tell others of it.
    """
    relations = [one for one in model._meta.get_fields(include_hidden=True) if isinstance(one, ForeignObjectRel)]
    found = [(one.field.model, one.field.name) for one in relations if one.on_delete is PROTECT]
    return [(table, column) for table, column in found if table is not ShieldedFinding]


def let_go_of(child_ids: Collection[int]) -> None:
    """Before records are removed: the source's references are nobody's, and findings are of no such record."""
    SourceRecord.objects.filter(child__in=child_ids).update(child=None)
    ShieldedFinding.objects.filter(other__in=child_ids).update(other=None)


def _without_obstacles(plan: Plan) -> Plan:
    if plan.obstacles:
        raise CannotUndo(" ".join(plan.obstacles))
    return plan


def _carry_out(plan: Plan) -> None:
    parents = {related for step in plan.steps for related in (one.related_model for one in step.model._meta.fields)}
    for step in plan.steps:
        if step.model in parents:
            _put_back(step)
    for step in reversed(plan.steps):
        _take_away(step)
        _make_what_it_was(step)
        if step.model not in parents:
            _put_back(step)


def _take_away(step: Step) -> None:
    if not step.added:
        return
    ids = step.added - _in_use(step) if step.is_shared else step.added
    if step.model is Child:
        let_go_of(ids)
    step.model._base_manager.filter(pk__in=ids).delete()
    if step.model is Child:
        indexing.refresh(sorted(ids))


def _in_use(step: Step) -> set[int]:
    """Rows the act added that something still refers to."""
    found: set[int] = set()
    for model, column in referring(step.model):
        rows = model._base_manager.filter(**{f"{column}__in": step.added})
        found |= set(rows.values_list(f"{column}_id", flat=True))
    return found


def _make_what_it_was(step: Step) -> None:
    if step.changed:
        step.model._base_manager.bulk_update(step.changed, _kept(step.model), batch_size=500)


def _put_back(step: Step) -> None:
    if step.removed:
        step.model._base_manager.bulk_create(step.removed, batch_size=500)


def _kept(model: type[Model]) -> list[str]:
    """The columns that history keeps, but the key."""
    past = {one.name for one in model.history.model._meta.concrete_fields}  # type: ignore[attr-defined]
    return [one.name for one in model._meta.concrete_fields if one.name in past and not one.primary_key]


def _state(row: Any) -> tuple[Any, ...] | None:
    """What a history row says the row was; None for a removed one."""
    if row.history_type == "-":
        return None
    columns = type(row).instance_type._meta.concrete_fields
    return tuple(getattr(row, one.attname) for one in columns if hasattr(row, one.attname))


def _named(row: Model) -> str:
    return f"{_kind(type(row))} ({row})"


def _kind(model: type[Model]) -> str:
    name = str(model._meta.model_name)
    return str(FactKind(name).label) if name in FactKind else str(model._meta.verbose_name).capitalize()


def _when(deed: Act) -> str:
    whom = deed.by.full_name if deed.by else deed.source.name
    return f"on {words.day(timezone.localtime(deed.at).date())} by {whom}"
