"""Whose return it is: by what it says of itself, and by who sent it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from childindex import acts
from childindex.models import Source, SourceKind, User
from childindex.tables import TableError
from registry.models import Delivery, School
from schools.models import Post
from schools.returns.elements import Header

CODE = "school-{urn}"


class NoSuchSchool(Exception):
    """No school of the index is meant; the text says what to do."""


def school_called(number: str, *, on: date | None = None) -> School:
    """The school of a URN, or of an authority and establishment number (330/2031 or 3302031). Raises NoSuchSchool.

    Of several that had an establishment number one after the other, the one that is open on a day, today without one.
    """
    plain = number.replace("/", "").replace(" ", "").removesuffix(".0")
    if len(plain) == 6 and plain.isdigit():
        school = School.objects.filter(urn=int(plain)).first()
    else:
        school = School.objects.numbered(plain[:3], plain[3:], on=on or timezone.localdate()).first()
    if school is None:
        raise NoSuchSchool(
            f"No school has the number {number}. Load the register of schools anew, or say whose it is by its URN."
        )
    return school


def school_of(header: Header) -> School:
    """The school that a return says it is of. Raises NoSuchSchool."""
    if not (header.urn or header.laestab):
        raise NoSuchSchool("The file does not say which school it is of. Say it by its URN.")
    return school_called(header.urn or header.laestab, on=day_of(header))


def day_of(header: Header) -> date | None:
    """The day that a return says it is of; None where it does not say one."""
    try:
        return date.fromisoformat(header.day[:10])
    except ValueError:
        return None


def works_for(user: User, source: Source) -> bool:
    """Whether somebody has a post at the school that is this source."""
    urn = source.code.removeprefix(CODE.format(urn=""))
    if source.kind != SourceKind.SCHOOL or not urn.isdigit():
        return False
    return Post.objects.filter(user=user, school__urn=int(urn)).exists()


def source_of(school: School) -> Source:
    """A school as a source of what is said; made where it never said anything."""
    code = CODE.format(urn=school.urn)
    found = Source.objects.filter(code=code).first()
    if found is not None:
        return found
    with acts.act(by=None, source=Source.council(), reason_code="source_added", reason="Its first return"):
        made, _ = Source.objects.get_or_create(code=code, defaults={"name": school.name, "kind": SourceKind.SCHOOL})
    return made


def refuse_another_schools(header: Header, delivery: Delivery) -> None:
    """Raise TableError where a return says that it is of another school than the one it was sent for."""
    if not (header.urn or header.laestab):
        return
    try:
        meant = school_of(header)
    except NoSuchSchool as error:
        raise TableError(str(error)) from error
    if CODE.format(urn=meant.urn) != delivery.source.code:
        raise TableError(
            f"This file says that it is of {meant.name} ({meant.urn}), and it was sent for {delivery.source}."
            " Send it for the school that it is of."
        )
