"""The history of a record, and undoing one's own act."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from childindex.models import Act
from registry import recording
from registry.editing.reasons import WORDS
from registry.models import Enrolment, Name, Residence
from tests.factories import make_address, make_carer, make_child, make_school, make_source, said_by, shield

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


def history(browser, child, **asked):
    return browser.get(reverse("registry:history", args=[child.index_number]), asked)


def undo_page(child, deed):
    return reverse("registry:undo", args=[child.index_number, deed.pk])


def test_one_act_is_one_entry_with_who_when_from_whom_and_why(officer, data_officer):
    child = make_child(address=make_address(street="Old Road"))
    new, family = make_address(street="New Road"), make_source("family")
    with said_by(family, by=data_officer, reason_code="moved", reason="A letter came") as deed:
        recording.change(child.residences.get(), from_date=date(2025, 1, 1), address=new)
    when = timezone.localtime(deed.at)

    text = history(officer, child).text

    assert text.count("moj-timeline__item") == 2
    assert "Home ended and home added" in text
    assert re.search(r"Home ended: \d+ Old Road, Exampleton, B4 7DA, last day 31 December 2024\.", text)
    assert re.search(r"Home added: \d+ New Road, Exampleton, B4 7DA, from 1 January 2025\.", text)
    assert f"{when.day} {when:%B %Y, %H:%M}</time>. The family, recorded by Olive Officer." in text
    assert "Why: The family moved. A letter came." in text


def test_a_correction_tells_the_old_value_and_the_new(officer, data_officer):
    child = make_child("Amna")
    with said_by(by=data_officer, reason_code="mistyped"):
        recording.correct(child.names.get(), forename="Amina")

    assertContains(history(officer, child), "Registered name changed from Amna Khan to Amina Khan")


def test_values_that_the_sentence_does_not_say_are_listed(officer, data_officer):
    child = make_child(school=make_school())
    with said_by(by=data_officer, reason_code="mistyped"):
        recording.correct(child.enrolments.get(), year_group="6", class_name="6 Elm")

    text = history(officer, child).text

    assert "School changed: Hollyfield Primary" in text
    assert "<del>Year 5</del>" in text
    assert "<ins>Year 6</ins>" in text
    assert "<ins>6 Elm</ins>" in text


def test_an_act_of_no_person_says_that_it_was_recorded_automatically(officer):
    assertContains(history(officer, make_child()), "The council, recorded automatically.")


def test_a_carers_new_telephone_is_part_of_each_childs_history(officer, data_officer):
    carer = make_carer(telephone="0121 496 0000")
    child = make_child(carer=carer)
    with said_by(by=data_officer):
        carer.telephone = "0121 496 0009"
        carer.save()

    text = history(officer, child).text

    assert "Carer&#x27;s details changed" in text
    assert "<del>0121 496 0000</del>" in text
    assert "<ins>0121 496 0009</ins>" in text


def test_a_long_history_has_pages(officer):
    child = make_child()
    for number in range(30):
        with said_by():
            recording.assert_fact(Name(child=child, kind="alias", forename=f"Name{number}", surname="Khan"))

    assertContains(history(officer, child), "page=2")
    assertContains(history(officer, child, page=2), "Record added")
    assertNotContains(history(officer, child), "Record added")


def test_behind_a_shield_there_is_no_history(officer):
    child = make_child()
    shield(child)

    assertContains(history(officer, child), "History withheld.")
    assertNotContains(history(officer, child), "recorded automatically")


def test_only_ones_own_act_offers_to_be_undone(officer, data_officer, data_manager):
    child = make_child()
    with said_by(by=data_officer) as own:
        recording.assert_fact(Name(child=child, kind="alias", forename="Own", surname="Khan"))
    with said_by(by=data_manager) as other:
        recording.assert_fact(Name(child=child, kind="alias", forename="Other", surname="Khan"))

    page = history(officer, child)

    assertContains(page, undo_page(child, own))
    assertNotContains(page, undo_page(child, other))
    assertContains(officer.get(undo_page(child, other)), "Only the person who did this can undo it.")


def test_undoing_shows_what_it_would_do_asks_why_and_does_it(officer, data_officer):
    child = make_child("Amna")
    with said_by(by=data_officer, reason_code="mistyped") as deed:
        recording.correct(child.names.get(), forename="Wrong")

    page = officer.get(undo_page(child, deed)).text
    assert page.index("Wrong Khan</td>") < page.index("Amna Khan</td>")
    assertContains(officer.post(undo_page(child, deed), {"reason": ""}), "<title>Error: ")
    response = officer.post(undo_page(child, deed), {"reason": "Another Amna"})

    assertRedirects(response, reverse("registry:history", args=[child.index_number]))
    assert child.names.get().forename == "Amna"
    told = history(officer, child)
    assertContains(told, "Undone: registered name changed from Wrong Khan to Amna Khan")
    assertContains(told, "Why: Undone by the person who did it. Another Amna.")
    assertContains(told, "Undone since")


def test_what_has_been_built_on_says_what_stands_in_the_way(officer, data_officer):
    child = make_child("Amna")
    with said_by(by=data_officer) as deed:
        recording.correct(child.names.get(), forename="Amina")
    with said_by():
        recording.correct(child.names.get(), forename="Aminah")

    page = officer.get(undo_page(child, deed))

    assertContains(page, "This cannot be undone")
    assertContains(page, "has been changed since")
    officer.post(undo_page(child, deed), {"reason": "Try"})
    assert child.names.get().forename == "Aminah"


def test_adding_a_child_can_be_undone_and_leads_away_from_what_is_gone(officer, data_officer):
    child = make_child(by=data_officer)
    deed = Act.objects.get(pk=child.history.get().act_id)

    response = officer.post(undo_page(child, deed), {"reason": "Never existed"})

    assert response.status_code == 302
    assert response.url == "/"


def test_nothing_is_undone_on_a_record_that_may_not_be_edited(officer, data_officer, browser_of, governance):
    child, school = make_child(), make_school()
    with said_by(by=data_officer) as deed:
        recording.assert_fact(Enrolment(child=child, school=school, from_date=date(2024, 1, 1)))
    assert browser_of(governance).get(undo_page(child, deed)).status_code == 403
    shield(child)

    response = officer.get(undo_page(child, deed))

    assert response.status_code == 403
    assert "Hollyfield" not in response.text


def test_an_act_on_another_child_is_not_found_here(officer, data_officer):
    child, other = make_child(), make_child("Yusuf")
    with said_by(by=data_officer) as deed:
        recording.assert_fact(Residence(child=other, standing="no_fixed_abode"))

    assert officer.get(undo_page(child, deed)).status_code == 404


def test_every_reason_that_is_written_has_words():
    base = Path(settings.BASE_DIR)
    files = [file for app in ("childindex", "registry", "schools", "agencies") for file in (base / app).rglob("*.py")]
    written = {
        code
        for file in files
        for code in re.findall(r'(?:reason_code=|^REASON_CODE = )"(\w+)"', file.read_text(), re.MULTILINE)
    }

    assert {"register_loaded", "source_added"} <= written
    assert written - WORDS.keys() - {"corrected"} == set()  # `corrected` is the example in a docstring
