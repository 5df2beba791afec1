"""The open look and the look behind shields: what comes of a list tells its sender nothing of what a shield hides."""

import io
import json
from datetime import date

import pytest

from childindex.models import Source
from registry import conflicts, recording, sealing, undoing
from registry.disclosure import Context
from registry.intake import custody, stages
from registry.intake.answering import CannotDecide
from registry.intake.applying import CannotApply, apply
from registry.intake.behind_shields import look, note_number
from registry.intake.deciding import decide
from registry.intake.receiving import AlreadyReceived, receive
from registry.intake.rhythm import expected
from registry.intake.seeing import Reading, counted_for, files_for
from registry.intake.telling import told
from registry.intake.undoing import rehearse, undo
from registry.models import (
    Child,
    DeliveryRow,
    Enrolment,
    Feed,
    FindingKind,
    FindingState,
    Identifier,
    Outcome,
    Residence,
    SealedLink,
    ShieldedFinding,
    SourceRecord,
    Stage,
)
from tests.factories import TODAY, make_address, make_child, make_school, make_source, said_by, shield
from tests.registry.intake.lists import HEADINGS, child_health, school_source
from tests.worlds import upn

pytestmark = pytest.mark.django_db
UPN, OTHER_UPN = "H330203126001", upn("80120000303")
AMINA = ",Khan,Amina,28/02/2017,F,{house},{street},{postcode},{upn}"
RIGHT = AMINA.format(house="14", street="Example Road", postcode="B4 7DA", upn=UPN)
WRONG = AMINA.format(house="3", street="Nowhere Lane", postcode="B9 9ZZ", upn="")
ZOE = ",Okafor,Zoe,11/06/2015,F,2,High Street,B1 1AA,"
NOBODY = ",Newcomer,Odile,01/02/2020,F,5,Mill Lane,B1 1AB,"


@pytest.fixture
def amina(db):
    child = make_child("Amina", "Khan", address=make_address(paon="14"))
    with said_by():
        Identifier.objects.create(child=child, kind="upn", value=UPN, source=Source.council())
    shield(child)
    return child


@pytest.fixture
def zoe(db):
    return make_child("Zoe", "Okafor", born="2015-06-11")


@pytest.fixture
def births(db):
    return child_health()


def came(*rows, source, by=None, feed="births", applies=False, name="list.csv", as_of=TODAY, headings=HEADINGS):
    file = io.BytesIO("\n".join([headings, *rows]).encode())
    delivery = receive(file, name=name, feed=Feed.objects.get(code=feed), source=source, as_of=as_of, by=by)
    return stages.read(delivery, by=by, applies=applies)


def outcomes(delivery, to):
    reading = Reading(delivery, Context(to))
    return {str(outcome): number for outcome, number in reading.counts.items() if number}


@pytest.mark.parametrize("row", [RIGHT, WRONG, AMINA.format(house="", street="", postcode="", upn=OTHER_UPN)])
def test_a_row_that_meets_a_shielded_child_is_received_whatever_else_stands_in_it(births, amina, row, data_officer):
    delivery = came(row, source=births, by=data_officer, applies=True)

    held = delivery.all_rows.get()
    assert (held.outcome, held.for_custodians, held.child, held.changes) == (Outcome.RECEIVED, True, None, [])
    assert outcomes(delivery, data_officer) == {"received": 1}
    assert Residence.objects.filter(child=amina).count() == 1
    assert told(delivery)["received"] == 1


def test_a_hidden_number_in_somebody_else_s_row_is_one_that_nobody_has(births, amina, zoe, data_officer):
    with_hers = came(f"{ZOE}{UPN}", source=births, by=data_officer)
    with_nobody_s = came(f"{ZOE}{OTHER_UPN}", source=births, by=data_officer, name="other.csv")

    one, other = with_hers.all_rows.get(), with_nobody_s.all_rows.get()
    assert (one.outcome, one.child, len(one.changes)) == (other.outcome, other.child, len(other.changes))
    assert (one.child, one.score) == (zoe, other.score)


def test_a_hidden_address_makes_nobody_likelier(births, amina, data_officer):
    near = came(",Kahn,Anita,01/01/2012,F,14,Example Road,B4 7DA,", source=births, by=data_officer)

    assert near.all_rows.get().outcome == Outcome.JOINED


