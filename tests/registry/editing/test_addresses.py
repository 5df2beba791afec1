"""Addresses written by hand."""

import pytest

from registry import disclosure
from registry.disclosure import Context
from registry.editing.addresses import settled_address
from registry.models import Address, AddressKind, Postcode
from tests.factories import make_address, make_carer, make_child, said_by, shield

pytestmark = pytest.mark.django_db

PLACE = {"paon": "14", "street": "Example Road", "town": "Exampleton", "postcode": "B4 7DA"}


def settle(**parts):
    with said_by():
        return settled_address(Address(**PLACE | parts))


def lived_in(**parts):
    return make_child(address=make_address(**parts))


def test_the_same_place_written_in_other_letters_is_the_same_row():
    first = settle()

    assert settle(street="EXAMPLE ROAD").pk == first.pk
    assert Address.objects.count() == 1


def test_a_flat_of_its_own_is_another_row():
    first = settle()

    assert settle(saon="Flat 2").pk != first.pk


def test_a_new_address_lies_in_the_ward_of_its_postcode():
    lived_in(paon="99", street="Other Street", postcode="B4 7XX", ward_code="E05000001", ward_name="Ladyfield")
    with said_by():
        Postcode.objects.create(postcode="B4 7DA", ward_code="E05000001", easting=407000, northing=287000)

    held = settle()

    assert (held.ward_code, held.ward_name, held.easting) == ("E05000001", "Ladyfield", 407000)


def test_without_the_national_list_a_neighbour_with_the_same_postcode_tells_the_ward():
    lived_in(paon="1", street="Example Road", postcode="B4 7DA", ward_code="E05000001", ward_name="Ladyfield")

    assert settle().ward_name == "Ladyfield"


def test_a_neighbour_behind_a_shield_tells_nobody_of_its_ward():
    shield(lived_in(paon="1", street="Example Road", postcode="B4 7DA", ward_code="E05000001", ward_name="Ladyfield"))

    held = settle()

    assert (held.ward_code, held.ward_name) == ("", "")


def test_a_neighbour_from_before_a_boundary_moved_does_not_name_the_ward():
    lived_in(paon="1", street="Example Road", postcode="B4 7DA", ward_code="E05000001", ward_name="Ladyfield")
    with said_by():
        Postcode.objects.create(postcode="B4 7DA", ward_code="E05000002")

    held = settle()

    assert (held.ward_code, held.ward_name) == ("E05000002", "")


def test_a_place_said_to_be_a_hotel_becomes_one_for_all_and_stays_one():
    first = settle()

    settle(kind=AddressKind.HOTEL)
    settle()

    first.refresh_from_db()
    assert first.kind == AddressKind.HOTEL


def test_where_only_a_shielded_child_lives_a_place_is_written_anew_and_theirs_left_alone():
    hidden = make_address(**PLACE | {"town": "Larkton", "ward_name": "Larkhill", "ward_code": "E05000008"})
    shield(make_child(address=hidden))
    history = Address.history.count()

    held = settle(street="EXAMPLE ROAD", town="Elsewhereton")
    again = settle(street="Example road")

    hidden.refresh_from_db()
    assert (hidden.street, hidden.town, hidden.ward_name) == ("Example Road", "Larkton", "Larkhill")
    assert (held.street, held.town, held.copy) == ("EXAMPLE ROAD", "Elsewhereton", 1)
    assert again.pk == held.pk
    assert Address.history.filter(id=hidden.pk).count() == history


def test_a_home_that_an_open_child_shares_with_a_shielded_one_is_one_row():
    home = make_address(**PLACE)
    shield(make_child(address=home))
    make_child("Zoe", "Okafor", address=home)

    assert settle().pk == home.pk


def test_where_the_carer_of_a_shielded_child_lives_is_left_alone_too():
    home = make_address(**PLACE)
    shield(make_child(carer=make_carer(address=home)))

    assert settle(street="EXAMPLE ROAD").pk != home.pk


def test_custodians_see_who_else_lives_at_a_place_that_has_two_rows(custodian, data_officer):
    hidden = make_child("Amina", "Khan", address=make_address(**PLACE))
    shield(hidden)
    zoe = make_child("Zoe", "Okafor", address=settle(street="EXAMPLE ROAD"))

    def household(child, user):
        to = Context(user)
        return [one.name for one in disclosure.household(disclosure.record(child, to=to), to=to)]

    assert household(hidden, custodian) == ["Zoe Okafor"]
    assert household(zoe, custodian) == ["Amina Khan"]
    assert household(zoe, data_officer) == []
