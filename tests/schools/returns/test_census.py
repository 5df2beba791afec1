"""The school census as XML: who is on roll, who no longer is, and what goes wrong with such files."""

from datetime import date

import pytest

from registry.models import Child, Enrolment, Outcome, Residence, Stage
from tests.factories import make_child, make_school
from tests.schools.returns.written import HOME, census, off_roll, on_roll, taken

pytestmark = pytest.mark.django_db


def rows_of(delivery):
    return list(delivery.all_rows.exclude(number=None).order_by("number"))


def test_a_pupil_on_roll_as_the_index_has_them_is_confirmed(hollyfield, amina):
    delivery = taken(census(on_roll()), hollyfield)

    assert (delivery.rows, delivery.confirmed, delivery.stage) == (1, 1, Stage.APPLIED)


def test_a_pupil_whom_nobody_knew_joins_with_everything_that_the_census_says(hollyfield):
    delivery = taken(
        census(on_roll(surname="O'Connor-Bello", forename="Zoë", upn="H330203126001", home=HOME)), hollyfield
    )

    zoe = Child.objects.get()
    assert delivery.joined == 1
    assert str(zoe.names.get(kind="registered")) == "Zoë O'Connor-Bello"
    assert Residence.objects.get(child=zoe).address.paon == "14"
    spell = Enrolment.objects.get(child=zoe)
    assert (spell.school, spell.year_group, spell.from_date) == (hollyfield, "5", date(2022, 9, 7))


def test_what_has_no_field_of_its_own_stays_with_the_row_as_it_was_written(hollyfield, amina):
    delivery = taken(census(on_roll()), hollyfield)

    headings = [heading for heading, _ in delivery.headings]
    assert rows_of(delivery)[0].cells[headings.index("SEN provision")] == "E"


def test_a_row_without_an_address_says_nothing_of_the_home(hollyfield, amina):
    delivery = taken(census(on_roll()), hollyfield)

    assert "home" not in {change["says"] for change in rows_of(delivery)[0].changes}


def test_a_pupil_no_longer_on_roll_leaves_on_the_last_day(hollyfield, amina):
    delivery = taken(census(gone=[off_roll()]), hollyfield)

    assert delivery.left == 1
    assert Enrolment.objects.get(child=amina).to_date == date(2026, 9, 18)


def test_a_pupil_no_longer_on_roll_without_a_day_leaves_nothing_and_is_told_of(hollyfield, amina):
    delivery = taken(census(gone=[off_roll(leaving="")]), hollyfield)

    assert Enrolment.objects.get(child=amina).to_date is None
    assert rows_of(delivery)[0].problems == [
        ["leaving_date", "missing", "Nobody is off the roll without a day: give the leaving date."]
    ]


def test_a_leaver_whom_the_index_never_had_on_this_roll_gets_the_spell_that_was(hollyfield):
    amina = make_child("Amina", "Khan", born=date(2017, 2, 28), sex="F", school=make_school("Fernhill Primary"))

    delivery = taken(census(gone=[off_roll()]), hollyfield)

    spell = Enrolment.objects.get(child=amina, school=hollyfield)
    assert (spell.from_date, spell.to_date) == (date(2022, 9, 7), date(2026, 9, 18))
    assert delivery.left == 1


def test_a_leaver_of_another_day_than_was_said_is_set_right(hollyfield, amina):
    taken(census(gone=[off_roll(leaving="2026-09-11")]), hollyfield)

    delivery = taken(census(gone=[off_roll()]), hollyfield, as_of=date(2026, 10, 2))

    assert delivery.changed == 1
    assert Enrolment.objects.get(child=amina).to_date == date(2026, 9, 18)


def test_who_left_and_came_back_is_not_taken_off_the_roll_by_the_old_spell(hollyfield, amina):
    delivery = taken(census(on_roll(), gone=[off_roll(leaving="2022-07-20", entry="2021-09-01")]), hollyfield)

    assert Enrolment.objects.open().get(child=amina).from_date == date(2022, 9, 7)
    assert delivery.rows == delivery.confirmed + delivery.left + delivery.to_decide


def test_who_is_not_among_the_pupils_is_a_question_and_no_leaver(hollyfield, amina):
    delivery = taken(census(on_roll(surname="Okafor", forename="Zoe", born="2016-05-06")), hollyfield, applies=False)

    assert delivery.absent == 1
    assert Enrolment.objects.get(child=amina).to_date is None


def test_a_wrong_upn_is_told_of_and_the_pupil_is_known_by_the_rest(hollyfield, amina):
    delivery = taken(census(on_roll(upn="H330203126002")), hollyfield)

    row = rows_of(delivery)[0]
    assert (row.child, row.outcome) == (amina, Outcome.CONFIRMED)
    assert [problem[0] for problem in row.problems] == ["upn"]


def test_the_census_of_another_school_is_refused_in_a_sentence(hollyfield, amina):
    delivery = taken(census(on_roll()), make_school("Fernhill Primary"))

    assert delivery.stage == Stage.REFUSED
    assert "This file says that it is of Hollyfield Primary (900001)" in delivery.refusal


def test_a_census_of_windows_letters_that_calls_itself_utf8_is_read(hollyfield):
    taken(census(on_roll(forename="Zoë")).encode("windows-1252"), hollyfield)

    assert Child.objects.get().names.get().forename == "Zoë"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_file(hollyfield, encoding):
    text = census(on_roll(forename="Zoë")).replace('encoding="UTF-8"', f'encoding="{encoding[:6].rstrip("-")}"')
    delivery = taken(text.encode(encoding), hollyfield)

    assert (delivery.joined, delivery.refusal) == (1, "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text[: len(text) // 2], "This XML breaks off or is damaged"),
        (lambda text: text.replace("<Message>", "<Message><a>" + "<b>" * 40), "nested deeper"),
        (lambda text: text.replace("<Message>", '<!DOCTYPE Message [<!ENTITY a "b">]><Message>'), "a document type"),
        (lambda text: text.replace("<Header>", "<Kopf>").replace("</Header>", "</Kopf>"), "no header"),
        (lambda text: text.replace("<Estab>2031", "<Estab>9999"), "No school has the number 330/9999"),
        (lambda text: text.replace("PupilOnRoll>", "Somebody>"), "headings and no rows"),
    ],
)
def test_a_file_that_is_no_sound_census_is_refused_in_a_sentence(hollyfield, change, sentence):
    delivery = taken(change(census(on_roll())), hollyfield)

    assert delivery.stage == Stage.REFUSED
    assert sentence in delivery.refusal


def test_an_entity_cannot_read_another_file(hollyfield, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Zebedee")
    text = census(on_roll(forename="&x;")).replace(
        "<Message>", f'<!DOCTYPE Message [<!ENTITY x SYSTEM "file://{secret}">]><Message>'
    )

    delivery = taken(text, hollyfield)

    assert delivery.stage == Stage.REFUSED
    assert not Child.objects.exists()
