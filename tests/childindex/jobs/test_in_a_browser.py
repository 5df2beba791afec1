"""Following long work in a real browser, with and without JavaScript, while a real worker does it."""

import re

import pytest

from tests.workers import wait_until

pytestmark = pytest.mark.browser


def under_way(job):
    return job.state == "running" and job.done


def test_the_page_follows_the_work_to_its_result(new_page, sign_in, worker, naming, data_officer, fit):
    page = new_page()
    sign_in(page, data_officer)
    asked = naming(80, pause=0.1)
    page.goto(f"/jobs/{asked.pk}/")
    page.get_by_text("Waiting for a worker").wait_for()

    worker("--once")
    page.get_by_text("Naming", exact=True).wait_for()
    page.get_by_text(re.compile(r"[1-9]\d* of 80 sources done\. Time left: less than a minute\.")).wait_for()

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    fit(page)
    page.get_by_text("80 sources were named.").wait_for()
    assert page.get_by_role("button", name="See the result").is_visible()
    fit(page)


def test_somebody_stops_the_work(new_page, sign_in, worker, naming, data_officer):
    page = new_page()
    sign_in(page, data_officer)
    asked, _ = naming(200, pause=0.1), worker("--once")
    wait_until(asked, under_way)
    page.goto(f"/jobs/{asked.pk}/")

    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text(re.compile(r"Stopped when \d+ of 200 sources were done\.")).wait_for()

    page.get_by_role("button", name="Begin again").click()
    page.get_by_text("The work is asked for again.").wait_for()


def test_without_javascript_a_link_looks_again(new_page, sign_in, worker, naming, data_officer):
    page = new_page(java_script_enabled=False)
    sign_in(page, data_officer)
    asked, _ = naming(60, pause=0.1), worker("--once")
    wait_until(asked, under_way)
    page.goto(f"/jobs/{asked.pk}/")
    first = int(re.search(r"(\d+) of 60 sources done", page.inner_text("main"))[1])

    wait_until(asked, lambda job: job.done > first + 3)
    page.get_by_role("link", name="Look again now").click()
    assert int(re.search(r"(\d+) of 60 sources done", page.inner_text("main"))[1]) > first

    wait_until(asked, lambda job: not job.is_under_way)
    page.get_by_role("link", name="Look again now").click()
    page.get_by_text("60 sources were named.").wait_for()


def test_the_list_shows_everybodys_work_to_a_data_manager(new_page, sign_in, naming, data_manager, fit):
    for number in range(3):
        naming(2, about=number)
    page = new_page(width=320)
    sign_in(page, data_manager)
    page.goto("/jobs/")

    assert page.get_by_role("link", name=re.compile("Naming sources")).count() == 3
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    fit(page)
