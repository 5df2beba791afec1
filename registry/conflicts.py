"""Conflicts of interest: staff declare their own children and relatives, and those records are closed to them.

Declaring tells nothing: whether the index has such a child is not said, so that it is no way of asking. Nothing of a
relative is read (`Context.family`) or written: an act of a person's that concerns one does not close, whichever page or
operation it comes from. What is done to everybody alike, as applying a file, may concern a relative among the others;
those codes are registered with `concerns_everybody`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from childindex import acts
from childindex.models import Act, Source, User
from registry.disclosure.context import NotDisclosed
from registry.disclosure.shielding import shielded_among
from registry.models import Child, ChildState, DeclaredRelative, Name, Residence, StaffHome
from registry.names import fold

LIKELY = (
    "This record is closed to you, as the child seems to be of your family: the surname and the address are those that"
    " you gave. Ask a colleague to look. If it is nobody of yours, ask information governance to open it."
)
CLOSED = (
    "This record is closed to you, as you have declared the child to be of your family. Ask a colleague, who looks for"
    " you where your work needs it."
)

_of_everybody: set[str] = set()


def concerns_everybody(*codes: str) -> None:
    """Say of what reasons acts concern many children alike, whom nobody has chosen one by one."""
    _of_everybody.update(codes)


def refuse_family(deed: Act) -> None:
    """Refuse to close a person's act that has written of one of their family. Raises NotDisclosed.

    A relative behind a shield is passed over for whoever may not see behind it: nothing is theirs to write there, and a
    refusal would tell which carer or address is the child's.
    """
    if deed.by is None or deed.reason_code in _of_everybody:
        return
    if family := family_of(deed.by, behind_shields=deed.by.may("see_shielded")):
        concerned = family & set(acts.subjects_of_open_act())
        if concerned - (set() if deed.by.may("see_shielded") else shielded_among(concerned)):
            raise NotDisclosed(CLOSED)


def closed_to(user: User | None, child_ids: Collection[int]) -> str:
    """Why a person may do nothing about these children; nothing where none of them is of the person's family."""
    family = family_of(user, behind_shields=user.may("see_shielded")) if user is not None else frozenset()
    return CLOSED if family & set(child_ids) else ""


def declare(*, by: User, forename: str, surname: str, born: date, relation: str) -> None:
    """Close the records of whoever has this name and was born on this day to the person who declares it.

    A former name of a shielded child is nobody's to guess: that the record closed would confirm it.
    """
    wanted = (fold(forename), fold(surname))
    named = Name.objects.filter(child__date_of_birth=born, to_date=None).exclude(child__state=ChildState.SUPERSEDED)
    hidden = set() if by.may("see_shielded") else shielded_among({name.child_id for name in named})
    found = {
        name.child_id
        for name in named
        if (name.kind != "former" or name.child_id not in hidden)
        and wanted in ((fold(name.forename), fold(name.surname)), (fold(name.surname), fold(name.forename)))
    }
    held = set(DeclaredRelative.objects.filter(user=by, child__in=found).values_list("child", flat=True))
    if not found - held:
        return
    with acts.act(by=by, source=Source.council(), reason_code="relative_declared", reason="Declared by the person"):
        DeclaredRelative.objects.bulk_create(
            DeclaredRelative(user=by, child_id=pk, relation=relation) for pk in sorted(found - held)
        )


HOMES = 3
"""How many homes one person may have said: who could say any number would learn by what closes who lives where."""


class TooManyHomes(Exception):
    """Somebody has said as many homes as one person may; the text says what to do."""


def say_home(*, by: User, surname: str, postcode: str) -> None:
    """Close the records of children of this surname in this postcode to whoever says that they live there.

    `postcode` is as an address holds it. Said again, it is said once. Raises TooManyHomes.
    """
    said = StaffHome.objects.filter(user=by).order_by()
    is_new = not said.filter(surname=surname, postcode=postcode, let_go_at=None).exists()
    if is_new and said.filter(said_at__gt=timezone.now() - timedelta(days=365)).count() >= HOMES:
        raise TooManyHomes(
            f"You have said {HOMES} homes in the last year, as many as one person may. Ask information governance to"
            " let go of one that is not yours any more, and to write down this one."
        )
    with acts.act(by=by, source=Source.council(), reason_code="home_said", reason="Said by the person"):
        StaffHome.objects.get_or_create(user=by, surname=surname, postcode=postcode, let_go_at=None)


def let_go(home: StaffHome, *, by: User, reason: str) -> bool:
    """Open the records again that a home has closed, unless it is one's own or was let go before."""
    if home.user_id == by.pk:
        return False
    with acts.act(by=by, source=Source.council(), reason_code="home_let_go", reason=reason[:200]):
        return bool(StaffHome.objects.filter(pk=home.pk, let_go_at=None).update(let_go_at=timezone.now(), let_go_by=by))


def family_of(user: User | AnonymousUser | None, *, behind_shields: bool) -> frozenset[int]:
    """Ids of the children who are of this person's family: declared, or likely by surname and address."""
    if not isinstance(user, User):
        return frozenset()
    declared = set(DeclaredRelative.objects.filter(user=user).values_list("child", flat=True))
    family = declared | _likely(user, behind_shields=behind_shields)
    if not family:
        return frozenset()
    standing = Q(superseded_by__in=family) | Q(supersedes__in=family)
    return frozenset(family | set(Child.objects.filter(standing).values_list("pk", flat=True)))


def _likely(user: User, *, behind_shields: bool) -> set[int]:
    """Children who live where this person has said that they live, and have the surname that they gave.

    Where a shielded child lives closes nothing to those who may not know it: a refusal would tell them.
    """
    homes = list(StaffHome.objects.filter(user=user, let_go_at=None).values_list("surname", "postcode"))
    if not homes:
        return set()
    said = {(fold(surname), postcode) for surname, postcode in homes}
    lived = Residence.objects.filter(to_date=None, address__postcode__in={postcode for _, postcode in homes})
    rows = lived.values_list("child", "address__postcode", "child__names__surname")
    found = {pk for pk, postcode, surname in rows if (fold(surname or ""), postcode) in said}
    return found if behind_shields else found - shielded_among(found)


def refusal(user: User, child: Child, *, family: frozenset[int]) -> str:
    """Why a record is closed to this person; nothing where it is open."""
    if child.pk not in family and child.superseded_by_id not in family:
        return ""
    declared = DeclaredRelative.objects.filter(user=user, child__in=[child.pk, child.superseded_by_id or child.pk])
    return CLOSED if declared.exists() else LIKELY