def test_how_common_an_address_is_counts_nobody_behind_a_shield(births, data_officer):
    from registry.linking import commonness
    from registry.models import CommonValue

    for number in range(3):
        shield(make_child(f"Child{number}", "Hidden", address=make_address()))
    commonness.recount()

    assert not CommonValue.objects.filter(kind="postcode", value="b47da").exists()


def test_to_others_the_row_is_not_there_and_leaves_no_gap(births, amina, zoe, data_officer, data_manager, custodian):
    delivery = came(WRONG, ZOE, RIGHT.replace("Amina", "Aminah"), NOBODY, source=births, by=data_manager)

    sender, other = (Reading(delivery, Context(user)) for user in (data_manager, data_officer))
    assert (sender.size, other.size) == (4, 2)
    assert [other.number(row.number) for row in other.rows] == [2, 3]
    assert [sender.number(row.number) for row in sender.rows] == [3, 5]
    assert other.by_key("2").pk == sender.by_key("3").pk
    assert other.by_key("4") is None
    assert outcomes(delivery, data_officer) == {"changed": 1, "joined": 1}
    assert outcomes(delivery, data_manager) == {"changed": 1, "joined": 1, "received": 2}


def test_the_list_of_files_counts_the_rows_that_are_there_for_whoever_reads_it(
    births, amina, zoe, data_officer, data_manager
):
    delivery = came(WRONG, ZOE, ",Nobody,,,,,,,", source=births, by=data_manager)

    assert counted_for([delivery], Context(data_manager)) == {delivery.pk: (3, 1)}
    assert counted_for([delivery], Context(data_officer)) == {delivery.pk: (2, 1)}


def test_a_row_that_waits_and_could_be_a_child_shielded_since_is_counted_for_nobody_else(
    births, zoe, data_officer, data_manager
):
    delivery = came(NOBODY, ",Nobody,,,,,,,", source=births, by=data_manager)
    delivery.all_rows.filter(number=2).update(outcome=Outcome.TO_DECIDE, child=None, candidates=[[zoe.pk, 12.0, ""]])
    assert counted_for([delivery], Context(data_officer)) == {delivery.pk: (2, 2)}

    shield(zoe)

    assert counted_for([delivery], Context(data_officer)) == {delivery.pk: (1, 1)}
    assert Reading(delivery, Context(data_officer)).size == 1


def test_that_a_list_of_hidden_children_alone_came_is_told_by_no_feed(births, amina, zoe, data_officer, data_manager):
    came(WRONG, source=births, by=data_manager)

    def last(user):
        return [one.came for one in expected([Feed.objects.get(code="births")], files_for(Context(user)))]

    assert last(data_officer) == []
    assert last(data_manager) == [TODAY]
    came(ZOE, source=births, by=data_manager, name="zoe.csv")
    assert last(data_officer) == [TODAY]


def test_a_file_with_no_other_rows_is_not_there_for_others(births, amina, data_officer, data_manager, browser_of):
    delivery = came(WRONG, source=births, by=data_manager)

    assert not files_for(Context(data_officer)).exists()
    assert browser_of(data_officer).get(f"/files/{delivery.pk}/").status_code == 404
    page = browser_of(data_manager).get(f"/files/{delivery.pk}/?show=received").text
    assert "Received. The index team sees to it." in page
    assert "Khan" in page


def test_a_file_is_not_there_for_others_before_it_is_compared(births, data_officer, data_manager):
    file = io.BytesIO(f"{HEADINGS}\n{ZOE}".encode())
    receive(file, name="l.csv", feed=Feed.objects.get(code="births"), source=births, as_of=TODAY, by=data_manager)

    assert not files_for(Context(data_officer)).exists()
    assert files_for(Context(data_manager)).exists()


def test_that_a_guessed_file_came_before_is_not_told(births, amina, zoe, data_officer, data_manager):
    came(WRONG, source=births, by=data_manager)
    came(ZOE, source=births, by=data_manager, name="zoe.csv")

    came(WRONG, source=births, by=data_officer)
    with pytest.raises(AlreadyReceived):
        came(ZOE, source=births, by=data_officer)


FORENAMES = (
    "Ava Ben Cara Dan Ella Finn Gia Hugo Iris Jack Kara Liam Mia Noah Orla Paul Quinn Rosa Sam Tess Uma Vera Will Xena"
).split()
SURNAMES = (
    "Adams Brown Clark Davis Evans Foster Green Hughes Irwin Jones King Lewis Morris Nolan Owens Parker Quigley Reed"
    " Scott Turner Usher Vance Walsh Young"
).split()


