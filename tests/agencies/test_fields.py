"""The access matrix is held to the pages: every role asks for every field of a child in every state."""

from datetime import date

import pytest
from django.urls import reverse

from agencies.models import Concern, ConcernKind
from childindex import roles
from registry import conflicts, recording
from registry.disclosure import FIELDS, State
from registry.models import Enrolment, Identifier, Name
from schools.models import Case, HomeContact, HomeEducation, NotInSchool, NotInSchoolProvider, Post
from tests.agencies.people import make_service, works_for
from tests.cast import person
from tests.factories import (
    TODAY,
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
    shield,
)

pytestmark = pytest.mark.django_db
UPN = "H330203126001"
WITHHELD = "ithheld"
SHOWS = {
    "name": "Amina Thistlewood",
    "index_number": "",
    "sex": "irl",
    "date_of_birth": "28 February 2017",
    "carers": "Farah Underhill",
    "former_names": "Oldacre",
    "address": "Wisteria Close",
    "school": "7 September 2022",
    "practice": "Larchwood Surgery",
    "identifiers": UPN,
    "carer_contact": "0121 496 0777",
    "state": "Moved away</span>",
    "sources": "Borough midwives",
    "history": "Seen by the registrar",
    "services": "Youth justice",
    "sensitive_services": "Quayside clinic",
    "is_sensitive": "sensitive service",
    "concerns": "Cause for concern open",
    "cases": "Seen by the lollipop lady",
    "home_education": "Shown a book of beetles",
    "not_in_school": "Beekeeping tutor",
}
ROLES = [*(role.code for role in roles.everyone()), "custodian"]


@pytest.fixture
def hollyfield(db):
    return make_school("Hollyfield Primary", urn=999_101)


@pytest.fixture
def amina(hollyfield, knows):
    """Of whom there is something to read in every field."""
    midwives, school = make_source("midwives", kind="health", name="Borough midwives"), make_source("school-999101")
    carer = make_carer("Farah", "Underhill", telephone="0121 496 0777")
    child = make_child(
        "Amina", "Thistlewood", address=make_address(street="Wisteria Close"), carer=carer, source=midwives,
        practice=make_practice("Larchwood Surgery"),
    )  # fmt: skip
    with said_by(midwives, reason="Seen by the registrar"):
        recording.assert_fact(Identifier(child=child, kind="upn", value=UPN))
        recording.assert_fact(
            Name(child=child, kind="former", forename="Amina", surname="Oldacre", to_date=date(2020, 1, 1))
        )
    placed = {"school": hollyfield, "from_date": date(2022, 9, 7), "year_group": "5"}
    for source in (make_source("admissions", kind="admissions"), school):  # not placed there by the school alone
        with said_by(source):
            recording.assert_fact(Enrolment(child=child, **placed), reference="77")
    knows(make_service("Youth justice", "youth_justice", telephone="0121 496 0300"), child)
    clinic = make_service("Quayside clinic", "sexual_health", is_sensitive=True)
    knows(clinic, child, suspected_harm="Seen with an adult")
    with said_by():
        Concern.objects.create(
            child=child, kind=ConcernKind.objects.first(), basis="Not seen since May", service=clinic,
            raised_by=person("Rhoda Raiser", "nothing"), review_date=TODAY,
        )  # fmt: skip
        followed(child, by=person("Fiona Follower", "nothing"))
        child.state = "moved_away"
        child.save()
    return child


def followed(child, by):
    """A case, home education and an entry in the register, each with something to read."""
    days = {"from_date": TODAY, "child": child}
    Case.objects.create(child=child, source="public", told=SHOWS["cases"], opened_on=TODAY, due_date=TODAY)
    home = HomeEducation.objects.create(told_by="parent", told_on=TODAY, due_date=TODAY, **days)
    HomeContact.objects.create(
        home_education=home, child=child, day=TODAY, how="visit", suitability="suitable", said=SHOWS["home_education"],
        by=by,
    )  # fmt: skip
    entry = NotInSchool.objects.create(basis="a", registered_on=TODAY, **days)
    NotInSchoolProvider.objects.create(
        entry=entry, child=child, name=SHOWS["not_in_school"], kind="tutor", hours=2, hours_alone=1
    )


@pytest.fixture
def somebody(hollyfield):
    """An account of a role, with the post or the work that goes with it."""

    def made(role):
        if role in ("practitioner", "service_manager"):
            return works_for(make_service("School nursing", "school_nursing"), role=role)
        code = "data_officer" if role == "custodian" else role
        user = person("Somebody Asking", code, custodian=role == "custodian")
        if "see_roll" in roles.permissions_of(code):
            with said_by():
                Post.objects.create(user=user, school=hollyfield)
        return user

    return made


def everything_read(browser, child):
    """All that the pages about a child say to somebody, one after another, without those that refuse."""
    number, found = child.index_number, []
    browser.post(f"/children/{number}/why/", {"reason": "working"})
    names = ("record", "household", "schools", "history", "child_access")
    addresses = [reverse(f"registry:{name}", args=[number]) for name in names]
    addresses += [reverse("registry:record_section", args=[number, "services"]), "/search/?q=thistlewood"]
    addresses += ["/find/?surname=Thistlewood&forename=Amina"]
    spell = child.enrolments.get()
    addresses += ["/roll/999101/", f"/roll/999101/pupils/{spell.pk}/", "/roll/999101/support/"]
    for name, model in (("case", Case), ("home", HomeEducation), ("register_entry", NotInSchool)):
        addresses.append(reverse(f"schools:{name}", args=[model.objects.get(child=child).pk]))
    for address in addresses:
        answer = browser.get(address)
        found.append(answer.text if answer.status_code == 200 else "")
    return "\n".join(found)


@pytest.mark.parametrize("state", State, ids=lambda state: state.name.lower())
@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_what_the_matrix_says_and_nothing_else(browser_of, amina, somebody, role, state):
    user = somebody(role)
    if state == State.SHIELDED:
        shield(amina)
    if state == State.FAMILY:
        conflicts.declare(
            by=user, forename="Amina", surname="Thistlewood", born=date(2017, 2, 28), relation="My daughter"
        )
    may = roles.permissions_of(user.role, custodian=user.custodian)
    text = everything_read(browser_of(user), amina)

    told = {code: (value or amina.index_number) in text for code, value in SHOWS.items()}
    expected = {code: field.cell(may, state) in ("yes", "own pupils") for code, field in FIELDS.items()}
    if user.custodian:
        expected["is_sensitive"] = False  # custodians read its name
    assert told == expected


def test_every_field_has_something_to_be_read_by():
    assert SHOWS.keys() == FIELDS.keys()
