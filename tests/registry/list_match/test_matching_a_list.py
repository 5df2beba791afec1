"""A list that comes back with what was found: in its own shape, to whoever asked, and without betraying anybody."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from childindex import jobs
from childindex.models import Job
from registry.list_match.reading import headings_of
from registry.models import AccessPayload, Identifier, ListMatch, MatchStage, Name
from tests.cast import person
from tests.factories import make_address, make_child, said_by, shield

LIST = "Surname,Forename,DOB,Postcode,Notes\nKhan,Amina,28/02/2017,B4 7DA,\nNowak,Tadeusz,02/03/2015,B4 7DG,\n"
SAID = {
    "purpose": "Holiday activities",
    "recipient": "Youth service",
    "gateway": "Children Act 2004, s.10",
    "days": "7",
}
ADDED = ",Match outcome,Matched index number"


@pytest.fixture
def amina(db):
    return make_child("Amina", "Khan", address=make_address(postcode="B4 7DA"))


@pytest.fixture
def tadeusz(db):
    return make_child("Tadeusz", "Nowak", born=date(2015, 3, 2), sex="M", address=make_address(postcode="B4 7DG"))


def sent(browser, content, *, name="club.csv", wanted=("index_number",), **said):
    content = content.encode() if isinstance(content, str) else content
    answer = browser.post(
        reverse("registry:list_match_send"),
        {"file": SimpleUploadedFile(name, content), "wanted": wanted, **SAID, **said},
    )
    return ListMatch.objects.latest("pk") if answer.status_code == 302 else answer


def columns_of(asked):
    return {f"column_{place}": key for place, (_, key) in enumerate(headings_of(bytes(asked.content)))}


def matched(browser, content, **said):
    """The list, sent, its columns said, and matched by the worker."""
    asked = sent(browser, content, **said)
    browser.post(reverse("registry:list_match", args=[asked.pk]), columns_of(asked))
    jobs.run_here(Job.objects.latest("pk").pk)
    asked.refresh_from_db()
    return asked


def fetched(browser, asked):
    return browser.get(reverse("registry:list_match_file", args=[asked.pk]))


@pytest.fixture
def manager(browser_of, data_manager):
    return browser_of(data_manager)


@pytest.mark.django_db
def test_a_list_comes_back_as_it_was_with_the_outcome_and_number_of_each_row(manager, amina):
    asked = matched(manager, LIST)

    assert fetched(manager, asked).content.decode() == (
        f"Surname,Forename,DOB,Postcode,Notes{ADDED}\n"
        f"Khan,Amina,28/02/2017,B4 7DA,,match,{amina.index_number}\n"
        "Nowak,Tadeusz,02/03/2015,B4 7DG,,none,\n"
    )


ODD = [
    '\ufeffSurname;Forename;DOB\r\nKhan;"Amina";28/02/2017\r\n'.encode(),
    b"sep=;\r\nSurname;Forename;DOB\r\nKhan;Amina;28/02/2017",
    "Members of the club\n\nSurname\tForename\tDOB\nKhan\tAmina\t28/02/2017\n\n".encode("utf-16"),
    'Surname,Forename,DOB,N\xf6te\nKhan,Amina,28/02/2017,"=1+1, ""\x81"""\n'.encode("latin-1"),
    b'Surname,Forename,DOB,More\n"Khan",Amina,28/02/2017,"two\nlines"\n',
]


@pytest.mark.django_db
@pytest.mark.parametrize("content", ODD, ids=["marked", "announced", "utf-16", "windows-1252", "quoted"])
def test_what_was_sent_is_still_there_byte_for_byte(manager, amina, content):
    asked = matched(manager, content)
    back = fetched(manager, asked).content

    wide = "utf-16-le" if content.startswith(b"\xff\xfe") else "latin-1"
    separator = {b";": ";", b"\t": "\t"}.get(next((one for one in (b";", b"\t") if one in content), b""), ",")
    for added in ("Match outcome", "match"):
        assert f"{separator}{added}{separator}".encode(wide) in back
    number = f"{separator}match{separator}{amina.index_number}".encode(wide)
    headings = f"{separator}Match outcome{separator}Matched index number".encode(wide)
    assert back.replace(number, b"").replace(headings, b"") == content


