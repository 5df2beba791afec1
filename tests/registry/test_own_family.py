"""Nothing of one's own family is read or written, by whichever road: a declared relative is as good as not there."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from childindex import jobs
from childindex.models import Act, Job
from registry import conflicts, disclosure, recording, shield_requests, undoing
from registry.balance.lines import Line
from registry.disclosure import Context, NotDisclosed
from registry.duplicates import deciding
from registry.list_match.reading import headings_of
from registry.merging import CannotMerge, CannotUnmerge, merge, unmerge
from registry.merging.decisions import overrule
from registry.models import (
    Correction,
    Decision,
    ListMatch,
    Merge,
    Name,
    SealedLink,
    Shield,
    ShieldRequest,
    SourceRecord,
    Suspicion,
)
from registry.recording import CannotRecord
from tests.factories import TODAY, make_address, make_carer, make_child, make_source, said_by, shield, suspect

pytestmark = pytest.mark.django_db
BORN = date(2017, 2, 28)


@pytest.fixture
def home():
    return make_address(paon="14", street="Juniper Lane")


@pytest.fixture
def amina(home):
    """The relative: whom each test looks for, and who is to be found nowhere."""
    return make_child("Amina", "Khan", born=BORN, address=home, carer=make_carer())


@pytest.fixture
def other(home):
    return make_child("Bilal", "Okafor", address=home)


@pytest.fixture
def declared(amina, data_officer):
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=BORN, relation="My niece")
    return amina


@pytest.fixture
def browser(browser_of, data_officer):
    return browser_of(data_officer)


def closed(answer):
    return answer.status_code in (403, 404) and "Juniper" not in answer.content.decode()


def test_disclosure_itself_refuses_the_record_and_the_history(declared, data_officer):
    to = Context(user=data_officer)

    with pytest.raises(NotDisclosed, match="closed to you"):
        disclosure.record(declared, to=to)
    with pytest.raises(NotDisclosed, match="closed to you"):
        disclosure.record(declared, to=to, believed=TODAY)
    with pytest.raises(NotDisclosed, match="closed to you"):
        disclosure.history(declared, to=to)
    assert not to.shown


def test_a_relative_is_nobodys_household_and_nobodys_brother_or_sister(declared, other, data_officer, data_manager):
    for user, names in ((data_officer, []), (data_manager, ["Amina Khan"])):
        to = Context(user=user)
        view = disclosure.record(other, to=to)
        found = [*disclosure.household(view, to=to), *disclosure.family(view, to=to)]

        assert sorted({one.name for one in found}) == names


@pytest.mark.parametrize("first", ["relative", "other"])
def test_merging_shows_no_relative_in_either_role(browser, declared, other, first):
    one, two = (declared, other) if first == "relative" else (other, declared)

    answer = browser.get(reverse("registry:merge", args=[one.index_number, two.index_number]))

    assert closed(answer)


@pytest.mark.parametrize("first", ["relative", "other"])
def test_merging_refuses_a_relative_in_either_role(declared, other, data_officer, first):
    one, two = (declared, other) if first == "relative" else (other, declared)

    with pytest.raises(CannotMerge, match="closed to you"):
        merge(survivor=one, superseded=two, reason="The same", by=data_officer)

    assert not Merge.objects.exists()


def test_a_merge_with_a_relative_in_it_is_not_taken_apart(browser, amina, data_officer, data_manager):
    twice = make_child("Aminah", "Khan")
    made = merge(survivor=amina, superseded=twice, reason="The same", by=data_manager)
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=BORN, relation="My niece")

    assert closed(browser.get(reverse("registry:unmerge", args=[made.pk])))
    with pytest.raises(CannotUnmerge, match="closed to you"):
        unmerge(merge=made, reason="Two children", by=data_officer)
    assert closed(browser.get(f"/children/{twice.index_number}/"))


def test_a_pair_with_a_relative_in_it_is_on_no_list_and_no_page(browser, declared, other, data_officer):
    pair = suspect(declared, other)

    assert "Amina" not in browser.get(reverse("registry:duplicates")).text
    assert "One child or two?" not in browser.get("/work/", follow=True).text
    assert closed(browser.get(reverse("registry:duplicate", args=[pair.pk])))
    assert closed(browser.get(reverse("registry:duplicate_ask", args=[pair.pk])))


@pytest.mark.parametrize("decide", ["same", "different", "later", "asked"])
def test_a_pair_with_a_relative_in_it_is_not_decided(declared, other, data_officer, decide):
    pair = suspect(declared, other)
    deeds = {
        "same": lambda: deciding.say_same(pair, by=data_officer),
        "different": lambda: deciding.say_different(pair, by=data_officer, reason="Two"),
        "later": lambda: deciding.put_off(pair, by=data_officer),
        "asked": lambda: deciding.ask(pair, owner=data_officer, note="?", by=data_officer),
    }

    with pytest.raises(CannotRecord, match="closed to you"):
        deeds[decide]()

    assert (Decision.objects.count(), Suspicion.objects.get().state) == (0, "proposed")


def test_what_was_decided_of_a_relative_is_not_overruled(declared, other, data_officer):
    with pytest.raises(CannotRecord, match="closed to you"):
        overrule(declared, other, by=data_officer, reason="I know")


def test_an_act_that_touched_a_relative_is_not_undone(amina, other, data_officer):
    with said_by(by=data_officer, reason_code="corrected") as deed:
        for child in (amina, other):
            Name.objects.create(child=child, forename="Minnie", surname="X", kind="alias", source=deed.source)
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=BORN, relation="My niece")

    plan = undoing.plan(Act.objects.get(pk=deed.pk), by=data_officer)
    with pytest.raises(undoing.CannotUndo, match="closed to you"):
        undoing.undo(Act.objects.get(pk=deed.pk), by=data_officer, reason="A slip")

    assert "closed to you" in plan.obstacles[0]
    assert Name.objects.filter(forename="Minnie").count() == 2


def test_an_act_that_writes_of_a_relative_does_not_close_whatever_it_comes_from(declared, data_officer, data_manager):
    with pytest.raises(NotDisclosed, match="closed to you"), said_by(by=data_officer) as deed:
        Name.objects.create(child=declared, forename="Minnie", surname="X", kind="alias", source=deed.source)
    with said_by(by=data_manager) as deed:
        Name.objects.create(child=declared, forename="Mina", surname="X", kind="alias", source=deed.source)

    assert list(Name.objects.filter(kind="alias").values_list("forename", flat=True)) == ["Mina"]


def test_a_file_may_have_a_relative_among_the_others(declared, data_officer):
    with said_by(by=data_officer, reason_code="applied_a_file") as deed:
        Name.objects.create(child=declared, forename="Minnie", surname="X", kind="alias", source=deed.source)

    assert Name.objects.filter(forename="Minnie").exists()


def test_a_refusal_does_not_tell_where_a_shielded_relative_lives(amina, home, data_officer):
    """That the address is the child's would be learned by changing it."""
    shield(amina)
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=BORN, relation="My niece")

    with said_by(by=data_officer):
        type(home).objects.filter(pk=home.pk).update(street="Juniper Road")

    home.refresh_from_db()
    assert home.street == "Juniper Road"


