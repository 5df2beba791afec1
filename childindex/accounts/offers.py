"""Inviting somebody by address, as heads and service managers do, without telling them whether it has an account.

What was typed stands among the people of the school or service until whoever holds the address takes it up. A letter
goes there in every case, and says what to do: open the account, or sign in and take the place up. Where the account at
the address is of another kind, suspended or closed, the letter says that the council sees to it, and data managers are
written to. To whoever invited, all of these look alike.

Each room above has a table of its offers, and registers how one becomes a place.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from childindex import acts, roles
from childindex.accounts import invitations, people
from childindex.models import Source, User
from childindex.models.offers import Offer
from childindex.models.users import UserState

MANAGES = "manage_users"
logger = logging.getLogger(__name__)


class CannotTakeUp(Exception):
    """Nothing was written; the text says why, for the person asking."""


@dataclass(frozen=True)
class Room:
    """Where one sort of offer is at home.

    `place` names what is offered (*the staff of Hollyfield Primary*); `source` says for whom it is written; `give`
    makes the place, inside an act.
    """

    model: type[Offer]
    place: Callable[[Any], str]
    source: Callable[[Any], Source]
    give: Callable[[Any, User], None]

    @property
    def code(self) -> str:
        return self.model._meta.label_lower


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    _rooms[room.code] = room


def place_of(offer: Offer) -> str:
    return _room(offer).place(offer)


def make(model: type[Offer], *, email: str, full_name: str, role: str, by: User, site: str, **where: Any) -> None:
    """Offer a place to an address, and write there. The caller has made sure that `by` may, in this role.

    `where` is the school or service with whatever else is offered; an open offer of the same place is written over.
    """
    room, address = _rooms[model._meta.label_lower], email.strip().lower()
    place = {name: where.pop(name) for name in list(where) if model._meta.get_field(name).is_relation}
    said = {"full_name": full_name, "role": role, "offered_by": by, **where}
    with transaction.atomic():
        source = room.source(model(**place))
        with acts.act(by=by, source=source, reason_code="place_offered", reason=f"Offered to {full_name}"[:200]):
            offer, _ = model.objects.update_or_create(email=address, ended_at=None, **place, defaults=said)
        user = _account_for(offer, by=by)
    _write(offer, user, by=by, site=site)


def open_account(user: User, *, password: str | None) -> User:
    """Accept an invitation, and take up whatever places the letters offered with it."""
    user = invitations.accept(user, password=password)
    for offer in open_for(user):
        if fits(offer, user):
            take_up(offer, by=user)
    return user


def open_for(user: User) -> list[Offer]:
    """What is offered to somebody's address and not taken up yet."""
    return [offer for room in _rooms.values() for offer in _with_place(room).for_account(user)]


def fits(offer: Offer, user: User) -> bool:
    return user.email == offer.email and user.role == offer.role and user.is_active


def take_up(offer: Offer, *, by: User) -> None:
    """Give somebody the place that was offered to them. Raises CannotTakeUp."""
    room = _room(offer)
    source = room.source(offer)
    with acts.act(by=by, source=source, reason_code="place_taken_up", reason=f"{by} took up {room.place(offer)}"[:200]):
        held = _held(offer)
        if not fits(held, by):
            raise CannotTakeUp("Your account is for another kind of work. The council’s data manager sees to it.")
        room.give(held, by)
        _end(held, taken_up_by=by)


def take_back(offer: Offer, *, by: User) -> None:
    """The offer does not stand any more. The caller has made sure that `by` may. Raises CannotTakeUp."""
    room = _room(offer)
    source = room.source(offer)
    with acts.act(by=by, source=source, reason_code="place_taken_back", reason=f"Was offered to {offer}"[:200]):
        _end(_held(offer))


def clashing() -> list[Offer]:
    """Open offers that the account at the address cannot take up as it is, the oldest first."""
    found = [offer for room in _rooms.values() for offer in _with_place(room).clashing()]
    return sorted(found, key=lambda offer: offer.offered_at)


def how_many_clash() -> int:
    return sum(room.model.objects.clashing().count() for room in _rooms.values())


def find(code: str, number: str) -> Offer | None:
    """An open offer by its room and number, as a form says them."""
    room = _rooms.get(code)
    if room is None or not number.isdecimal() or len(number) > 18:
        return None
    return _with_place(room).filter(pk=number).first()


def name_of(offer: Offer) -> str:
    """What a form says to name this offer."""
    return f"{offer._meta.label_lower}-{offer.pk}"


def _with_place(room: Room) -> Any:
    return room.model.objects.open().select_related()


def _room(offer: Offer) -> Room:
    return _rooms[offer._meta.label_lower]


def _held(offer: Offer) -> Offer:
    """The offer as it is now, locked. Raises CannotTakeUp where it does not stand any more."""
    held: Offer | None = type(offer).objects.open().select_for_update().filter(pk=offer.pk).first()
    if held is None:
        raise CannotTakeUp("This invitation does not stand any more.")
    return held


def _end(held: Offer, *, taken_up_by: User | None = None) -> None:
    held.ended_at, held.taken_up_by = timezone.now(), taken_up_by
    held.save()


def _account_for(offer: Offer, *, by: User) -> User:
    """The account at the address: made where there is none, and given a new link where it was never opened."""
    user = User.objects.filter(email=offer.email).first()
    why = f"Invited to {place_of(offer)}"[:200]
    if user is None:
        return people.invite(
            email=offer.email, full_name=offer.full_name, role=offer.role, reason=why, by=by, is_vouched_for=True
        )
    if user.state == UserState.INVITED and user.role == offer.role:
        return people.renew_invitation(user, by=by, reason=why)
    return user


def _write(offer: Offer, user: User, *, by: User, site: str) -> None:
    """Write to the address; and to data managers, where they have to see to it."""
    if user.state == UserState.INVITED and user.role == offer.role:
        invitations.send(user, site=site, by=by, place=place_of(offer))
        return
    clashes = not fits(offer, user)
    said = {"user": user, "offer": offer, "place": place_of(offer), "role": roles.label(offer.role).lower()}
    if clashes:
        _tell_managers({**said, "link": site + reverse("clashes")})
    _letter("offer", {**said, "clashes": clashes, "link": site + reverse("places")}, to=[user.email]).send()


def _tell_managers(said: dict[str, Any]) -> None:
    """One letter to all. Whoever invited must not learn from a failure of it that there was one."""
    try:
        _letter("clash", said, bcc=[user.email for user in people.who_may(MANAGES)]).send()
    except OSError:
        logger.exception("A letter about an invitation could not be sent")


SUBJECTS = {"offer": "you are invited", "clash": "an invitation waits for you"}


def _letter(what: str, context: dict[str, Any], *, to: Sequence[str] = (), bcc: Sequence[str] = ()) -> EmailMessage:
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{SUBJECTS[what]}"
    return EmailMessage(subject, render_to_string(f"accounts/email/{what}.txt", context), to=to, bcc=bcc)
