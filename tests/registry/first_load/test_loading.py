"""What a first load makes of each kind of fault, of a second extract, and of children whom the index holds."""

import json
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from registry.first_load.loading import CannotLoad, load_children, rehearse
from registry.first_load.reading import Sent
from registry.first_load.receiving import begin, source_of
from registry.models import (
    Carer,
    Child,
    Confirmation,
    Enrolment,
    FirstLoadFile,
    FirstLoadProblem,
    Identifier,
    IndexEntry,
    LoadStage,
    Name,
    Registration,
    Residence,
    SourceRecord,
)
from tests.factories import make_address, make_child, make_practice, make_school, shield

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 10, 1)
CHILDREN = (
    "Child reference,Surname,Forename,Date of birth,Sex\n1,Khan,Amina,28/02/2017,F\n2,Nowak,Tadeusz,2015-03-02,M\n"
)


@pytest.fixture
def table(tmp_path):
    """Makes a table of an extract: `table("addresses", text)`."""

    def make(name, text):
        path = tmp_path / f"{name}.csv"
        path.write_text(text)

        @contextmanager
        def opened():
            yield path

        return Sent(path.name, opened)

    return make


@pytest.fixture
def children(table):
    return table("children", CHILDREN)


def new_load(as_of=AS_OF):
    return begin(source_of(), as_of=as_of, by=None)


def loaded(*files, as_of=AS_OF):
    return load_children(new_load(as_of), files, by=None, reason="The council changes its system")


def rehearsed(*files):
    return rehearse(new_load(), files)


def problems():
    return [(one.row, one.code, one.outcome) for one in FirstLoadProblem.objects.order_by("file__number", "row", "pk")]


def test_a_rehearsal_writes_nothing_of_any_child_and_can_be_repeated(children):
    load = rehearsed(children)
    first = (load.children, problems())
    rehearse(load, [children])

    assert not Child.objects.exists()
    assert not SourceRecord.objects.exists()
    assert (load.children, problems()) == first
    assert load.stage == LoadStage.REHEARSED


def test_a_child_is_loaded_with_everything_that_the_tables_say(table, children):
    school, practice = make_school(la_code="330", estab_number="2031"), make_practice()
    loaded(
        children,
        table("names", "Child ID,Name type,Surname,Forename,From,To\n1,Known as,Khan,Minnie,2020-01-01,\n"),
        table("numbers", "Child ID,Identifier type,Identifier\n1,ULN,3304001122\n1,UPN,H801200001001\n"),
        table("homes", "Child ID,House,Street,Postcode,Moved in\n1,14,Example Road,b47da,1 May 2020\n"),
        table("carers", "Child ID,Contact ID,Contact surname,Relationship,Mobile\n1,7,Khan,Mum,0121 496 0000\n"),
        table("schools", "Child ID,DfE number,Admission date,NC Year\n1,3302031,07/09/2022,5\n"),
        table("doctors", f"Child ID,ODS code,Registered on\n1,{practice.ods_code},2019-01-01\n"),
    )

    amina = Child.objects.get(source_records__reference="1")
    assert (amina.sex, amina.date_of_birth) == ("F", date(2017, 2, 28))
    assert sorted(map(str, amina.names.all())) == ["Amina Khan", "Minnie Khan"]
    assert Residence.objects.get(child=amina).from_date == date(2020, 5, 1)
    assert Enrolment.objects.get(child=amina).school == school
    assert Registration.objects.get(child=amina).practice == practice
    assert Carer.objects.get().telephone == "01214960000"
    assert Confirmation.objects.filter(source_record__child=amina, day=AS_OF).count() >= 6
    assert IndexEntry.objects.count() == 2


def test_everything_may_stand_in_one_flat_table(table):
    school = make_school()
    loaded(
        table(
            "all",
            "ID,Legal surname,Forename,DOB,Gender,Address line 1,Postcode,School URN,Entry date,Contact,Relation,"
            "Mobile\n"
            f"5,OKAFOR,ZOE,06/05/2014,F,Flat 2 14 Example Road,B4 7DA,{school.urn},05/09/2018,Mrs Ada Okafor,mother,"
            "0121 496 0000\n",
        )
    )

    zoe = Child.objects.get()
    assert str(zoe.names.get()) == "Zoe Okafor"
    assert str(zoe.residences.get().address) == "Flat 2, 14 Example Road, B4 7DA"
    assert zoe.enrolments.get().from_date == date(2018, 9, 5)
    assert str(zoe.cares.get()) == "Mrs Ada Okafor (mother)"


