"""The pages of long work: who sees which, what they say at each turn, and what can be done there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from childindex import jobs
from childindex.jobs import leases
from childindex.models import Job
from tests.cast import person

NOW = timezone.now()
RUNNING = {"state": "running", "begun_at": NOW, "heard_at": NOW, "attempts": 1}
COUNTED = {
    **RUNNING,
    "stage": "Reading the rows",
    "stage_at": NOW - timedelta(minutes=5),
    "done": 12_400,
    "total": 250_000,
    "unit": "rows",
}


@pytest.fixture
def olive(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def made(data_officer):
    """A job as it stands at some moment: `made(state="done", …)`."""

    def make(**fields):
        ended = {"ended_at": NOW} if fields.get("state") in ("done", "failed", "stopped") else {}
        defaults = {"kind": "name_sources", "subject": f"user:{data_officer.pk}", "by": data_officer}
        return Job.objects.create(**{**defaults, "arguments": {"number": 2}, **ended, **fields})

    return make


def page_of(browser, job):
    return browser.get(f"/jobs/{job.pk}/")


def test_whoever_asked_and_data_managers_see_a_job_and_for_others_it_is_not_there(made, browser_of, data_manager):
    job = made()
    another = person("Otto Officer", "data_officer")

    assert page_of(browser_of(job.by), job).status_code == 200
    assert page_of(browser_of(data_manager), job).status_code == 200
    assert page_of(browser_of(another), job).status_code == 404
    assert browser_of(another).post(f"/jobs/{job.pk}/", {"doing": "stop"}).status_code == 404
    job.refresh_from_db()
    assert job.state == "waiting"


def test_the_list_is_for_data_managers_and_has_everybodys(made, browser_of, olive, data_manager, outsider):
    made(**COUNTED)
    made(state="done", result={"named": 3}, by=data_manager)

    seen = browser_of(data_manager).get("/jobs/")

    assert "1 piece of work under way" in seen.text
    assert "Reading the rows: 12,400 of 250,000 rows" in seen.text
    assert "3 sources were named." in seen.text
    assert [browser.get("/jobs/").status_code for browser in (olive, browser_of(outsider))] == [403, 403]


def test_what_ended_long_ago_is_not_on_the_list(made, browser_of, data_manager):
    made(state="stopped", ended_at=NOW - timedelta(days=15))

    seen = browser_of(data_manager).get("/jobs/")

    assert "Nothing is under way" in seen.text
    assert "Stopped" not in seen.text


def test_the_page_says_how_far_it_has_come_and_that_it_may_be_closed(made, olive):
    seen = page_of(olive, made(**COUNTED))

    assert "Reading the rows" in seen.text
    assert "12,400 of 250,000 rows done. Time left: 96 minutes." in seen.text
    assert "You can close this page: the work goes on" in seen.text
    assert "Olive Officer" in seen.text
    assert 'max="250000" value="12400"' in seen.text


def test_a_running_job_that_nobody_holds_says_that_the_next_worker_goes_on(made, olive):
    assert "The next worker takes it up and goes on." in page_of(olive, made(**COUNTED)).text


def test_work_that_has_said_nothing_for_long_is_told_of(made, olive):
    job = made(**{**COUNTED, "heard_at": timezone.now() - timedelta(minutes=7)})

    with leases.lease(job.pk):
        assert "No word of it for 7 minutes." in page_of(olive, job).text


def test_a_job_that_has_waited_while_nobody_worked_says_whom_to_ask(made, olive):
    waiting = made(asked_at=NOW - timedelta(minutes=2))

    assert "Ask whoever looks after the server whether a worker runs" in page_of(olive, waiting).text
    Job.objects.update(asked_at=timezone.now())
    assert "whoever looks after" not in page_of(olive, waiting).text


def test_when_it_is_done_the_page_leads_to_the_result(made, browser_of, data_officer):
    job = made(state="done", result={"named": 3})

    seen = page_of(browser_of(data_officer), job)

    assert "3 sources were named." in seen.text
    assert f'href="/users/{data_officer.pk}/"' in seen.text
    assert "data-refresh-seconds" not in seen.text


def test_a_failed_job_shows_its_sentence_and_not_a_traceback(olive, data_officer):
    failed = jobs.run_here(jobs.ask("stumble", subject="everything", by=data_officer).pk)

    seen = page_of(olive, failed)

    assert "Something went wrong that nobody had foreseen." in seen.text
    assert "Begin again" in seen.text
    assert "Traceback" not in seen.text
    assert "ValueError" not in seen.text


def test_whoever_asked_stops_it_on_its_page(made, olive):
    job = made()

    assert ">Stop<" in page_of(olive, job).text.replace("\n", "")
    seen = olive.post(f"/jobs/{job.pk}/", {"doing": "stop"}, follow=True)

    assert "Stopped. What it had finished by then stands." in seen.text
    job.refresh_from_db()
    assert (job.state, job.stop_asked) == ("stopped", True)


def test_a_data_manager_stops_what_somebody_else_asked_for(made, browser_of, data_manager):
    job = made(kind="name_sources")

    browser_of(data_manager).post(f"/jobs/{job.pk}/", {"doing": "stop"})

    job.refresh_from_db()
    assert job.state == "stopped"


def test_what_may_not_be_stopped_has_no_button_and_refuses(made, olive):
    job = made(kind="stumble")

    assert "Stop" not in page_of(olive, job).text
    assert olive.post(f"/jobs/{job.pk}/", {"doing": "stop"}).status_code == 403
    job.refresh_from_db()
    assert not job.stop_asked


def test_while_it_is_being_stopped_it_says_so(made, olive):
    seen = page_of(olive, made(**{**COUNTED, "stop_asked": True}))

    assert "Stopping" in seen.text
    assert 'value="stop"' not in seen.text


def test_what_was_stopped_or_failed_is_begun_again_by_whoever_may(made, olive, data_officer):
    stopped = made(state="stopped", done=5, total=10, unit="rows")

    assert "Stopped when 5 of 10 rows were done." in page_of(olive, stopped).text
    seen = olive.post(f"/jobs/{stopped.pk}/", {"doing": "again"}, follow=True)

    again = Job.objects.get(state="waiting")
    assert seen.redirect_chain == [(f"/jobs/{again.pk}/", 302)]
    assert (again.subject, again.arguments, again.by) == (stopped.subject, stopped.arguments, data_officer)


def test_somebody_whose_role_no_longer_allows_such_work_begins_nothing_again(made, browser_of, outsider):
    stopped = made(state="stopped", by=outsider)

    assert "Begin again" not in page_of(browser_of(outsider), stopped).text
    assert browser_of(outsider).post(f"/jobs/{stopped.pk}/", {"doing": "again"}).status_code == 403
    assert Job.objects.count() == 1


def test_a_job_that_is_done_is_not_begun_again(made, olive):
    job = made(state="done", result={"named": 1})

    assert olive.post(f"/jobs/{job.pk}/", {"doing": "again"}).status_code == 403


def test_a_kind_of_work_that_is_no_longer_known_can_still_be_read_about(made, olive):
    assert page_of(olive, made(subject="an older form")).status_code == 200
    seen = page_of(olive, made(kind="forgotten", state="failed", problem="It was dark."))

    assert "It was dark." in seen.text
    assert "Begin again" not in seen.text


def test_a_page_that_brings_itself_up_to_date_keeps_no_sign_in_open(made, olive):
    job = made(**COUNTED)
    page_of(olive, job)
    session = olive.session
    session["seen_at"] -= 20 * 60
    session.save()
    before = session["seen_at"]

    olive.get(f"/jobs/{job.pk}/", headers={"X-Looking-Again": "1"})
    assert olive.session["seen_at"] == before
    page_of(olive, job)
    assert olive.session["seen_at"] > before