@pytest.mark.django_db
def test_a_workbook_comes_back_as_a_workbook_with_its_formulas_and_other_sheets(manager, amina):
    book = Workbook()
    book.active.append(["Surname", "Forename", "DOB", "Sum"])
    book.active.append(["Khan", "Amina", date(2017, 2, 28), "=1+1"])
    book.create_sheet("More")["A1"] = "kept"
    file = io.BytesIO()
    book.save(file)

    asked = matched(manager, file.getvalue(), name="club.xlsx")
    back = load_workbook(io.BytesIO(fetched(manager, asked).content))

    assert [cell.value for cell in back.worksheets[0][2]][3:] == ["=1+1", "match", amina.index_number]
    assert back["More"]["A1"].value == "kept"


@pytest.mark.django_db
def test_only_what_is_asked_for_comes_back(manager, amina):
    with said_by():
        Identifier.objects.create(child=amina, kind="uln", value="3304001122", source=amina.names.get().source)

    asked = matched(manager, LIST, wanted=("uln", "postcode"))

    assert ",match,3304001122,B4 7DA\n" in fetched(manager, asked).content.decode()
    assert amina.index_number not in fetched(manager, asked).content.decode()


@pytest.mark.django_db
def test_everybody_found_is_in_the_record_of_looking_with_the_purpose(manager, amina, tadeusz):
    asked = matched(manager, LIST)
    fetched(manager, asked)

    entry = AccessPayload.objects.latest("pk")
    assert set(entry.children) == {amina.pk, tadeusz.pk}
    assert entry.purpose == "Holiday activities"
    assert "For Youth service" in entry.asked["understood"]


@pytest.mark.django_db
def test_no_fact_is_written(manager, amina):
    before = Name.history.count(), amina.revision
    asked = matched(manager, LIST)
    fetched(manager, asked)
    amina.refresh_from_db()

    assert (Name.history.count(), amina.revision) == before


@pytest.mark.django_db
def test_a_shielded_child_comes_back_as_nobody_and_is_in_no_count(manager, amina, tadeusz):
    shield(tadeusz)
    asked = matched(manager, LIST)

    page = manager.get(reverse("registry:list_match", args=[asked.pk])).text
    assert "1 matched" in page
    assert "1 none" in page
    assert fetched(manager, asked).content.decode().endswith("Nowak,Tadeusz,02/03/2015,B4 7DG,,none,\n")
    assert AccessPayload.objects.latest("pk").children == [amina.pk]


@pytest.mark.django_db
def test_whoever_is_shielded_after_the_matching_is_not_in_what_is_fetched_then(manager, amina, tadeusz):
    asked = matched(manager, LIST)
    shield(tadeusz)

    assert fetched(manager, asked).content.decode().endswith("B4 7DG,,none,\n")
    assert "1 none" in manager.get(reverse("registry:list_match", args=[asked.pk])).text


@pytest.mark.django_db
def test_a_custodian_who_may_match_lists_gets_whoever_is_shielded(browser_of, amina, tadeusz):
    shield(tadeusz)
    browser = browser_of(person("Corin Custodian", "data_manager", custodian=True))

    asked = matched(browser, LIST)

    assert f"match,{tadeusz.index_number}" in fetched(browser, asked).content.decode()


@pytest.mark.django_db
def test_a_shielded_twin_makes_nobody_s_row_doubtful(manager):
    home = make_address(postcode="B4 7DH")
    known, hidden = (make_child("Ada", "Frost", address=home), make_child("Ada", "Frost", address=home))
    asked = matched(manager, "Surname,Forename,DOB,Postcode\nFrost,Ada,28/02/2017,B4 7DH\n")
    assert asked.outcomes == "y"

    shield(hidden)
    asked = matched(manager, "Surname,Forename,DOB,Postcode\nFrost,Ada,28/02/2017,B4 7DH\n")

    assert (asked.outcomes, asked.children) == ("m", [known.pk])


