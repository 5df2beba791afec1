"""Looks, reviewed: drawn by chance, signed off by a manager, asked about by governance."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies import chasing, reviewing
from agencies.models import LookReview
from registry.models import AccessEntry
from tests.agencies.people import make_service, works_for
from tests.factories import TODAY, said_by, shield

pytestmark = pytest.mark.django_db
THIS_MONTH = TODAY.replace(day=1)


@pytest.fixture
def manager(visiting):
    return works_for(visiting, name="Mona Manager", role="service_manager")


@pytest.fixture
def looked(opening, hazel, amina):
    """Hazel has opened a record, and given a reason."""
    browser = opening(hazel, amina)
    browser.get(f"/children/{amina.index_number}/")
    return AccessEntry.objects.filter(user=hazel, kind="opened").get()


def draw():
    return reviewing.draw(THIS_MONTH)


def test_a_look_is_drawn_with_its_reason_and_signed_off(looked, browser_of, manager, hazel):
    assert draw() == 1
    browser = browser_of(manager)

    page = browser.get("/looks/").text
    assert "Hazel Visitor" in page
    assert "Amina Khan" in page
    assert "I am working with this child or family" in page
    told = browser.post("/looks/", {f"look-{LookReview.objects.get().pk}": "fits"}, follow=True).text

    assert "1 look signed off." in told
    assert "Nothing to sign off." in told
    assert LookReview.objects.get().answered_by == manager


def test_drawing_again_draws_nobody_twice(looked):
    assert (draw(), draw()) == (1, 0)


def test_no_more_than_ten_of_anybody(opening, hazel, amina):
    browser = opening(hazel, amina)
    for _ in range(13):
        browser.get(f"/children/{amina.index_number}/")

    assert draw() == 10


def test_what_does_not_fit_is_asked_about_and_closed(looked, browser_of, manager, governance):
    draw()
    review = LookReview.objects.get()
    browser = browser_of(manager)
    assert "Say what is to be asked" in browser.post("/looks/", {f"look-{review.pk}": "queried"}, follow=True).text
    browser.post("/looks/", {f"look-{review.pk}": "queried", "words": "Not one of ours: why?"})

    team = browser_of(governance)
    assert "Not one of ours: why?" in team.get("/looks/queries/").text
    assert "Amina Khan" in team.get(f"/looks/queries/{review.pk}/").text
    team.post(f"/looks/queries/{review.pk}/", {"how": "A colleague had asked her to cover"})

    review.refresh_from_db()
    assert (review.closed_by, review.closed_how) == (governance, "A colleague had asked her to cover")


def test_a_manager_signs_off_neither_their_own_looks_nor_another_services(looked, browser_of, manager, amina, opening):
    opening(manager, amina).get(f"/children/{amina.index_number}/")
    other = works_for(make_service("School nursing", "school_nursing"), name="Nadia Nursing", role="service_manager")
    draw()

    own = LookReview.objects.get(looker=manager)
    browser_of(manager).post("/looks/", {f"look-{own.pk}": "fits"})
    browser_of(other).post("/looks/", {f"look-{LookReview.objects.exclude(pk=own.pk).get().pk}": "fits"})

    assert not LookReview.objects.exclude(answered_at=None).exists()


def test_practitioners_sign_nothing_off(looked, browser_of, hazel, data_officer):
    assert browser_of(hazel).get("/looks/").status_code == 403
    assert browser_of(hazel).get("/looks/queries/").status_code == 403
    assert browser_of(data_officer).get("/looks/queries/").status_code == 403


def test_what_a_shield_hides_is_not_told_by_a_sample(looked, browser_of, manager, amina):
    shield(amina)
    draw()

    assert "14 Example Road" not in browser_of(manager).get("/looks/").text


def test_the_command_draws_last_months(looked):
    out = StringIO()

    call_command("sample_looks", stdout=out)
    assert "0 looks drawn" in out.getvalue()
    call_command("sample_looks", "--month", f"{THIS_MONTH:%Y-%m}", stdout=out)
    assert "1 look drawn" in out.getvalue()
    with pytest.raises(CommandError, match="like 2026-10"):
        call_command("sample_looks", "--month", "October")


def test_what_waits_for_more_than_a_month_is_chased(looked, manager, hazel):
    draw()
    with said_by():
        LookReview.objects.update(month=reviewing.month_before(reviewing.month_before(TODAY)))

    found = chasing.chase()

    assert found.looks == 1
    assert manager in found.lines
    assert hazel not in found.lines
