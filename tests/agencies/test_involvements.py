"""Known to us: said in a few keystrokes, seen as far as each may see, and stale when nobody says it again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from agencies.involved import involved
from agencies.models import Involvement
from registry.disclosure import Context
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, make_address, make_child, said_by, shield
from tests.schools.people import at

pytestmark = pytest.mark.django_db


def page_of(child, rest="sections/services/"):
    return f"/children/{child.index_number}/{rest}"


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def said(user, **values):
    practice = user.practices.get()
    return {"practice": practice.pk, **boxes("since", TODAY - timedelta(days=9)), **values}


def seen(user, child):
    return involved([child.pk], to=Context(user=user)).get(child.pk)


def test_a_practitioner_says_that_a_child_is_known(opening, hazel, amina, visiting):
    browser = opening(hazel, amina)

    told = browser.post(page_of(amina, "known/"), said(hazel, contact="0121 496 0109"), follow=True).text

    held = Involvement.objects.get()
    assert (held.service, held.practitioner.user, held.confirmed_on) == (visiting, hazel, TODAY)
    assert "1 child known to Health visiting." in told
    assert "Hazel Visitor, 0121 496 0109" in told
    assert "Telephone 0121 496 0101" in told


def test_a_whole_family_is_known_at_once(opening, hazel, amina):
    zoe = make_child("Zoe", "Khan", address=amina.residences.get().address)
    browser = opening(hazel, amina)

    browser.post(page_of(amina, "known/"), said(hazel, family=[zoe.pk]))

    assert set(Involvement.objects.values_list("child", flat=True)) == {amina.pk, zoe.pk}
    assert Involvement.history.values("act").distinct().count() == 1


def test_saying_it_again_confirms_it(opening, hazel, amina, visiting, knows):
    knows(visiting, amina, from_date=TODAY - timedelta(days=400), confirmed_on=TODAY - timedelta(days=400))
    browser = opening(hazel, amina)
    assert "Not confirmed since" in browser.get(page_of(amina)).text

    browser.post(page_of(amina, "known/"), said(hazel))

    held = Involvement.objects.get()
    assert (held.from_date, held.confirmed_on) == (TODAY - timedelta(days=400), TODAY)
    assert "Not confirmed since" not in browser.get(page_of(amina)).text


def test_it_ends_with_a_reason(opening, hazel, amina, visiting, knows):
    held = knows(visiting, amina, from_date=TODAY - timedelta(days=30))
    browser = opening(hazel, amina)
    page = page_of(amina, f"involvements/{held.pk}/")

    assert "Answer the question" in browser.post(page, {"doing": "end"}).text
    early = browser.post(page, {"doing": "end", "reason": "finished", **boxes("on", TODAY - timedelta(days=40))})
    assert "Give a later day" in early.text
    browser.post(page, {"doing": "end", "reason": "finished", **boxes("on", TODAY)})

    held.refresh_from_db()
    assert (held.to_date, held.end_reason) == (TODAY, "finished")
    assert "The work is done" in browser.get(page_of(amina)).text


def test_it_is_handed_over_with_the_lead(opening, hazel, amina, visiting, knows):
    nursing = make_service("School nursing", "school_nursing")
    held = knows(visiting, amina, is_lead=True)
    browser = opening(hazel, amina)

    page = page_of(amina, f"involvements/{held.pk}/")
    browser.post(page, {"doing": "hand_over", "to": nursing.pk, **boxes("on", TODAY)})

    after = Involvement.objects.get(service=nursing)
    assert (after.is_lead, Involvement.objects.get(service=visiting).end_reason) == (True, "handed_over")


def test_there_is_one_lead_professional(opening, hazel, amina, knows):
    knows(make_service("School nursing", "school_nursing"), amina, is_lead=True)
    browser = opening(hazel, amina)

    told = browser.post(page_of(amina, "known/"), said(hazel, is_lead="on")).text

    assert "The lead professional is at School nursing" in told
    assert Involvement.objects.count() == 1


def test_another_services_word_is_not_ones_own_to_change(opening, hazel, amina, knows):
    held = knows(make_service("School nursing", "school_nursing"), amina)

    assert opening(hazel, amina).get(page_of(amina, f"involvements/{held.pk}/")).status_code == 404


def test_a_sensitive_service_needs_consent_or_harm(opening, clara, amina):
    browser = opening(clara, amina)

    assert "is recorded with consent" in browser.post(page_of(amina, "known/"), said(clara)).text
    assert not Involvement.objects.exists()
    told = browser.post(page_of(amina, "known/"), said(clara, consent_of="child")).text
    assert "on what footing and on which day" in told
    consent = {"consent_of": "child", "consent_capacity": "competent", **boxes("consent_on", TODAY)}
    browser.post(page_of(amina, "known/"), said(clara, **consent))

    assert Involvement.objects.get().consent_of == "child"


def test_the_database_refuses_a_sensitive_service_without_a_basis(clinic, amina, knows):
    with pytest.raises(IntegrityError, match="reasonable cause to suspect significant harm"):
        knows(clinic, amina)


def test_others_see_only_that_a_sensitive_service_is_there(hazel, clara, data_officer, custodian, amina, clinic, knows):
    knows(clinic, amina, consent_of="child", consent_capacity="competent", consent_on=TODAY)

    for user in (hazel, data_officer):
        assert (seen(user, amina).now, seen(user, amina).has_sensitive) == ((), True)
    for user in (clara, custodian):
        assert [one.service for one in seen(user, amina).now] == ["Riverside clinic"]


def test_withdrawn_consent_hides_it_but_not_where_harm_is_suspected(opening, clara, hazel, amina, clinic, knows):
    held = knows(clinic, amina, consent_of="child", consent_capacity="competent", consent_on=TODAY)
    browser = opening(clara, amina)

    browser.post(page_of(amina, f"involvements/{held.pk}/"), {"doing": "withdraw", **boxes("on", TODAY)})
    assert not seen(hazel, amina).has_sensitive
    with said_by():
        Involvement.objects.update(suspected_harm="An adult who is known to the police")

    assert seen(hazel, amina).has_sensitive


def test_behind_a_shield_a_service_sees_its_own_word_alone(hazel, custodian, amina, visiting, clinic, knows):
    knows(visiting, amina)
    knows(clinic, amina, suspected_harm="Seen")
    knows(make_service("School nursing", "school_nursing"), amina)
    shield(amina)

    found = seen(hazel, amina)

    assert ([one.service for one in found.now], found.has_sensitive, found.is_withheld) == (
        ["Health visiting"],
        False,
        True,
    )
    assert len(seen(custodian, amina).now) == 3


def test_a_head_sees_who_supports_the_pupils_and_the_office_does_not(browser_of, amina, visiting, clinic, knows):
    school = amina.enrolments.get().school
    knows(visiting, amina)
    knows(clinic, amina, suspected_harm="Seen")
    page = f"/roll/{school.urn}/support/"

    told = browser_of(at(school, name="Helen Head", role="head")).get(page).text

    assert "Health visiting" in told
    assert "Riverside" not in told
    assert "sensitive" not in told.lower()
    assert browser_of(at(school)).get(page).status_code == 403


def test_schools_see_no_support_of_a_shielded_pupil(browser_of, amina, visiting, knows):
    school = amina.enrolments.get().school
    knows(visiting, amina)
    shield(amina)

    told = browser_of(at(school, name="Sven Senco", role="senco")).get(f"/roll/{school.urn}/support/").text

    assert "Health visiting" not in told


def test_the_caseload_begins_with_the_longest_unconfirmed_and_confirms_the_ticked(
    opening, hazel, amina, visiting, knows
):
    practice = hazel.practices.get()
    old = knows(
        visiting, amina, practitioner=practice, from_date=TODAY - timedelta(days=500),
        confirmed_on=TODAY - timedelta(days=400),
    )  # fmt: skip
    zoe = make_child("Zoe", "Okafor")
    knows(visiting, zoe, practitioner=practice)
    browser = opening(hazel, amina)

    page = browser.get("/my-children/").text
    assert page.index("Amina Khan") < page.index("Zoe Okafor")
    assert "1 not confirmed for so long" in page
    told = browser.post("/my-children/", {"known": [old.pk]}, follow=True).text

    assert "1 child confirmed as known to you still." in told
    assert "Faded" not in browser.get("/my-children/").text


def test_the_caseload_says_what_changed(browser_of, hazel, amina, visiting, knows):
    knows(visiting, amina, practitioner=hazel.practices.get())
    elsewhere, source = make_address(), amina.names.get().source
    with said_by():
        amina.residences.update(to_date=TODAY - timedelta(days=2))
        amina.residences.create(address=elsewhere, from_date=TODAY - timedelta(days=1), source=source)
    knows(make_service("School nursing", "school_nursing"), amina)

    page = browser_of(hazel).get("/my-children/").text

    assert "Moved on" in page
    assert "School nursing is involved since" in page


def test_the_caseload_says_nothing_of_what_a_shield_hides(browser_of, hazel, amina, visiting, knows):
    knows(visiting, amina, practitioner=hazel.practices.get())
    with said_by():
        amina.residences.update(from_date=TODAY - timedelta(days=1))
    shield(amina)

    page = browser_of(hazel).get("/my-children/").text

    assert "Amina Khan" in page
    assert "Moved on" not in page


def test_a_caseload_takes_as_many_statements_for_many_as_for_few(browser_of, hazel, amina, visiting, knows):
    browser = browser_of(hazel)

    def statements():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get("/my-children/")
        return len(asked)

    knows(visiting, amina, practitioner=hazel.practices.get())
    statements()
    few = statements()
    for number in range(12):
        knows(visiting, make_child(f"Zoe{number}", "Okafor"), practitioner=hazel.practices.get())

    assert statements() == few


def test_a_colleague_of_another_service_has_none_of_it(browser_of, amina, visiting, knows):
    knows(visiting, amina)
    other = works_for(make_service("School nursing", "school_nursing"), name="Nora Nurse")

    assert "Amina" not in browser_of(other).get("/my-children/?whose=service").text


def test_the_household_stands_on_one_page_with_whom_to_ring(opening, hazel, amina, visiting, clinic, knows):
    zoe = make_child("Zoe", "Khan", address=amina.residences.get().address)
    knows(visiting, zoe)
    knows(clinic, zoe, suspected_harm="Seen")

    page = opening(hazel, amina).get(page_of(amina)).text

    assert "Zoe Khan" in page
    assert "Health visiting, 0121 496 0100; A sensitive service" in page
    assert "Riverside" not in page


def test_a_shielded_brother_is_not_in_the_household(opening, hazel, amina, visiting, knows):
    zoe = make_child("Zoe", "Khan", address=amina.residences.get().address)
    knows(visiting, zoe)
    shield(zoe)

    assert "Zoe Khan" not in opening(hazel, amina).get(page_of(amina)).text
