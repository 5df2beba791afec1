"""Linking a list to the index in the database: what becomes of its rows, and what was said before is obeyed."""

from datetime import date

import pytest

from registry.linking.learning import learn_from
from registry.linking.lists import link
from registry.linking.recognising import CannotRecognise, recognise
from registry.linking.weights import model_of
from registry.matching.explaining import again
from registry.matching.known import Held, Standing
from registry.matching.linking import Outcome
from registry.matching.rules import Flag
from registry.merging import merge
from registry.models import AddressKind, Decision, Identifier, SourceRecord, Verdict, Weights
from tests.factories import make_address, make_child, make_source, said_by

pytestmark = pytest.mark.django_db
AMINA = {"forename": "Amina", "surname": "Khan", "date_of_birth": "28/02/2017", "sex": "F"}
BOTH_WAYS = pytest.mark.parametrize("whole", [False, True], ids=["asking the database", "reading the index"])


@pytest.fixture
def amina():
    return make_child("Amina", "Khan", born=date(2017, 2, 28), address=make_address(paon="14", postcode="B4 7DA"))


@pytest.fixture
def health():
    return make_source("child-health", kind="health")


def linked(*rows, whole=False, source=None, references=()):
    columns = {name: [row.get(name, "") for row in rows] for name in {key for row in rows for key in row}}
    return list(link(columns, source=source, references=references, whole=whole))


def said(source, reference, child, verdict, *, by=None):
    with said_by(by=by):
        return recognise(source=source, reference=reference, child=child, verdict=verdict, reason="Seen at the door")


@BOTH_WAYS
def test_a_row_that_fits_one_child_is_that_child_s(amina, whole):
    [found] = linked({**AMINA, "postcode": "B4 7DA", "address": "14 Example Road"}, whole=whole)

    assert (found.outcome, found.child_id) == (Outcome.MATCH, amina.pk)
    assert found.candidates[0].child_id == amina.pk


@BOTH_WAYS
def test_a_row_that_fits_nobody_is_nobody_s(amina, whole):
    [found] = linked({"forename": "Zoltan", "surname": "Nagy", "date_of_birth": "1/1/2012"}, whole=whole)

    assert (found.outcome, found.child_id) == (Outcome.NONE, None)


def test_what_the_score_is_made_of_is_kept_without_any_value_and_can_be_read_again(amina):
    [found] = linked({**AMINA, "postcode": "B4 7DA"})

    reasons = found.candidates[0].reasons
    assert {field for field, _, _ in reasons} >= {"forename", "surname", "date_of_birth", "place"}
    assert "Khan" not in str(reasons)
    assert again(reasons)


@BOTH_WAYS
def test_the_same_said_by_a_person_is_obeyed_whatever_the_score(amina, health, whole):
    said(health, "H7", amina, Verdict.SAME)

    [found] = linked(
        {"forename": "Mina", "surname": "Begum", "date_of_birth": "3/3/2016"},
        whole=whole,
        source=health,
        references=["H7"],
    )

    assert (found.outcome, found.child_id, found.held) == (Outcome.MATCH, amina.pk, Held.SAME)


@BOTH_WAYS
def test_not_the_same_said_by_a_person_is_never_proposed_again(amina, health, whole):
    said(health, "H7", amina, Verdict.NOT_SAME)

    [found] = linked({**AMINA, "postcode": "B4 7DA"}, whole=whole, source=health, references=["H7"])

    assert found.outcome == Outcome.NONE
    assert not found.candidates


def test_the_latest_word_of_one_child_stands(amina, health):
    said(health, "H7", amina, Verdict.NOT_SAME)
    said(health, "H7", amina, Verdict.SAME)

    [found] = linked({"forename": "Mina", "surname": "Begum"}, source=health, references=["H7"])

    assert found.child_id == amina.pk


def test_what_was_said_of_a_record_that_was_merged_is_said_of_the_one_that_stands_for_it(amina, health, data_officer):
    twice = make_child("Aminah", "Khan", born=date(2017, 2, 28))
    said(health, "H7", twice, Verdict.SAME)
    merge(survivor=amina, superseded=twice, reason="One child", by=data_officer)

    [found] = linked({"forename": "Mina", "surname": "Begum"}, source=health, references=["H7"])

    assert found.child_id == amina.pk