def test_brothers_and_sisters_share_a_carer_of_one_reference_and_strangers_of_one_name_do_not(table, children):
    loaded(
        children,
        table(
            "carers",
            "Child ID,Contact ID,Contact forename,Contact surname\n1,7,Farah,Khan\n2,7,Farah,Khan\n"
            "1,,Sam,Lee\n2,,Sam,Lee\n",
        ),
    )

    assert sorted(map(str, Carer.objects.all())) == ["Farah Khan", "Sam Lee", "Sam Lee"]


FAULTS = [
    ("homes", "Child ID,Postcode\n9,B4 7DA\n", "orphan", "set_aside"),
    ("schools", "Child ID,URN\n1,999998\n", "unknown_school", "set_aside"),
    ("doctors", "Child ID,Practice code\n1,M85999\n", "unknown_practice", "set_aside"),
    ("homes", "Child ID,Postcode,From,To\n1,B4 7DA,2020-01-01,2019-01-01\n", "backwards", "refused"),
    ("homes", "Child ID,Postcode,Address type\n1,B4 7DA,lodge\n", "unreadable", "refused"),
    ("homes", "Child ID,Town,Postcode\n1,Exampleton,\n", "no_place", "refused"),
    ("homes", "Child ID,Postcode\n,B4 7DA\n", "no_reference", "refused"),
    ("numbers", "Child ID,UPN\n1,H801200001002\n", "unreadable", "refused"),
    ("carers", "Child ID,Relationship,Contact surname\n1,mother,\n", "no_name", "refused"),
]


@pytest.mark.parametrize(
    ("name", "text", "code", "outcome"), FAULTS, ids=[f"{name}-{code}" for name, _, code, _ in FAULTS]
)
def test_each_fault_is_told_by_its_row_with_a_code_and_nothing_of_it_is_written(
    table, children, name, text, code, outcome
):
    loaded(children, table(name, text))

    assert problems() == [(2, code, outcome)]
    assert FirstLoadProblem.objects.get().sentence.endswith(".")
    for model in (Residence, Enrolment, Registration, Identifier, Carer):
        assert not model.objects.exists()
    assert Child.objects.count() == 2


def test_a_bad_identifier_leaves_the_rest_of_the_row_standing(table):
    loaded(table("children", "Child ID,Surname,Date of birth,UPN,Telephone\n1,Khan,28/02/2017,X12,\n"))

    assert problems() == [(2, "unreadable", "")]
    assert Child.objects.count() == 1


def test_one_reference_of_two_children_keeps_the_first_and_sets_the_other_aside(table):
    loaded(table("children", "Child ID,Surname,Forename,DOB\n1,Khan,Amina,28/02/2017\n1,Nowak,Tadeusz,02/03/2015\n"))

    assert str(Name.objects.get()) == "Amina Khan"
    assert problems() == [(3, "contradicted", "set_aside")]


def test_a_child_without_a_name_is_set_aside_and_so_is_all_that_belongs_to_it(table, children):
    loaded(
        table("children", "Child ID,Surname,Date of birth\n1,,28/02/2017\n2,Nowak,02/03/2015\n"),
        table("homes", "Child ID,Postcode\n1,B4 7DA\n"),
    )

    assert Child.objects.count() == 1
    assert problems() == [(2, "nameless", "set_aside"), (2, "orphan", "set_aside")]


def test_spells_of_one_home_that_overlap_are_loaded_as_one(table, children):
    loaded(
        children,
        table(
            "homes",
            "Child ID,House,Street,Postcode,From,To\n1,1,High Street,B4 7DA,2018-01-01,2020-06-30\n"
            "1,1,High Street,B4 7DA,2020-01-01,\n1,1,HIGH STREET,B4 7DA,2016-01-01,2016-12-31\n",
        ),
    )

    days = sorted(Residence.objects.values_list("from_date", "to_date"))
    assert days == [(date(2016, 1, 1), date(2016, 12, 31)), (date(2018, 1, 1), None)]
    assert problems() == [(3, "overlaps", "set_aside")]


def test_two_current_homes_are_both_loaded_and_said(table, children):
    loaded(children, table("homes", "Child ID,House,Street,Postcode\n1,1,High Street,B4 7DA\n1,2,Low Street,B4 7DA\n"))

    assert Residence.objects.count() == 2
    assert problems() == [(2, "two_homes", ""), (3, "two_homes", "")]


