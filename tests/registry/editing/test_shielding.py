"""Shielding a child, and the family with it."""

import pytest
from django.urls import reverse

from childindex.models import Act
from registry.models import Care, CareKind, Shield
from tests.factories import make_address, make_carer, make_child, said_by, shield

pytestmark = pytest.mark.django_db


def siblings_and_neighbour():
    home, mother = make_address(street="Example Road", postcode="B4 7DA"), make_carer()
    amina = make_child("Amina", "Khan", address=home, carer=mother)
    yusuf = make_child("Yusuf", "Khan", address=home)
    sara = make_child("Sara", "Malik", carer=mother)
    make_child("Nia", "Jones")
    return amina, yusuf, sara


def answers(child, **changed):
    return {
        "review_date_day": "1",
        "review_date_month": "3",
        "review_date_year": "2099",
        "ground": "Known risk",
        "source": "council",
        "reason_code": "risk_identified",
        "reason": "Request of the family's worker",
        "revision": child.revision,
    } | changed


def test_the_page_offers_to_shield_those_who_would_give_the_family_away(browser_of, custodian):
    amina, yusuf, sara = siblings_and_neighbour()

    page = browser_of(custodian).get(reverse("registry:shield", args=[amina.index_number])).text

    assert "Shield these children too?" in page
    assert f'value="{yusuf.pk}"' in page
    assert f'value="{sara.pk}"' in page
    assert "Nia Jones" not in page


def test_the_family_is_shielded_by_one_act(browser_of, custodian):
    amina, yusuf, sara = siblings_and_neighbour()
    before = Act.objects.count()

    browser_of(custodian).post(
        reverse("registry:shield", args=[amina.index_number]), answers(amina, also=[str(yusuf.pk)])
    )

    assert set(Shield.objects.values_list("child_id", flat=True)) == {amina.pk, yusuf.pk}
    assert sara.pk not in Shield.objects.values_list("child_id", flat=True)
    assert Act.objects.count() == before + 1


def test_somebody_who_is_no_family_cannot_be_slipped_in(browser_of, custodian):
    amina, _yusuf, _sara = siblings_and_neighbour()
    stranger = make_child("Omar", "Aziz")

    response = browser_of(custodian).post(
        reverse("registry:shield", args=[amina.index_number]), answers(amina, also=[str(stranger.pk)])
    )

    assert response.status_code == 200
    assert not Shield.objects.exists()


def test_a_sibling_already_shielded_is_not_offered_again(browser_of, custodian):
    amina, yusuf, _sara = siblings_and_neighbour()
    shield(yusuf)

    page = browser_of(custodian).get(reverse("registry:shield", args=[amina.index_number])).text

    assert f'value="{yusuf.pk}"' not in page


def test_a_data_officer_shields_nobody(browser_of, data_officer):
    amina, _yusuf, _sara = siblings_and_neighbour()

    response = browser_of(data_officer).post(reverse("registry:shield", args=[amina.index_number]), answers(amina))

    assert response.status_code == 403
    assert not Shield.objects.exists()


def test_carers_who_no_longer_care_make_no_family(browser_of, custodian):
    amina, _yusuf, sara = siblings_and_neighbour()
    with said_by():
        Care.objects.filter(child=sara, kind=CareKind.MOTHER).update(from_date="2020-01-01", to_date="2021-01-01")

    page = browser_of(custodian).get(reverse("registry:shield", args=[amina.index_number])).text

    assert f'value="{sara.pk}"' not in page
