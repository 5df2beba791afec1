"""Writing facts: assert, confirm, change, correct, end, withdraw.

Every function writes inside the open act (`childindex.acts.act`, or `editing` below for one child's page) and refuses
otherwise. *Change* and *correct* answer different questions. A change says that a fact stopped being true: it is ended
and another begins. A correction says that the row was wrong: the row itself is mended; its history shows what it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from childindex import acts
from childindex.models import Act, Source, User
from registry import indexing
from registry.balance import keeping
from registry.models import Child, Confirmation, Fact, IndexEntry, SourceRecord
from registry.models.facts import kind_of

AnyFact = TypeVar("AnyFact", bound=Fact)

_lagging: ContextVar[bool] = ContextVar("index_lags", default=False)


KNOWN_BY_INDEX_NUMBER = """
    INSERT INTO registry_sourcerecord (source_id, reference, child_id)
    SELECT %(source)s, c.index_number, c.id FROM registry_child c
    WHERE c.id = ANY(%(children)s)
      AND NOT EXISTS (SELECT FROM registry_sourcerecord s WHERE s.source_id = %(source)s AND s.child_id = c.id)
    ORDER BY c.id ON CONFLICT DO NOTHING
"""
CONFIRM_ALL = """
    INSERT INTO registry_confirmation (kind, fact_id, source_record_id, day, act_id)
    SELECT DISTINCT said.kind, said.fact_id, whose.id, %(day)s::date, %(act)s::bigint
    FROM unnest(%(kinds)s::text[], %(facts)s::bigint[], %(children)s::bigint[]) AS said(kind, fact_id, child_id)
    JOIN LATERAL (
        SELECT id FROM registry_sourcerecord s
        WHERE s.source_id = %(source)s AND s.child_id = said.child_id ORDER BY id LIMIT 1
    ) whose ON true
"""


class CannotRecord(Exception):
    """What was asked cannot be written; the text is for the person who asked."""


class SavedMeanwhile(CannotRecord):
    """Somebody else saved this child since the page was opened."""

    def __init__(self, child: Child) -> None:
        super().__init__("Somebody else saved this record while you were working. Compare the two before you save.")
        self.child = child


@contextmanager
def editing(
    child: Child,
    *,
    revision: int | None = None,
    by: User | None,
    source: Source,
    reason_code: str,
    reason: str = "",
) -> Iterator[Act]:
    """An act on one child, locked from the start.

    `revision` is the one the page was built from: SavedMeanwhile is raised, and nothing written, if it has moved on.
    """
    with (
        transaction.atomic(),
        acts.act(by=by, source=source, reason_code=reason_code, reason=reason) as deed,
    ):
        locked = Child.objects.in_lock_order().get(pk=child.pk)
        if revision is not None and locked.revision != revision:
            raise SavedMeanwhile(locked)
        yield deed


def assert_fact(fact: AnyFact, *, reference: str = "") -> AnyFact:
    """Write a fact on the word of the open act's source, and confirm it; where it is already held, confirm that.

    `reference` is the source's own name for the child; the index number serves for those that have none.
    """
    deed = acts.current()
    held = _same_open_fact(fact)
    if held is None:
        fact.source = deed.source
        fact.full_clean(validate_unique=False)
        fact.save(force_insert=True)
        held = fact
    confirm(held, reference=reference)
    return held


def assert_or_confirm(fact: AnyFact) -> AnyFact:
    """Write a fact; where one of the same identity (school, arrangement) is open of the child, confirm that."""
    same = {name: getattr(fact, name) for name in type(fact).identity}
    held = type(fact)._default_manager.filter(child=fact.child_id, to_date=None, **same).first()
    if held is None:
        return assert_fact(fact)
    confirm(held)
    return cast(AnyFact, held)


def confirm(fact: Fact, *, reference: str = "", day: date | None = None) -> Confirmation:
    """Note that the open act's source repeats a fact on a day (the act's own unless said). Adds no history."""
    deed = acts.current()
    return Confirmation.objects.create(
        kind=kind_of(fact),
        fact_id=fact.pk,
        source_record=source_record(fact.child, reference=reference),
        day=day or timezone.localdate(deed.at),
        act=deed,
    )


def confirm_all(said: Collection[tuple[str, int, int]], *, day: date | None = None) -> int:
    """Note that the open act's source repeats these facts, each a kind, an id and the child's id; how many they are.

    Set-wise: for a class or a whole roll. Which of two facts that disagree leads may be another afterwards.
    """
    deed = acts.current()
    values: dict[str, Any] = {
        "source": deed.source_id,
        "act": deed.pk,
        "day": day or timezone.localdate(deed.at),
        "kinds": [kind for kind, _, _ in said],
        "facts": [fact_id for _, fact_id, _ in said],
        "children": [child_id for _, _, child_id in said],
    }
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_BY_INDEX_NUMBER, values)
        cursor.execute(CONFIRM_ALL, values)
        return int(cursor.rowcount)


def source_record(child: Child, *, reference: str = "") -> SourceRecord:
    """The child as the open act's source knows it, made if need be.

    Raises CannotRecord where the source's reference belongs to another child.
    """
    deed = acts.current()
    known_as = reference or child.index_number
    held = SourceRecord.objects.filter(source=deed.source, reference=known_as)
    record = held.filter(Q(child=child) | Q(child=None)).first()
    if record is None and held.exclude(child__in=IndexEntry.objects.filter(shielded=True).values("child")).exists():
        raise CannotRecord(f"{deed.source} knows another child by the reference {known_as}.")
    if record is None:
        return SourceRecord.objects.create(source=deed.source, reference=known_as, child=child)
    if record.child_id is None:
        record.child = child
        record.save(update_fields=["child"])
    return record


def change(fact: AnyFact, *, from_date: date, reference: str = "", **values: Any) -> AnyFact:
    """End a fact the day before `from_date` and begin the one that is true from then.

    Raises CannotRecord where the old fact had not begun by then or had already ended.
    """
    if fact.from_date and from_date <= fact.from_date:
        raise CannotRecord("The change must come after the day the earlier entry began. Was it never true? Correct it.")
    successor = _copy(fact, from_date=from_date, to_date=None, **values)
    end(fact, on=from_date - timedelta(days=1))
    return assert_fact(successor, reference=reference)


def correct(fact: AnyFact, *, reference: str = "", **values: Any) -> AnyFact:
    """Mend a row that was wrong, on the word of the open act's source, and confirm it as mended."""
    for name, value in values.items():
        setattr(fact, name, value)
    fact.source = acts.current().source
    fact.full_clean(validate_unique=False)
    fact.save(force_update=True)
    confirm(fact, reference=reference)
    return fact


