"""Which rows of a file somebody may be shown, what they come to, and under which numbers: counted over those alone.

A file is itself a disclosure: that a shielded child stands in a school's or a practice's list says where the child is.
To everybody but its sender and the custodians such a row is not there: not listed, not counted, and no gap in the
numbers of the rows beside it; and a file that has no other rows is not there either. Its sender reads of it what the
sender wrote, and that it was received. The same holds of rows about somebody's own family.

Until a file is compared nobody knows whose turn its rows are, and so nobody else knows of the file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value

from childindex.models import User
from registry.disclosure import Context, everybody_shielded
from registry.intake.senders import is_sender
from registry.models import Delivery, DeliveryRow, IndexEntry, Outcome, Stage

ABSENT, MOST_DIGITS = "absent", 9
COMPARED = (Stage.COMPARED, Stage.HELD, Stage.APPLIED, Stage.UNDONE)
UNREADABLE = Q(number__isnull=False) & (~Q(problems=[]) | Q(outcome=Outcome.REFUSED, decided_by=None))
"""Rows of a file with something that could not be read, or of which nothing could."""


class CouldMean(Func):
    """Whether one of a row's candidates is among some records: `CouldMean("candidates", ids)`."""

    template = "EXISTS (SELECT 1 FROM jsonb_array_elements(%(expressions)s))"
    arg_joiner = ") AS could WHERE (could ->> 0)::bigint = ANY("
    output_field = BooleanField()

    def __init__(self, candidates: str, ids: Iterable[int]) -> None:
        super().__init__(F(candidates), Value(sorted(ids), output_field=ArrayField(BigIntegerField())))


