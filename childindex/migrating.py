"""Making an app's first tables at once.

A migration that makes some hundred tables one by one has Django build every model anew after every step, which takes
minutes. `AtOnce` takes the same operations, as `makemigrations` writes them, and makes each table as it ends up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import ModelOperation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class AtOnce(Operation):
    """Several operations on models of one app, applied as one.

    Tables are made with all the columns, constraints and indexes that the operations give them; triggers are added to
    what is there. Tables named in `apart` are left to the SQL that follows. It cannot be reversed.
    """

    reversible = False

    def __init__(self, operations: Sequence[Operation], apart: Collection[str] = ()) -> None:
        self.operations = list(operations)
        self.apart = [name.lower() for name in apart]

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.operations], {"apart": self.apart} if self.apart else {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # models built for the state before: whoever asks next has them built once
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in self.operations:
            if isinstance(operation, CreateModel):
                self._make(operation, app_label, schema_editor, to_state)
            elif isinstance(operation, AddTrigger):
                operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def _make(
        self, operation: ModelOperation, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> None:
        model = state.apps.get_model(app_label, operation.name)
        if operation.name_lower not in self.apart and self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.create_model(model)

    def describe(self) -> str:
        return f"Make {len(self.operations)} things at once"
