"""Conflicts of interest: staff declare their own children and relatives, and those records are closed to them.

Declaring tells nothing: whether the index has such a child is not said, so that it is no way of asking.
"""

from __future__ import annotations

from datetime import date

from childindex import acts
from childindex.models import Source, User
from registry.models import Child, ChildState, DeclaredRelative, Name
from registry.names import fold

CLOSED = (
    "This record is closed to you, as you have declared the child to be of your family. Ask a colleague, who looks for"
    " you where your work needs it."
)


def declare(*, by: User, forename: str, surname: str, born: date, relation: str) -> None:
    """Close the records of whoever has this name and was born on this day to the person who declares it."""
    wanted = (fold(forename), fold(surname))
    named = Name.objects.filter(child__date_of_birth=born, to_date=None).exclude(child__state=ChildState.SUPERSEDED)
    found = {
        name.child_id
        for name in named
        if wanted in ((fold(name.forename), fold(name.surname)), (fold(name.surname), fold(name.forename)))
    }
    held = set(DeclaredRelative.objects.filter(user=by, child__in=found).values_list("child", flat=True))
    if not found - held:
        return
    with acts.act(by=by, source=Source.council(), reason_code="relative_declared", reason="Declared by the person"):
        DeclaredRelative.objects.bulk_create(
            DeclaredRelative(user=by, child_id=pk, relation=relation) for pk in sorted(found - held)
        )


def is_closed(user: User, child: Child) -> bool:
    """Whether the record is of this person's family, or stands for one that is."""
    return DeclaredRelative.objects.filter(user=user, child__in=[child.pk, child.superseded_by_id or child.pk]).exists()
