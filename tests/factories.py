"""Invented children and what is said of them, written through the doors that everything else uses."""

import random
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count

from childindex.acts import act
from childindex.models import Source
from registry import recording
from registry.identifiers import new_index_number
from registry.models import (
    Address,
    Care,
    Carer,
    Child,
    Enrolment,
    Name,
    Practice,
    Registration,
    Residence,
    School,
    Shield,
    Suspicion,
    Weights,
)

TODAY = date.today()
_numbers = count(1)
_random = random.Random(4)


@contextmanager
def said_by(source=None, *, by=None, reason_code="told", reason="Said in a test", undoes=None):
    """An act of a source, the council's own unless another is given."""
    source = source or Source.council()
    with act(by=by, source=source, reason_code=reason_code, reason=reason, undoes=undoes) as deed:
        yield deed


def make_source(code, *, kind="school", name=None):
    with said_by():
        return Source.objects.get_or_create(code=code, defaults={"kind": kind, "name": name or code.capitalize()})[0]


def make_school(name="Hollyfield Primary", **fields):
    with said_by():
        return School.objects.create(urn=fields.pop("urn", 100_000 + next(_numbers)), name=name, in_area=True, **fields)


def make_practice(name="Example Health Centre", **fields):
    with said_by():
        return Practice.objects.create(ods_code=f"Y{next(_numbers):05d}", name=name, **fields)


def make_address(**parts):
    with said_by():
        return Address.objects.create(
            **{
                "paon": str(1_000 + next(_numbers)),
                "street": "Example Road",
                "town": "Exampleton",
                "postcode": "B4 7DA",
                **parts,
            }
        )


def make_carer(forename="Farah", surname="Khan", **fields):
    with said_by():
        return Carer.objects.create(forename=forename, surname=surname, **fields)


def make_child(
    forename="Amina",
    surname="Khan",
    *,
    born=date(2017, 2, 28),
    sex="F",
    address=None,
    school=None,
    practice=None,
    carer=None,
    source=None,
    by=None,
    **fields,
):
    """A child with a registered name and whichever other facts are given, all on one source's word."""
    with said_by(source, by=by):
        child = Child.objects.create(
            index_number=new_index_number(_random).value, date_of_birth=born, sex=sex, **fields
        )
        recording.assert_fact(Name(child=child, forename=forename, surname=surname))
        if address:
            recording.assert_fact(Residence(child=child, address=address, from_date=date(2022, 9, 1)))
        if school:
            recording.assert_fact(Enrolment(child=child, school=school, from_date=date(2022, 9, 7), year_group="5"))
        if practice:
            recording.assert_fact(Registration(child=child, practice=practice, from_date=date(2019, 1, 1)))
        if carer:
            recording.assert_fact(Care(child=child, carer=carer, kind="mother", lives_with="yes"))
    child.refresh_from_db()
    return child


def shield(child, *, by=None, ground="Known risk from a person outside the household"):
    with said_by(by=by, reason_code="shielded"):
        return Shield.objects.create(
            child=child, from_date=TODAY, review_date=TODAY + timedelta(days=182), ground=ground
        )


def suspect(one, other, *, score=12.0, reasons=(("date_of_birth", "same", 8.1), ("surname", "same", 3.9)), **fields):
    """A pair on the list of suspected duplicates, by weights that nobody learned."""
    first, second = sorted((one, other), key=lambda child: child.pk)
    with said_by() as deed:
        weights, _ = Weights.objects.get_or_create(name="invented", version=1, model={}, defaults={"act": deed})
        return Suspicion.objects.create(
            first=first,
            second=second,
            score=score,
            reasons=[list(reason) for reason in reasons],
            weights=weights,
            compared="0",
            **fields,
        )
