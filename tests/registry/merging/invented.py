"""Random records, and random things that happen to one, for properties of merging."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import strategies as st

from childindex.models import Source
from registry import recording
from registry.models import (
    Address,
    Care,
    Carer,
    Child,
    EducationArrangement,
    Enrolment,
    Identifier,
    Name,
    Pin,
    Practice,
    Registration,
    Residence,
    School,
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

START = date(2020, 1, 1)

whens = st.tuples(st.sampled_from([None, 0, 200, 400, 600]), st.sampled_from([None, None, 100, 300]))
facts = st.tuples(
    st.sampled_from(["name", "identifier", "home", "care", "school", "arrangement", "practice"]),
    st.integers(0, 1),  # which name, number, address, school...
    whens,
    st.integers(0, 2),  # what it says besides
    st.integers(0, 2),  # which source says so
    st.integers(0, 3),  # when it says so last
)
records = st.fixed_dictionaries(
    {
        "sex": st.sampled_from("FMU"),
        "born": st.sampled_from([None, date(2017, 2, 28), date(2017, 3, 28)]),
        "facts": st.lists(facts, max_size=7),
        "pinned": st.sampled_from(["", "home", "registered_name"]),
    }
)
happenings = st.lists(
    st.tuples(
        st.sampled_from(["assert", "assert", "confirm", "correct", "end", "withdraw"]),
        st.sampled_from("AB"),
        facts,
        st.integers(0, 50),
    ),
    max_size=5,
)


def furnish():
    """What records refer to: two of each."""
    for number in (1, 2):
        make_school(f"School {number}")
        make_practice(f"Practice {number}")
        make_address(paon=str(number))
        make_carer(f"Carer {number}")
    for number in (0, 1, 2):
        make_source(f"source-{number}")


def make_record(letter, spec):
    """The record a specification describes, known to each source by a reference that begins with `letter`."""
    standing = "known" if spec["born"] else "missing"
    child = make_child("Amina", born=spec["born"], sex=spec["sex"], date_of_birth_standing=standing)
    for one in spec["facts"]:
        say(child, letter, one)
    if spec["pinned"]:
        pin(child, spec["pinned"])
    child.refresh_from_db()
    return child


def say(child, letter, spec):
    """Assert one fact of a record; None where the same fact would hold twice, and nothing is written."""
    kind, which, (start, length), detail, source, day = spec
    begins = START + timedelta(days=start) if start is not None else None
    ends = (begins or START) + timedelta(days=length) if length is not None else None
    fact = _fact(kind, which, detail, ends)
    fact.child, fact.from_date, fact.to_date = child, begins, ends
    try:
        with transaction.atomic(), said_by(Source.objects.get(code=f"source-{source}")):
            held = recording.assert_fact(fact, reference=f"{letter}{source}")
            recording.confirm(held, reference=f"{letter}{source}", day=TODAY + timedelta(days=day))
    except (IntegrityError, ValidationError):
        return None
    return held


def _fact(kind, which, detail, ends):
    word = ["", "x", "y"][detail]
    match kind:
        case "name":
            return Name(kind="alias", forename=["Mina", "Minnie"][which], surname=word)
        case "identifier":
            status = ["unverified", "disputed", "superseded"][detail]
            return Identifier(kind="nhs_number", value=["9434765919", "9434765870"][which], status=status)
        case "home":
            return Residence(address=Address.objects.order_by("pk")[which])
        case "care":
            answer = ["yes", "no", "unknown"][detail]
            return Care(carer=Carer.objects.order_by("pk")[which], lives_with=answer)
        case "school":
            leaving = {"destination": word} if ends else {}
            return Enrolment(school=School.objects.order_by("pk")[which], status="M", class_name=word, **leaving)
        case "arrangement":
            return EducationArrangement(kind=["home_education", "awaiting_place"][which], detail=word)
        case "practice":
            return Registration(practice=Practice.objects.order_by("pk")[which])


def pin(child, slot):
    table = child.residences if slot == "home" else child.names.filter(kind="registered")
    fact = table.order_by("pk").first()
    if fact is not None:
        with said_by():
            Pin.objects.create(child=child, slot=slot, fact_id=fact.pk, reason="Seen")


def own_of(child):
    return Child.objects.values_list("sex", "date_of_birth").get(pk=child.pk)