def end(fact: AnyFact, *, on: date, **values: Any) -> AnyFact:
    """Say that `on` was the last day a fact held. `values` carries what goes with ending, such as a leaving ground.

    Raises CannotRecord for a day before the fact began.
    """
    if fact.from_date and on < fact.from_date:
        raise CannotRecord("The last day cannot be before the first.")
    for name, value in values.items():
        setattr(fact, name, value)
    fact.to_date = on
    fact.full_clean(validate_unique=False)
    fact.save(force_update=True)
    return fact


def withdraw(fact: Fact) -> None:
    """Take away a fact that was never true of this child. Its history stays."""
    fact.delete()


@contextmanager
def indexed_at_the_end() -> Iterator[None]:
    """Many acts in a row with one refresh of every child's index entry after the last, for building a whole index.

    Between the acts the index lags behind the facts: only where nobody else reads it, as when a city is built. Nobody
    has a line of the balance then, until the day is passed (`manage.py balance --publish`).
    """
    token = _lagging.set(True)
    try:
        yield
    finally:
        _lagging.reset(token)
    indexing.refresh(Child.objects.current().order_by("pk").values_list("pk", flat=True))


def account_for(deed: Act) -> None:
    """The last thing that every act does: whoever it concerns goes to the line of the balance where the facts are."""
    if not _lagging.get():
        keeping.follow(deed)


def close(deed: Act) -> None:
    """What every act does for the children it concerns, before it commits: lock, move the revision on, refresh."""
    if _lagging.get():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM registry_child WHERE id IN (SELECT subject_id FROM act_subjects)"
            " ORDER BY id FOR NO KEY UPDATE"
        )
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        cursor.execute("SELECT id FROM registry_historicalchild WHERE act_id = %s AND history_type = '+'", [deed.pk])
        made_now = {row[0] for row in cursor.fetchall()}
        seen_before = [pk for pk in ids if pk not in made_now]
        cursor.execute("UPDATE registry_child SET revision = revision + 1 WHERE id = ANY(%s)", [seen_before])
    indexing.refresh(ids)


def _same_open_fact(fact: AnyFact) -> AnyFact | None:
    """The open row that already says what `fact` says of the same child, if any."""
    said = {
        field.attname: getattr(fact, field.attname)
        for field in fact._meta.concrete_fields
        if field.name not in ("id", "source", "from_date", "to_date")
    }
    if fact.to_date is not None:
        return None
    return cast(AnyFact | None, type(fact)._default_manager.filter(to_date__isnull=True, **said).first())


def _copy(fact: AnyFact, **values: Any) -> AnyFact:
    kept = {field.name: getattr(fact, field.name) for field in fact._meta.concrete_fields if field.name != "id"}
    return type(fact)(**{**kept, **values})
