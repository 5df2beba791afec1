"""What every dated fact about a child has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar, Self, TypeVar, cast

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.models import Source
from childindex.recorded import Door, recorded
from registry.dates.holding import holds_on, true_on


class FactQuerySet(models.QuerySet):
    """Phrases that hold for facts of every kind."""

    def open(self) -> Self:
        """Facts that nobody has ended."""
        return self.filter(to_date__isnull=True)

    def true_on(self, day: date) -> Self:
        """Facts true on `day`; both dates are inclusive, and a fact without a start is taken to have held before."""
        return self.filter(true_on(day))


class Fact(models.Model):
    """Something a source says is true of one child, between two dates.

    Both dates are inclusive: a leaving date is the last day on roll. No start means that it is not known; no end, that
    the fact still holds.
    """

    child = models.ForeignKey("registry.Child", on_delete=models.PROTECT, related_name="%(class)ss")
    from_date = models.DateField(_("from"), null=True, blank=True)
    to_date = models.DateField(_("to"), null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False, related_name="+")

    objects: ClassVar[Any] = FactQuerySet.as_manager()
    identity: ClassVar[tuple[str, ...]] = ()
    """The columns that, with the child, make two rows say the same; see `fact`."""

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                name="%(class)s_ends_after_it_starts",
                condition=Q(to_date__gte=F("from_date")),
                violation_error_message=_("The last day cannot be before the first."),
            )
        ]

    def is_true_on(self, day: date) -> bool:
        """Whether the fact holds on `day`."""
        return holds_on(self.from_date, self.to_date, day)

    @property
    def is_open(self) -> bool:
        return self.to_date is None


SUBJECT = "SELECT child_id FROM {rows}"
ModelClass = TypeVar("ModelClass", bound=type[models.Model])


def kind_of(fact: Fact | type[Fact]) -> str:
    """The kind of a fact: the name of its model, as `FactKind` lists them."""
    return str(fact._meta.model_name)


def fact(*, identity: Iterable[str]) -> Callable[[ModelClass], ModelClass]:
    """Make a model a recorded table of facts, in which the same fact never holds twice over the same days.

    `identity` names the columns that, with the child, make two rows say the same. Different facts may well overlap:
    that is a conflict to show.
    """

    def register(model: ModelClass) -> ModelClass:
        cast(Any, model).identity = tuple(identity)
        for name, operation in (("inserted", pgtrigger.Insert), ("updated", pgtrigger.Update)):
            Door(
                name=f"said_once_when_{name}",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=pgtrigger.Referencing(new="new_rows"),
                procedure="registry_said_once",
                arguments=lambda model: identity,
            ).register(cast(Any, model))
        return recorded(subjects=SUBJECT)(model)

    return register
