"""Whoever works for a service reads and writes nothing of their own family, whichever page it would be on."""

from datetime import date

import pytest

from agencies import brokering, involving, overriding, raising
from agencies.models import Concern, ConcernKind, ContactRequest, Involvement, Override
from agencies.raising import Raised
from registry import conflicts
from registry.disclosure import Context
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_address, make_child, said_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(amina, hazel):
    conflicts.declare(by=hazel, forename="Amina", surname="Khan", born=date(2017, 2, 28), relation="My niece")
    return amina


def known(service, user):
    return involving.Known(service, user.practices.get(), "", TODAY)


def test_nobody_says_that_a_relative_is_known(visiting, hazel, declared):
    with pytest.raises(involving.CannotSay, match="closed to you"):
        involving.say_known([declared.pk], known(visiting, hazel), by=hazel)

    assert not Involvement.objects.exists()


def test_bulk_confirming_passes_a_relative_over(visiting, hazel, declared, knows, browser_of):
    zoe = make_child("Zoe", "Okafor")
    held = [
        knows(visiting, child, confirmed_on=date(2026, 1, 1), from_date=date(2026, 1, 1)) for child in (declared, zoe)
    ]
    browser = browser_of(hazel)

    page = browser.get("/my-children/?whose=service").text
    browser.post("/my-children/", {"known": [one.pk for one in held]})

    assert ("Amina" in page, "Zoe Okafor" in page) == (False, True)
    for one in held:
        one.refresh_from_db()
    assert [one.confirmed_on for one in held] == [date(2026, 1, 1), TODAY]


@pytest.mark.parametrize("doing", ["end", "hand_over", "withdraw"])
def test_an_involvement_with_a_relative_is_not_changed(visiting, hazel, declared, knows, doing):
    held = knows(visiting, declared)
    nursing = make_service("School nursing", "school_nursing")
    deeds = {
        "end": lambda: involving.end(held, on=TODAY, reason="finished", by=hazel),
        "hand_over": lambda: involving.hand_over(held, to=nursing, on=TODAY, by=hazel),
        "withdraw": lambda: involving.withdraw_consent(held, on=TODAY, by=hazel),
    }

    with pytest.raises(involving.CannotSay, match="closed to you"):
        deeds[doing]()


def test_no_concern_is_raised_acknowledged_or_closed_of_a_relative(visiting, hazel, amina, data_officer):
    kind = ConcernKind.objects.first()
    said = Raised(kind, "Seen alone", TODAY, (visiting.pk,))
    concern = raising.raise_concern(amina, said, service=visiting, site="", by=works_for(visiting, name="Nora Nurse"))
    conflicts.declare(by=hazel, forename="Amina", surname="Khan", born=date(2017, 2, 28), relation="My niece")

    for deed in (
        lambda: raising.raise_concern(amina, said, service=visiting, site="", by=hazel),
        lambda: raising.acknowledge(concern, by=hazel),
        lambda: raising.close(concern, outcome="allayed", how="", source=concern.kind, by=hazel),
    ):
        with pytest.raises(raising.CannotRaise, match="closed to you"):
            deed()

    assert (Concern.objects.count(), Concern.objects.get().closed_at) == (1, None)
    assert not raising.visible(Context(user=hazel)).exists()


def test_contact_about_a_relative_is_neither_asked_for_nor_read_nor_answered(
    visiting, hazel, declared, custodian, browser_of
):
    with pytest.raises(brokering.CannotBroker, match="closed to you"):
        brokering.ask(declared, service=visiting, why="To agree on a visit", by=hazel)
    made = brokering.ask(declared, service=visiting, why="A visit", by=works_for(visiting, name="Nora Nurse"))
    conflicts.declare(by=custodian, forename="Amina", surname="Khan", born=date(2017, 2, 28), relation="My niece")

    assert not brokering.visible(Context(user=hazel)).exists()
    assert "A visit" not in browser_of(custodian).get("/contact/").text
    assert browser_of(custodian).get(f"/contact/{made.pk}/").status_code == 404
    with pytest.raises(brokering.CannotBroker, match="closed to you"):
        brokering.answer(made, said="They ring", by=custodian)
    assert ContactRequest.objects.get().answered_at is None


def test_an_override_of_a_relatives_shield_is_reviewed_by_somebody_else(visiting, hazel, amina, governance, browser_of):
    with said_by():
        made = Override.objects.create(child=amina, service=visiting, by=hazel, reason="A threat", due_date=TODAY)
    conflicts.declare(by=governance, forename="Amina", surname="Khan", born=date(2017, 2, 28), relation="My niece")
    browser = browser_of(governance)

    assert "A threat" not in browser.get("/overrides/").text
    assert browser.get(f"/overrides/{made.pk}/").status_code == 404
    with pytest.raises(overriding.CannotReview, match="closed to you"):
        overriding.review(made, finding="justified", words="", by=governance)


def test_a_brother_or_sister_who_is_a_relative_is_not_offered_with_the_family(visiting, hazel, opening):
    home = make_address(paon="14")
    amina, zoe = (make_child(name, "Khan", address=home) for name in ("Amina", "Zoe"))
    conflicts.declare(by=hazel, forename="Amina", surname="Khan", born=date(2017, 2, 28), relation="My niece")
    browser = opening(hazel, zoe)

    for page in ("known/", "sections/services/", "household/"):
        assert amina.index_number not in browser.get(f"/children/{zoe.index_number}/{page}").text
    assert "Amina" not in browser.get(f"/children/{zoe.index_number}/known/").text
