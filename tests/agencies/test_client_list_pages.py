"""A client list sent on its page, and what came of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Involvement
from childindex.models import Job
from tests.agencies.test_client_lists import AMINA, HEADINGS, NOBODY
from tests.factories import TODAY
from tests.registry.intake.test_pages import work

pytestmark = pytest.mark.usefixtures("own_database")


def boxes(day):
    return {"as_of_day": day.day, "as_of_month": day.month, "as_of_year": day.year}


def test_a_list_is_sent_and_followed_on_pages(visiting, hazel, amina, browser_of):
    browser, page = browser_of(hazel), f"/services/{visiting.pk}/lists/"
    file = SimpleUploadedFile("clients.csv", "\n".join([HEADINGS, AMINA, "H4,Smith,Jo,31/02/2017,F,"]).encode())

    assert "Answer the question" in browser.post(page, {"whole": "", **boxes(TODAY)}).text
    answer = browser.post(page, {"file": file, "whole": "full", **boxes(TODAY)})
    work()
    told = browser.get(answer.url).text

    assert "It has been received" in told
    assert "February 2017 has" in told
    assert [(one.child, one.is_listed) for one in Involvement.objects.all()] == [(amina, True)]


def test_the_same_is_told_of_a_list_whoever_is_on_it(visiting, hazel, amina, browser_of):
    browser, page = browser_of(hazel), f"/services/{visiting.pk}/lists/"
    told = []
    for person in (AMINA, NOBODY.replace("H2", "H1")):
        file = SimpleUploadedFile("clients.csv", "\n".join([HEADINGS, person]).encode())
        address = browser.post(page, {"file": file, "whole": "part", **boxes(TODAY)}).url
        work()
        told.append(steady(browser.get(address).text))
    lines = steady(browser.get(page).text)

    assert told[0] == told[1]
    assert ("Rows sent" in told[0], "Received" in told[0]) == (True, True)
    assert lines.count("Received") == 2
    assert not any(word in lines + told[0] for word in ("applied", "Applied", "Held", "decide"))
    job = Job.objects.latest("pk")
    assert browser.get(f"/jobs/{job.pk}/").status_code == 404


def steady(text):
    """A page without what differs at every visit."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+|lists/\d+/', "", text)