def test_brakes_and_absence_count_what_is_open_to_everybody_alone(amina, data_officer):
    school = make_school()
    source = school_source(school)
    named = list(zip(FORENAMES, SURNAMES, strict=True))
    children = [make_child(*names, born=date(2016, 1 + n % 12, 1 + n)) for n, names in enumerate(named)]
    with said_by():
        for child in children:
            Enrolment.objects.create(child=child, school=school, from_date=date(2024, 9, 1), source=source)
        Enrolment.objects.create(child=amina, school=school, from_date=date(2024, 9, 1), source=source)
    rows = [f",{last},{first},{1 + n}/{1 + n % 12}/2016,F,,,," for n, (first, last) in enumerate(named)]

    delivery = came(*rows, source=source, feed="roll", by=data_officer, as_of=date(2026, 2, 1))

    assert (delivery.absent, delivery.received) == (0, 0)
    look(delivery)
    missing = ShieldedFinding.objects.get()
    assert (missing.kind, missing.child) == (FindingKind.ABSENT, amina)


def test_custodians_find_what_was_met_and_what_only_hidden_things_tell(births, amina, zoe, custodian):
    delivery = came(WRONG, f",Kan,Ameena,28/02/2017,F,14,Example Road,B4 7DA,{UPN}", f"{ZOE}{UPN}", source=births)

    look(delivery)

    found = {one.row.number: FindingKind(one.kind) for one in ShieldedFinding.objects.filter(child=amina)}
    assert found[2] == FindingKind.MET
    assert found[4] == FindingKind.NUMBER
    assert found.keys() == {2, 3, 4}


def test_a_custodian_writes_what_a_received_row_says_and_undoing_the_file_takes_it_back(
    births, amina, zoe, custodian, data_officer
):
    delivery = came(WRONG, ZOE, source=births, applies=True)
    look(delivery)
    finding = ShieldedFinding.objects.get()

    custody.write(finding, {}, by=custodian)

    assert Residence.objects.filter(child=amina, address__postcode="B9 9ZZ").exists()
    finding.refresh_from_db()
    assert finding.state == FindingState.WRITTEN
    delivery.refresh_from_db()
    assert (delivery.received, delivery.rows) == (1, 2)
    assert outcomes(delivery, data_officer) == {"changed": 1}
    undo(delivery, data_officer, "The wrong list", behind_shields=False)
    assert not Residence.objects.filter(child=amina, address__postcode="B9 9ZZ").exists()


def test_custodians_are_told_when_what_they_wrote_is_taken_back(births, amina, custodian, data_officer, browser_of):
    delivery = came(WRONG, source=births, applies=True)
    look(delivery)
    custody.write(ShieldedFinding.objects.get(), {}, by=custodian)
    undo(delivery, data_officer, "The wrong list", behind_shields=False)

    finding = ShieldedFinding.objects.open().get()
    page = browser_of(custodian).get(f"/behind-shields/{finding.pk}/").text

    assert (finding.kind, finding.child) == (FindingKind.UNDONE, amina)
    assert "was taken back, as the file was undone" in page
    assert "write it" not in page
    with pytest.raises(CannotDecide):
        custody.write(finding, {}, by=custodian)
    custody.let_go(finding, by=custodian, because="The list was wrong")


def test_what_only_confirms_is_written_in_one_go(births, amina, custodian):
    delivery = came(RIGHT, source=births, applies=True)
    look(delivery)

    assert custody.write_confirming(by=custodian) == 1

    assert SourceRecord.objects.filter(source=births, child=amina).exists()


def test_a_row_that_only_hidden_things_tie_to_a_child_is_not_taken_from_the_officers(
    births, amina, custodian, data_officer
):
    delivery = came(f",Other,Ameena,,F,,,,{UPN}", source=births, by=data_officer, applies=True)
    before = outcomes(delivery, data_officer)
    look(delivery)

    for finding in ShieldedFinding.objects.all():
        with pytest.raises(CannotDecide):
            custody.write(finding, {}, by=custodian)
        custody.let_go(finding, by=custodian, because="Written by hand")

    assert outcomes(delivery, data_officer) == before


def test_nothing_is_written_before_the_file_is_applied(births, amina, custodian):
    delivery = came(WRONG, source=births)
    look(delivery)

    with pytest.raises(CannotDecide, match="has not been applied yet"):
        custody.write(ShieldedFinding.objects.get(), {}, by=custodian)


