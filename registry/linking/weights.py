"""The stored versions of the matcher's weights."""

from __future__ import annotations

import json
from dataclasses import replace

from childindex import acts
from registry.matching.model import Model
from registry.models import Weights


def keep(model: Model) -> Weights:
    """The stored version of a model: the latest of its name where nothing has changed since, otherwise a new one.

    Inside the open act.
    """
    last = latest(model.name)
    if last is not None and model_of(last) == replace(model, version=last.version):
        return last
    numbered = replace(model, version=last.version + 1 if last else 1)
    return Weights.objects.create(
        name=numbered.name, version=numbered.version, model=json.loads(numbered.as_json()), act=acts.current()
    )


def latest(name: str) -> Weights | None:
    """The newest version of the weights of this name, if any were ever kept."""
    return Weights.objects.filter(name=name).order_by("-version").first()


def model_of(weights: Weights) -> Model:
    """The weights as the matcher takes them."""
    return Model.from_json(json.dumps(weights.model))
