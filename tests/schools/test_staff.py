"""Who has a post at a school, who says so, and whom they may know of by it."""

import pytest
from django.core.management import CommandError, call_command

from childindex.accounts.changes import changing
from childindex.models import User
from registry import disclosure
from registry.disclosure import Context
from registry.intake import custody
from registry.intake.behind_shields import look
from registry.models import Enrolment, ShieldedFinding
from schools import roles
from schools.models import CampaignSchool, Post
from tests.cast import person
from tests.factories import TODAY, make_child, make_school, said_by, shield
from tests.schools.people import at
from tests.schools.returns.written import census, on_roll, taken

pytestmark = pytest.mark.django_db
STAFF = "/school-staff/"


@pytest.fixture
def fernhill():
    return make_school("Fernhill Primary", urn=900002)


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


def seen_by(user, *children):
    found = disclosure.disclose([child.pk for child in children], to=Context(user=user))
    return {summary.name for summary in found.values()}


@pytest.mark.parametrize("role", roles.ALL)
def test_whoever_has_a_post_at_a_school_knows_of_its_pupils_and_of_nobody_else(hollyfield, amina, fernhill, role):
    zoe = make_child("Zoe", "Okafor", school=fernhill)
    nobodys = make_child("Femi", "Adeyemi")

    assert seen_by(at(hollyfield, role=role), amina, zoe, nobodys) == {"Amina Khan"}


def test_a_post_at_two_schools_is_a_post_at_both(hollyfield, amina, fernhill):
    zoe = make_child("Zoe", "Okafor", school=fernhill)
    user = at(hollyfield)
    with said_by():
        Post.objects.create(user=user, school=fernhill)

    assert seen_by(user, amina, zoe) == {"Amina Khan", "Zoe Okafor"}


def test_without_a_post_nobody_is_known(hollyfield, amina):
    assert seen_by(person("Ophelia Office", "school_office"), amina) == set()


def test_who_has_left_the_roll_is_not_known_any_more(hollyfield, amina):
    with said_by():
        Enrolment.objects.update(to_date=TODAY.replace(year=TODAY.year - 1))

    assert seen_by(at(hollyfield), amina) == set()


def test_a_shielded_pupil_is_known_only_where_the_school_itself_has_said_so(hollyfield, amina, custodian):
    user = at(hollyfield)
    shield(amina)
    assert seen_by(user, amina) == set()

    delivery = taken(census(on_roll()), hollyfield)
    assert seen_by(user, amina) == set()
    look(delivery)
    custody.write(ShieldedFinding.objects.get(), {}, by=custodian)

    assert seen_by(user, amina) == {"Amina Khan"}


def test_a_data_manager_gives_a_post_and_takes_it_away(manager, hollyfield, amina):
    user = person("Ophelia Office", "school_office")

    answer = manager.post(STAFF, {"user": user.pk, "school": "330/2031"}, follow=True)
    assert "Ophelia Office sees the roll of Hollyfield Primary now." in answer.text
    assert seen_by(user, amina) == {"Amina Khan"}

    answer = manager.post(f"{STAFF}{Post.objects.get().pk}/end/", follow=True)
    assert "not on the staff of Hollyfield Primary any more" in answer.text
    assert seen_by(user, amina) == set()
    assert [row.history_type for row in Post.history.order_by("history_id")] == ["+", "-"]


def test_the_same_post_is_given_once(manager, hollyfield):
    user = at(hollyfield)

    answer = manager.post(STAFF, {"user": user.pk, "school": hollyfield.urn}, follow=True)

    assert "has a post at Hollyfield Primary already" in answer.text
    assert Post.objects.count() == 1


def test_a_data_manager_names_the_heads_nominee(manager, hollyfield):
    user = at(hollyfield)

    manager.post(STAFF, {"user": user.pk, "school": hollyfield.urn, "is_nominee": "on"})

    assert Post.objects.get().is_nominee
    assert "the head’s nominee" in manager.get(STAFF).text


def test_only_people_of_schools_are_given_a_post(manager, hollyfield, data_officer):
    answer = manager.post(STAFF, {"user": data_officer.pk, "school": hollyfield.urn})

    assert "Select a valid choice" in answer.text
    assert not Post.objects.exists()


def test_what_is_missing_is_asked_for(manager, hollyfield):
    answer = manager.post(STAFF, {"school": "999999"})

    assert "Choose who it is." in answer.text
    assert "No school has the number 999999." in answer.text


@pytest.mark.parametrize("role", ["school_office", "head", "data_officer"])
def test_others_give_no_posts(browser_of, hollyfield, role):
    browser = browser_of(person("Somebody Else", role))

    assert browser.get(STAFF).status_code == 403
    assert browser.post(STAFF, {}).status_code == 403
    assert browser.post(f"{STAFF}1/end/").status_code == 403


def test_in_the_demonstration_school_accounts_work_at_its_largest_primary_school(settings, amina):
    settings.DEMONSTRATION = True
    spell = Enrolment.objects.get(child=amina)
    with said_by():
        spell.school.phase = "Primary"
        spell.school.save()
    with changing(by=None, reason="Made for the demonstration"):
        user = User.objects.create_user("school_office@example.org", role="school_office", full_name="Demo Office")

    call_command("demo_schools")
    call_command("demo_schools")

    assert [post.school for post in Post.objects.filter(user=user)] == [spell.school]
    assert [one.school for one in CampaignSchool.objects.all()] == [spell.school]


def test_outside_the_demonstration_posts_are_given_by_hand(settings, db):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="by hand"):
        call_command("demo_schools")
