"""The stored versions of the matcher's weights."""

from __future__ import annotations

import json
from dataclasses import replace

from django.db import connection, transaction

from childindex import acts
from childindex.models import Source
from registry.matching.model import STANDARD, Model
from registry.models import Weights

LISTS = "lists"
REASON_CODE = "weights_kept"
TURN = 0xC0134


def keep(model: Model) -> Weights:
    """The stored version of a model: the latest of its name where nothing has changed since, otherwise a new one.

    Inside the open act; until it ends nobody else keeps any.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
    last = latest(model.name)
    if last is not None and _is(last, model):
        return last
    numbered = replace(model, version=last.version + 1 if last else 1)
    return Weights.objects.create(
        name=numbered.name, version=numbered.version, model=json.loads(numbered.as_json()), act=acts.current()
    )


def latest(name: str) -> Weights | None:
    """The newest version of the weights of this name, if any were ever kept."""
    return Weights.objects.filter(name=name).order_by("-version").first()


def in_use() -> Weights:
    """The weights by which lists are linked: those last learned, or the standard ones, kept before their first use."""
    learned, standard = latest(LISTS), latest(STANDARD.name)
    if learned is not None:
        return learned
    if standard is not None and _is(standard, STANDARD):
        return standard
    with transaction.atomic(), acts.act(by=None, source=Source.council(), reason_code=REASON_CODE):
        return keep(STANDARD)


def model_of(weights: Weights) -> Model:
    """The weights as the matcher takes them."""
    return Model.from_json(json.dumps(weights.model))


def _is(weights: Weights, model: Model) -> bool:
    return model_of(weights) == replace(model, version=weights.version)
