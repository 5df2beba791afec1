"""New identities: a new record that nothing visible ties to the old one, and lists that do not join the two again."""

import io
import re
from datetime import date

import pytest

from childindex.models import Source
from registry import sealing
from registry.intake import custody, stages
from registry.intake.behind_shields import look
from registry.intake.receiving import receive
from registry.models import (
    Child,
    Feed,
    Identifier,
    Outcome,
    SealedLink,
    Shield,
    ShieldedFinding,
    SourceRecord,
    Suspicion,
)
from tests.factories import (
    TODAY,
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
)

pytestmark = pytest.mark.django_db
OLD_NHS, NEW_NHS = "9434765919", "9876543210"


@pytest.fixture
def amina(db):
    child = make_child(
        "Amina", "Khan", address=make_address(), school=make_school(), practice=make_practice(), carer=make_carer()
    )
    with said_by():
        Identifier.objects.create(child=child, kind="nhs_number", value=OLD_NHS, source=Source.council())
    return child


def asked(page):
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("revision", "number")}


def described(**more):
    born = {"date_of_birth_day": 28, "date_of_birth_month": 2, "date_of_birth_year": 2017}
    said = {"forename": "Beatrice", "surname": "Oakley", "sex": "F", "standing": "no_known_address", **born}
    said |= {"source": "council", "reason_code": "new_information", "reason": "The court’s order"}
    return {"ground": "adoption", "sure": "on", **said, **more}


def give(browser, child, **more):
    address = f"/children/{child.index_number}/new-identity/"
    page = browser.get(address).text
    return browser.post(address, {**asked(page), **described(**more)}, follow=True)


@pytest.fixture
def sealed(browser_of, custodian, amina):
    give(browser_of(custodian), amina, shielded="on")
    return SealedLink.objects.select_related("old", "new").get()


def test_the_child_gets_a_new_record_and_the_old_one_is_closed(browser_of, custodian, amina):
    told = give(browser_of(custodian), amina, shielded="on").text

    link = SealedLink.objects.select_related("old", "new").get()
    assert f"The new record is {link.new.index_number}. The old identity is closed." in told
    assert link.old == amina
    assert link.old.state == "archived"
    assert link.new.names.get().surname == "Oakley"
    assert not link.new.identifiers.exists()
    for facts in (amina.residences, amina.enrolments, amina.cares, amina.registrations):
        assert [one.to_date for one in facts.all()] == [TODAY]
    assert Shield.objects.in_force(TODAY).filter(child__in=[link.old, link.new]).count() == 2


def test_only_custodians_are_told_of_the_link(browser_of, custodian, data_officer, sealed):
    for one, other in ((sealed.old, sealed.new), (sealed.new, sealed.old)):
        assert other.index_number in browser_of(custodian).get(f"/children/{one.index_number}/").text
        page = browser_of(data_officer).get(f"/children/{one.index_number}/").text
        assert other.index_number not in page
        assert "New identity" not in page


def test_nobody_else_may_give_one(browser_of, data_officer, data_manager, governance, amina):
    for user in (data_officer, data_manager, governance):
        assert browser_of(user).get(f"/children/{amina.index_number}/new-identity/").status_code == 403
    assert not SealedLink.objects.exists()


def test_the_two_share_no_act(sealed):
    def acts_of(child):
        return set(child.history.values_list("act_id", flat=True))

    assert acts_of(sealed.old) & acts_of(sealed.new) == set()


def test_a_form_sent_twice_makes_one_child(browser_of, custodian, amina):
    browser = browser_of(custodian)
    address = f"/children/{amina.index_number}/new-identity/"
    page = browser.get(address).text
    sent = {**asked(page), **described()}

    browser.post(address, sent)
    browser.post(address, sent)

    assert SealedLink.objects.count() == 1
    assert Child.objects.count() == 2


def test_a_number_of_the_old_identity_is_refused_and_what_was_typed_stays(browser_of, custodian, amina):
    page = give(browser_of(custodian), amina, nhs_number=OLD_NHS).text

    assert "This number belongs to the old identity." in page
    assert 'value="Oakley"' in page
    assert not SealedLink.objects.exists()


def test_it_is_not_done_unless_somebody_says_that_it_is_meant(browser_of, custodian, amina):
    page = give(browser_of(custodian), amina, sure="").text

    assert "Confirm that this is meant: it cannot be undone." in page
    assert Child.objects.count() == 1


