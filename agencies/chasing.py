"""What waits too long, and who is written to about it: one letter a person, which names no child.

Concerns that a service was told of and has not acknowledged, and those whose review is overdue; requests to make
contact and overrides that nobody has answered; and once a week how many of one's children have something new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from agencies import hearing, reviewing
from agencies.models import Concern, ConcernAudience, ContactRequest, Override, Practitioner
from agencies.overriding import GOVERNANCE
from agencies.roles import MANAGE
from childindex import words
from childindex.models import User
from childindex.models.users import UserState
from registry import shield_requests

ACKNOWLEDGED_WITHIN = timedelta(days=1)
CUSTODIAN = "see_shielded"


@dataclass
class Chased:
    """What waits, by the person who is to be written to."""

    lines: dict[User, list[str]] = field(default_factory=lambda: defaultdict(list))
    unacknowledged: int = 0
    unreviewed: int = 0
    unanswered: int = 0
    overrides: int = 0
    looks: int = 0
    shields: int = 0

    @property
    def is_empty(self) -> bool:
        return not (
            self.unacknowledged or self.unreviewed or self.unanswered or self.overrides or self.looks or self.shields
        )


def chase() -> Chased:
    """Everything that waits too long, today."""
    now, today, found = timezone.now(), timezone.localdate(), Chased()
    people = _people()
    told = ConcernAudience.objects.filter(acknowledged_at=None, concern__closed_at=None)
    late = Concern.objects.filter(closed_at=None, review_date__lt=today)
    told = told.filter(concern__raised_at__lt=now - ACKNOWLEDGED_WITHIN)
    unheard = Counter(told.values_list("service_id", flat=True))
    unreviewed = Counter(late.values_list("service_id", flat=True))
    for service_id in unheard.keys() | unreviewed.keys():
        for user in people[service_id]:
            found.lines[user] += _of_service(unheard[service_id], unreviewed[service_id])
    for manager in _managers():
        if looks := reviewing.waiting_for(manager).filter(month__lt=reviewing.month_before(today)).count():
            count = words.sentence(words.count(looks, "look"))
            found.lines[manager].append(f"{count} of your people wait to be signed off.")
            found.looks += looks
    found.unacknowledged, found.unreviewed = sum(unheard.values()), sum(unreviewed.values())
    found.unanswered = ContactRequest.objects.filter(answered_at=None, due_date__lt=today).count()
    found.overrides = Override.objects.filter(reviewed_at=None, due_date__lt=today).count()
    found.shields = shield_requests.waiting().filter(due_date__lt=today).count()
    for user in User.objects.filter(state=UserState.ACTIVE).order_by("pk"):
        if found.shields and user.may(shield_requests.DECIDES):
            asked = words.count(found.shields, "shield that was asked for", "shields that were asked for")
            found.lines[user].append(f"{words.sentence(asked)} should have been decided.")
        if found.unanswered and user.may(CUSTODIAN):
            asked = words.count(found.unanswered, "request")
            found.lines[user].append(f"{words.sentence(asked)} to make contact should have been answered.")
        if found.overrides and user.may(GOVERNANCE):
            used = words.count(found.overrides, "override")
            found.lines[user].append(f"{words.sentence(used)} of a shield should have been reviewed.")
    return found


def _managers() -> list[User]:
    """Whoever signs looks off."""
    return [user for user in _practitioners() if user.may(MANAGE)]


def _of_service(unheard: int, unreviewed: int) -> list[str]:
    lines = []
    if unheard:
        count = words.count(unheard, "cause for concern", "causes for concern")
        lines.append(f"Your service has not acknowledged {count} that it was told of.")
    if unreviewed:
        count = words.count(unreviewed, "cause for concern", "causes for concern")
        lines.append(f"{words.sentence(count)} that your service raised should have been looked at again.")
    return lines


def _people() -> dict[int, list[User]]:
    """Who works for each service and can sign in."""
    found: dict[int, list[User]] = defaultdict(list)
    working = Practitioner.objects.filter(ended_on=None, is_suspended=False, user__state=UserState.ACTIVE)
    for one in working.select_related("user").order_by("pk"):
        found[one.service_id].append(one.user)
    return found


def digest(often: str) -> dict[User, list[str]]:
    """What is new for each practitioner of what they have chosen to hear of so often."""
    found = {user: hearing.digest(user, often) for user in _practitioners()}
    return {user: lines for user, lines in found.items() if lines}


def _practitioners() -> Iterator[User]:
    ids = Practitioner.objects.filter(ended_on=None, is_suspended=False).values("user")
    yield from User.objects.filter(pk__in=ids, state=UserState.ACTIVE).order_by("pk")
