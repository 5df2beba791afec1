"""The pages of suspected duplicates: the list, two records side by side, and what is done about them."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from childindex.models import User
from registry import recording
from registry.models import AccessEntry, Decision, Identifier, Suspicion, SuspicionState, Verdict
from tests.cast import person
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield, suspect

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def pair():
    school, home = make_school("Hollyfield Primary"), make_address(street="Juniper Lane")
    return suspect(make_child("Amina", school=school, address=home), make_child("Aminah", address=home))


def the_list(browser, **asked):
    return browser.get(reverse("registry:duplicates"), asked).text


def page_of(pair):
    return reverse("registry:duplicate", args=[pair.pk])


def as_written(page):
    """The page without what differs between any two askings."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|Printed by [^.]*', "", page)


def version(browser, pair):
    return browser.get(page_of(pair)).context["version"]


def decide(browser, pair, decision, **sent):
    sent = {"version": version(browser, pair)} | sent
    return browser.post(page_of(pair), {"decision": decision} | sent, follow=True)


class TestTheList:
    def test_the_likeliest_come_first(self, browser):
        for score, forename in ((3, "Barnaby"), (20, "Ottoline"), (9, "Isolde")):
            suspect(make_child(forename), make_child(forename), score=score)

        page = the_list(browser)

        assert page.index("Ottoline") < page.index("Isolde") < page.index("Barnaby")
        assert "3 pairs" in page

    def test_an_empty_list_says_what_to_do(self, browser):
        assert "find_duplicates" in the_list(browser) or "Nothing" in the_list(browser)

    @pytest.mark.parametrize(
        ("asked", "is_there"),
        [
            ({"school": "Hollyfield Primary"}, True),
            ({"school": "Larkmoor Primary"}, False),
            ({"reason": "twins"}, False),
            ({"reason": "birth"}, False),
            ({"age": "new"}, True),
            ({"age": "month"}, False),
            ({"owner": "nobody"}, True),
            ({"owner": "me"}, False),
            ({"owner": "nonsense"}, False),
        ],
    )
    def test_it_can_be_narrowed(self, browser, pair, asked, is_there):
        make_school("Larkmoor Primary")

        assert ("Aminah" in the_list(browser, **asked)) == is_there

    def test_each_part_says_how_many_it_has(self, browser, pair, data_officer):
        suspect(make_child("Isolde"), make_child("Isolda"), state=SuspicionState.DIFFERENT)
        suspect(make_child("Ottoline"), make_child("Otty"), owner=data_officer, note="Ask the school")
        suspect(make_child("Barnaby"), make_child("Barney"), put_off_until=TODAY + timedelta(days=1))

        parts = browser.get(reverse("registry:duplicates")).context["parts"]

        counts = [int(part["count"]) for part in parts]
        assert counts == [2, 1, 1, 0, 1]

    def test_what_was_put_off_comes_back_on_its_day(self, browser):
        suspect(make_child("Barnaby"), make_child("Barney"), put_off_until=TODAY)

        assert "Barney" in the_list(browser)

    def test_it_takes_a_fixed_number_of_queries(self, browser, django_assert_max_num_queries):
        for _ in range(3):
            suspect(make_child(), make_child())
        with django_assert_max_num_queries(60) as few:
            the_list(browser)
        for _ in range(20):
            suspect(make_child(), make_child())
        with django_assert_max_num_queries(len(few)):
            the_list(browser)

    def test_who_looked_at_it_is_recorded_with_every_child_shown(self, browser, pair):
        the_list(browser, reason="names")

        entry = AccessEntry.objects.order_by("pk").last()
        assert entry.kind == "listed"

    def test_a_pair_behind_a_shield_is_absent_from_list_and_counts(self, browser, browser_of, custodian):
        hidden, other = make_child("Isolde", "Pemberley"), make_child("Isolda", "Pemberley")
        pair = suspect(hidden, other)
        shield(hidden)

        page = browser.get(reverse("registry:duplicates"))

        assert "Pemberley" not in page.text
        assert [part["count"] for part in page.context["parts"]] == ["0"] * 5
        assert browser.get(page_of(pair)).status_code == 404
        assert "Pemberley" in the_list(browser_of(custodian))

    @pytest.mark.parametrize(
        "asked", [{}, {"part": "mine"}, {"reason": "twins"}, {"owner": "nobody"}, {"school": "Hollyfield Primary"}]
    )
    def test_with_and_without_a_pair_behind_a_shield_the_list_is_the_same_to_a_letter(
        self, browser, pair, custodian, asked
    ):
        hidden = make_child("Isolde", "Pemberley", school=pair.first.enrolments.get().school)
        before = as_written(the_list(browser, **asked))
        suspect(hidden, pair.first, may_be_twins=True, owner=custodian, note="Ask the school")
        shield(hidden)

        assert as_written(the_list(browser, **asked)) == before

    def test_a_pair_behind_a_shield_is_never_the_next_nor_among_the_others(self, browser, pair):
        hidden = make_child("Isolde", "Pemberley")
        suspect(hidden, pair.first, score=40)
        shield(hidden)

        answer = browser.get(reverse("registry:duplicates_next"))

        assert answer.url.startswith(page_of(pair))
        assert "Pemberley" not in browser.get(page_of(pair)).text

    def test_what_one_has_decided_today_is_counted(self, browser, pair):
        suspect(make_child("Isolde"), make_child("Isolda"), score=4)
        decide(browser, pair, "different")

        assert "You have decided 1 pair today, 1 of 2." in the_list(browser)

    def test_those_who_may_not_merge_are_refused(self, browser_of, pair):
        reader = browser_of(person("Greta Governance", "information_governance"))

        assert reader.get(reverse("registry:duplicates")).status_code == 403
        assert reader.get(page_of(pair)).status_code == 403
        assert reader.post(page_of(pair), {"decision": "same"}).status_code == 403


