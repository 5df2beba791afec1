"""Client lists: one file keeps a caseload in step; who is missing is asked about, and nobody is added."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError

from agencies import clients
from agencies.involving import Known, say_known
from agencies.models import Involvement
from registry.intake import stages
from registry.intake.receiving import CannotReceive
from registry.intake.undoing import undo
from registry.models import Child, Delivery
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_child, said_by

pytestmark = pytest.mark.django_db
HEADINGS = "Reference,Surname,Forename,Date of birth,Sex,Postcode"
AMINA = "H1,Khan,Amina,28/02/2017,F,B4 7DA"
NOBODY = "H2,Vexley,Odile,01/02/2020,F,B1 1AA"


def taken(service, *rows, by, is_full=True, as_of=TODAY):
    file = BytesIO("\n".join([HEADINGS, *rows]).encode())
    sent = clients.send(file, name="clients.csv", service=service, is_full=is_full, as_of=as_of, by=by)
    stages.read(sent, by=by)
    return sent


def test_a_list_says_whom_a_service_lists_and_adds_nobody(visiting, hazel, amina):
    children = Child.objects.count()

    sent = taken(visiting, AMINA, NOBODY, by=hazel)

    [listed] = Involvement.objects.all()
    assert (listed.child, listed.is_listed) == (amina, True)
    assert (listed.listed_forename, listed.listed_surname, listed.listed_born) == ("Amina", "Khan", "2017-02-28")
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


def test_whom_a_person_has_confirmed_stays_confirmed_by_the_next_list(visiting, hazel, amina, knows):
    before = TODAY - timedelta(days=400)
    held = knows(visiting, amina, from_date=before, confirmed_on=before)
    said = (held.confirmed_by, held.confirmed_at)

    taken(visiting, AMINA, by=hazel)

    held.refresh_from_db()
    assert ((held.confirmed_by, held.confirmed_at), held.has_faded()) == (said, False)


def test_a_list_confirms_by_what_it_says_and_not_by_what_the_index_makes_of_it(visiting, hazel, amina, knows):
    """A misspelt name is matched to the child; that the service would learn from, were it confirmed by it."""
    before = TODAY - timedelta(days=400)
    held = knows(visiting, amina, from_date=before, confirmed_on=before)

    sent = taken(visiting, AMINA.replace("Amina", "Aminah"), by=hazel)

    held.refresh_from_db()
    assert sent.all_rows.get(number=2).child == amina
    assert (held.confirmed_on, held.missing_since) == (before, TODAY)


def test_who_was_only_listed_and_is_not_on_the_next_full_list_is_listed_no_more(visiting, hazel, amina, data_manager):
    taken(visiting, AMINA, by=hazel, as_of=TODAY - timedelta(days=9))
    sent = taken(visiting, NOBODY, by=hazel)

    held = Involvement.objects.get()
    assert (held.end_reason, held.to_date) == ("unlisted", TODAY)
    undo(sent, by=data_manager, because="The wrong list")
    held.refresh_from_db()
    assert (held.end_reason, held.to_date) == ("", None)


def test_what_a_person_confirmed_since_stays_when_the_list_is_undone(visiting, hazel, amina, data_manager):
    sent = taken(visiting, AMINA, by=hazel)
    say_known([amina.pk], Known(visiting, hazel.practices.get(), "", TODAY), by=hazel)

    undo(sent, by=data_manager, because="The wrong list")

    assert Involvement.objects.get().end_reason == ""


def test_an_involvement_stands_by_a_word_or_by_a_list(visiting, amina):
    with pytest.raises(IntegrityError, match="known_by_a_persons_word_or_by_a_list"), said_by():
        Involvement.objects.create(child=amina, service=visiting, from_date=TODAY, confirmed_on=TODAY)


def test_a_part_says_nothing_of_those_who_are_missing(visiting, hazel, amina, knows):
    before = TODAY - timedelta(days=9)
    held = knows(visiting, make_child("Zoe", "Okafor"), from_date=before, confirmed_on=before)

    taken(visiting, AMINA, by=hazel, is_full=False)

    held.refresh_from_db()
    assert held.missing_since is None


def test_an_older_list_takes_no_confirmation_back(visiting, hazel, amina, knows):
    before = TODAY - timedelta(days=60)
    knows(visiting, amina, from_date=before, confirmed_on=before)
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
