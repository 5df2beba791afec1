"""The database's half of the door for writing: the triggers that every recorded table carries.

A recorded table refuses any write outside an open act (`childindex.acts.act`), and each statement that changes it, by
whatever route it comes (save, update, bulk, COPY, plain SQL), leaves its history rows in the same transaction, stamped
with the act and the act's one moment. History rows, once written, are refused every change.

The functions the triggers call are in `childindex/migrations/0001_initial.py`; the triggers name their table's columns
as arguments, so a new column changes the trigger and `makemigrations --check` notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

import pgtrigger
from django.db import models
from simple_history.models import HistoricalRecords

ModelClass = TypeVar("ModelClass", bound=type[models.Model])


class HistoryRow(models.Model):
    """What a recorded row was, as one act left it. Written by trigger alone."""

    act = models.ForeignKey("childindex.Act", on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        abstract = True


class WrittenByTrigger(HistoricalRecords):
    """django-simple-history's model and reading, without its writing on signals."""

    def create_historical_record(self, instance: models.Model, history_type: str, using: str | None = None) -> None:
        """The trigger has written it already."""


def history(*, excluded: Iterable[str] = ()) -> HistoricalRecords:
    """The history model of a recorded table, written by trigger; `excluded` columns are no part of what is true."""
    return WrittenByTrigger(
        bases=[HistoryRow],
        excluded_fields=list(excluded),
        history_id_field=models.BigAutoField(primary_key=True),
    )


class Door(pgtrigger.Trigger):
    """A trigger that runs one of the door's functions directly, so that `pgtrigger.ignore` cannot go round it."""

    def __init__(
        self, *, procedure: str, arguments: Callable[[type[models.Model]], Iterable[str]], **options: Any
    ) -> None:
        self.procedure = procedure
        self.arguments = arguments
        super().__init__(func="RETURN NULL;", **options)

    def render_execute(self, model: Any) -> str:
        quoted = ", ".join("'" + argument.replace("'", "''") + "'" for argument in self.arguments(model))
        return f"{self.procedure}({quoted})"


def gated() -> list[pgtrigger.Trigger]:
    """Refuse to write outside an open act, and to TRUNCATE at all."""
    return [
        Door(
            name="only_in_an_act",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
            procedure="childindex_only_in_an_act",
            arguments=lambda model: [],
        )
    ]


def append_only(*, but: str = "") -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE except inside a recorded purge; `but` names a function allowing more."""
    refused = pgtrigger.Delete | pgtrigger.Truncate
    triggers: list[pgtrigger.Trigger] = [
        Door(
            name="append_only",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=refused if but else refused | pgtrigger.Update,
            procedure="childindex_append_only",
            arguments=lambda model: [],
        )
    ]
    if but:
        triggers.append(
            Door(
                name="only_finished",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                procedure=but,
                arguments=lambda model: [],
            )
        )
    return triggers


def unfinished_acts() -> pgtrigger.Trigger:
    """Refuse to commit an act that was never finished, and so whose index entries were never refreshed."""
    return Door(
        name="finished_by_commit",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        procedure="childindex_act_is_finished",
        arguments=lambda model: [],
    )


def recorded(*, subjects: str = "", also_of_new: bool = True) -> Callable[[ModelClass], ModelClass]:
    """Make a model a recorded table.

    `subjects` is SQL giving the ids of those whom a change of rows concerns, with `{rows}` for the changed rows: each
    such id is noted for the closing of the act. Without it a change concerns nobody in particular, and unless
    `also_of_new` a row that is added does not.
    """

    def register(model: ModelClass) -> ModelClass:
        past = model.history.model  # type: ignore[attr-defined]
        for trigger in [*gated(), *_history_triggers(past, subjects, subjects if also_of_new else "")]:
            trigger.register(cast(Any, model))
        for trigger in append_only():
            trigger.register(cast(Any, past))
        return model

    return register


def _history_triggers(past: type[models.Model], subjects: str, of_new: str) -> list[pgtrigger.Trigger]:
    def trigger(name: str, operation: pgtrigger.Operation, referencing: pgtrigger.Referencing) -> pgtrigger.Trigger:
        concerned = of_new if operation == pgtrigger.Insert else subjects

        def arguments(model: type[models.Model]) -> list[str]:
            kept = {field.name for field in past._meta.concrete_fields}
            columns = [str(field.column) for field in model._meta.concrete_fields if field.name in kept]
            return [past._meta.db_table, str(model._meta.pk.column), ",".join(columns), concerned]

        return Door(
            name=name,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            procedure="childindex_write_history",
            arguments=arguments,
        )

    old, new = pgtrigger.Referencing(old="old_rows"), pgtrigger.Referencing(new="new_rows")
    both = pgtrigger.Referencing(old="old_rows", new="new_rows")
    return [
        trigger("history_of_insert", pgtrigger.Insert, new),
        trigger("history_of_update", pgtrigger.Update, both),
        trigger("history_of_delete", pgtrigger.Delete, old),
    ]
