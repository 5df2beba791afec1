"""Rows as a manifest keeps them: plain values that read back as what they were."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

ModelType = TypeVar("ModelType", bound=Model)
Image = dict[str, Any]


def image(row: Model) -> Image:
    """Every column of a row, as JSON holds it."""
    values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    found: Image = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return found


def row_of(model: type[ModelType], kept: Image) -> ModelType:
    """The row that an image was made of. Columns added since have their defaults."""
    fields = {one.attname: one for one in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in kept.items() if name in fields})


def label_of_model(model: type[Model]) -> str:
    """A model's name in a manifest, like `registry.name`."""
    return str(model._meta.label_lower)


def model_called(label: str) -> type[Model]:
    """The model of a name in a manifest."""
    return apps.get_model(label)


def values_of(row: Model) -> dict[str, Any]:
    """What a row says, by column, apart from its key and whose it is."""
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.attname not in NOT_SAID}


NOT_SAID = {"id", "child_id"}
