"""What holds for the whole project: every page, every table."""

import pytest
from django.contrib.auth.models import AnonymousUser

from tests import walks
from tests.worlds import ROLES, small_world


@pytest.fixture
def world(db):
    return small_world()


def test_every_page_says_what_to_put_in_its_place_holders(world):
    without = sorted({page.name for page in walks.pages()} - walks.SAMPLES.keys())

    assert without == [], "Add these to SAMPLES in tests/walks.py, with addresses to visit."


def test_every_sample_belongs_to_a_page():
    assert sorted(walks.SAMPLES.keys() - {page.name for page in walks.pages()}) == []


def test_every_page_refuses_the_signed_out(world, browser_of):
    browser = browser_of(AnonymousUser())
    answered = []

    for name, addresses in walks.addresses(world).items():
        for address in addresses:
            answer = walks.visit(browser, address)
            refused = answer.status in (403, 404) or (answer.status == 302 and "/account/login/" in answer.sent_to)
            if not refused and name not in walks.PUBLIC:
                answered.append((name, answer.status, address))
            assert not world.named_in(answer.text), address

    assert answered == []


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers_and_whoever_it_names_is_written_down(world, browser_of, role):
    walks.look_around(world, browser_of)
    browser = browser_of(world.people[role])
    wrong = []

    for address in (one for found in walks.addresses(world).values() for one in found):
        try:
            answer = walks.visit(browser, address)
        except Exception as error:
            wrong.append(f"{address}: {error!r}")
            continue
        named = world.named_in(answer.text, answer.listed)
        if answer.status >= 500:  # an answer that some handler made of a fault
            wrong.append(f"{address}: {answer.status}")
        if (answer.status == 200 and named != answer.listed) or not named <= answer.listed:
            wrong.append(f"{address}: names {named}, lists {set(answer.listed)}")

    assert not wrong, "\n".join(wrong)