def test_a_later_extract_adds_only_what_is_new_and_confirms_the_rest(table, children):
    loaded(children, table("homes", "Child ID,House,Street,Postcode\n1,1,High Street,B4 7DA\n"))
    before = Name.history.count(), Residence.history.count()

    load = loaded(
        table("children", CHILDREN + "3,Okafor,Zoe,2014-05-06,F\n"),
        table("homes", "Child ID,House,Street,Postcode\n1,1,High Street,B4 7DA\n"),
        as_of=date(2026, 11, 1),
    )

    assert (load.children, load.joined) == (1, 2)
    assert (Name.history.count(), Residence.history.count()) == (before[0] + 1, before[1])
    assert [(file.loaded, file.joined) for file in load.files.all()] == [(1, 2), (0, 1)]


def test_a_child_whom_the_index_holds_is_joined_and_keeps_what_it_has(table):
    home = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    amina = make_child("Amina", "Khan", address=home)

    load = loaded(
        table("children", "Child ID,Surname,Forename,DOB,Sex,House,Street,Postcode,UPN\n"
              "77,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,H801200001001\n")
    )  # fmt: skip

    assert (load.children, load.joined) == (0, 1)
    assert Child.objects.count() == 1
    assert amina.names.count() == 1
    assert amina.identifiers.get().value == "H801200001001"
    assert amina.source_records.get(reference="77").source == load.source


def test_records_that_may_be_of_one_child_are_listed_before_anything_is_written_and_twins_are_not(table):
    text = (
        "Child ID,Surname,Forename,DOB,Sex,House,Street,Postcode\n"
        "1,Hossain,Amira,28/02/2017,F,14,Example Road,B4 7DA\n"
        "2,Hossain,Amirah,28/02/2017,F,14,Example Road,B4 7DA\n"
        "3,Kamau,Wanjiru,01/05/2015,F,3,Low Street,B4 7DB\n"
        "4,Kamau,Njoroge,01/05/2015,M,3,Low Street,B4 7DB\n"
    )

    load = rehearsed(table("children", text))

    assert [(one.reference, one.other_reference) for one in load.suspects.all()] == [("1", "2")]
    assert load.suspects.get().reasons


def test_an_extract_is_loaded_once_and_not_without_a_reason(children):
    load = new_load()
    with pytest.raises(CannotLoad, match="Say why"):
        load_children(load, [children], by=None, reason=" ")
    load_children(load, [children], by=None, reason="First load")

    with pytest.raises(CannotLoad, match="loaded already"):
        load_children(load, [children], by=None, reason="First load")
    assert load.act.reason == "First load"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Colour,Shape\nred,round\n", "No column of this table says which child"),
        ("Child ID,Colour\n1,red\n", "It cannot be told what this table is about"),
        ("Child ID,Postcode\n1,B4 7DA\n", "None of these tables is of children"),
        ("", "This file is empty"),
    ],
)
def test_an_extract_that_cannot_be_read_is_refused_with_what_to_do(table, text, sentence):
    load = rehearsed(table("odd", text))

    assert load.stage == LoadStage.REFUSED
    assert sentence in load.refusal
    json.dumps(load.seconds)


def test_the_database_refuses_figures_that_do_not_add_up(children):
    load = rehearsed(children)

    with pytest.raises(IntegrityError, match="every_row_of_an_extract"), transaction.atomic():
        FirstLoadFile.objects.filter(load=load).update(rows=99)


def test_the_former_system_s_reference_finds_the_child_of_a_later_list(children):
    loaded(children)

    assert Child.objects.get(source_records__reference="2").names.get().forename == "Tadeusz"


def test_what_meets_a_shielded_child_is_set_aside_and_nothing_of_it_is_written(table, children):
    amina = make_child("Amina", "Khan", address=make_address())
    shield(amina)

    load = loaded(children, table("addresses", "Child reference,House,Street,Postcode\n1,9,Mill Lane,B1 1AA\n"))

    assert [one.sentence for one in FirstLoadProblem.objects.filter(code="received")] == [
        "Received. The index team sees to it."
    ] * 2
    assert Residence.objects.filter(child=amina).count() == 1
    assert not SourceRecord.objects.filter(child=amina, reference="1").exists()
    assert load.children == 1
