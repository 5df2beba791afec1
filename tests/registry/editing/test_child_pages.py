"""The pages that change what is no dated fact: the child's own row, a carer's details, pins and shields."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from childindex.models import Act
from registry import recording
from registry.models import Child, Pin, Residence, Shield
from tests.factories import TODAY, make_address, make_carer, make_child, make_source, said_by, shield

pytestmark = pytest.mark.django_db

WHY = {"source": "council", "reason_code": "mistyped", "reason": "Birth certificate seen"}


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def boxes(name, day):
    return {f"{name}_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def own(child, **changed):
    """The child's own row as the page sends it."""
    return {
        "sex": "F",
        **boxes("date_of_birth", date(2017, 2, 28)),
        "date_of_birth_standing": "known",
        "date_of_birth_evidence": "",
        "state": "live",
        "revision": child.revision,
        **WHY,
        **changed,
    }


def correct_page(child):
    return reverse("registry:child_correct", args=[child.index_number])


def test_the_page_starts_from_what_is_held(officer):
    page = officer.get(correct_page(make_child()))

    assertContains(page, 'name="date_of_birth_year" type="text" inputmode="numeric" autocomplete="off" value="2017"')
    assert re.search(r'<input[^>]*value="F"[^>]*\bchecked', page.text)


def test_date_of_birth_sex_and_state_are_corrected_after_the_effect_was_shown(officer, data_officer):
    child = make_child()
    typed = own(child, sex="M", state="moved_away", **boxes("date_of_birth", date(2016, 3, 1)))

    effect = officer.post(correct_page(child), typed)
    child.refresh_from_db()
    assert child.sex == "F"
    saved = officer.post(correct_page(child), {**typed, "confirmed": "yes"})

    assertContains(effect, "28 February 2017")
    assertContains(effect, "1 March 2016")
    assertRedirects(saved, reverse("registry:record", args=[child.index_number]))
    child.refresh_from_db()
    assert (child.sex, child.date_of_birth, child.state) == ("M", date(2016, 3, 1), "moved_away")
    assert Act.objects.latest("pk").by == data_officer


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"date_of_birth_standing": "missing"}, "or say that it is missing."),
        (boxes("other_date_of_birth", date(2016, 1, 1)), "Choose Disputed"),
        (boxes("date_of_death", date(2016, 1, 1)), "cannot be before the date of birth"),
        (boxes("date_of_birth", TODAY + timedelta(days=3)), "or earlier."),
        ({"reason_code": ""}, "Answer the question “Why?”"),
        ({"source": ""}, "Answer the question “Who said so?”"),
        (
            {"date_of_birth_standing": "disputed", **boxes("other_date_of_birth", date(2017, 2, 28))},
            "A second date of birth",
        ),
    ],
)
def test_what_contradicts_itself_is_told_and_kept(officer, changed, sentence):
    child = make_child()

    page = officer.post(correct_page(child), {**own(child, **changed), "confirmed": "yes"})

    assertContains(page, sentence)
    assertContains(page, "<title>Error: ")
    assertContains(page, "Birth certificate seen")


def test_somebody_elses_save_meanwhile_is_shown_beside_mine(officer, data_manager):
    child = make_child()
    typed = own(child, sex="M")
    with said_by(by=data_manager):
        Child.objects.filter(pk=child.pk).update(sex="X")

    page = officer.post(correct_page(child), {**typed, "confirmed": "yes"})

    assertContains(page, "Somebody else saved this record")
    assertContains(page, "Morgan Manager")
    assertContains(page, "Sex not specified</td>")
    assertContains(page, "Boy</td>")
    assertContains(page, "Birth certificate seen")
    child.refresh_from_db()
    assert child.sex == "X"


def carer_page(child):
    return reverse("registry:carer_edit", args=[child.index_number, child.cares.get().pk])


def test_a_carers_details_are_corrected_once_for_all_their_children(officer):
    mother, home = make_carer(telephone="0121 496 0000"), make_address()
    amina, yusuf = make_child(carer=mother, address=home), make_child("Yusuf", carer=mother)
    typed = {"forename": "Farah", "surname": "Begum", "telephone": "0121 496 0001", "revision": amina.revision, **WHY}

    assertContains(officer.get(carer_page(amina)), "These details are also shown for Yusuf Khan.")
    effect = officer.post(carer_page(amina), typed)
    saved = officer.post(carer_page(amina), {**typed, "confirmed": "yes"})

    assertContains(effect, "These details are also shown for Yusuf Khan.")
    assertContains(effect, "0121 496 0001")
    assertRedirects(saved, reverse("registry:record", args=[amina.index_number]))
    for child in (amina, yusuf):
        page = officer.get(reverse("registry:household", args=[child.index_number]))
        assertContains(page, "Farah Begum")
        assertContains(page, "0121 496 0001")


