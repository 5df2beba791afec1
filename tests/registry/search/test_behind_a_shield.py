"""What a shield hides has no part in any answer: two records that differ only there answer every question alike."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry import recording
from registry.models import Address, Care, Carer, Enrolment, Identifier, IndexEntry, Name, Residence, School
from registry.search import Filters, listed, search, understand
from tests.databases import unbound
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield

pytestmark = pytest.mark.django_db

BORN, OTHERWISE = date(2015, 3, 12), date(2016, 9, 8)
POSTCODES = ("B15 2TT", "B4 7DA", "M1 1AE")
TELEPHONES = ("01214960001", "01214960002")
FORMER = (("Quentin", "Featherstone"), ("Amina", "Marjoribanks"), ("Amina", "Khan"))
NUMBERS = ("9434765870", "9434765919")
DAYS = (None, TODAY - timedelta(days=400), TODAY - timedelta(days=1), TODAY + timedelta(days=30))

HIDDEN = st.fixed_dictionaries(
    {
        "homes": st.lists(st.sampled_from(POSTCODES), max_size=2, unique=True),
        "home_days": st.sampled_from(DAYS),
        "school": st.sampled_from((None, "Larkmoor Primary", "Fernhill Primary")),
        "telephone": st.sampled_from(("", *TELEPHONES)),
        "carer_again": st.booleans(),
        "former": st.lists(st.sampled_from(FORMER), max_size=3, unique=True),
        "former_first": st.booleans(),
        "former_kind": st.sampled_from(("former", "preferred", "alias")),
        "name_days": st.sampled_from(DAYS),
        "other_birth": st.sampled_from((None, OTHERWISE, date(2015, 12, 3))),
        "state": st.sampled_from(("live", "moved_away", "archived")),
        "number": st.sampled_from((None, *NUMBERS)),
    }
)

TYPED = [
    " ".join(part for part in parts if part)
    for parts in product(
        ("", "amina khan", "khan", "featherstone", "amina marjoribanks", "mina khan", "quentin"),
        ("", "12/3/2015", "8/9/2016", "2016", "aged 9"),
        ("", "B15 2TT", "M1"),
    )
]
QUESTIONS = [
    *({"q": typed} for typed in TYPED if typed),
    *({"telephone": number} for number in TELEPHONES),
    *({"identifier": number} for number in NUMBERS),
    *({"q": number} for number in NUMBERS),
    *({"address": f"{number} Sycamore Crescent", "surname": surname} for number in (1, 2) for surname in ("", "khan")),
    {"carer": "farah khan"},
    {"carer": "farah khan", "q": "amina"},
]


def filters():
    schools = {school.name: school.pk for school in School.objects.all()}
    return [
        Filters(),
        *(Filters(school=pk) for pk in schools.values()),
        *(Filters(states=(state,)) for state in ("live", "moved_away", "archived")),
        Filters(year_groups=("5",)),
        Filters(wards=("E05000001",)),
        *(Filters(districts=(postcode.split()[0],)) for postcode in POSTCODES),
        Filters(sexes=("F",), born_from=BORN, born_to=BORN),
    ]


def others():
    """A crowd in which a count, an order or a limit would show."""
    home, carer = make_address(postcode="B15 2TT", ward_code="E05000001"), make_carer(telephone=TELEPHONES[0])
    make_child(born=BORN, address=home, carer=carer, school=make_school("Larkmoor Primary"))
    make_child("Quentin", "Featherstone", born=OTHERWISE, address=make_address(postcode="M1 1AE"))
    make_child("Mina", "Khan", born=OTHERWISE, school=make_school("Fernhill Primary"))
    make_child("Amina", "Marjoribanks", born=BORN)


def hide(child, what):
    """Give a child the facts that a shield will hide; what may be read of it is the same whatever they are."""
    if what["former_first"]:
        give_former_names(child, what)
    with said_by():
        name = recording.assert_fact(Name(child=child, forename="Amina", surname="Khan", from_date=what["name_days"]))
        recording.assert_fact(Name(child=child, kind="alias", forename="Mina", surname="Khan"))
    if not what["former_first"]:
        give_former_names(child, what)
    with said_by():
        for number, postcode in enumerate(what["homes"], start=1):
            home, _ = Address.objects.get_or_create(
                paon=str(number), street="Sycamore Crescent", postcode=postcode, ward_code="E05000001"
            )
            recording.assert_fact(Residence(child=child, address=home, from_date=what["home_days"]))
        if what["school"]:
            school = School.objects.get(name=what["school"])
            recording.assert_fact(Enrolment(child=child, school=school, from_date=date(2022, 9, 1), year_group="5"))
        if what["number"]:
            recording.assert_fact(Identifier(child=child, kind="nhs_number", value=what["number"]))
        for place in range(1 + what["carer_again"]):
            carer = Carer.objects.create(forename="Farah", surname="Khan", telephone=what["telephone"])
            kept = recording.assert_fact(Care(child=child, carer=carer, kind="mother", lives_with="yes"))
            if place:
                recording.end(kept, on=TODAY - timedelta(days=1))
        child.state = what["state"]
        if what["other_birth"]:
            child.date_of_birth_standing, child.other_date_of_birth = "disputed", what["other_birth"]
        child.save()
    return name


def give_former_names(child, what):
    """Names that are over, or that end in some days: what has an end is hidden before it ends."""
    kind, ends = what["former_kind"], None if what["former_kind"] == "former" else TODAY + timedelta(days=9)
    for forename, surname in what["former"]:
        with said_by():
            recording.assert_fact(Name(child=child, kind=kind, forename=forename, surname=surname, to_date=ends))


def nameless(**fields):
    """A child whose names are all still to be said."""
    child = make_child("Temporary", "Temporary", born=BORN, **fields)
    with said_by():
        recording.withdraw(Name.objects.get(child=child))
    return child


def answers(*, behind_shields):
    """Every question with every filter, two of them with every page as well; and the lists that filters alone give."""
    found = []
    for number, asked in enumerate(QUESTIONS):
        query = understand(asked, today=TODAY)
        chosen = FILTERS if number % 11 == 0 else FILTERS[:1]
        found += [search(query, behind_shields=behind_shields, filters=left) for left in chosen]
        found.append(search(query, behind_shields=behind_shields, limit=1, offset=1))
    found += [listed(left, behind_shields=behind_shields, limit=2, offset=at) for left in FILTERS for at in (0, 2)]
    return found


FILTERS: list[Filters] = []


@pytest.fixture
def crowd():
    others()
    FILTERS[:] = filters()


def answers_where(what):
    """What everybody reads where a shielded child's hidden facts are these; nothing of it stays."""
    with transaction.atomic():
        hide(child := nameless(), what)
        shield(child)
        found = answers(behind_shields=False)
        transaction.set_rollback(True)
    return found


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(one=HIDDEN, other=HIDDEN)
def test_two_records_that_differ_behind_a_shield_answer_alike(crowd, one, other):
    first, second = same_ids(one), same_ids(other)

    for told, otherwise in zip(first, second, strict=True):
        assert told == otherwise