class Reading:
    """One file as one person may read it."""

    def __init__(self, delivery: Delivery, to: Context) -> None:
        self.delivery, self.to = delivery, to
        self.is_own = isinstance(to.user, User) and is_sender(to.user, delivery)
        self.sees_all = to.may_see_shielded

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Ids of the rows of which this person may not know what they come to."""
        return frozenset(self.delivery.all_rows.filter(not_for(self.to)).values_list("pk", flat=True))

    @cached_property
    def _left_out(self) -> list[int]:
        """The numbers of the rows that are not there for this person, in order."""
        if self.is_own or not self.hidden:
            return []
        found = self.delivery.all_rows.filter(pk__in=self.hidden, number__isnull=False)
        return sorted(number or 0 for number in found.values_list("number", flat=True))

    @property
    def rows(self) -> QuerySet[DeliveryRow]:
        """The rows whose outcome this person may know, in the file's order, and then who is missing from it."""
        return self.delivery.all_rows.exclude(pk__in=self.hidden).order_by("number", "pk")

    @property
    def received(self) -> QuerySet[DeliveryRow]:
        """The sender's own rows of which the sender learns that they were received, and no more."""
        if not self.is_own:
            return self.delivery.all_rows.none()
        return self.delivery.all_rows.filter(pk__in=self.hidden, number__isnull=False).order_by("number", "pk")

    def number(self, number: int) -> int:
        """The number of a row as this person counts the file's rows."""
        return number - bisect_left(self._left_out, number)

    def key(self, row: DeliveryRow) -> str:
        """By which a row stands in addresses: its number for this person, or whose absence it is."""
        if row.number is not None:
            return str(self.number(row.number))
        return row.child.index_number if row.child else ""

    def by_key(self, key: str) -> DeliveryRow | None:
        """The row of an address: one that this person may decide, or an own one that was received."""
        rows = (self.rows | self.received).select_related("child", "asked_of", "decided_by")
        if not (key.isascii() and key.isdigit() and len(key) <= MOST_DIGITS):
            return rows.filter(number=None, child__index_number=key).first()
        number = int(key)
        for left_out in self._left_out:
            number += left_out <= number
        return rows.filter(number=number).first()

    @property
    def size(self) -> int:
        """How many rows the file has for this person."""
        return self.delivery.rows - len(self._left_out)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows come to each outcome, and how many children are absent."""
        counted = dict(self.rows.order_by().exclude(number=None).values_list("outcome").annotate(Count("pk")))
        found = {str(outcome): counted.get(outcome, 0) for outcome in Outcome.values}
        found[Outcome.RECEIVED] += self.received.count()
        return {**found, ABSENT: self.rows.filter(number=None).count()}

    @property
    def unreadable(self) -> QuerySet[DeliveryRow]:
        """The rows with something that could not be read, as far as this person may be shown what that is.

        The sentence repeats the cell, and a column that was taken for another may hold anything. Until rows are
        compared nobody knows whom they mean: then they are the sender's and the custodians'.
        """
        if self.is_own:
            return self.delivery.all_rows.filter(UNREADABLE).order_by("number", "pk")
        found = self.rows.filter(UNREADABLE)
        return found if self.sees_all or self.delivery.stage in COMPARED else found.none()


def not_for(to: Context) -> Q:
    """Rows of which somebody may not know what they come to: of their own family, and behind a shield."""
    family = _about(to.family) if to.family else Q(pk__in=[])
    return family if to.may_see_shielded else family | behind_a_shield()


def behind_a_shield() -> Q:
    """Rows that custodians alone read: theirs from the beginning, or about a child who was shielded since."""
    return Q(for_custodians=True) | _about(everybody_behind())


def _about(children: Collection[int]) -> Q:
    """Rows that are of these children, or wait for a person and could be."""
    return Q(child__in=children) | Q(Q(outcome=Outcome.TO_DECIDE) & Q(CouldMean("candidates", children)))


def everybody_behind() -> set[int]:
    """Ids of all records that a shield covers, however often they were merged, and those that one will cover."""
    return everybody_shielded() | set(IndexEntry.objects.filter(shielded=True).values_list("child_id", flat=True))


def files_for(to: Context) -> QuerySet[Delivery]:
    """The files of which somebody may know: their own, and others that have rows for them once they are compared.

    A file that nobody could read has no rows: it is shown to whoever mends how a feed's columns are read.
    """
    if to.may_see_shielded:
        return Delivery.objects.all()
    open_rows = DeliveryRow.objects.filter(delivery=OuterRef("pk")).exclude(not_for(to))
    others = Q(stage__in=COMPARED) & Exists(open_rows)
    return Delivery.objects.filter(Q(received_by=to.user.pk) | others | Q(stage=Stage.REFUSED))


def asking(rows: QuerySet[DeliveryRow]) -> QuerySet[DeliveryRow]:
    """Those that wait for a person: what was put off comes last."""
    return rows.filter(outcome=Outcome.TO_DECIDE).order_by(F("put_off_at").asc(nulls_first=True), "number", "pk")


def counted_for(files: Iterable[Delivery], to: Context) -> dict[int, tuple[int, int]]:
    """How many rows each of some files has for somebody, and how many of them ask, by the id of the file."""
    listed = {one.pk: one for one in files}
    theirs = DeliveryRow.objects.filter(delivery__in=listed).exclude(not_for(to))
    counted = theirs.values_list("delivery").annotate(
        number_of=Count("pk", filter=Q(number__isnull=False)), asking=Count("pk", filter=Q(outcome=Outcome.TO_DECIDE))
    )
    found = dict.fromkeys(listed, (0, 0)) | {pk: (number, asking) for pk, number, asking in counted}
    own = {pk for pk, one in listed.items() if one.received_by_id == to.user.pk}
    return {pk: (listed[pk].rows if pk in own else number, asking) for pk, (number, asking) in found.items()}


def asking_for(to: Context) -> QuerySet[DeliveryRow]:
    """The rows that ask, of the file of an outer query, as far as somebody may know of them."""
    return DeliveryRow.objects.filter(delivery=OuterRef("pk"), outcome=Outcome.TO_DECIDE).exclude(not_for(to))


def told_of(files: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The files that count for the order of others: those that have rows for everybody.

    That a file came which holds rows for custodians alone is told to nobody, not by a refusal to undo another either.
    """
    return files.filter(Exists(DeliveryRow.objects.filter(delivery=OuterRef("pk")).exclude(behind_a_shield())))