def test_its_shield_is_not_lifted_and_not_up_for_review(browser_of, custodian, sealed):
    browser = browser_of(custodian)

    assert sealed.old.index_number not in browser.get("/shields/").text
    assert sealed.new.index_number in browser.get("/shields/").text
    page = browser.get(f"/children/{sealed.old.index_number}/shield/").text
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    sent = {"sure": "yes", "source": "council", "reason_code": "requested", "reason": "Asked", "revision": revision}
    answer = browser.post(f"/children/{sealed.old.index_number}/shield/", {**sent, "confirmed": "on"})
    assert "Its shield stays." in answer.text


def list_of(*rows, source=None):
    source = source or make_source("child-health", kind="health")
    text = "\n".join(["Reference,Surname,Forename,Date of birth,Sex,NHS number", *rows])
    delivery = receive(
        io.BytesIO(text.encode()),
        name="births.csv",
        feed=Feed.objects.get(code="births"),
        source=source,
        as_of=TODAY,
        by=None,
    )
    stages.read(delivery, by=None)
    return delivery


@pytest.mark.parametrize(
    "row",
    [
        f"1,Khan,Amina,28/02/2017,F,{OLD_NHS}",
        "1,Khan,Amina,28/02/2017,F,",
        f"2,Oakley,Beatrice,28/02/2017,F,{OLD_NHS}",
        "1,Oakley,Beatrice,28/02/2017,F,",
    ],
    ids=[
        "all as it was",
        "the name as it was",
        "the new name with the old number",
        "the new name by the old reference",
    ],
)
def test_what_comes_under_the_old_identity_reaches_neither_record(sealed, row):
    source = make_source("child-health", kind="health")
    with said_by():
        SourceRecord.objects.create(source=source, reference="1", child=sealed.old)
    before = {child.pk: child.revision for child in Child.objects.all()}

    delivery = list_of(row, source=source)

    found = delivery.all_rows.get()
    assert (found.outcome, found.child, found.changes) == (Outcome.RECEIVED, None, [])
    assert {child.pk: child.revision for child in Child.objects.all()} == before


def test_what_comes_under_the_new_identity_is_taken_in_by_a_custodian_while_it_is_shielded(custodian, sealed):
    delivery = list_of(f"7,Oakley,Beatrice,28/02/2017,F,{NEW_NHS}")
    look(delivery)

    custody.write(ShieldedFinding.objects.get(), {}, by=custodian)

    assert delivery.all_rows.get().child == sealed.new
    assert sealed.new.identifiers.filter(value=NEW_NHS).exists()


def test_what_came_under_the_old_identity_is_shown_to_custodians_alone(
    browser_of, custodian, data_officer, data_manager, sealed
):
    delivery = list_of(f"1,Khan,Amina,28/02/2017,F,{OLD_NHS}")
    look(delivery)

    assert sealed.old.index_number in browser_of(custodian).get("/behind-shields/").text
    for user in (data_officer, data_manager):
        assert browser_of(user).get("/behind-shields/").status_code == 403
        assert browser_of(user).get(f"/files/{delivery.pk}/").status_code == 404


def test_the_two_are_never_proposed_as_duplicates(sealed):
    pair = (sealed.old_id, sealed.new_id)

    assert sealing.pairs_among([pair, (1, 2)]) == {pair}
    assert not Suspicion.objects.exists()


def test_custodians_cannot_merge_the_two(browser_of, custodian, sealed):
    page = browser_of(custodian).get(f"/children/{sealed.new.index_number}/same/{sealed.old.index_number}/").text

    assert "One of the two is an identity that is closed." in page


def test_whoever_may_not_know_reads_the_same_of_a_merge_as_of_any_shielded_child(browser_of, data_officer, sealed):
    page = browser_of(data_officer).get(f"/children/{sealed.new.index_number}/same/{sealed.old.index_number}/").text

    assert "is closed" not in page
    assert "not the same child" not in page


def test_born_on_a_day_that_nobody_knows_it_is_possible_too(browser_of, custodian):
    zoe = make_child("Zoe", "Okafor", born=date(2019, 1, 1))
    nobody = {"date_of_birth_day": "", "date_of_birth_month": "", "date_of_birth_year": ""}

    give(browser_of(custodian), zoe, **nobody)

    assert SealedLink.objects.get().new.date_of_birth is None