def test_a_custodian_sees_to_no_shield_of_a_relative(browser_of, amina, custodian, data_officer):
    request = shield_requests.ask(
        amina, asked_for="parent", ground="A threat was made", reached_by="Aunt", site="", by=data_officer
    )
    shield(amina, ground="Known to be looked for")
    conflicts.declare(by=custodian, forename="Amina", surname="Khan", born=BORN, relation="My niece")
    browser = browser_of(custodian)

    assert "Known to be looked for" not in browser.get(reverse("registry:shields")).text
    assert "Amina" not in browser.get(reverse("registry:shield_requests")).text
    assert closed(browser.get(reverse("registry:shield_request", args=[request.pk])))
    assert closed(browser.get(reverse("registry:shield_review", args=[amina.index_number])))
    with pytest.raises(shield_requests.CannotAsk, match="closed to you"):
        shield_requests.refuse(request, answer="No", site="", by=custodian)
    assert ShieldRequest.objects.get().decided_at is None


def test_nobody_asks_for_a_shield_of_a_relative(declared, data_officer):
    with pytest.raises(shield_requests.CannotAsk, match="closed to you"):
        shield_requests.ask(declared, asked_for="parent", ground="X", reached_by="Y", site="", by=data_officer)

    assert not Shield.objects.exists()


def test_of_a_sealed_link_to_a_relative_nothing_is_told(browser_of, amina, other, custodian):
    with said_by():
        SealedLink.objects.create(old=other, new=amina, ground="adoption")
    conflicts.declare(by=custodian, forename="Amina", surname="Khan", born=BORN, relation="My niece")

    page = browser_of(custodian).get(f"/children/{other.index_number}/").text

    assert amina.index_number not in page