def test_a_list_writes_where_a_shielded_child_lives_anew_and_leaves_their_row_alone(births, amina, zoe):
    home = amina.residences.get().address

    row = f",Newcomer,Odile,01/02/2020,F,{home.paon},{home.street.upper()},{home.postcode},"
    came(row, source=births, applies=True)

    written = Residence.objects.exclude(child__in=[amina, zoe]).get().address
    assert (written.street, written.copy) == (home.street.upper(), 1)
    assert written.pk != home.pk


def test_what_waits_for_its_file_is_said_to_and_comes_last(births, amina, custodian, browser_of):
    early = came(WRONG, source=births)
    look(early)
    look(came(RIGHT, source=make_source("second", kind="health"), applies=True))
    held = ShieldedFinding.objects.get(delivery=early)
    browser = browser_of(custodian)

    page = browser.get(f"/behind-shields/{held.pk}/").text
    answer = browser.post("/behind-shields/confirm/", follow=True).text

    assert [one.pk for one in custody.findings_open_to(Context(custodian))][-1] == held.pk
    assert "The file has not been applied yet" in page
    assert "write it" not in page
    assert "The file is not applied yet" in browser.get("/behind-shields/").text
    assert "1 row confirmed" in answer
    assert "Nothing was written" in browser.post("/behind-shields/confirm/", follow=True).text


def test_one_is_let_go_with_a_reason(births, amina, custodian):
    look(came(WRONG, source=births))
    finding = ShieldedFinding.objects.get()

    with pytest.raises(CannotDecide, match="Say why"):
        custody.let_go(finding, by=custodian, because=" ")
    custody.let_go(finding, by=custodian, because="Another child of this name")

    assert ShieldedFinding.objects.get().state == FindingState.LET_GO


def test_a_row_that_an_officer_gives_to_a_shielded_child_goes_to_the_custodians(births, amina, data_officer):
    delivery = came(",Kan,,2017,F,,,,", source=births, by=data_officer)
    row = delivery.all_rows.get()
    assert row.outcome == Outcome.TO_DECIDE

    decide(row, {"index_number": amina.index_number}, data_officer)

    row.refresh_from_db()
    assert (row.outcome, row.for_custodians, row.child) == (Outcome.RECEIVED, True, None)


def test_shielded_after_the_file_was_compared_the_row_is_received_when_it_is_applied(births, zoe, data_officer):
    delivery = came(ZOE, source=births, by=data_officer)
    shield(zoe)

    assert outcomes(delivery, data_officer) == {"received": 1}
    apply(delivery, by=data_officer)

    assert delivery.all_rows.get().outcome == Outcome.RECEIVED
    assert not Residence.objects.filter(child=zoe).exists()


def test_what_its_own_people_say_again_is_known_by_their_reference_and_what_others_send_is_not(
    births, amina, data_officer
):
    with said_by():
        SourceRecord.objects.create(source=births, reference="22", child=amina)
    row = "22,Renamed,Beatrice,01/03/2018,F,,,,"

    by_the_source = came(row, source=births)
    by_an_officer = came(row, source=births, by=data_officer, name="guess.csv")

    assert by_the_source.all_rows.get().outcome == Outcome.RECEIVED
    assert by_an_officer.all_rows.get().outcome == Outcome.JOINED


def test_a_reference_of_a_hidden_child_is_not_taken_from_it_and_nothing_is_lost(births, amina, zoe, data_officer):
    with said_by():
        SourceRecord.objects.create(source=births, reference="22", child=amina)

    came(f"22{ZOE}", source=births, by=data_officer, applies=True)

    assert SourceRecord.objects.filter(source=births, reference="22", child=amina).exists()
    assert SourceRecord.objects.get(source=births, child=zoe).reference == "22"


def test_a_child_added_with_a_hidden_number_is_taken_back_as_any_other(births, amina, data_officer):
    delivery = came(f"{NOBODY}{UPN}", source=births, by=data_officer, applies=True)
    before = rehearse(delivery, behind_shields=False)
    look(delivery)

    after = rehearse(delivery, behind_shields=False)
    undo(delivery, data_officer, "The wrong list", behind_shields=False)

    assert (before.children_gone, after.children_gone, after.children_kept) == (1, 1, 0)
    assert not Child.objects.exclude(pk=amina.pk).exists()