class TestOneCase:
    def test_both_records_stand_side_by_side_with_the_reasons(self, browser, pair):
        page = browser.get(page_of(pair)).text

        assert pair.first.index_number in page
        assert pair.second.index_number in page
        assert "≠" in page
        assert "The dates of birth are the same" in page
        assert "Hollyfield Primary" in page

    def test_twins_are_said_to_be_twins(self, browser):
        pair = suspect(make_child("Amina"), make_child("Samina"), may_be_twins=True)

        assert "twins" in browser.get(page_of(pair)).text.partition("<h2")[0].lower()

    def test_the_same_goes_on_to_the_rehearsal_and_merges_nothing(self, browser, pair, data_officer):
        page = decide(browser, pair, "same")

        pair.refresh_from_db()
        assert pair.state == SuspicionState.SAME
        assert page.request["PATH_INFO"] == reverse(
            "registry:merge", args=[pair.first.index_number, pair.second.index_number]
        )
        decision = Decision.objects.get()
        assert (decision.verdict, decision.by) == (Verdict.SAME, data_officer)

    def test_not_the_same_is_remembered_with_its_reason_and_the_next_case_is_shown(self, browser, pair):
        other = suspect(make_child("Isolde"), make_child("Isolda"), score=4)

        page = decide(browser, pair, "different", why="twins", note="Seen at school")

        assert Decision.objects.get().verdict == Verdict.NOT_SAME
        assert Decision.objects.get().reason == "They are twins. Seen at school."
        assert page.request["PATH_INFO"] == page_of(other)

    @pytest.mark.parametrize(
        ("sent", "reason"),
        [
            ({}, "Looked at side by side."),
            ({"note": "Two schools say so."}, "Two schools say so."),
            ({"why": "siblings"}, "They are brothers or sisters, or cousins."),
            ({"why": "other", "note": "Two schools say so"}, "Two schools say so."),
        ],
    )
    def test_one_key_is_enough_and_why_may_be_said_too(self, browser, pair, sent, reason):
        decide(browser, pair, "different", **sent)

        assert Decision.objects.get().reason == reason

    def test_something_else_must_be_said_in_words(self, browser, pair):
        page = decide(browser, pair, "different", why="other")

        assert "Say in a few words" in page.text
        assert not Decision.objects.exists()

    def test_later_is_tomorrow(self, browser, pair):
        decide(browser, pair, "later")

        pair.refresh_from_db()
        assert pair.put_off_until == TODAY + timedelta(days=1)

    def test_after_the_last_case_the_list_says_so(self, browser, pair):
        assert "Nothing is left to look at here." in decide(browser, pair, "later").text

    def test_filters_are_kept_from_case_to_case(self, browser, pair):
        suspect(make_child("Isolde"), make_child("Isolda"))

        page = browser.post(f"{page_of(pair)}?school=Hollyfield+Primary", {"decision": "later"}, follow=True)

        assert page.request["PATH_INFO"] == reverse("registry:duplicates")

    def test_of_two_who_decide_the_second_is_told(self, browser, pair):
        opened = version(browser, pair)
        decide(browser, pair, "different", why="namesakes")

        page = decide(browser, pair, "same", version=opened)

        assert "Somebody has changed this while you were looking" in page.text
        assert Decision.objects.get().verdict == Verdict.NOT_SAME

    def test_a_record_that_changed_meanwhile_is_looked_at_again(self, browser, pair, data_officer):
        opened = version(browser, pair)
        with said_by(by=data_officer):
            recording.assert_fact(Identifier(child=pair.first, kind="nhs_number", value="9434765919"))

        page = decide(browser, pair, "different", why="twins", version=opened)

        assert "Somebody has changed this" in page.text
        assert not Decision.objects.exists()

    def test_a_pair_that_has_left_the_list_is_told_of_plainly(self, browser, pair):
        opened = version(browser, pair)
        with said_by():
            Suspicion.objects.all().delete()

        page = browser.post(page_of(pair), {"decision": "same", "version": opened}, follow=True).text

        assert "That pair has left the list" in page
        assert browser.get(page_of(pair)).status_code == 404
        assert not Decision.objects.exists()

    def test_a_pair_decided_already_leads_to_the_next(self, browser, pair):
        other = suspect(make_child("Isolde"), make_child("Isolda"), score=4)
        decide(browser, pair, "different")

        page = browser.get(page_of(pair))
        answer = browser.get(page.context["next"])

        assert "Next pair" in page.text
        assert answer.url.startswith(page_of(other))

    def test_what_only_one_of_the_two_says_is_not_marked_as_a_difference(self, browser, pair):
        with said_by():
            recording.assert_fact(Identifier(child=pair.first, kind="nhs_number", value="9434765919"))
            recording.assert_fact(Identifier(child=pair.first, kind="upn", value="Z801200001001"))
            recording.assert_fact(Identifier(child=pair.second, kind="nhs_number", value="9434765919"))

        rows = {row.key: row for row in browser.get(page_of(pair)).context["rows"]}

        assert "9434765919 (NHS number)" in rows["Numbers"].left
        assert not rows["Numbers"].is_different
        assert rows["Name"].is_different

    def test_nonsense_decides_nothing(self, browser, pair):
        assert decide(browser, pair, "nonsense").status_code == 200
        assert not Decision.objects.exists()

    def test_it_takes_a_fixed_number_of_queries(self, browser, pair, django_assert_max_num_queries):
        home = pair.first.residences.get().address
        make_child("Farid", address=home)
        with django_assert_max_num_queries(120) as few:
            browser.get(page_of(pair))
        for _ in range(6):
            make_child("Farid", address=home)
        with django_assert_max_num_queries(len(few)):
            browser.get(page_of(pair))