def test_a_shielded_sibling_is_not_named_on_the_carers_page(officer, browser_of, custodian):
    mother = make_carer()
    amina = make_child(carer=mother)
    shield(make_child("Zebedee", "Quill", carer=mother))

    assertNotContains(officer.get(carer_page(amina)), "Zebedee")
    assertContains(browser_of(custodian).get(carer_page(amina)), "Zebedee")


def test_a_telephone_that_is_none_is_told_and_kept(officer):
    child = make_child(carer=make_carer())

    page = officer.post(carer_page(child), {"surname": "Khan", "telephone": "12", "revision": child.revision, **WHY})

    assertContains(page, "<title>Error: ")
    assertContains(page, 'value="12"')


def contested():
    """A child with two homes, the second of a source that leads."""
    child, elsewhere = make_child(address=make_address(street="Old Road")), make_address(street="New Road")
    with said_by(make_source("visiting", kind="health")):
        rival = recording.assert_fact(Residence(child=child, address=elsewhere, from_date=date(2024, 1, 1)))
    child.refresh_from_db()
    return child, child.residences.exclude(pk=rival.pk).get(), rival


def pin_page(child, fact, doing="pin"):
    return reverse(f"registry:fact_{doing}", args=[child.index_number, "residence", fact.pk])


def test_a_pinned_fact_leads_until_it_is_unpinned(officer):
    child, old, rival = contested()
    record = reverse("registry:record", args=[child.index_number])
    typed = {"source": "council", "reason_code": "decided", "reason": "Seen there"}
    lives = {fact.pk: f"Amina lives at {fact.address}" for fact in (old, rival)}
    leading = next(pk for pk, words in lives.items() if words in officer.get(record).text)
    follower = old if leading == rival.pk else rival

    officer.post(pin_page(child, follower), {**typed, "revision": child.revision})
    assertContains(officer.get(record), lives[follower.pk])
    assert Pin.objects.get().reason == "Seen there"
    child.refresh_from_db()
    officer.post(pin_page(child, follower, "unpin"), {**typed, "revision": child.revision})

    assertContains(officer.get(record), lives[leading])
    assert not Pin.objects.exists()


def test_pinning_asks_who_and_why(officer):
    child, old, _rival = contested()

    page = officer.post(pin_page(child, old), {"revision": child.revision, "reason": "My words"})

    assertContains(page, "Answer the question “Why?”")
    assertContains(page, "My words")
    assert not Pin.objects.exists()


def test_a_save_meanwhile_stops_a_pin_and_says_what_was_saved(officer, data_manager):
    child, old, rival = contested()
    opened = child.revision
    with said_by(by=data_manager):
        recording.end(rival, on=TODAY)

    page = officer.post(
        pin_page(child, old),
        {"source": "council", "reason_code": "decided", "reason": "My words", "revision": opened},
    )

    assertContains(page, "Somebody else saved this record")
    assertContains(page, "Home ended")
    assertContains(page, "My words")
    assert not Pin.objects.exists()


def shield_page(child):
    return reverse("registry:shield", args=[child.index_number])


def test_a_shield_is_lifted_by_a_custodian_who_is_sure(browser_of, custodian):
    child = make_child()
    shield(child)
    child.refresh_from_db()
    browser = browser_of(custodian)
    typed = {"source": "council", "reason_code": "review_ended", "reason": "", "revision": child.revision}

    browser.post(shield_page(child), {**typed, "sure": "no"})
    assert Shield.objects.in_force(TODAY).exists()
    answer = browser.post(shield_page(child), {**typed, "sure": "yes"})

    assertRedirects(answer, reverse("registry:record", args=[child.index_number]))
    assert not Shield.objects.in_force(TODAY).exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ground": ""}, "Enter the ground."),
        (boxes("review_date", date(2020, 1, 1)), "Enter a review date that is still to come."),
        ({"reason_code": ""}, "Answer the question “Why?”"),
    ],
)
def test_a_shield_needs_a_ground_a_review_and_a_reason(browser_of, custodian, changed, sentence):
    child = make_child()
    typed = {
        "ground": "Known risk",
        **boxes("review_date", TODAY + timedelta(days=90)),
        "source": "council",
        "reason_code": "risk_identified",
        "revision": child.revision,
    }

    page = browser_of(custodian).post(shield_page(child), {**typed, **changed})

    assertContains(page, sentence)
    assert not Shield.objects.exists()


@pytest.mark.parametrize("name", ["child_correct", "carer_edit"])
def test_a_shielded_child_is_for_custodians_to_correct(officer, browser_of, custodian, name):
    child = make_child(carer=make_carer(telephone="0121 496 0000"))
    address = correct_page(child) if name == "child_correct" else carer_page(child)
    shield(child)

    refused = officer.get(address)

    assert (refused.status_code, officer.post(address, WHY).status_code) == (403, 403)
    assertNotContains(refused, "0121", status_code=403)
    assert browser_of(custodian).get(address).status_code == 200
