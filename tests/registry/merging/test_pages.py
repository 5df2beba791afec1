"""The pages of merging: choose the other record, rehearse, choose, check, confirm; and the way back."""

import pytest
from django.urls import reverse

from registry import recording
from registry.models import Child, Merge, Name
from tests.factories import TODAY, make_address, make_child, make_school, said_by, shield

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(browser_of, data_officer):
    return browser_of(data_officer)


@pytest.fixture
def pair():
    school = make_school()
    return make_child("Amina", school=school), make_child("Aminah", school=school, address=make_address())


def address(survivor, superseded):
    return reverse("registry:merge", args=[survivor.index_number, superseded.index_number])


def sent(pair, **answers):
    revisions = "-".join(str(Child.objects.get(pk=child.pk).revision) for child in pair)
    return {"revisions": revisions, "reason": "Same passport"} | answers


def merged(browser, pair, **answers):
    browser.post(address(*pair), sent(pair, confirmed="yes", **answers))
    return Merge.objects.get()


class TestChoosing:
    def test_the_number_may_be_written_any_way(self, browser, pair):
        kept, gone = pair
        written = gone.index_number.lower().replace("-", " ")

        answer = browser.get(reverse("registry:merge_choose", args=[kept.index_number]), {"other": written})

        assert answer.url == address(kept, gone)

    @pytest.mark.parametrize(
        ("written", "said"), [("CI-2222", "index number"), ("", "Enter the index number"), ("own", "same record")]
    )
    def test_a_number_that_will_not_do_is_told_why(self, browser, pair, written, said):
        number = pair[0].index_number
        other = number if written == "own" else written

        page = browser.get(reverse("registry:merge_choose", args=[number]), {"other": other}).text

        assert "There is a problem" in page
        assert said in page


class TestMerging:
    def test_the_rehearsal_shows_both_and_what_would_happen(self, browser, pair):
        page = browser.get(address(*pair)).text

        for told in ("Amina Khan", "Aminah Khan", "Becomes one", "Hollyfield Primary", "Moves across", "Example Road"):
            assert told in page

    def test_continuing_shows_the_check_and_writes_nothing(self, browser, pair):
        page = browser.post(address(*pair), sent(pair)).text

        assert "Check before you merge" in page
        assert "Same passport" in page
        assert not Merge.objects.exists()

    def test_confirming_merges_and_says_so(self, browser, pair, data_officer):
        kept, gone = pair

        page = browser.post(address(kept, gone), sent(pair, confirmed="yes"), follow=True).text

        done = Merge.objects.get()
        assert (done.survivor, done.superseded, done.act.by) == (kept, gone, data_officer)
        assert f"Merged. {gone.index_number} now leads to {kept.index_number}" in page

    def test_a_reason_must_be_given(self, browser, pair):
        page = browser.post(address(*pair), sent(pair, reason="", confirmed="yes")).text

        assert "Answer the question" in page
        assert not Merge.objects.exists()

    def test_a_conflict_must_be_chosen(self, browser):
        pair = make_child(sex="F"), make_child("Aminah", sex="M")

        page = browser.post(address(*pair), sent(pair, confirmed="yes")).text
        browser.post(address(*pair), sent(pair, confirmed="yes", sex="superseded"))

        assert "Which sex stands?" in page
        assert Child.objects.get(pk=pair[0].pk).sex == "M"

    def test_what_is_chosen_to_lead_is_pinned(self, browser, pair):
        name = pair[1].names.get()

        merged(browser, pair, **{"slot-registered_name": str(name.pk)})

        assert pair[0].pins.get().fact_id == name.pk

    def test_a_save_meanwhile_is_shown_before_anything_is_written(self, browser, pair):
        data = sent(pair, confirmed="yes")
        with said_by():
            recording.assert_fact(Name(child=pair[1], kind="alias", forename="Mina"))

        page = browser.post(address(*pair), data).text

        assert "Somebody else saved" in page
        assert not Merge.objects.exists()

    def test_what_stands_in_the_way_is_told_and_nothing_is_offered(self, browser):
        pair = make_child(school=make_school()), make_child("Aminah", school=make_school("Larkmoor"))

        page = browser.get(address(*pair)).text

        assert "These two cannot be merged" in page
        assert "different schools: Hollyfield Primary and Larkmoor" in page
        assert "Continue" not in page

    def test_a_shielded_record_is_refused_without_a_word(self, browser, pair):
        shield(pair[1])

        answer = browser.get(address(*pair))

        assert answer.status_code == 403
        assert "Example Road" not in answer.text

    @pytest.mark.parametrize("who", ["governance", "outsider"])
    def test_only_those_who_may_merge_come_here(self, browser_of, request, pair, who):
        somebody = browser_of(request.getfixturevalue(who))

        assert somebody.get(address(*pair)).status_code == 403
        assert somebody.get(reverse("registry:merges")).status_code == 403


