"""A child's history: one entry for each deed, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Field, Model, Q
from django.utils import timezone

from childindex.models import Act
from registry.disclosure.context import Context
from registry.disclosure.records import label_of
from registry.disclosure.shielding import shielded_among
from registry.disclosure.views import ActEntry, ChangeView, FieldChange
from registry.models import (
    Address,
    Care,
    Carer,
    Child,
    EducationArrangement,
    Enrolment,
    Identifier,
    Merge,
    Name,
    Pin,
    Practice,
    Registration,
    Residence,
    School,
    Shield,
)

OWN: tuple[type[Model], ...] = (
    Name,
    Identifier,
    Residence,
    Care,
    Enrolment,
    EducationArrangement,
    Registration,
    Pin,
    Shield,
)
HEADINGS: dict[str, str] = {
    "child": "Record",
    "name": "name",
    "identifier": "",
    "residence": "Home",
    "care": "Carer",
    "enrolment": "School",
    "educationarrangement": "Education arrangement",
    "registration": "GP practice",
    "pin": "Pin",
    "shield": "Shield",
    "carer": "Carer's details",
    "address": "Address as written",
}
NOT_TOLD = {"id", "child", "source"}


def history(child: Child, *, to: Context) -> list[ActEntry]:
    """Everything that happened to a child's record, newest first, in a fixed number of queries.

    Empty behind a shield: when and by whom a hidden fact was written is as telling as the fact. Raises NotDisclosed for
    one of the person's own family; what was once a relative's is left out of another child's.
    """
    to.refuse_family(child)
    if shielded_among([child.pk]) and not to.may_see_shielded:
        return []
    rows = _readable(_rows(child), child, to)
    names = _names_of_related(rows)
    changes: dict[int, list[ChangeView]] = defaultdict(list)
    for versions in rows.values():
        for before, after in zip([None, *versions], versions, strict=False):
            told = _told(before, after, names, child)
            if told is not None:
                changes[after.act_id].append(told)
    for act_id, joined in _joinings(child, to):
        changes[act_id].insert(0, joined)
    for model, pk in names:
        if model is Child:
            to.hand_out(pk)
    to.hand_out(child.pk)
    return _entries(changes, to)


def _joinings(child: Child, to: Context) -> Iterator[tuple[int, ChangeView]]:
    """The acts by which another record and this one became one, and by which they were taken apart again."""
    mine = Merge.objects.filter(Q(survivor=child) | Q(superseded=child)).defer("manifest")
    found = list(mine.select_related("survivor", "superseded").order_by("pk"))
    others = {pk for one in found for pk in (one.survivor_id, one.superseded_id)} - {child.pk}
    hidden = _hidden_of(others, to)
    for one in found:
        survives = one.survivor_id == child.pk
        other = one.superseded if survives else one.survivor
        if other.pk in hidden:
            continue
        to.hand_out(other.pk)
        label = f"Record {other}" if survives else "Record"
        whither = "this one" if survives else f"{other}"
        yield one.act_id, ChangeView(kind="merge", label=label, verb=f"merged into {whither}", old="", new="")
        if one.undone_by_id:
            verb = f"taken apart from {whither}"
            yield one.undone_by_id, ChangeView(kind="merge", label=label, verb=verb, old="", new="")


def _readable(rows: dict[tuple[str, int], list[Any]], child: Child, to: Context) -> dict[tuple[str, int], list[Any]]:
    """The rows without those that are or once were of another child, whom a shield hides from this person."""
    others = {row.child_id for versions in rows.values() for row in versions if hasattr(row, "child_id")} - {child.pk}
    hidden = _hidden_of(others, to)
    return {
        key: versions
        for key, versions in rows.items()
        if not any(getattr(row, "child_id", None) in hidden for row in versions)
    }


def _hidden_of(others: set[int], to: Context) -> set[int]:
    """Those of other children of whom nothing is told here: behind a shield, or of the reader's own family."""
    behind = shielded_among(others) if others and not to.may_see_shielded else set()
    return behind | (others & to.family)


def _rows(child: Child) -> dict[tuple[str, int], list[Any]]:
    """Every version of every row that is or was the child's, by the row, oldest first."""
    found: dict[tuple[str, int], list[Any]] = defaultdict(list)
    cares = child.cares.values("carer_id")
    carers = Carer.history.filter(id__in=cares)
    addresses = Address.history.filter(id__in=child.residences.values("address_id"))
    histories = [model.history for model in OWN]  # type: ignore[attr-defined]
    own = [past.filter(id__in=past.filter(child_id=child.pk).values("id")) for past in histories]
    for past in (Child.history.filter(id=child.pk), *own, carers, addresses):
        for row in past.order_by("history_date", "history_id"):
            found[type(row).instance_type._meta.model_name, row.id].append(row)
    return found


def _names_of_related(rows: dict[tuple[str, int], list[Any]]) -> dict[tuple[type[Model], int], str]:
    """What to call the schools, practices, addresses, carers and records that the rows point at: a query a kind."""
    wanted: dict[type[Model], set[int]] = {School: set(), Practice: set(), Address: set(), Carer: set(), Child: set()}
    for versions in rows.values():
        for field in type(versions[0]).instance_type._meta.concrete_fields:
            if field.related_model in wanted:
                wanted[field.related_model] |= {getattr(row, field.attname) for row in versions} - {None}
    return {
        (model, pk): str(row)
        for model, ids in wanted.items()
        for pk, row in model._default_manager.in_bulk(ids).items()
    }


