"""Weights learned without the truth, the same each time; and what a score is made of, in words."""

import numpy as np
import pytest

from registry.matching.comparing import Pairs
from registry.matching.explaining import explain
from registry.matching.learning import learn
from registry.matching.linking import Linker, Outcome
from registry.matching.model import STANDARD, Model, Thresholds
from registry.matching.scoring import frequencies
from tests.registry.matching.crowds import crowd, in_columns

TWIN = {"forename": "Amira", "surname": "Hossain", "date_of_birth": "2014-03-09", "postcode": "BY5 3QT"}


def learned():
    index = in_columns(crowd())
    listed = in_columns([row | {"sex": ""} for row in crowd()[:120]], like=index)
    linker = Linker.of(index)
    return linker, listed, learn(listed, linker.keys, linker.common)


def test_what_is_learned_is_the_same_each_time():
    assert learned()[2] == learned()[2]


def test_a_list_finds_its_children_by_what_was_learned_from_it():
    linker, listed, model = learned()

    links = linker.link(listed, model)

    assert np.array_equal(links.children, np.arange(120))
    assert (links.outcome == Outcome.MATCH).all()


def test_weights_are_stored_and_read_back_without_loss():
    model = learned()[2]

    assert Model.from_json(model.as_json()) == model


def test_weights_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="The weights of sex should be 2"):
        Model("odd", 1, {**STANDARD.same, "sex": (1.0,)}, STANDARD.strangers, STANDARD.household)


def test_a_rare_surname_counts_for_more():
    index = in_columns([{"surname": "Quiller", "forename": "A"}] + [{"surname": "Smith", "forename": "A"}] * 50)
    rows = in_columns([{"surname": "Quiller"}, {"surname": "Smith"}], like=index)

    rare, common = explain(Pairs(rows, index, np.array([0, 1]), np.array([0, 1])), STANDARD, frequencies(index))

    assert bits_of(rare, "surname") > bits_of(common, "surname") + 3


def bits_of(explanation, field):
    return next(part.bits for part in explanation.parts if part.field == field)


def test_a_score_is_the_sum_of_the_parts_that_explain_it():
    index = in_columns([TWIN, *crowd()])
    row = in_columns([TWIN | {"forename": "Amirah"}], like=index)

    (found,) = explain(Pairs(row, index, np.array([0]), np.array([0])), STANDARD, frequencies(index))

    explained = found.prior + sum(part.bits for part in found.parts)
    assert explained == pytest.approx(found.total, abs=1.1)  # below one bit, what siblings share is not mentioned
    assert "The surnames are the same: strong evidence for one child." in found.sentences()
    assert 0.5 < found.probability < 1


def test_twins_are_named_as_such():
    index = in_columns([TWIN, *crowd()])
    row = in_columns([TWIN | {"forename": "Samina"}], like=index)

    (found,) = explain(Pairs(row, index, np.array([0]), np.array([0])), STANDARD, frequencies(index))

    assert found.sentences()[0].endswith("these may be twins.")


def test_thresholds_follow_from_what_mistakes_cost():
    usual, dearer = Thresholds.of_costs(wrong=65, missed=5), Thresholds.of_costs(wrong=1025, missed=5)

    assert usual == STANDARD.thresholds
    assert dearer.joining == 10
