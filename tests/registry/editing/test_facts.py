"""The pages on which facts are added, changed, corrected, ended and removed."""

import html
import re
from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from childindex.models import Act
from registry import recording
from registry.models import (
    Care,
    Confirmation,
    EducationArrangement,
    Enrolment,
    Identifier,
    Name,
    Registration,
    Residence,
)
from tests.factories import (
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
    shield,
)

pytestmark = pytest.mark.django_db

REASONS = {
    "add": "new_information",
    "change": "circumstances_changed",
    "correct": "mistyped",
    "end": "no_longer_true",
    "remove": "never_true",
}
BOXES = ("day", "month", "year")


def boxes(name, day):
    return {f"{name}_{part}": str(getattr(day, part)) for part in BOXES}


@pytest.fixture
def officer(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def family():
    return make_source("family", kind="family", name="The family")


def why(doing, **changed):
    return {"source": "family", "reason_code": REASONS[doing], "reason": "Because it is so", **changed}


def address_of(child, doing, kind, fact=None):
    if fact is None:
        return reverse("registry:fact_add", args=[child.index_number, kind])
    return reverse(f"registry:fact_{doing}", args=[child.index_number, kind, fact.pk])


def hidden_fields(text):
    """What the page would send when its button is pressed."""
    form = text[text.index('<form method="post" novalidate>') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return [(name, html.unescape(value)) for name, value in found if name != "csrfmiddlewaretoken"]


def through(browser, address, typed):
    """Ask for the page, fill it in, look at the effect, and save: the text of the effect, and the last answer."""
    asked = browser.get(address)
    assert asked.status_code == 200
    effect = browser.post(address, {**dict(hidden_fields(asked.text)), **typed})
    assert "<title>Error" not in effect.text, effect.text
    sent = {}
    for name, value in hidden_fields(effect.text):
        sent.setdefault(name, []).append(value)
    return effect.text, browser.post(address, {**sent, "confirmed": "yes"})


ADDED = {
    "name": (Name, {"kind": "preferred", "forename": "Minnie", "surname": "Khan"}, "Minnie"),
    "identifier": (
        Identifier,
        {"kind": "upn", "value": "h330203126001", "status": "verified"},
        "H330203126001",
    ),
    "residence": (
        Residence,
        {
            "standing": "lives_here",
            "paon": "14",
            "street": "New Road",
            "postcode": "b47da",
            "address_kind": "household",
        },
        "14 New Road, B4 7DA",
    ),
    "care": (
        Care,
        {
            "forename": "Farah",
            "surname": "Khan",
            "telephone": "0121 496 0000",
            "kind": "mother",
            "parental_responsibility": "yes",
            "lives_with": "yes",
            "address_kind": "household",
        },
        "Farah Khan",
    ),
    "enrolment": (Enrolment, {"school": "Hollyfield Primary", "status": "C", "year_group": "5"}, "Hollyfield Primary"),
    "educationarrangement": (EducationArrangement, {"kind": "home_education", "detail": "Since Easter"}, "at home"),
    "registration": (Registration, {"practice": "Example Health Centre"}, "Example Health Centre"),
}


@pytest.mark.parametrize("kind", ADDED)
def test_every_kind_of_fact_is_added_after_its_effect_was_shown(officer, data_officer, family, kind):
    model, typed, words = ADDED[kind]
    make_school(), make_practice()
    child = make_child()
    before = model.objects.filter(child=child).count()

    effect, answer = through(officer, address_of(child, "add", kind), {**typed, **why("add")})

    assert words in effect or words.lower() in effect.lower()
    assertRedirects(answer, reverse("registry:record", args=[child.index_number]), fetch_redirect_response=False)
    fact = model.objects.filter(child=child).latest("pk")
    deed = Act.objects.latest("pk")
    assert model.objects.filter(child=child).count() == before + 1
    assert fact.source == family
    assert (deed.by, deed.source, deed.reason_code, deed.reason) == (
        data_officer,
        family,
        "new_information",
        "Because it is so",
    )
    assert Confirmation.objects.filter(kind=kind, fact_id=fact.pk).exists()
    assertContains(officer.get(answer.url), "Added to the record.")


def held_facts():
    """A child with a fact of each kind, by kind."""
    child = make_child(
        address=make_address(street="Old Road"), school=make_school(), practice=make_practice(), carer=make_carer()
    )
    with said_by():
        number = recording.assert_fact(Identifier(child=child, kind="upn", value="H330203126001"))
        arrangement = recording.assert_fact(EducationArrangement(child=child, kind="home_education"))
    found = {"identifier": number, "educationarrangement": arrangement, "name": child.names.get()}
    return child, found | {
        "residence": child.residences.get(),
        "care": child.cares.get(),
        "enrolment": child.enrolments.get(),
        "registration": child.registrations.get(),
    }


CHANGED = {
    "name": ({"kind": "registered", "forename": "Amina", "surname": "Begum"}, "surname", "Begum"),
    "identifier": ({"kind": "upn", "value": "H330203126001", "status": "verified"}, "status", "verified"),
    "residence": ({"standing": "no_fixed_abode"}, "standing", "no_fixed_abode"),
    "care": ({"kind": "stepmother", "parental_responsibility": "no", "lives_with": "yes"}, "lives_with", "yes"),
    "enrolment": ({"school": "Other School", "status": "M"}, "status", "M"),
    "educationarrangement": ({"kind": "awaiting_place"}, "kind", "awaiting_place"),
    "registration": ({"practice": "Other Practice"}, "practice.name", "Other Practice"),
}


def value_of(fact, path):
    for name in path.split("."):
        fact = getattr(fact, name)
    return fact


@pytest.mark.parametrize("kind", CHANGED)
def test_a_change_ends_what_was_true_and_begins_what_is(officer, family, kind):
    make_school("Other School"), make_practice("Other Practice")
    child, held = held_facts()
    typed, path, value = CHANGED[kind]
    fact, start = held[kind], date(2025, 1, 6)
    if kind == "care":
        typed = {**typed, "kind": other_kind(Care, "mother")}

    effect, answer = through(
        officer, address_of(child, "change", kind, fact), {**typed, **boxes("from_date", start), **why("change")}
    )

    assert answer.status_code == 302, answer.text
    assert "5 January 2025" in effect
    assert "6 January 2025" in effect
    old, new = type(fact).objects.get(pk=fact.pk), type(fact).objects.filter(child=child).latest("pk")
    assert (old.to_date, new.from_date, new.to_date) == (date(2025, 1, 5), start, None)
    assert value_of(new, path) == value


def other_kind(model, kind):
    return next(value for value, _ in model._meta.get_field("kind").choices if value != kind)


@pytest.mark.parametrize("kind", CHANGED)
def test_a_correction_mends_the_row_itself(officer, family, kind):
    make_school("Other School"), make_practice("Other Practice")
    child, held = held_facts()
    typed, path, value = CHANGED[kind]
    fact = held[kind]
    if kind == "care":
        typed = {**typed, "kind": other_kind(Care, "mother")}

    effect, answer = through(officer, address_of(child, "correct", kind, fact), {**typed, **why("correct")})

    assert answer.status_code == 302, answer.text
    assert "≠" in effect
    mended = type(fact).objects.get(child=child, pk=fact.pk)
    assert value_of(mended, path) == value
    assert mended.to_date is None
    assert type(fact).objects.filter(child=child).count() == 1


@pytest.mark.parametrize("kind", CHANGED)
def test_a_fact_is_ended_on_its_last_day(officer, family, kind):
    child, held = held_facts()
    fact, last = held[kind], date(2025, 7, 20)

    effect, answer = through(officer, address_of(child, "end", kind, fact), {**boxes("to_date", last), **why("end")})

    assert answer.status_code == 302
    assert "20 July 2025" in effect
    assert type(fact).objects.get(pk=fact.pk).to_date == last


@pytest.mark.parametrize("kind", CHANGED)
def test_a_fact_that_was_never_true_is_removed_and_the_history_keeps_it(officer, family, kind):
    child, held = held_facts()
    fact = held[kind]

    _, answer = through(officer, address_of(child, "remove", kind, fact), why("remove"))

    assertRedirects(answer, reverse("registry:record", args=[child.index_number]))
    assert not type(fact).objects.filter(pk=fact.pk).exists()
    assert "removed" in officer.get(reverse("registry:history", args=[child.index_number])).text


def test_leaving_a_school_asks_for_the_ground_and_where_to(officer, family):
    child, held = held_facts()
    leaving = {"leaving_ground": "9(1)(a)", "destination": "Fernhill", **boxes("to_date", date(2025, 7, 20))}

    through(officer, address_of(child, "end", "enrolment", held["enrolment"]), {**leaving, **why("end")})

    left = child.enrolments.get()
    assert (left.leaving_ground, left.leaving_regime, left.destination) == ("9(1)(a)", "2024", "Fernhill")


@pytest.mark.parametrize("doing", ["add", "change", "correct", "end", "remove"])
def test_source_and_reason_are_always_asked_and_nothing_typed_is_lost(officer, family, doing):
    child, held = held_facts()
    fact = None if doing == "add" else held["name"]
    typed = {"kind": "registered", "forename": "Zebedee", "surname": "Khan", "reason": "My own words"}

    page = officer.post(address_of(child, doing, "name", fact), {**typed, "revision": child.revision})

    assertContains(page, "<title>Error: ")
    assertContains(page, "Answer the question “Who said so?”")
    assertContains(page, 'href="#id_reason_code_0"')
    assertContains(page, "My own words")
    if doing in ("add", "change", "correct"):
        assertContains(page, "Zebedee")


def test_the_page_asks_who_said_so_without_guessing(officer, family):
    child, held = held_facts()

    for doing in ("change", "correct", "end", "remove"):
        page = officer.get(address_of(child, doing, "name", held["name"]))
        assertContains(page, '<option value="" selected>Choose one</option>', html=True)


def test_an_error_keeps_every_box_as_it_was_typed(officer, family):
    child = make_child()
    typed = {"standing": "lives_here", "street": "New Road", "postcode": "NOT A POSTCODE", "from_date_day": "99"}

    page = officer.post(address_of(child, "add", "residence"), {**typed, **why("add"), "revision": child.revision})

    for text in ("New Road", "NOT A POSTCODE", 'value="99"', "Because it is so"):
        assertContains(page, text)
    assertContains(page, "<title>Error: ")


def test_going_back_from_the_effect_keeps_what_was_typed(officer, family):
    child = make_child()
    typed = {"kind": "preferred", "forename": "Minnie", "surname": "Khan", **why("add"), "revision": child.revision}

    page = officer.post(address_of(child, "add", "name"), {**typed, "again": "yes"})

    assertContains(page, 'value="Minnie"')
    assertContains(page, "Because it is so")
    assert child.names.count() == 1


def test_looking_at_the_effect_writes_nothing(officer, family):
    child, acts = make_child(), Act.objects.count()

    officer.post(
        address_of(child, "add", "residence"),
        {"standing": "lives_here", "street": "New Road", **why("add"), "revision": child.revision},
    )

    assert Act.objects.count() == acts
    assert not child.residences.exists()


def test_somebody_elses_save_meanwhile_shows_both_and_loses_nothing(officer, data_manager, family):
    child, held = held_facts()
    address = address_of(child, "correct", "name", held["name"])
    mine = {"kind": "registered", "forename": "Aminah", "surname": "Khan", **why("correct")}
    opened = dict(hidden_fields(officer.get(address).text))
    with said_by(by=data_manager, reason_code="mistyped"):
        recording.correct(Name.objects.get(child=child), forename="Ameena")

    page = officer.post(address, {**opened, **mine, "confirmed": "yes"})

    assertContains(page, "Somebody else saved this record")
    assertContains(page, "Registered name changed from Amina Khan to Ameena Khan. Morgan Manager")
    assert page.text.index("Ameena</td>") < page.text.index("Aminah</td>")
    assert Name.objects.get(child=child).forename == "Ameena"
    again = {**dict(hidden_fields(page.text)), "confirmed": "yes"}
    assert again["reason"] == "Because it is so"
    assertRedirects(officer.post(address, again), reverse("registry:record", args=[child.index_number]))
    assert Name.objects.get(child=child).forename == "Aminah"


@pytest.mark.parametrize("revision", ["", "x", "-1", "٣", "9" * 40])
def test_a_page_that_does_not_say_which_revision_it_was_built_from_saves_over_nobody(officer, family, revision):
    child = make_child()
    typed = {"kind": "alias", "forename": "Mina", "surname": "Khan", **why("add")}

    page = officer.post(address_of(child, "add", "name"), {**typed, "revision": revision, "confirmed": "yes"})

    assertContains(page, "Somebody else saved this record")
    assert child.names.count() == 1


def test_the_effect_says_who_said_so_and_why(officer, family):
    child = make_child()
    typed = {"kind": "alias", "forename": "Mina", "surname": "Khan", **why("add"), "revision": child.revision}

    page = officer.post(address_of(child, "add", "name"), typed)

    assertContains(page, "The family</dd>", html=False)
    assertContains(page, "New information. Because it is so")


def test_what_was_removed_meanwhile_cannot_be_corrected(officer, data_manager, family):
    child, held = held_facts()
    address = address_of(child, "correct", "identifier", held["identifier"])
    with said_by(by=data_manager):
        recording.withdraw(held["identifier"])

    assert officer.get(address).status_code == 404


def test_a_number_that_is_already_held_is_told_and_not_a_crash(officer, family):
    child, _held = held_facts()
    typed = {"kind": "upn", "value": "H330203126001", "status": "verified", **why("add")}

    page = officer.post(
        address_of(child, "add", "identifier"), {**typed, "revision": _revision(child), "confirmed": "yes"}
    )

    assertContains(page, "This number is already on the record.")
    assertContains(page, 'value="H330203126001"')
    assert child.identifiers.count() == 1


def _revision(child):
    child.refresh_from_db()
    return child.revision


def test_a_change_before_the_old_fact_began_is_refused_with_a_sentence(officer, family):
    child, held = held_facts()
    typed = {"standing": "no_fixed_abode", **boxes("from_date", date(2020, 1, 1)), **why("change")}

    page = officer.post(
        address_of(child, "change", "residence", held["residence"]),
        {**typed, "revision": _revision(child), "confirmed": "yes"},
    )

    assertContains(page, "Correct it.")
    assertContains(page, "<title>Error: ")
    assertContains(page, 'value="2020"')
    assert child.residences.count() == 1


def test_whoever_is_unsure_is_asked_which_it_is(officer):
    child, held = held_facts()
    form, which = (address_of(child, doing, "name", held["name"]) for doing in ("correct", "which"))

    assertContains(officer.get(form), f'href="{which}"')
    page = officer.get(which)

    assertContains(page, "It was true and has changed")
    assertContains(page, "It was never true")
    for doing in ("change", "end", "correct", "remove"):
        assertContains(page, address_of(child, doing, "name", held["name"]))


@pytest.mark.parametrize("doing", ["add", "which", "change", "correct", "end", "remove", "pin", "unpin"])
def test_a_shielded_childs_facts_are_not_for_everybody_to_edit(officer, browser_of, custodian, doing):
    child, held = held_facts()
    address = address_of(child, doing, "residence", None if doing == "add" else held["residence"])
    shield(child)

    refused = officer.get(address)

    assert refused.status_code == 403
    assertNotContains(refused, "Old Road", status_code=403)
    assert officer.post(address, why("add") | {"confirmed": "yes"}).status_code == 403
    assert browser_of(custodian).get(address).status_code == (404 if doing == "unpin" else 200)


@pytest.mark.parametrize("who", ["governance", "outsider"])
def test_those_who_may_not_edit_are_refused(request, browser_of, who):
    child, held = held_facts()

    response = browser_of(request.getfixturevalue(who)).get(address_of(child, "change", "name", held["name"]))

    assert response.status_code == 403


def test_another_childs_fact_and_an_unknown_kind_are_not_found(officer):
    child, other = make_child(), make_child("Yusuf")

    assert officer.get(address_of(child, "change", "name", other.names.get())).status_code == 404
    assert officer.get(reverse("registry:fact_add", args=[child.index_number, "secret"])).status_code == 404


def test_a_superseded_record_is_corrected_no_more(officer):
    survivor, child = make_child(), make_child("Amina", "Kahn")
    with said_by():
        type(child).objects.filter(pk=child.pk).update(state="superseded", superseded_by=survivor)

    assert officer.get(address_of(child, "add", "name")).status_code == 403


def test_a_carer_of_a_sibling_is_offered_and_shared(officer, family):
    home, mother = make_address(), make_carer(telephone="0121 496 0000")
    make_child("Yusuf", address=home, carer=mother)
    child = make_child(address=home)
    typed = {"existing": str(mother.pk), "kind": "mother", "parental_responsibility": "yes", "lives_with": "yes"}

    assertContains(officer.get(address_of(child, "add", "care")), "already cares for a child at this address")
    through(officer, address_of(child, "add", "care"), {**typed, **why("add")})

    assert child.cares.get().carer == mother