def test_an_act_that_gave_a_new_child_a_hidden_number_is_undone_as_any_other(amina, data_officer):
    with said_by(by=data_officer, reason_code="family_told") as deed:
        child = Child.objects.create(index_number="CI-4F7K-29QX-M", date_of_birth=date(2017, 2, 28), sex="F")
        recording.assert_fact(Identifier(child=child, kind="upn", value=UPN))
        note_number(child.pk, UPN)

    plan = undoing.plan(deed, by=data_officer)
    undoing.undo(deed, by=data_officer, reason="Typed by mistake")

    assert plan.obstacles == ()
    assert not Child.objects.filter(pk=child.pk).exists()
    assert ShieldedFinding.objects.get().other is None


def test_that_somebody_hidden_lives_at_an_address_is_not_told_by_how_it_is_written(births, amina, data_officer):
    row = ",Newcomer,Odile,01/02/2020,F,14,Example Road,B4 7DA,"
    elsewhere = ",Newcomer,Otto,02/02/2020,M,15,Example Road,B4 7DA,"

    came(row, elsewhere, source=births, by=data_officer, applies=True)

    homes = Residence.objects.exclude(child=amina).select_related("address")
    assert len({one.address.town for one in homes}) == 1


# Identities that are closed


@pytest.fixture
def sealed(amina):
    new = make_child("Beatrice", "Oakley", born="2017-02-28")
    with said_by():
        return SealedLink.objects.create(old=amina, new=new, ground="adoption")


def test_an_old_number_is_answered_as_one_that_nobody_has_and_custodians_are_told(births, sealed, data_officer):
    beatrice = ",Oakley,Beatrice,28/02/2017,F,,,,"

    delivery = came(f"{beatrice}{UPN}", source=births, by=data_officer)
    other = came(f"{beatrice}{OTHER_UPN}", source=births, by=data_officer, name="other.csv")

    one, two = delivery.all_rows.get(), other.all_rows.get()
    assert (one.outcome, one.child, one.questions) == (two.outcome, two.child, two.questions)
    assert "closed" not in json.dumps([one.questions, one.changes])
    look(delivery)
    finding = ShieldedFinding.objects.get(delivery=delivery)
    assert (finding.kind, finding.child, finding.other) == (FindingKind.NUMBER, sealed.old, sealed.new)


def test_an_old_number_typed_into_a_form_is_taken_and_custodians_are_told(sealed, browser_of, data_officer):
    address = f"/children/{sealed.new.index_number}/add/identifier/"
    page = browser_of(data_officer).get(address).text
    revision = page.split('name="revision" value="')[1].split('"')[0]
    said = {
        "revision": revision, "kind": "upn", "value": UPN, "source": "council", "reason_code": "new_information",
        "status": "verified",
        "reason": "Seen on a form", "confirmed": "yes",
    }  # fmt: skip

    browser_of(data_officer).post(address, said, follow=True)

    assert Identifier.objects.filter(child=sealed.new, value=UPN).exists()
    finding = ShieldedFinding.objects.get()
    assert (finding.kind, finding.child, finding.other, finding.said) == ("number", sealed.old, sealed.new, UPN)


def test_a_closed_record_reads_as_any_shielded_one(browser_of, custodian, data_officer):
    from tests.factories import make_carer

    child = make_child("Amina", "Khan", carer=make_carer())
    new = make_child("Beatrice", "Oakley")
    shield(child)
    before = browser_of(data_officer).get(f"/children/{child.index_number}/").text
    child.refresh_from_db()
    sealing.close(child, new, ground="adoption", revision=child.revision, by=custodian)

    after = browser_of(data_officer).get(f"/children/{child.index_number}/").text

    assert "Farah Khan" in before
    assert _plain(after) == _plain(before)


def _plain(page):
    """The lines of a page, but for what differs at every visit."""
    return [line for line in page.splitlines() if not any(word in line for word in ("csrf", "nonce", "Printed by"))]


# What is enough to claim a child


@pytest.fixture
def hollyfield(db):
    return school_source(make_school())


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (",Okafor,Zoe,11/06/2015,F,,,,", Outcome.JOINED),
        (f",Okafor,,,F,,,,{OTHER_UPN}", Outcome.JOINED),
        (",,Zoe,,F,14,Example Road,B4 7DA,", Outcome.TO_DECIDE),
    ],
)
def test_a_school_s_row_reaches_a_child_by_a_number_or_by_names_and_birth_and_never_by_an_address(
    hollyfield, row, outcome
):
    child = make_child("Zoe", "Okafor", born="2015-06-11", address=make_address())
    with said_by():
        Identifier.objects.create(child=child, kind="upn", value=OTHER_UPN, source=Source.council())

    delivery = came(row, source=hollyfield, feed="roll")

    assert delivery.all_rows.get(number=2).outcome == outcome


