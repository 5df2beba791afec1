"""By listing somebody a service learns nothing: neither whether the index has the child, nor anything of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from agencies import hearing, known_to, patterns
from agencies.caseload import caseload, news
from agencies.involved import involved
from agencies.models import Involvement, Pattern, Subscription
from registry.access import chain
from registry.disclosure import Context
from registry.models import AccessKind
from tests.agencies.people import make_service, works_for
from tests.agencies.test_client_lists import AMINA, NOBODY, taken
from tests.factories import TODAY, make_child, said_by, shield

pytestmark = pytest.mark.django_db
LISTED = "/my-children/?whose=listed"


def six(count=6):
    """Six children of whom the index knows, and how a list calls them."""
    children = [make_child(f"Zoe{name}", "Okafor", born=f"2016-0{place}-11") for place, name in enumerate("abcdef", 1)]
    return children[:count], [f"Z{p},Okafor,Zoe{name},11/0{p}/2016,F," for p, name in enumerate("abcdef", 1)][:count]


def test_whoever_is_listed_is_opened_with_a_reason_only(visiting, hazel, browser_of):
    children, rows = six()
    taken(visiting, *rows, by=hazel)
    browser = browser_of(hazel)

    answers = [browser.get(f"/children/{child.index_number}/") for child in children]

    assert Involvement.objects.count() == 6
    assert all("/why/" in answer.url for answer in answers)


def test_those_listed_stand_in_the_lists_own_words_whether_or_not_the_index_has_them(
    visiting, hazel, amina, browser_of
):
    taken(visiting, AMINA.replace("Amina", "Aminah"), NOBODY, by=hazel)
    browser = browser_of(hazel)

    page = browser.get(LISTED).text

    assert ("Aminah Khan" in page, "Odile Vexley" in page, "28 February 2017" in page) == (True, True, True)
    assert "2 entries" in page
    for known in (amina.index_number, "Hollyfield", "Example Road", f"/children/{amina.index_number}"):
        assert known not in page
    assert "Nobody is on this list yet" in browser.get("/my-children/?whose=service").text


def test_a_page_of_listed_children_is_the_same_whether_or_not_the_index_has_them(visiting, hazel, browser_of):
    pages = []
    for number in range(2):
        taken(visiting, AMINA, by=hazel, as_of=TODAY - timedelta(days=2 - number))
        pages.append(re.sub(r"\d+ \w+ 2026|csrf[^>]+", "", browser_of(hazel).get(LISTED).text))
        make_child("Amina", "Khan")

    assert "Amina Khan" in pages[0]
    assert pages[0] == pages[1]
    assert Involvement.objects.count() == 1


def test_the_entry_leads_to_the_record_with_a_reason_and_known_to_us_confirms_it(visiting, hazel, amina, opening):
    taken(visiting, AMINA.replace("Amina", "Aminah"), by=hazel, as_of=TODAY - timedelta(days=3))
    browser = opening(hazel, amina)
    [found] = re.findall(r'href="(/find/\?[^"]+)"', browser.get(LISTED).text)
    assert "Amina Khan" in browser.get(found.replace("&amp;", "&")).text

    asked = browser.get(f"/children/{amina.index_number}/known/").text
    since = {"since_day": TODAY.day, "since_month": TODAY.month, "since_year": TODAY.year, "listed": "on"}
    practice = hazel.practices.get().pk
    browser.post(f"/children/{amina.index_number}/known/", {"practice": practice, "contact": "", **since})

    held = Involvement.objects.get()
    assert "It is the child whom your list calls Aminah Khan, born 28 February 2017" in asked
    assert (held.confirmed_by, held.from_date, held.listed_forename) == (hazel, TODAY, "Aminah")
    assert "Nothing of your lists waits" in browser.get(LISTED).text
    assert "Amina Khan" in browser.get("/my-children/").text


def test_words_that_a_person_has_said_to_mean_a_child_are_known_by_the_next_list(visiting, hazel, amina, knows):
    said = {"listed_forename": "Aminah", "listed_surname": "Khan", "listed_born": "2017-02-28"}
    before = TODAY - timedelta(days=9)
    held = knows(visiting, amina, from_date=before, confirmed_on=before, **said)

    taken(visiting, AMINA.replace("Amina", "Aminah"), by=hazel)

    held.refresh_from_db()
    assert (held.confirmed_on, held.missing_since) == (TODAY, None)


def test_whether_the_record_is_the_one_that_the_index_took_the_list_to_mean_is_not_told(
    visiting, hazel, amina, opening
):
    """Confirmed without the entry, another spelling stays on the list: that it goes would tell what was matched."""
    taken(visiting, AMINA.replace("Amina", "Aminah"), by=hazel)
    browser = opening(hazel, amina)
    services = browser.get(f"/children/{amina.index_number}/sections/services/").text

    assert "Health visiting" not in services.split("Causes for concern")[0].split("Services</h2>")[1]
    assert (
        browser.get(f"/children/{amina.index_number}/involvements/{Involvement.objects.get().pk}/").status_code == 404
    )
    since = {"since_day": TODAY.day, "since_month": TODAY.month, "since_year": TODAY.year}
    browser.post(f"/children/{amina.index_number}/known/", {"practice": hazel.practices.get().pk, **since})

    assert Involvement.objects.get().listed_surname == ""
    assert "Aminah Khan" in browser.get(LISTED).text


def test_where_a_shielded_child_lives_is_not_learned_by_listing_it(visiting, hazel, amina, knows, browser_of):
    shield(amina)
    before = TODAY - timedelta(days=9)
    knows(visiting, amina, from_date=before, confirmed_on=before)
    browser, told = browser_of(hazel), []

    for place in ("B4 7DA", "B15 2TT"):
        taken(visiting, f"H1,Khan,Aminna,28/02/2017,F,{place}", by=hazel, is_full=False)
        told.append([browser.get(page).text.count("Amin") for page in (LISTED, "/my-children/?whose=service")])

    assert told[0] == told[1]


def test_nothing_is_new_of_those_who_are_only_listed(visiting, hazel, amina, knows):
    knows(visiting, amina, listed="Khan", practitioner=hazel.practices.get())
    nursing = make_service("School nursing", "school_nursing")
    nora, to = works_for(nursing, name="Nora Nurse"), Context(user=hazel)
    with said_by():
        for user in (hazel, nora):
            Subscription.objects.create(user=user, what="moved", whose="service", often="weekly")

    assert (caseload(to), caseload(to, whole_service=True)) == ([], [])
    assert hearing.digest(hazel, "weekly") == []
    knows(nursing, amina)
    since = timezone.now() - timedelta(days=1)
    assert [one.what for one in news([amina.pk], to=Context(user=nora), since=since).get(amina.pk, [])] == []
    with connection.cursor() as cursor:
        cursor.execute(known_to.KNOWN)
        assert cursor.fetchall() == [(f"service-{nursing.pk}", amina.pk)]


def test_bulk_confirming_confirms_nobody_who_is_only_listed(visiting, hazel, amina, knows, browser_of):
    held = knows(visiting, amina, listed="Khan")

    browser_of(hazel).post("/my-children/", {"known": [held.pk]})

    held.refresh_from_db()
    assert held.is_listed


def test_others_read_that_a_service_lists_the_child_and_it_hears_of_no_concern(
    visiting, hazel, amina, knows, data_officer, opening, browser_of
):
    knows(visiting, amina, listed="Khan")
    nora = works_for(make_service("School nursing", "school_nursing"), name="Nora Nurse")

    page = browser_of(data_officer).get(f"/children/{amina.index_number}/sections/services/").text
    asked = opening(nora, amina).get(f"/children/{amina.index_number}/concern/").text

    assert "Listed, not confirmed" in page
    assert "Health visiting" not in asked
    assert involved([amina.pk], to=Context(user=hazel))[amina.pk].now == ()
    assert [one.is_listed for one in involved([amina.pk], to=Context(user=nora))[amina.pk].now] == [True]


def test_records_opened_of_children_just_listed_are_asked_about(visiting, hazel, knows, monkeypatch):
    monkeypatch.setattr(patterns, "NIGHT", (24, 0))
    children, rows = six(4)
    knows(visiting, children[3])
    taken(visiting, *rows, by=hazel)
    nora = works_for(make_service("School nursing", "school_nursing"), name="Nora Nurse")
    entries = [opened(hazel, child) for child in (*children[:2], children[3])]
    for child in children[:3]:
        opened(nora, child)
    assert patterns.raise_for(TODAY) == 0

    opened(hazel, children[2])
    patterns.raise_for(TODAY)

    found = Pattern.objects.get()
    assert (found.kind, found.looker, found.entry) == ("listed", hazel, entries[0])
    assert found.evidence.startswith("3 records were opened of children whom the service had just listed")


def test_those_listed_longer_ago_are_not(visiting, hazel, monkeypatch):
    monkeypatch.setattr(patterns, "NIGHT", (24, 0))
    children, rows = six(3)
    sent = taken(visiting, *rows, by=hazel)
    sent.received_at -= timedelta(days=9)
    sent.save(update_fields=["received_at"])
    for child in children:
        opened(hazel, child)

    assert patterns.raise_for(TODAY) == 0


def opened(user, child):
    looked = chain.Looked(
        page="registry:record", asked={"index_number": child.index_number}, purpose="I am worried", case_reference="",
        children=[child.pk], index_numbers=[child.index_number],
    )  # fmt: skip
    return chain.record(by=user, kind=AccessKind.OPENED, looked=looked)


def offered(browser, child):
    """What the form *Known to us* asks of the list: its sentence and whether it is ticked, or nothing."""
    page = browser.get(f"/children/{child.index_number}/known/").text
    found = re.search(r'<input[^>]*name="listed"[^>]*>', page)
    return ("your list calls" in page, bool(found and "checked" in found[0]))


def test_an_entry_is_offered_only_where_it_could_be_the_child_and_ticked_only_where_it_agrees(
    visiting, hazel, amina, opening
):
    other = make_child("Hugo", "Osborne", born="2017-05-03")
    namesake = make_child("Bilal", "Khan", born="2012-05-03")
    taken(visiting, AMINA.replace("Amina", "Aminah"), by=hazel)
    browser = opening(hazel, amina)
    [found] = re.findall(r'href="(/find/\?[^"]+)"', browser.get(LISTED).text)
    browser.get(found.replace("&amp;", "&"))

    for child in (namesake, other):
        browser.post(f"/children/{child.index_number}/why/", {"reason": "working"})

    assert offered(browser, amina) == (True, True)
    assert offered(browser, namesake) == (True, False)
    assert offered(browser, other) == (False, False)


def test_the_address_of_an_entry_counts_no_rows_of_others(visiting, hazel, browser_of):
    addresses = []
    for days in (2, 1):
        taken(visiting, NOBODY, by=hazel, as_of=TODAY - timedelta(days=days))
        addresses += re.findall(r"listed=(\w+)", browser_of(hazel).get(LISTED).text)

    assert len(set(addresses)) == 1
    assert len(addresses[0]) == 32


def test_a_brother_whom_a_service_only_listed_is_not_said_to_be_known_to_it(visiting, hazel, amina, opening):
    home = amina.residences.get().address
    make_child("Bilal", "Khan", born="2019-01-05", address=home)
    taken(visiting, "H5,Khan,Bilal,05/01/2019,M,B4 7DA", by=hazel)
    people = works_for(make_service("Youth offending"), "yusuf")
    page = opening(people, amina).get(f"/children/{amina.index_number}/sections/services/").text

    assert "Health visiting" in page
    assert page.count("(listed, not confirmed)") == 1


def test_a_record_does_not_tell_a_service_that_its_own_list_confirmed_it(
    visiting, hazel, amina, opening, browser_of, data_officer
):
    taken(visiting, AMINA, by=hazel)

    its_own = opening(hazel, amina).get(f"/children/{amina.index_number}/").text
    council = browser_of(data_officer).get(f"/children/{amina.index_number}/").text

    assert "Khan" in its_own
    assert "Health visiting" not in its_own
    assert "by Health visiting" in council


def test_an_entry_of_a_number_alone_is_offered_and_not_ticked(visiting, hazel, opening):
    child = make_child("Hugo", "Osborne")
    taken(visiting, "H9,,,,,B4 7DA", by=hazel)
    browser = opening(hazel, child)
    [found] = re.findall(r'href="(/find/\?[^"]+)"', browser.get(LISTED).text)
    browser.get(found.replace("&amp;", "&"))

    assert offered(browser, child) == (True, False)
