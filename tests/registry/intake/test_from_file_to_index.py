"""A file on its way into the index: read, compared, applied, and what the index says afterwards."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.intake.applying import CannotApply, apply
from registry.intake.checking import check
from registry.intake.receiving import AlreadyReceived, CannotReceive, as_it_came, receive
from registry.intake.weighing import weigh
from registry.intake.writing import Writing
from registry.models import (
    Child,
    Confirmation,
    DeliveryRow,
    Enrolment,
    Feed,
    FeedRule,
    Identifier,
    Name,
    Outcome,
    Registration,
    Residence,
    Rule,
    Says,
    SourceRecord,
    Stage,
)
from tests.factories import make_address, make_child, make_practice, make_school, make_source, said_by

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 10, 1)
SURNAMES = """
    Adeyemi Baker Chen Dubois Evans Farah Gupta Hossain Ionescu Jones Kowalski Lewis Mensah Nowak Okafor Patel Quinn
    Roberts Singh Tran Uddin Vasquez Walker Xu Young Zaman Abbott Bennett Clarke Doyle Ellis
""".split()
HEADINGS = "Reference,Surname,Forename,Date of birth,Sex,House,Street,Postcode,UPN"


@pytest.fixture
def births():
    return make_source("child-health", kind="health", name="Child health")


def sent(text, *, feed="births", source, name="list.csv", as_of=AS_OF):
    delivery = receive(
        io.BytesIO(text.encode()), name=name, feed=Feed.objects.get(code=feed), source=source, as_of=as_of, by=None
    )
    with as_it_came(delivery) as path:
        return check(delivery, path=path)


def compared(rows, *, headings=HEADINGS, **options):
    return weigh(sent("\n".join([headings, *rows]) + "\n", **options))


def outcomes(delivery):
    return [(row.number, row.outcome) for row in delivery.all_rows.order_by("number")]


def test_a_row_that_agrees_confirms_what_it_carries_and_adds_no_history(amina, births):
    delivery = compared(["7,KHAN,Amina,28/02/2017,F,14,Example Rd,b47da,"], source=births)

    before = Name.history.count(), Residence.history.count()
    apply(delivery, by=None)

    assert outcomes(delivery) == [(2, Outcome.CONFIRMED)]
    assert (Name.history.count(), Residence.history.count()) == before
    said = Confirmation.objects.filter(source_record__source=births, day=AS_OF)
    assert {one.kind for one in said} == {"name", "residence"}


def test_a_child_whom_nobody_knows_joins_where_the_feed_may_add_one(births):
    delivery = compared(["8,Okafor,Zoe,2024-05-06,F,3,High Street,B4 7DB,"], source=births)
    apply(delivery, by=None)

    born = Child.objects.get(date_of_birth=date(2024, 5, 6))
    assert outcomes(delivery) == [(2, Outcome.JOINED)]
    assert str(born.names.get()) == "Zoe Okafor"
    assert str(born.residences.get().address) == "3 High Street, B4 7DB"
    assert born.source_records.get().reference == "8"


def test_a_child_whom_nobody_knows_is_a_question_where_the_feed_may_add_none():
    school = make_school()
    source = make_source(f"school-{school.urn}")

    delivery = compared(["8,Okafor,Zoe,2014-05-06,F,,,,"], feed="contacts", source=source)

    assert outcomes(delivery) == [(2, Outcome.TO_DECIDE)]
    [question] = delivery.all_rows.get().questions
    assert question == {"code": "nobody", "text": "Nobody in the index fits, and this feed may not add a child."}


def test_a_move_is_the_source_s_own_change_and_what_others_said_stays(amina, births):
    apply(compared(["7,Khan,Amina,28/02/2017,F,20,Other Road,B4 7DG,"], source=births), by=None)
    later = compared(
        ["7,Khan,Amina,28/02/2017,F,31,Third Road,B4 7DE,"], source=births, name="next.csv", as_of=date(2026, 11, 1)
    )
    apply(later, by=None)

    homes = {str(home.address): home.to_date for home in amina.residences.select_related("address")}
    assert outcomes(later) == [(2, Outcome.CHANGED)]
    assert homes == {
        "14 Example Road, Exampleton, B4 7DA": None,
        "20 Other Road, B4 7DG": date(2026, 10, 31),
        "31 Third Road, B4 7DE": None,
    }


def test_another_date_of_birth_is_for_a_person(amina, births):
    delivery = compared(["7,Khan,Amina,27/02/2017,F,14,Example Road,B4 7DA,"], source=births)
    apply(delivery, by=None)

    amina.refresh_from_db()
    assert outcomes(delivery) == [(2, Outcome.TO_DECIDE)]
    assert amina.date_of_birth == date(2017, 2, 28)


def test_a_bad_number_is_said_by_row_and_the_row_is_matched_by_the_rest(amina, births):
    delivery = compared(["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,H330203126002"], source=births)

    row = delivery.all_rows.get()
    assert (row.outcome, row.child) == (Outcome.CONFIRMED, amina)
    assert [(field, "check letter" in sentence) for field, _, sentence in row.problems] == [("upn", True)]


def test_every_row_is_in_one_outcome(amina, births):
    rows = [
        "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,",
        ",,,,,,,,",
        "9,,,,,,,,",
        "10,Okafor,Zoe,2024-05-06,F,3,High Street,B4 7DB,",
        "too,many,cells,2024-05-06,F,3,High Street,B4 7DB,,x",
        "12,-,Unknown,not a date,,,,,",
    ]
    delivery = compared(rows, source=births)

    counted = sum(getattr(delivery, outcome) for outcome in Outcome.values)
    assert delivery.rows == counted == 5
    assert outcomes(delivery)[3] == (6, Outcome.REFUSED)


def test_two_rows_about_one_child_are_for_a_person(amina, births):
    row = "7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"

    delivery = compared([row, row.replace("7,", "8,", 1)], source=births)

    assert {outcome for _, outcome in outcomes(delivery)} == {Outcome.TO_DECIDE}


def test_the_same_file_sent_twice_is_recognised(amina, births):
    compared(["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"], source=births)

    with pytest.raises(AlreadyReceived, match="came before"):
        compared(["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"], source=births, name="again.csv")


def test_applying_twice_is_refused_and_writes_nothing(amina, births):
    delivery = compared(["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"], source=births)
    apply(delivery, by=None)
    before = Confirmation.objects.count()

    with pytest.raises(CannotApply, match="applied already"):
        apply(delivery, by=None)

    assert Confirmation.objects.count() == before


def test_an_older_file_does_not_put_the_clock_back(amina, births):
    late = compared(["7,Khan,Amina,28/02/2017,F,9,Old Road,B4 7DA,"], source=births, as_of=date(2026, 9, 1))
    apply(compared(["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"], source=births, name="new.csv"), by=None)

    with pytest.raises(CannotApply, match="too late"):
        apply(late, by=None)


def test_a_child_changed_since_the_comparison_is_compared_again_before_anything_is_written(amina, births):
    delivery = compared(["7,Khan,Amina,28/02/2017,F,20,Other Road,B4 7DG,"], source=births)
    with said_by():
        Residence.objects.create(
            child=amina,
            address=make_place(),
            source=births,
            from_date=date(2026, 9, 30),
        )

    apply(delivery, by=None)

    assert outcomes(delivery) == [(2, Outcome.CONFIRMED)]
    assert amina.residences.count() == 2


def make_place():
    from registry.models import Address

    return Address.objects.create(paon="20", street="Other Road", postcode="B4 7DG")


def test_a_roll_confirms_changes_the_year_and_ends_a_spell(amina):
    school = make_school()
    source = make_source(f"school-{school.urn}")
    ben = make_child("Ben", "Stone", born=date(2016, 1, 3), sex="M", school=school)
    headings = "Surname,Forename,DOB,Entry date,Leaving date,Year group"

    delivery = compared(
        ["Stone,Ben,3 Jan 2016,7 9 2022,18 9 2026,", "Khan,Amina,28 2 2017,7 9 2026,,Y5"],
        headings=headings,
        feed="college",
        source=source,
    )
    apply(delivery, by=None)

    assert outcomes(delivery) == [(2, Outcome.LEFT), (3, Outcome.JOINED)]
    assert Enrolment.objects.get(child=ben).to_date == date(2026, 9, 18)
    assert Enrolment.objects.get(child=amina).year_group == "5"


def test_a_practice_s_list_says_where_a_child_is_registered(amina):
    practice = make_practice()
    source = make_source(f"practice-{practice.ods_code.lower()}", kind="practice")

    apply(compared(["1,Khan,Amina,28/02/2017,F,,,,"], feed="practice_list", source=source), by=None)

    assert Registration.objects.get(child=amina).practice == practice


@pytest.mark.parametrize("rule", [Rule.NEVER, Rule.TAKE_IF_EMPTY])
def test_what_a_rule_says_no_to_is_left_and_the_rest_confirmed(amina, births, rule):
    with said_by():
        FeedRule.objects.create(feed=Feed.objects.get(code="births"), says=Says.HOME, rule=rule)

    delivery = compared(["7,Khan,Amina,28/02/2017,F,20,Other Road,B4 7DG,"], source=births)
    apply(delivery, by=None)

    assert outcomes(delivery) == [(2, Outcome.CONFIRMED)]
    assert amina.residences.count() == 1


def test_a_second_upn_is_for_a_person_and_a_first_one_is_taken(amina, births):
    ben = make_child("Ben", "Stone", born=date(2016, 1, 3), sex="M")
    with said_by():
        Identifier.objects.create(child=amina, kind="upn", value="H330203126001", source=births)

    delivery = compared(
        ["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,B801200005001", "9,Stone,Ben,3/1/2016,M,,,,B801200005001"],
        source=births,
    )
    apply(delivery, by=None)

    assert outcomes(delivery) == [(2, Outcome.TO_DECIDE), (3, Outcome.CHANGED)]
    assert ben.identifiers.get().value == "B801200005001"


def test_an_empty_file_is_not_taken_in(births):
    with pytest.raises(CannotReceive, match="empty"):
        sent("", source=births)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADINGS + "\n", "no rows"),
        ("Colour,Size\nred,3\n", "names a child"),
        ('Surname,Forename\n"Khan,Amina\n', "quotation mark"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(births, text, sentence):
    delivery = sent(text, source=births)

    assert delivery.stage == Stage.REFUSED
    assert sentence in delivery.refusal
    assert not DeliveryRow.objects.filter(delivery=delivery).exists()


@pytest.mark.parametrize("stage", ["compare", "apply"])
def test_the_number_of_statements_does_not_grow_with_the_rows(births, stage):
    def statements(first, last):
        named = list(enumerate(SURNAMES))[first:last]
        born = "{0},{1},{2},{3:02}/0{4}/2017,F,{0},Example Road,B4 7DA,"
        rows = [born.format(n, name, name[::-1].title(), n % 28 + 1, n % 9 + 1) for n, name in named]
        apply(compared(rows, source=births, as_of=date(2026, 10, first)), by=None)
        moved = [row.replace("Example Road,B4 7DA", "Windsor Terrace,B5 3QT") for row in rows]
        later = sent("\n".join([HEADINGS, *moved]), source=births, as_of=date(2026, 10, last))
        with CaptureQueriesContext(connection) as of_comparing:
            weigh(later)
        with CaptureQueriesContext(connection) as of_applying:
            apply(later, by=None)
        assert later.changed == last - first
        return len(of_comparing if stage == "compare" else of_applying)

    statements(1, 3)  # what is read once and kept

    assert statements(3, 13) == statements(13, 31)


def test_a_list_of_a_day_to_come_is_not_taken_in(births):
    with pytest.raises(CannotReceive, match="is still to come"):
        sent(HEADINGS, source=births, as_of=date.today() + timedelta(days=1))


def test_a_date_of_birth_that_was_missing_comes_with_the_list_that_has_it(births):
    address = make_address(paon="14", street="Example Road", postcode="B4 7DA")
    child = make_child(born=None, date_of_birth_standing="missing", address=address)
    with said_by(births):
        SourceRecord.objects.create(source=births, reference="7", child=child)

    delivery = compared(["7,Khan,Amina,28/02/2017,F,14,Example Road,B4 7DA,"], source=births)
    apply(delivery, by=None)

    child.refresh_from_db()
    assert outcomes(delivery) == [(2, Outcome.CHANGED)]
    assert (child.date_of_birth, child.date_of_birth_standing) == (date(2017, 2, 28), "known")


@pytest.mark.parametrize(
    ("decided", "left"), [("2017-02-27", ("known", None)), ("2017-02-26", ("disputed", date(2017, 2, 27)))]
)
def test_of_two_dates_of_birth_that_were_claimed_the_other_stays_until_it_is_the_one(births, decided, left):
    disputed = {"date_of_birth_standing": "disputed", "other_date_of_birth": date(2017, 2, 27)}
    child = make_child(**disputed)
    with said_by(births):
        SourceRecord.objects.create(source=births, reference="7", child=child)
    delivery = compared([f"7,Khan,Amina,{decided},F,,,,"], source=births)
    row = delivery.all_rows.get()
    with said_by(births) as deed:
        row.outcome = Outcome.CHANGED
        row.save(update_fields=["outcome"])
        Writing(delivery, deed).write([Outcome.CHANGED])

    child.refresh_from_db()
    assert (child.date_of_birth, child.date_of_birth_standing) == (date.fromisoformat(decided), left[0])
    assert child.other_date_of_birth == left[1]


@pytest.mark.parametrize(
    "headings",
    [
        "Reference,Legal Surname,Legal Forename,Surname,Forename,DOB,UPN",
        "id,legal_surname,legal_forename,surname,forename,date_of_birth,upn",
        "Reference,LegalLastName,LegalFirstName,PreferredLastName,PreferredFirstName,DateOfBirth,UPN",
        "Reference,Legal last name,Legal first name,Last name,First name,Date of birth,UPN",
    ],
)
def test_beside_the_legal_names_the_others_are_those_that_a_child_is_known_by(births, headings):
    with said_by():
        Feed.objects.filter(code="births").update(carries=[Says.NAME, Says.PREFERRED_NAME, Says.BIRTH, Says.NUMBERS])
    apply(compared(["9,Sanderson,Oscar,Vale,Ozzy,2024-05-06,"], headings=headings, source=births), by=None)

    names = Name.objects.filter(child__date_of_birth=date(2024, 5, 6)).values_list("kind", "forename", "surname")
    assert set(names) == {("registered", "Oscar", "Sanderson"), ("preferred", "Ozzy", "Vale")}


def test_a_list_with_one_surname_has_the_registered_one(births):
    delivery = compared(["9,Sanderson,Oscar,2024-05-06"], headings="ID,Surname,First name,DOB", source=births)
    apply(delivery, by=None)

    names = Name.objects.filter(child__date_of_birth=date(2024, 5, 6)).values_list("kind", "forename", "surname")
    assert list(names) == [("registered", "Oscar", "Sanderson")]
    assert [key for _, key in delivery.headings] == ["reference", "surname", "forename", "date_of_birth"]
