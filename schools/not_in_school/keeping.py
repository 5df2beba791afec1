"""The register itself: who is entered, what an entry has to say, by when, and what comes off it.

What an entry must contain is Education Act 1996, s.436C(1); the clocks are 15 days for what parents give and for asking
to visit the home, and three months between two questions to a provider (check against the Act and its regulations
before the register is kept as law).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, User
from registry.disclosure import Context, shielded_among
from registry.disclosure.working import workable
from registry.models import Care, Carer, Child, Residence
from schools.models import NotInSchool, NotInSchoolParent, NotInSchoolProvider
from schools.not_in_school.eligible import Eligible

FIFTEEN = timedelta(days=15)
QUARTER = timedelta(days=91)
ENTERED, CHANGED, LEFT = "register_entered", "register_changed", "register_left"


class CannotEnter(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True)
class Clock:
    """Something that has to be done of an entry, and by when."""

    what: str
    due: date


def visible(to: Context) -> QuerySet[NotInSchool]:
    """Entries of which this person may know."""
    return workable(NotInSchool.objects.all(), to)


def enter(found: Collection[Eligible], *, by: User) -> int:
    """Enter children in the register, each with the parents that the index knows; how many. Raises CannotEnter.

    Whoever was entered meanwhile is passed over.
    """
    today = timezone.localdate()
    try:
        with acts.act(by=by, source=Source.council(), reason_code=ENTERED, reason=f"{len(found):,}"):
            list(Child.objects.in_lock_order().filter(pk__in=[one.child_id for one in found]).values_list("pk"))
            wanted = {one.child_id: one for one in found}
            held = NotInSchool.objects.open().filter(child__in=wanted).values_list("child", flat=True)
            for pk in set(held):
                del wanted[pk]
            made = NotInSchool.objects.bulk_create(
                NotInSchool(
                    child_id=one.child_id,
                    basis=one.basis,
                    from_date=min(one.since or today, today),
                    registered_on=today,
                )
                for _, one in sorted(wanted.items())
            )
            _enter_parents(made)
    except IntegrityError as refusal:
        raise CannotEnter("Somebody has entered one of them just now. Look at the list again.") from refusal
    return len(made)


def _enter_parents(made: Collection[NotInSchool]) -> None:
    """Whoever cares for each child, with a home address where the index has one: their own, or the child's for those
    who live with it."""
    today = timezone.localdate()
    entries = {one.child_id: one for one in made}
    homes = {
        one.child_id: str(one.address)
        for one in Residence.objects.true_on(today)
        .filter(child__in=entries, standing="lives_here")
        .select_related("address")
        .order_by("pk")
    }
    cares = Care.objects.true_on(today).filter(child__in=entries).select_related("carer", "carer__address")
    parents: dict[tuple[int, int], NotInSchoolParent] = {}
    for care in cares.order_by("pk"):
        own = str(care.carer.address) if care.carer.address else ""
        address = own or (homes.get(care.child_id, "") if care.lives_with == "yes" else "")
        parents.setdefault(
            (care.child_id, care.carer_id),
            NotInSchoolParent(
                entry=entries[care.child_id], child_id=care.child_id, carer=care.carer, address=address[:250]
            ),
        )
    NotInSchoolParent.objects.bulk_create(parents.values())


def clocks(entry: NotInSchool) -> list[Clock]:
    """What has to be done of an entry next, the first due first."""
    if entry.to_date is not None:
        return []
    found = []
    if entry.said_on is None:
        found.append(Clock("What the parents must give", entry.registered_on + FIFTEEN))
    if entry.visit_asked_on is None:
        found.append(Clock("Ask to visit the home", entry.registered_on + FIFTEEN))
    elif not entry.visit_outcome:
        found.append(Clock("Write down what came of the visit", entry.visit_asked_on + FIFTEEN))
    return sorted(found, key=lambda one: one.due)


def may_ask_providers(entry: NotInSchool, on: date) -> date | None:
    """From when providers may be asked again; nothing where they may be now."""
    again = entry.providers_asked_on + QUARTER if entry.providers_asked_on else on
    return again if again > on else None


def lacking(entry: NotInSchool) -> list[str]:
    """What s.436C(1) asks for and the entry does not say."""
    parents = list(entry.parents.all())
    found = [f"The home address of {one}" for one in parents if not one.address]
    if not parents:
        found.append("Each parent’s name and home address")
    elif not any(one.educates for one in parents) and entry.basis != "c":
        found.append("Which parents educate the child")
    if entry.parent_hours is None:
        found.append("The hours by parents")
    if entry.other_hours is None:
        found.append("The hours by others")
    providers = [one for one in entry.providers.all() if one.to_date is None]
    if entry.other_hours and not providers:
        found.append("Who gives the hours by others")
    found += [f"The address of {one}" for one in providers if not one.address]
    found += [f"Where {one} teaches" for one in providers if not one.place]
    return found


def hidden_addresses(parents: Collection[NotInSchoolParent], *, to: Context) -> set[int]:
    """Ids of the parents whose address this person may not read: one that must not be told, or one at which a child
    behind a shield may live, as the parent has care of such a child too."""
    if to.may_see_shielded:
        return set()
    cares = Care.objects.open().filter(carer__in=[one.carer_id for one in parents]).values_list("carer", "child")
    shielded = shielded_among({child for _, child in cares})
    at_risk = {carer for carer, child in cares if child in shielded}
    return {one.pk for one in parents if one.kept_apart or one.carer_id in at_risk}


def say(
    entry: NotInSchool,
    *,
    said_on: date,
    parent_hours: Decimal,
    other_hours: Decimal,
    educating: Collection[int],
    by: User,
) -> None:
    """Write down what the parents gave: hours a week, and which of the entry's parents educate. Raises CannotEnter."""
    if said_on < entry.from_date:
        raise CannotEnter(f"The child is eligible since {words.day(entry.from_date)}. Give that day, or a later one.")
    with acts.act(by=by, source=Source.council(), reason_code=CHANGED, reason="What the parents gave"):
        held = _held(entry)
        held.said_on, held.parent_hours, held.other_hours = said_on, parent_hours, other_hours
        held.save()
        for parent in held.parents.select_for_update():
            parent.educates = parent.pk in educating
            parent.save(update_fields=["educates"])