# One's own family


def test_rows_about_somebody_s_own_family_are_received_and_left_for_another_to_apply(
    births, zoe, data_manager, data_officer
):
    conflicts.declare(by=data_manager, forename="Zoe", surname="Okafor", born=date(2015, 6, 11), relation="my daughter")

    delivery = came(ZOE, NOBODY, source=births, by=data_manager)
    assert outcomes(delivery, data_manager) == {"received": 1, "joined": 1}
    apply(delivery, by=data_manager)

    assert not Residence.objects.filter(child=zoe).exists()
    with pytest.raises(CannotApply):
        apply(delivery, by=data_manager)
    apply(delivery, by=data_officer)
    assert Residence.objects.filter(child=zoe).exists()
    assert DeliveryRow.objects.filter(waits=True).count() == 0


def test_nobody_decides_a_row_for_a_child_of_their_own_family(births, zoe, data_officer):
    conflicts.declare(by=data_officer, forename="Zoe", surname="Okafor", born=date(2015, 6, 11), relation="my niece")
    row = came(",Okafor,Unlike,,F,,,,", source=births).all_rows.get()

    with pytest.raises(CannotDecide, match="your family"):
        decide(row, {"index_number": zoe.index_number}, data_officer)


# The custodians' page


def test_custodians_read_the_queue_and_nobody_else(births, amina, custodian, data_officer, data_manager, browser_of):
    look(came(WRONG, source=births, applies=True))
    finding = ShieldedFinding.objects.get()

    page = browser_of(custodian).get("/behind-shields/").text
    assert "Amina Khan" in page
    shown = browser_of(custodian).get(f"/behind-shields/{finding.pk}/").text
    assert "Nowhere Lane" in shown
    for user in (data_officer, data_manager):
        assert browser_of(user).get("/behind-shields/").status_code == 403
        assert "Behind shields" not in browser_of(user).get("/").text


def test_a_custodian_works_through_the_queue_on_its_page(births, amina, custodian, browser_of):
    look(came(WRONG, source=births, applies=True))
    finding = ShieldedFinding.objects.get()
    browser = browser_of(custodian)

    answer = browser.post(f"/behind-shields/{finding.pk}/", {"doing": "write"}, follow=True)

    assert "Written." in answer.text
    assert "Nothing waits" in answer.text
    assert Residence.objects.filter(child=amina, address__postcode="B9 9ZZ").exists()


def test_work_behind_shields_is_in_nobody_else_s_list_of_work(births, amina, data_manager, custodian, browser_of):
    came(WRONG, source=births)

    assert "Looking behind shields" not in browser_of(data_manager).get("/jobs/").text


def test_a_source_with_a_row_for_custodians_is_still_counted_whole(births, amina, zoe):
    delivery = came(WRONG, ZOE, NOBODY, source=births)

    said = told(delivery)
    assert said["rows"] == sum(said[outcome] for outcome in Outcome.values) == 3
    assert delivery.stage == Stage.COMPARED


def test_a_child_of_two_names_meets_by_either(births, data_officer):
    child = make_child("Amina", "Khan")
    with said_by():
        child.names.create(kind="preferred", forename="Minnie", surname="Khan", source=Source.council())
    shield(child)

    assert came(",Khan,Minnie,28/02/2017,F,,,,", source=births).all_rows.get().outcome == Outcome.RECEIVED


def test_a_reference_that_is_a_shielded_child_s_is_to_others_nobody_s(births, amina, zoe, data_officer):
    """A first list gives it to somebody new, and the next is recognised by it, as by one that nobody had."""
    told = []
    for number, reference in enumerate(("R-555", "R-777")):
        if not number:
            with said_by():
                SourceRecord.objects.create(source=births, reference=reference, child=amina)
        first = f"{reference},Newcomer,Odile{'ab'[number]},0{number + 1}/02/2020,F,5,Mill Lane,B1 1AB,"
        came(first, source=births, by=data_officer, applies=True)
        again = came(f"{reference},Zzz,Xavier,,,,,,", source=births, by=data_officer, name=f"{reference}.csv")
        told.append(outcomes(again, data_officer))

    assert told[0] == told[1]
    whose = SourceRecord.objects.filter(source=births, reference="R-555").values_list("child", flat=True)
    assert len(whose) == 2
    assert amina.pk in whose