class TestTakingApart:
    def test_what_was_merged_today_leads_to_the_rehearsal(self, browser, pair):
        done = merged(browser, pair)

        page = browser.get(reverse("registry:merges")).text

        assert pair[1].index_number in page
        assert reverse("registry:unmerge", args=[done.pk]) in page

    def test_nobody_elses_merges_are_listed(self, browser, browser_of, data_manager, pair):
        merged(browser_of(data_manager), pair)

        assert pair[1].index_number not in browser.get(reverse("registry:merges")).text

    def test_the_rehearsal_shows_both_records_as_they_would_be(self, browser, pair):
        done = merged(browser, pair)

        page = browser.get(reverse("registry:unmerge", args=[done.pk])).text

        assert f"{pair[1].index_number} would have (Aminah Khan)" in page
        assert f"{pair[0].index_number} would have (Amina Khan)" in page
        assert "Goes back" in page

    def test_confirming_takes_them_apart(self, browser, pair):
        done = merged(browser, pair)
        page = reverse("registry:unmerge", args=[done.pk])

        check = browser.post(page, sent(pair, reason="Two passports")).text
        answer = browser.post(page, sent(pair, reason="Two passports", confirmed="yes"), follow=True).text

        assert "Check before you take them apart" in check
        assert "are two children again" in answer
        assert pair[1].residences.exists()

    def test_an_edit_to_what_was_one_is_asked_about(self, browser, pair):
        done = merged(browser, pair)
        spell = pair[0].enrolments.get()
        with said_by():
            recording.correct(spell, class_name="5B")
        page = reverse("registry:unmerge", args=[done.pk])

        asked = browser.post(page, sent(pair, confirmed="yes")).text
        browser.post(page, sent(pair, confirmed="yes", **{f"edited-enrolment-{spell.pk}": "superseded"}))

        assert "Class: nothing when merged, 5B now" in asked
        assert [child.enrolments.get().class_name for child in pair] == ["", "5B"]

    def test_a_merge_taken_apart_says_so(self, browser, pair):
        done = merged(browser, pair)
        page = reverse("registry:unmerge", args=[done.pk])
        browser.post(page, sent(pair, confirmed="yes"))

        assert "taken apart already" in browser.get(page).text


class TestDecidingAgain:
    def test_two_taken_apart_by_mistake_can_be_merged_again(self, browser, pair):
        done = merged(browser, pair)
        browser.post(reverse("registry:unmerge", args=[done.pk]), sent(pair, confirmed="yes", reason="Two passports"))
        kept_apart = browser.get(address(*pair)).text

        browser.post(address(*pair), {"overrule": "yes", "overruled": "One was her mother's passport"})
        browser.post(address(*pair), sent(pair, confirmed="yes"))

        assert "not the same child: Two passports" in kept_apart
        assert Merge.objects.standing().get().superseded == pair[1]

    def test_it_takes_a_reason(self, browser, pair):
        done = merged(browser, pair)
        browser.post(reverse("registry:unmerge", args=[done.pk]), sent(pair, confirmed="yes"))

        page = browser.post(address(*pair), {"overrule": "yes", "overruled": ""}).text

        assert "Answer the question" in page
        assert "These two cannot be merged" in page


class TestTheRecord:
    def test_asks_for_the_other_record(self, browser, pair):
        number = pair[0].index_number

        page = browser.get(reverse("registry:record", args=[number])).text

        assert reverse("registry:merge_choose", args=[number]) in page

    def test_both_say_what_was_merged_and_offer_to_take_it_apart(self, browser, pair):
        done = merged(browser, pair)

        pages = [browser.get(reverse("registry:record", args=[child.index_number])).text for child in pair]

        for page in pages:
            assert f"{pair[1].index_number} into {pair[0].index_number}" in page
            assert reverse("registry:unmerge", args=[done.pk]) in page
        assert f"Record {pair[1].index_number}" in pages[1]
        assert "No address is recorded" not in pages[1]
        assert "This is the same child as another record" not in pages[1]

    def test_a_shield_hides_what_was_merged(self, browser, browser_of, data_manager, pair):
        merged(browser, pair)
        shield(pair[0])

        page = browser_of(data_manager).get(reverse("registry:record", args=[pair[0].index_number])).text

        assert pair[1].index_number not in page


class TestTheHistory:
    def history(self, browser, child):
        return browser.get(reverse("registry:history", args=[child.index_number])).text

    def test_tells_what_moved_and_between_which_records(self, browser, pair):
        kept, gone = pair
        merged(browser, pair)

        assert f"Registered name moved here from {gone.index_number}: Aminah Khan." in self.history(browser, kept)
        assert f"Registered name moved to {kept.index_number}: Aminah Khan." in self.history(browser, gone)

    def test_says_of_both_that_they_were_merged_and_taken_apart(self, browser, pair):
        kept, gone = pair
        done = merged(browser, pair)
        browser.post(reverse("registry:unmerge", args=[done.pk]), sent(pair, confirmed="yes"))

        pages = [self.history(browser, child) for child in pair]

        for verb, word in (("merged", "into"), ("taken apart", "from")):
            assert f"Record {gone.index_number} {verb} {word} this one" in pages[0]
            assert f"Record {verb} {word} {kept.index_number}" in pages[1]

    def test_keeps_the_two_apart(self, browser, pair):
        merged(browser, pair)

        assert "Registered name added: Aminah Khan" not in self.history(browser, pair[0])
        assert "Registered name added: Amina Khan" not in self.history(browser, pair[1])

    def test_a_merge_is_told_with_its_reason_and_not_undone_blindly(self, browser, pair):
        done = merged(browser, pair)

        page = self.history(browser, pair[0])

        assert "Two records were of one child. Same passport." in page
        assert reverse("registry:undo", args=[pair[0].index_number, done.act_id]) not in page

    def test_what_is_a_shielded_childs_again_is_told_of_no_more(self, browser, browser_of, custodian, pair):
        kept, gone = pair
        done = merged(browser, pair)
        browser.post(reverse("registry:unmerge", args=[done.pk]), sent(pair, confirmed="yes"))
        shield(gone)
        today = f"{reverse('registry:record', args=[kept.index_number])}?on={TODAY.isoformat()}&as=believed"

        assert "Example Road" not in self.history(browser, kept)
        assert "Example Road" not in browser.get(today).text
        assert "Example Road" in self.history(browser_of(custodian), kept)


def test_what_was_merged_today_is_in_the_navigation_of_whoever_may_merge(browser_of, data_officer):
    assert "Merged today" in browser_of(data_officer).get("/").content.decode()
