"""Heads and their nominees invite the staff of their own school, and nobody else does."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from childindex.accounts import invitations, people
from childindex.accounts.offers import name_of
from childindex.models import User
from schools.models import Post, PostOffer
from tests.alike import steady
from tests.cast import person
from tests.factories import make_school, said_by
from tests.schools.people import at

pytestmark = pytest.mark.django_db
PAGE = "/roll/900001/staff/"
SOMEBODY = {"invite": "1", "full_name": "Nora New", "email": "nora@example.org", "role": "school_office"}


def open_account(email):
    """What the person invited does: open the link of the letter, and choose a password."""
    user = User.objects.get(email=email)
    Client().post(invitations.path_for(user), {"password": "willow copper tide", "again": "willow copper tide"})
    user.refresh_from_db()
    assert user.is_active
    return user


@pytest.fixture
def head(hollyfield):
    return at(hollyfield, name="Helen Head", role="head")


def test_a_head_invites_somebody_to_the_own_school(browser_of, head, hollyfield):
    browser_of(head).post(PAGE, SOMEBODY)
    assert not Post.objects.filter(user__email="nora@example.org").exists()
    open_account("nora@example.org")

    post = Post.objects.get(user__email="nora@example.org")
    assert (post.school, post.is_nominee) == (hollyfield, False)
    assert "nora@example.org" in mail.outbox[0].to


def test_a_nominee_invites_but_names_no_nominee(browser_of, head, hollyfield):
    browser_of(head).post(PAGE, {**SOMEBODY, "is_nominee": "on"})
    nora = open_account("nora@example.org")
    assert nora.posts.get().is_nominee
    otto = at(hollyfield, name="Otto Nominee")
    with said_by():
        Post.objects.filter(user=otto).update(is_nominee=True)

    browser_of(otto).post(PAGE, {**SOMEBODY, "email": "mia@example.org", "is_nominee": "on"})
    open_account("mia@example.org")

    assert not User.objects.get(email="mia@example.org").posts.get().is_nominee


@pytest.mark.parametrize("role", ["school_office", "safeguarding_lead", "senco"])
def test_others_of_the_school_invite_nobody(browser_of, hollyfield, role):
    browser = browser_of(at(hollyfield, name="Somebody Else", role=role))

    assert "Invite somebody" not in browser.get(PAGE).text
    assert browser.post(PAGE, SOMEBODY).status_code == 403
    assert not User.objects.filter(email="nora@example.org").exists()


def test_nobody_invites_a_head_or_one_of_the_council(browser_of, head):
    for role in ("head", "data_manager", "nonsense"):
        assert "Select a valid choice" in browser_of(head).post(PAGE, {**SOMEBODY, "role": role}).text
    assert not User.objects.filter(email="nora@example.org").exists()


def test_another_school_is_not_theirs_to_invite_to(browser_of, head):
    make_school("Fernhill Primary", urn=900002)

    assert browser_of(head).post("/roll/900002/staff/", SOMEBODY).status_code == 404


def test_an_account_at_the_address_takes_the_post_up_itself(browser_of, head, hollyfield):
    other = person("Nora Known", "school_office")
    browser_of(head).post(PAGE, {**SOMEBODY, "email": other.email})
    assert not other.posts.exists()
    assert "/account/places/" in mail.outbox[0].body
    assert "the staff of Hollyfield Primary" in browser_of(other).get("/account/places/").text

    told = browser_of(other).post("/account/places/", {"take": name_of(PostOffer.objects.get())}, follow=True).text

    assert "You belong to the staff of Hollyfield Primary now." in told
    assert other.posts.get().school == hollyfield
    assert "Invited" not in browser_of(head).get(PAGE).text


def test_it_is_declined_by_its_own_address_alone(browser_of, head):
    nora, other = person("Nora Known", "school_office"), person("Mia Other", "school_office")
    browser_of(head).post(PAGE, {**SOMEBODY, "email": nora.email})
    offer = PostOffer.objects.get()

    for doing in ("take", "decline"):
        browser_of(other).post("/account/places/", {doing: name_of(offer)})
    assert PostOffer.objects.open().exists()
    assert not Post.objects.exclude(user__role="head").exists()
    browser_of(nora).post("/account/places/", {"decline": name_of(offer)})

    assert not PostOffer.objects.open().exists()
    assert not nora.posts.exists()


HELD = {
    "nothing": None,
    "an account": ("school_office", "active"),
    "an account never opened": ("school_office", "invited"),
    "one suspended": ("school_office", "suspended"),
    "one closed": ("school_office", "closed"),
    "one of another school role": ("senco", "active"),
    "one of the council": ("data_manager", "active"),
    "a practitioner’s": ("practitioner", "invited"),
}


@pytest.mark.parametrize("held", [held for held in HELD if held != "nothing"])
def test_a_head_does_not_learn_whether_an_address_has_an_account(browser_of, head, held):
    role, state = HELD[held]
    known = person("Known Person", role, state=state, invited_at=timezone.now())
    browser = browser_of(head)

    answers = []
    for email in (known.email, "unknown@example.gov.uk"):
        mail.outbox.clear()
        sent = browser.post(PAGE, {**SOMEBODY, "email": email})
        shown, again = browser.get(PAGE).text, browser.get(PAGE).text
        answers.append([sent.status_code, sent["Location"], steady(shown, email), steady(again, email)])
        assert [email] in [letter.to for letter in mail.outbox]
        browser.post(PAGE, {"take_back": PostOffer.objects.open().get().pk}, follow=True)

    assert answers[0] == answers[1]
    assert "Known Person" not in str(answers)


def test_it_is_told_alike_when_the_letter_cannot_be_sent(browser_of, head, settings, data_manager):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    browser, answers = browser_of(head), []

    for email in (data_manager.email, "unknown@example.gov.uk"):
        answers.append(steady(browser.post(PAGE, {**SOMEBODY, "email": email}, follow=True).text, email))
        browser.post(PAGE, {"take_back": PostOffer.objects.open().get().pk}, follow=True)

    assert answers[0] == answers[1]
    assert "could not be sent" in answers[0]


def test_a_clash_goes_to_data_managers_who_settle_it(browser_of, head, data_manager, hollyfield):
    officer = person("Olga Officer", "data_officer")
    browser_of(head).post(PAGE, {**SOMEBODY, "email": officer.email})

    to_managers, to_owner = mail.outbox
    assert to_managers.bcc == [data_manager.email]
    assert "cannot take this up as it is" in to_owner.body
    assert "1 invitation" in browser_of(data_manager).get("/users/").text
    assert "Settle an invitation" in browser_of(data_manager).get("/my-work/").text
    assert "Olga Officer" in browser_of(data_manager).get("/users/places/").text
    assert "cannot take this up as it is" in browser_of(officer).get("/account/places/").text
    browser_of(officer).post("/account/places/", {"take": name_of(PostOffer.objects.get())})
    assert not officer.posts.exists()

    people.change_role(officer, role="school_office", by=data_manager, reason="Moves to the school")
    browser_of(officer).post("/account/places/", {"take": name_of(PostOffer.objects.get())})
    assert officer.posts.get().school == hollyfield
    assert "No invitation waits for you" in browser_of(data_manager).get("/users/places/").text


def test_a_data_manager_takes_an_invitation_back_and_a_head_may_not_look(browser_of, head, data_manager):
    browser_of(head).post(PAGE, {**SOMEBODY, "email": data_manager.email})

    assert browser_of(head).get("/users/places/").status_code == 403
    browser_of(data_manager).post("/users/places/", {"back": name_of(PostOffer.objects.get())})

    assert not PostOffer.objects.open().exists()


def test_an_invitation_that_is_taken_back_gives_no_post(browser_of, head):
    browser_of(head).post(PAGE, SOMEBODY)
    browser_of(head).post(PAGE, {"take_back": PostOffer.objects.get().pk})

    assert not open_account("nora@example.org").posts.exists()


def test_inviting_twice_keeps_one_invitation_and_renews_the_link(browser_of, head, client):
    browser_of(head).post(PAGE, SOMEBODY)
    old = invitations.path_for(User.objects.get(email="nora@example.org"))
    browser_of(head).post(PAGE, {**SOMEBODY, "role": "school_office", "full_name": "Nora Newer"})

    assert PostOffer.objects.get().full_name == "Nora Newer"
    assert client.get(old).status_code == 410
    assert open_account("nora@example.org").posts.exists()


def test_a_post_is_ended_but_not_ones_own_nor_a_heads(browser_of, head, hollyfield):
    office, second = at(hollyfield), at(hollyfield, name="Hugo Head", role="head")
    browser = browser_of(head)

    for user in (office, second, head):
        browser.post(PAGE, {"end": user.posts.get().pk})

    assert {post.user for post in Post.objects.all()} == {second, head}
