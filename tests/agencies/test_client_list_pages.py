"""A client list sent on its page, and what came of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Involvement
from tests.agencies.test_client_lists import AMINA, HEADINGS
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

    assert "It has been applied" in told
    assert "February 2017 has" in told
    assert Involvement.objects.get().child == amina
