"""Every table keyed to a child says what becomes of its rows when two records are merged."""

from django.apps import apps
from django.db import models

from childindex.recorded import HistoryRow
from registry.merging import rules
from registry.models import Child, Fact, SourceRecord


def test_every_model_keyed_to_a_child_has_a_merge_rule():
    without = [model._meta.label for model in rules.keyed_to_a_child() if rules.rule_of(model) is None]

    assert without == [], "Declare registry.merging.merge_rule(model, Rule...) for these."


def test_no_table_with_a_reference_to_a_child_is_overlooked():
    refer = {
        relation.field.model
        for relation in Child._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel) and not issubclass(relation.field.model, HistoryRow)
    }

    assert refer == set(rules.keyed_to_a_child())


def test_every_kind_of_fact_combines():
    kinds = {model for model in apps.get_models() if issubclass(model, Fact)}

    assert kinds == {model for model in rules.models_under(rules.Rule.COMBINE) if issubclass(model, Fact)}
    assert all(model.identity for model in kinds)


def test_source_records_follow_the_survivor():
    assert rules.rule_of(SourceRecord) is rules.Rule.MOVE
