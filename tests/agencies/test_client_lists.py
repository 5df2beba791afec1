"""Client lists: one file keeps a caseload in step; who is missing is asked about, and nobody is added."""

from datetime import timedelta
from io import BytesIO

import pytest

from agencies import clients
from agencies.models import Involvement
from registry.intake import stages
from registry.intake.receiving import CannotReceive
from registry.intake.undoing import undo
from registry.models import Child, Delivery
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_child

pytestmark = pytest.mark.django_db
HEADINGS = "Reference,Surname,Forename,Date of birth,Sex,Postcode"
AMINA = "H1,Khan,Amina,28/02/2017,F,B4 7DA"
NOBODY = "H2,Vexley,Odile,01/02/2020,F,B1 1AA"


def taken(service, *rows, by, is_full=True, as_of=TODAY):
    file = BytesIO("\n".join([HEADINGS, *rows]).encode())
    sent = clients.send(file, name="clients.csv", service=service, is_full=is_full, as_of=as_of, by=by)
    stages.read(sent, by=by)
    return sent


def test_a_list_says_whom_a_service_knows_and_adds_nobody(visiting, hazel, amina):
    children = Child.objects.count()

    sent = taken(visiting, AMINA, NOBODY, by=hazel)

    assert [one.child for one in Involvement.objects.all()] == [amina]
    assert Child.objects.count() == children
    assert sent.rows == 2


def test_it_confirms_whom_the_service_knew(visiting, hazel, amina, knows):
    before = TODAY - timedelta(days=400)
    held = knows(visiting, amina, from_date=before, confirmed_on=before, practitioner=hazel.practices.get())

    taken(visiting, AMINA, by=hazel)

    held.refresh_from_db()
    assert (held.from_date, held.confirmed_on, held.practitioner.user) == (before, TODAY, hazel)


def test_who_is_missing_from_a_full_list_is_asked_about_and_not_ended(visiting, hazel, amina, knows, browser_of):
    before = TODAY - timedelta(days=9)
    zoe = make_child("Zoe", "Okafor", born="2015-06-11")
    held = knows(visiting, zoe, from_date=before, confirmed_on=before, practitioner=hazel.practices.get())

    taken(visiting, AMINA, by=hazel)

    held.refresh_from_db()
    assert (held.to_date, held.missing_since) == (None, TODAY)
    browser = browser_of(hazel)
    assert "Not on your list of" in browser.get("/my-children/").text
    browser.post("/my-children/", {"known": [held.pk]})
    assert "Not on your list of" not in browser.get("/my-children/").text


def test_a_part_says_nothing_of_those_who_are_missing(visiting, hazel, amina, knows):
    before = TODAY - timedelta(days=9)
    held = knows(visiting, make_child("Zoe", "Okafor"), from_date=before, confirmed_on=before)

    taken(visiting, AMINA, by=hazel, is_full=False)

    held.refresh_from_db()
    assert held.missing_since is None


def test_an_older_list_takes_no_confirmation_back(visiting, hazel, amina):
    taken(visiting, AMINA, by=hazel, is_full=False)

    taken(visiting, AMINA, "H3,Nobody,Nora,01/01/2019,F,", by=hazel, as_of=TODAY - timedelta(days=30))

    assert Involvement.objects.get().confirmed_on == TODAY


def test_what_a_list_began_was_never_so_once_it_is_undone(visiting, hazel, amina, data_manager, knows):
    before = TODAY - timedelta(days=9)
    missed = knows(visiting, make_child("Zoe", "Okafor"), from_date=before, confirmed_on=before)
    sent = taken(visiting, AMINA, by=hazel)

    undo(sent, by=data_manager, because="The wrong list")

    begun = Involvement.objects.get(child=amina)
    missed.refresh_from_db()
    assert (begun.end_reason, missed.missing_since) == ("mistake", None)


def test_the_list_of_a_sensitive_service_is_not_taken(clinic, clara, amina):
    with pytest.raises(CannotReceive, match="sensitive service"):
        taken(clinic, AMINA, by=clara)

    assert not Delivery.objects.exists()


def test_another_services_list_is_no_page(visiting, hazel, amina, browser_of):
    sent = taken(visiting, AMINA, by=hazel)
    other = browser_of(works_for(make_service("School nursing", "school_nursing"), name="Nora Nurse"))

    assert other.get(f"/services/{visiting.pk}/lists/").status_code == 403
    assert other.get(f"/services/{visiting.pk}/lists/{sent.pk}/").status_code == 403