def same_ids(what):
    """The answers, with ids that start from the same place, as two databases would give them."""
    with unbound(), connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('registry_child', 'id'), 5000)")
    return answers_where(what)


def test_the_same_questions_tell_the_two_apart_for_a_custodian(crowd):
    told = []
    for former, postcode in (("Featherstone", "B15 2TT"), ("Hill", "M1 1AE")):
        with transaction.atomic():
            child = nameless(address=make_address(postcode=postcode))
            with said_by():
                recording.assert_fact(Name(child=child, forename="Amina", surname="Khan"))
                recording.assert_fact(Name(child=child, kind="former", forename="Amina", surname=former))
            shield(child)
            told.append([[one.reasons for one in found.page] for found in answers(behind_shields=True)[:60]])
            transaction.set_rollback(True)

    assert told[0] != told[1]


def test_a_list_is_not_ordered_by_a_name_that_is_hidden():
    for surname in ("Abbott", "Young"):
        make_child("Amina", surname, born=BORN)
    child = nameless()
    with said_by():
        recording.assert_fact(Name(child=child, kind="former", forename="Amina", surname="Marjoribanks"))
    shield(child)

    assert listed(Filters(), behind_shields=False, limit=9).child_ids[0] == child.pk
    assert listed(Filters(), behind_shields=True, limit=9).child_ids[1] == child.pk


def test_a_name_that_is_to_end_is_hidden_before_it_ends():
    child = nameless()
    with said_by():
        recording.assert_fact(Name(child=child, forename="Amina", surname="Khan"))
        ending = recording.assert_fact(Name(child=child, kind="alias", forename="Quentin", surname="Featherstone"))
        recording.end(ending, on=TODAY + timedelta(days=9))
    shield(child)

    found = search(understand({"q": "quentin featherstone"}), behind_shields=False)

    assert found.total == 0
    assert IndexEntry.objects.get(pk=child.pk).names == "r|amina||khan;f|quentin||featherstone"
