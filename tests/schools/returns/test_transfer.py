"""The Common Transfer File: a pupil who leaves, and where to."""

from datetime import date

import pytest

from registry.models import Care, Enrolment, School
from tests.factories import said_by
from tests.schools.returns.written import taken, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def fernhill(db):
    with said_by():
        return School.objects.create(
            urn=900002, name="Fernhill Primary", la_code="330", estab_number="2099", in_area=True
        )


def sent(school, **said):
    return taken(transfer(**said), school, feed="transfer", name="3302031_CTF_3302099_001.xml")


@pytest.mark.parametrize("sex", ["Sex", "Gender"])
def test_a_pupil_leaves_the_school_that_sends_the_file_for_the_one_it_is_sent_to(hollyfield, amina, fernhill, sex):
    delivery = sent(hollyfield, sex=sex)

    spell = Enrolment.objects.get(child=amina)
    assert delivery.left == 1
    assert (spell.to_date, spell.destination_school) == (date(2026, 9, 18), fernhill)


@pytest.mark.parametrize(
    ("lea", "estab", "destination"),
    [
        ("XXX", "XXXX", "Destination unknown"),
        ("MMM", "MMMM", "Outside the maintained sector"),
        ("334", "4001", "334/4001"),
    ],
)
def test_a_destination_that_is_no_school_of_the_index_is_kept_in_words(hollyfield, amina, lea, estab, destination):
    sent(hollyfield, lea=lea, estab=estab)

    spell = Enrolment.objects.get(child=amina)
    assert (spell.destination_school, spell.destination) == (None, destination)


def test_a_contact_comes_with_the_pupil(hollyfield, amina):
    sent(hollyfield)

    care = Care.objects.get(child=amina)
    assert (str(care.carer), care.kind, care.carer.telephone) == ("Farah Khan", "mother", "01214960123")


def test_the_same_file_of_another_day_changes_nothing(hollyfield, amina, fernhill):
    sent(hollyfield)

    again = taken(transfer(), hollyfield, feed="transfer", as_of=date(2026, 10, 5))

    assert (again.rows, again.confirmed) == (1, 1)


def test_a_version_that_nobody_knows_yet_is_read_and_told_of(hollyfield, amina):
    delivery = sent(hollyfield, version="27.0")

    assert delivery.left == 1
    assert delivery.warnings == [
        "It is of version 27.0, and versions up to 25 are known: look at whether anything is missing."
    ]


CONTACTS = """<Contacts>
<Contact><Order>1</Order><Title>Mrs</Title><Surname>Khan</Surname><Forename>Farah</Forename>
<Relationship>PAM</Relationship><Address><AddressAsPupil>true</AddressAsPupil></Address>
<Phones><Phone><TelephoneType>W</TelephoneType><PhoneNo>0121 496 0102</PhoneNo></Phone>
<Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900638</PhoneNo></Phone></Phones></Contact>
<Contact><Order>2</Order><Surname>Younis</Surname><Forename>Tariq</Forename>
<Relationship>Stepfather (mother's partner)</Relationship>
<Address><AddressLines><AddressLine1>3 Quill Court</AddressLine1></AddressLines><PostCode>B4 7DG</PostCode></Address>
</Contact></Contacts>"""
HOME = """<Address><BS7666Address><PAON>14</PAON><Street>Example Road</Street><Town>Birmingham</Town></BS7666Address>
<PostCode>B4 7DA</PostCode></Address>"""


def test_contacts_bring_two_telephones_and_where_they_live(hollyfield, amina):
    text = transfer()
    begins, ends = text.index("<Contacts>"), text.index("</Contacts>") + len("</Contacts>")
    taken(text[:begins] + HOME + CONTACTS + text[ends:], hollyfield, feed="transfer", name="contacts.xml")

    first, second = Care.objects.filter(child=amina).order_by("priority")
    assert (first.carer.telephone, first.carer.other_telephone) == ("07700900638", "01214960102")
    assert (first.carer.address.paon, first.carer.address.postcode) == ("14", "B4 7DA")
    assert (second.kind, second.carer.address.street, second.carer.address.postcode) == (
        "step_parent", "Quill Court", "B4 7DG",
    )  # fmt: skip


def test_the_postcode_beside_the_parts_of_an_address_is_the_homes(hollyfield, amina):
    text = transfer().replace("<Contacts>", f"{HOME}<Contacts>")
    delivery = taken(text, hollyfield, feed="transfer", name="home.xml")

    assert delivery.all_rows.get().claim["postcode"] == "B4 7DA"