class TestTwins:
    def test_a_third_record_born_on_the_same_day_stands_beside_the_two(self, browser, pair):
        twin = make_child("Samira", address=pair.first.residences.get().address)

        page = browser.get(page_of(pair))

        rows = {row.key: row for row in page.context["rows"]}
        assert rows["Name"].third == "Samira Khan"
        assert f"Samira Khan ({twin.index_number}) is of the family and was born on the same day" in page.text

    def test_one_who_lives_elsewhere_is_known_by_the_carer(self, browser):
        mother = make_carer()
        pair = suspect(make_child("Amina", carer=mother), make_child("Aminah"))
        make_child("Samira", carer=mother, address=make_address(street="Elm Walk"))

        assert browser.get(page_of(pair)).context["twin"].name == "Samira Khan"

    def test_further_ones_are_listed(self, browser, pair):
        home = pair.first.residences.get().address
        for forename in ("Samira", "Zahra", "Leila"):
            make_child(forename, address=home)

        others = browser.get(page_of(pair)).context["others"]

        assert len(others) == 2
        assert {row[-1] for row in others} == {"Of the family, born on the same day"}

    def test_brothers_and_sisters_of_another_age_are_not_twins(self, browser, pair):
        make_child("Samira", born=date(2015, 5, 5), address=pair.first.residences.get().address)

        assert browser.get(page_of(pair)).context["twin"] is None

    def test_a_shielded_one_is_shown_to_custodians_alone(self, browser, browser_of, custodian, pair):
        shield(make_child("Samira", address=pair.first.residences.get().address))

        assert "Samira" not in browser.get(page_of(pair)).text
        assert "Samira" in browser_of(custodian).get(page_of(pair)).text


class TestAsking:
    @pytest.fixture
    def colleague(self):
        return person("Morgan Manager", "data_manager")

    def address(self, pair):
        return reverse("registry:duplicate_ask", args=[pair.pk])

    def test_somebody_else_is_asked_with_a_note(self, browser, browser_of, pair, colleague):
        sent = {"owner": colleague.pk, "note": "Ask Hollyfield", "version": version(browser, pair)}

        browser.post(self.address(pair), sent)

        pair.refresh_from_db()
        assert (pair.owner, pair.note, pair.state) == (colleague, "Ask Hollyfield", SuspicionState.PROPOSED)
        theirs = browser_of(colleague)
        assert "Aminah" in the_list(theirs, part="mine")
        assert "Ask Hollyfield" in theirs.get(page_of(pair)).text

    def test_a_case_somebody_else_was_asked_about_is_not_the_next(self, browser, pair, colleague):
        Suspicion.objects.filter(pk=pair.pk)
        with said_by():
            pair.owner = colleague
            pair.save()

        answer = browser.get(reverse("registry:duplicates_next"))

        assert answer.url.startswith(reverse("registry:duplicates"))
        assert page_of(pair) not in answer.url

    @pytest.mark.parametrize("sent", [{}, {"owner": "999999", "note": "Ask"}, {"note": "Ask"}, {"owner": "nobody"}])
    def test_what_is_missing_is_asked_for(self, browser, pair, sent):
        page = browser.post(self.address(pair), sent).text

        assert "There is a problem" in page
        assert not Suspicion.objects.exclude(owner=None).exists()

    def test_only_custodians_are_asked_about_a_shielded_child(self, browser_of, pair, custodian, colleague):
        shield(pair.first)

        page = browser_of(custodian).get(self.address(pair)).text

        assert custodian.full_name in page
        assert colleague.full_name not in page

    def test_those_who_may_not_merge_are_not_asked(self, browser, pair):
        reader = person("Greta Governance", "information_governance")

        assert reader.full_name not in browser.get(self.address(pair)).text
        assert isinstance(reader, User)