def _told(before: Any, after: Any, names: dict[tuple[type[Model], int], str], child: Child) -> ChangeView | None:
    """What one history row says of this child: nothing while the row was of another record, that it came, or went."""
    was, is_now = (_owner(row, child) for row in (before, after))
    if child.pk not in (was, is_now):
        return None
    came, went = was not in (child.pk, None), is_now != child.pk
    if not came and not went:
        return _change(before, after, names)
    text = _with_dates(after, _text(after, names))
    other = names.get((Child, (was if came else is_now) or 0), "another record")
    old, new = (other, text) if came else (text, other)
    return ChangeView(
        kind=type(after).instance_type._meta.model_name,
        label=_label(after),
        verb="moved here" if came else "moved away",
        old=old,
        new=new,
    )


def _owner(row: Any, child: Child) -> int | None:
    """Whose a row was; what several children share counts as the child's own."""
    return None if row is None else getattr(row, "child_id", child.pk)


def _is_written_alike(before: Any, after: Any) -> bool:
    """Whether an address differs in nothing but where it lies: its ward and town may come from what is hidden."""
    parts = ("saon", "paon", "street", "locality", "postcode", "kind")
    return all(getattr(before, name) == getattr(after, name) for name in parts)


def _change(before: Any, after: Any, names: dict[tuple[type[Model], int], str]) -> ChangeView | None:
    """What one history row says, given the version before it."""
    kind = type(after).instance_type._meta.model_name
    if kind in ("carer", "address") and (before is None or after.history_type == "+"):
        return None
    if kind == "address" and _is_written_alike(before, after):
        return None
    text = _text(after, names)
    label = _label(after)
    if after.history_type == "+":
        return ChangeView(kind=kind, label=label, verb="added", old="", new=_with_dates(after, text))
    if after.history_type == "-":
        return ChangeView(kind=kind, label=label, verb="removed", old=text, new="")
    fields = _fields(before, after, names) if before is not None else ()
    old = _text(before, names) if before is not None else ""
    verb = "ended" if [one.label for one in fields][:1] == ["to"] and not fields[0].old else "changed"
    if verb == "ended":
        last = fields[0].new
        return ChangeView(kind=kind, label=label, verb=verb, old=f"{text}, last day {last}", new="", fields=fields)
    return ChangeView(kind=kind, label=label, verb=verb, old=old, new=text, fields=fields)


def _label(row: Any) -> str:
    kind = type(row).instance_type._meta.model_name
    heading = HEADINGS[kind]
    said = label_of(row.instance) if kind in ("name", "identifier") else ""
    return f"{said} {heading}".strip() or heading


def _text(row: Any, names: dict[tuple[type[Model], int], str]) -> str:
    """What a row says, with the names of what it points at and not a query for each."""
    match type(row).instance_type._meta.model_name:
        case "residence":
            return names.get((Address, row.address_id)) or row.instance.get_standing_display()
        case "care":
            return f"{names.get((Carer, row.carer_id), 'carer')} ({row.instance.get_kind_display().lower()})"
        case "enrolment":
            return names.get((School, row.school_id), "school")
        case "registration":
            return names.get((Practice, row.practice_id), "practice")
        case "child":
            return str(row.index_number)
        case "pin":
            return str(row.instance.get_slot_display())
    return str(row.instance)


def _with_dates(row: Any, text: str) -> str:
    start = getattr(row, "from_date", None)
    end = getattr(row, "to_date", None)
    since = f", from {_words(start)}" if start else ""
    until = f", to {_words(end)}" if end else ""
    return f"{text}{since}{until}"


def _fields(before: Any, after: Any, names: dict[tuple[type[Model], int], str]) -> tuple[FieldChange, ...]:
    changed = []
    for field in type(after).instance_type._meta.concrete_fields:
        if field.name in NOT_TOLD or not hasattr(after, field.attname):
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            changed.append(
                FieldChange(label=str(field.verbose_name), old=_said(field, old, names), new=_said(field, new, names))
            )
    return tuple(sorted(changed, key=lambda one: one.label != "to"))


def _said(field: Field, value: Any, names: dict[tuple[type[Model], int], str]) -> str:
    if value is None or value == "":
        return ""
    if field.related_model:
        return names.get((field.related_model, value), str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _words(value)


def _words(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.day} {value:%B %Y}"
    return str(value)


def _entries(changes: dict[int, list[ChangeView]], to: Context) -> list[ActEntry]:
    deeds = Act.objects.filter(pk__in=changes).select_related("by", "source", "undone_by").order_by("-at", "-pk")
    joining = Merge.objects.filter(Q(act__in=changes) | Q(undone_by__in=changes))
    never_undone = {pk for pair in joining.values_list("act", "undone_by") for pk in pair}
    return [
        ActEntry(
            act_id=deed.pk,
            at=timezone.localtime(deed.at),
            by_name=deed.by.full_name if deed.by else "",
            source_name=deed.source.name,
            reason_code=deed.reason_code,
            reason=deed.reason,
            changes=tuple(changes[deed.pk]),
            may_undo=deed.by_id is not None
            and deed.by_id == to.user.pk
            and not _is_undone(deed)
            and deed.pk not in never_undone
            and to.may("edit_child"),
            undoes=None if deed.pk in never_undone else deed.undoes_id,
            undone=_is_undone(deed),
        )
        for deed in deeds
    ]


def _is_undone(deed: Act) -> bool:
    return getattr(deed, "undone_by", None) is not None
