"""Heads and their nominees invite the staff of their own school, and nobody else does."""

import pytest
from django.core import mail

from childindex.models import User
from schools.models import Post
from tests.cast import person
from tests.factories import make_school, said_by
from tests.schools.people import at

pytestmark = pytest.mark.django_db
PAGE = "/roll/900001/staff/"
SOMEBODY = {"invite": "1", "full_name": "Nora New", "email": "nora@example.org", "role": "school_office"}


@pytest.fixture
def head(hollyfield):
    return at(hollyfield, name="Helen Head", role="head")


def test_a_head_invites_somebody_to_the_own_school(browser_of, head, hollyfield):
    browser_of(head).post(PAGE, SOMEBODY)

    post = Post.objects.get(user__email="nora@example.org")
    assert (post.school, post.is_nominee) == (hollyfield, False)
    assert "nora@example.org" in mail.outbox[0].to


def test_a_nominee_invites_but_names_no_nominee(browser_of, head, hollyfield):
    browser_of(head).post(PAGE, {**SOMEBODY, "is_nominee": "on"})
    nora = User.objects.get(email="nora@example.org")
    assert nora.posts.get().is_nominee
    otto = at(hollyfield, name="Otto Nominee")
    with said_by():
        Post.objects.filter(user=otto).update(is_nominee=True)

    browser_of(otto).post(PAGE, {**SOMEBODY, "email": "mia@example.org", "is_nominee": "on"})

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


def test_an_account_of_a_school_gets_a_post_and_one_of_another_role_does_not(browser_of, head):
    other = person("Nora New", "school_office")
    browser_of(head).post(PAGE, {**SOMEBODY, "email": other.email})
    assert other.posts.exists()

    officer = person("Olga Officer", "data_officer")
    told = browser_of(head).post(PAGE, {**SOMEBODY, "email": officer.email}).text
    assert "in another role" in told
    assert not officer.posts.exists()


def test_a_post_is_ended_but_not_ones_own_nor_a_heads(browser_of, head, hollyfield):
    office, second = at(hollyfield), at(hollyfield, name="Hugo Head", role="head")
    browser = browser_of(head)

    for user in (office, second, head):
        browser.post(PAGE, {"end": user.posts.get().pk})

    assert {post.user for post in Post.objects.all()} == {second, head}