def ask_to_visit(entry: NotInSchool, *, on: date, outcome: str, by: User) -> None:
    """Write down that the council asked to visit the home, and what came of it as soon as that is known."""
    if on < entry.registered_on:
        raise CannotEnter(f"The child is on the register since {words.day(entry.registered_on)}. Give a later day.")
    _change(entry, "Home visit", {"visit_asked_on": on, "visit_outcome": outcome}, by=by)


def ask_providers(entry: NotInSchool, *, by: User) -> None:
    """Write down that providers are asked today. Raises CannotEnter sooner than three months after the last time."""
    today = timezone.localdate()
    again = may_ask_providers(entry, today)
    if again:
        raise CannotEnter(f"A provider may be asked once in three months: from {words.day(again)} on.")
    _change(entry, "Providers asked", {"providers_asked_on": today}, by=by)


def _change(entry: NotInSchool, reason: str, values: dict[str, Any], *, by: User) -> None:
    with acts.act(by=by, source=Source.council(), reason_code=CHANGED, reason=reason):
        held = _held(entry)
        for name, value in values.items():
            setattr(held, name, value)
        held.save(update_fields=list(values))


def say_parent(
    entry: NotInSchool, carer: Carer, *, address: str, kept_apart: bool, by: User, may_tell: bool = False
) -> None:
    """Add a parent, or change what is said of one; an address that is left empty stays as it was.

    That an address must not be told stands until a custodian, who `may_tell`, says otherwise: whoever could take it
    back could read it.
    """
    with acts.act(by=by, source=Source.council(), reason_code=CHANGED, reason="A parent"):
        held = _held(entry)
        said = NotInSchoolParent.objects.filter(entry=held, carer=carer).first()
        parent = said or NotInSchoolParent(entry=held, carer=carer, child_id=held.child_id)
        parent.address = address or parent.address
        parent.kept_apart = kept_apart or (parent.kept_apart and not may_tell)
        parent.save()


def say_provider(entry: NotInSchool, provider: NotInSchoolProvider, *, by: User) -> None:
    """Add a provider, or write it down as it is now."""
    with acts.act(by=by, source=Source.council(), reason_code=CHANGED, reason="A provider"):
        held = _held(entry)
        provider.entry, provider.child_id = held, held.child_id
        provider.full_clean(exclude=["child", "entry"])
        provider.save()


def leave(entry: NotInSchool, *, on: date, how: str, by: User) -> None:
    """Take a child off the register. The entry is kept. Raises CannotEnter."""
    if on < entry.from_date:
        raise CannotEnter(f"The child is eligible since {words.day(entry.from_date)}. Give a later day.")
    with acts.act(by=by, source=Source.council(), reason_code=LEFT, reason=how[:200]):
        held = _held(entry)
        held.to_date, held.removed_how = on, how
        held.save(update_fields=["to_date", "removed_how"])


def _held(entry: NotInSchool) -> NotInSchool:
    Child.objects.in_lock_order().get(pk=entry.child_id)
    held = NotInSchool.objects.select_for_update().get(pk=entry.pk)
    if held.to_date is not None:
        raise CannotEnter(f"The child came off the register on {words.day(held.to_date)}.")
    return held
