"""Addresses written by hand."""

import pytest

from registry.editing.addresses import settled_address
from registry.models import Address, AddressKind, Postcode
from tests.factories import make_address, make_child, said_by, shield

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