@pytest.mark.django_db
def test_an_index_number_finds_its_child_unless_everything_else_is_another_s(manager, amina, tadeusz):
    content = (
        f"Index number,Surname,Forename,DOB,Postcode\n{amina.index_number},,,,\n"
        f"{amina.index_number},Nowak,Tadeusz,02/03/2015,B4 7DG\n"
    )
    asked = matched(manager, content)

    assert (asked.outcomes, asked.children) == ("my", [amina.pk, 0])


@pytest.mark.django_db
def test_only_whoever_asked_sees_a_list(manager, browser_of, amina):
    asked = matched(manager, LIST)
    other = browser_of(person("Other Manager", "data_manager"))

    for name in ("list_match", "list_match_file"):
        assert other.get(reverse(f"registry:{name}", args=[asked.pk])).status_code == 404
    assert "club.csv" not in other.get(reverse("registry:list_matches")).text


@pytest.mark.django_db
def test_governance_reads_who_asked_and_why_and_nothing_of_the_list(manager, browser_of, governance, amina):
    asked = matched(manager, LIST)
    browser = browser_of(governance)

    page = browser.get(reverse("registry:list_matches_all")).text
    assert "Morgan Manager" in page
    assert "Holiday activities" in page
    assert "Khan" not in page
    assert browser.get(reverse("registry:list_match_file", args=[asked.pk])).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["data_officer", "custodian", "outsider", "governance"])
def test_who_may_not_match_lists_is_refused(browser_of, request, who):
    browser = browser_of(request.getfixturevalue(who))

    for name in ("list_matches", "list_match_send"):
        assert browser.get(reverse(f"registry:{name}")).status_code == 403


@pytest.mark.django_db
def test_a_list_without_a_purpose_or_with_nothing_in_it_is_answered_with_a_sentence(manager):
    without = sent(manager, LIST, purpose="")
    nobody = sent(manager, "Surname,Forename\n")

    assert "Answer the question “What is it for?”." in without.text
    assert "Youth service" in without.text, "what was typed is kept"
    assert "This list has headings and no rows." in nobody.text
    assert not ListMatch.objects.exists()


@pytest.mark.django_db
def test_a_list_whose_columns_name_nobody_is_asked_about_and_not_matched(manager):
    asked = sent(manager, "Colour\nred\n")

    answer = manager.post(reverse("registry:list_match", args=[asked.pk]), {"column_0": ""})

    assert "Say which column is the surname, the forename or a number" in answer.text
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_one_field_is_taken_from_one_column(manager):
    asked = sent(manager, LIST)

    answer = manager.post(
        reverse("registry:list_match", args=[asked.pk]), {"column_0": "surname", "column_1": "surname"}
    )

    assert "Surname is “Surname” already." in answer.text
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_a_list_is_removed_when_its_days_are_over_and_what_was_asked_stays(manager, amina):
    asked = matched(manager, LIST)
    ListMatch.objects.update(kept_until=date.today() - timedelta(days=1))

    call_command("purge_list_matches", stdout=io.StringIO())

    asked.refresh_from_db()
    assert (asked.stage, asked.content, asked.children) == (MatchStage.PURGED, None, [])
    assert asked.purpose == "Holiday activities"
    assert "The list has been removed." in manager.get(reverse("registry:list_match", args=[asked.pk])).text


@pytest.mark.django_db
def test_whoever_asked_may_remove_it_before(manager, amina):
    asked = matched(manager, LIST)

    manager.post(reverse("registry:list_match_remove", args=[asked.pk]))

    asked.refresh_from_db()
    assert asked.content is None


@pytest.mark.django_db
def test_a_workbook_of_formulas_adds_none_of_its_own(manager):
    make_child("=cmd()", "Khan", born=date(2016, 1, 1))
    asked = matched(manager, "Surname,Forename,DOB\nKhan,=cmd(),01/01/2016\n", wanted=("index_number", "school"))

    assert fetched(manager, asked).content.decode().splitlines()[1].startswith("Khan,=cmd(),01/01/2016,")
