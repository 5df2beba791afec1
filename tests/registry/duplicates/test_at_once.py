"""Two people who decide about one pair at the same moment: one is heard, the other is told."""

import pytest
from django.urls import reverse

from registry.duplicates import deciding
from registry.duplicates.deciding import DecidedMeanwhile
from registry.merging import merge, unmerge
from registry.models import Child, Decision, Merge, Suspicion, SuspicionState, Verdict
from tests.cast import person
from tests.factories import make_child, suspect
from tests.together import at_once, refusals


@pytest.fixture
def two(own_database):
    return person("Olive Officer", "data_officer"), person("Morgan Manager", "data_manager")


@pytest.fixture
def pair(two):
    return suspect(make_child("Amina"), make_child("Aminah"))


def by(officer, pair, decide, **said):
    """The decision as the officer's page would send it, made from the pair as it is now."""
    opened = deciding.version_of(Suspicion.objects.get(pk=pair.pk))
    return lambda: decide(Suspicion.objects.get(pk=pair.pk), by=officer, version=opened, **said)


def test_same_and_not_the_same_at_once_leave_one_decision(two, pair):
    came = at_once(
        by(two[0], pair, deciding.say_same), by(two[1], pair, deciding.say_different, reason="They are twins.")
    )

    assert [type(refusal) for refusal in refusals(came)] == [DecidedMeanwhile]
    decision, now = Decision.objects.get(), Suspicion.objects.get()
    assert (decision.verdict == Verdict.SAME) == (now.state == SuspicionState.SAME)


def test_of_two_who_ask_somebody_at_once_one_is_told(two, pair):
    came = at_once(
        by(two[0], pair, deciding.ask, owner=two[0], note="Ask the school"),
        by(two[1], pair, deciding.ask, owner=two[1], note="Ask the clinic"),
    )

    assert [type(refusal) for refusal in refusals(came)] == [DecidedMeanwhile]
    now = Suspicion.objects.get()
    assert now.note == ("Ask the school" if now.owner == two[0] else "Ask the clinic")


def test_whoever_decides_while_the_two_are_merged_is_told_or_comes_first(two, pair):
    def join():
        kept, gone = Child.objects.order_by("pk")
        return merge(survivor=kept, superseded=gone, reason="Same passport", by=two[0])

    came = at_once(join, by(two[1], pair, deciding.say_different, reason="They are twins."))

    assert len(refusals(came)) == 1, came
    merged = Merge.objects.standing().exists()
    assert Suspicion.objects.get().state == (SuspicionState.SAME if merged else SuspicionState.DIFFERENT)
    if merged:
        unmerge(merge=Merge.objects.get(), reason="Two passports", by=two[0])
        assert Suspicion.objects.get().state == SuspicionState.DIFFERENT


def test_the_second_sees_what_the_first_has_decided_and_goes_on(two, pair, browser_of):
    first, second = map(browser_of, two)
    page = reverse("registry:duplicate", args=[pair.pk])
    versions = [browser.get(page).context["version"] for browser in (first, second)]

    first.post(page, {"decision": "different", "version": versions[0]})
    told = second.post(page, {"decision": "same", "version": versions[1]}, follow=True).text

    assert "Somebody has changed this while you were looking" in told
    assert "Olive Officer decided on" in told
    assert "Next pair" in told
    assert Decision.objects.get().by == two[0]