def test_a_link_that_stands_is_kept_by_less_than_it_takes_to_make_one(amina, health):
    row = {"forename": "Amina", "surname": "Khan", "date_of_birth": "5/11/2014"}
    [new] = linked(row)
    with said_by(health):
        SourceRecord.objects.create(source=health, reference="H7", child=amina)

    [kept] = linked(row, source=health, references=["H7"])

    assert new.outcome == Outcome.POSSIBLE
    assert (kept.outcome, kept.child_id) == (Outcome.MATCH, amina.pk)
    assert kept.candidates[0].standing == Standing.JOINED


def test_one_reference_said_to_be_two_children_who_are_two_is_for_a_person(amina, health):
    ben = make_child("Ben", "Stone", born=date(2015, 1, 3))
    said(health, "H7", ben, Verdict.SAME)
    with said_by(health):
        SourceRecord.objects.create(source=health, reference="H7", child=amina)
    with said_by() as deed:
        first, second = sorted((amina, ben), key=lambda child: child.pk)
        Decision.objects.create(first=first, second=second, verdict=Verdict.NOT_SAME, act=deed)

    [found] = linked({"forename": "Ben", "surname": "Stone"}, source=health, references=["H7"])

    assert (found.outcome, found.held) == (Outcome.MANY, Held.CONTRADICTED)


@BOTH_WAYS
def test_two_different_nhs_numbers_are_never_joined_without_a_person(amina, whole):
    with said_by() as deed:
        Identifier.objects.create(child=amina, kind="nhs_number", value="9434765870", source=deed.source)

    [found] = linked(
        {**AMINA, "postcode": "B4 7DA", "address": "14 Example Road", "nhs_number": "9990000018"}, whole=whole
    )

    assert found.outcome == Outcome.POSSIBLE
    assert found.flags & Flag.NHS_NUMBERS


@BOTH_WAYS
def test_a_upn_that_was_the_child_s_once_finds_it_still(amina, whole):
    with said_by() as deed:
        Identifier.objects.create(child=amina, kind="former_upn", value="H330203126001", source=deed.source)

    [found] = linked({"forename": "Mina", "surname": "Khan", "upn": "H330203126001"}, whole=whole)

    assert found.candidates[0].child_id == amina.pk


@BOTH_WAYS
def test_living_in_one_hotel_is_no_evidence(whole):
    hotel = make_address(paon="1", street="Station Parade", postcode="B4 7DG", kind=AddressKind.HOTEL)
    make_child("Sara", "Tesfay", born=date(2014, 5, 9), address=hotel)

    home = {"postcode": "B4 7DG", "address": "1 Station Parade"}
    [found] = linked({"forename": "Lea", "surname": "Tesfay", "date_of_birth": "2/2/2015", **home}, whole=whole)

    assert found.outcome == Outcome.NONE


def test_weights_are_kept_before_their_first_use_and_learned_ones_are_used_from_then_on(amina):
    first = link({"surname": ["Khan"]}).weights
    learned = learn_from({name: [cell] * 5 for name, cell in AMINA.items()}, by=None)

    assert first.name == "standard"
    assert link({"surname": ["Khan"]}).weights == learned
    assert model_of(learned).learned_from.startswith("5 rows")
    assert Weights.objects.count() == 2


@pytest.mark.parametrize("columns", [{"colour": ["red"]}, {"surname": ["Khan"], "forename": []}])
def test_columns_that_do_not_fit_are_refused(columns):
    with pytest.raises(ValueError, match="column"):
        link(columns)


def test_an_empty_list_comes_to_nothing():
    assert list(link({"surname": []})) == []


def test_a_reference_that_is_one_child_s_is_not_said_to_be_another_s_as_well(amina, health):
    ben = make_child("Ben", "Stone", born=date(2015, 1, 3))
    said(health, "H7", amina, Verdict.SAME)

    with pytest.raises(CannotRecognise, match="Say first that it is not that child"):
        said(health, "H7", ben, Verdict.SAME)


@pytest.mark.parametrize(("reference", "reason"), [("", "Seen"), ("H7", "")])
def test_a_decision_without_a_reference_or_a_reason_is_refused(amina, health, reference, reason):
    with said_by(), pytest.raises(CannotRecognise):
        recognise(source=health, reference=reference, child=amina, verdict=Verdict.SAME, reason=reason)


def test_saying_that_a_link_was_wrong_takes_it_away(amina, health):
    with said_by(health):
        record = SourceRecord.objects.create(source=health, reference="H7", child=amina)

    said(health, "H7", amina, Verdict.NOT_SAME)

    record.refresh_from_db()
    assert record.child is None