def test_a_row_of_a_list_that_is_a_relative_is_as_one_that_found_nobody(browser_of, data_manager, amina):
    browser = browser_of(data_manager)
    rows = "Surname,Forename,DOB,Postcode\nKhan,Amina,28/02/2017,B4 7DA\n"
    said = {"purpose": "A", "recipient": "B", "gateway": "C", "days": "7", "wanted": ["index_number"]}
    browser.post(reverse("registry:list_match_send"), {"file": SimpleUploadedFile("l.csv", rows.encode()), **said})
    asked = ListMatch.objects.get()
    columns = {f"column_{place}": key for place, (_, key) in enumerate(headings_of(bytes(asked.content)))}
    browser.post(reverse("registry:list_match", args=[asked.pk]), columns)
    jobs.run_here(Job.objects.latest("pk").pk)
    file = reverse("registry:list_match_file", args=[asked.pk])
    assert amina.index_number in browser.get(file).content.decode("utf-8-sig")

    conflicts.declare(by=data_manager, forename="Amina", surname="Khan", born=BORN, relation="My niece")

    [row] = list(csv.DictReader(io.StringIO(browser.get(file).content.decode("utf-8-sig"))))
    assert (row["Match outcome"], row["Matched index number"]) == ("none", "")


def test_a_relative_is_in_no_list_of_the_balance_and_in_no_file_of_it(browser_of, data_manager, amina):
    browser = browser_of(data_manager)
    [line] = [str(code) for code in Line if "Amina" in browser.get(reverse("registry:balance_line", args=[code])).text]
    file = reverse("registry:balance_csv", args=[line])
    assert b"Amina" in b"".join(browser.get(file).streaming_content)

    conflicts.declare(by=data_manager, forename="Amina", surname="Khan", born=BORN, relation="My niece")

    assert "Amina" not in browser.get(reverse("registry:balance_line", args=[line])).text
    assert b"Amina" not in b"".join(browser.get(file).streaming_content)


def test_why_a_relative_was_found_is_not_told(browser, declared):
    page = browser.get("/search/?q=amina+khan+B4+7DA").text

    assert "Amina Khan" in page
    assert "Address withheld" in page
    assert "lives in B4" not in page


def test_whose_else_the_details_of_a_carer_are_does_not_name_a_relative(browser, amina, data_officer):
    care = amina.cares.get()
    sibling = make_child("Zoe", "Okafor", carer=care.carer)
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=BORN, relation="My niece")
    page = reverse("registry:carer_edit", args=[sibling.index_number, sibling.cares.get().pk])

    assert "Amina" not in browser.get(page).text


def test_corrections_of_a_relative_are_not_listed(browser, browser_of, data_manager, amina, data_officer):
    correction_of(amina)
    conflicts.declare(by=data_officer, forename="Amina", surname="Khan", born=BORN, relation="My niece")
    address = reverse("registry:corrections_of", args=["school-9"])

    assert "Aminah" not in browser.get(address).text
    assert "Aminah" in browser_of(data_manager).get(address).text


def correction_of(child):
    source = make_source("school-9")
    with said_by(source):
        record = SourceRecord.objects.create(source=source, reference="9", child=child)
        Correction.objects.create(
            source_record=record, child=child, says="name", said="Aminah Khan", held="Amina Khan", why="rule",
            since=TODAY - timedelta(days=3), last_said=TODAY,
        )  # fmt: skip


def test_a_former_name_of_a_shielded_child_is_not_told_by_declaring_it(amina, data_officer, custodian):
    with said_by():
        recording.assert_fact(Name(child=amina, kind="former", forename="Amina", surname="Marjoribanks"))
    shield(amina)

    for by in (data_officer, custodian):
        conflicts.declare(by=by, forename="Amina", surname="Marjoribanks", born=BORN, relation="My niece")

    assert amina.pk not in conflicts.family_of(data_officer, behind_shields=False)
    assert amina.pk in conflicts.family_of(custodian, behind_shields=True)


def test_three_homes_may_be_said_and_a_fourth_is_asked_of_governance(browser_of, data_officer):
    browser, told = browser_of(data_officer), []
    for postcode in ("B4 7DA", "B4 7DB", "B4 7DA", "B4 7DD", "B4 7DE"):
        said = {"home_surname": "Khan", "home_postcode": postcode}
        told.append("as many as one person may" in browser.post("/relatives/", said, follow=True).text)

    assert told == [False, False, False, False, True]
