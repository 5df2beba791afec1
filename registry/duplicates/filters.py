"""The list of suspected duplicates: its parts, what it may be narrowed by, and the next to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from childindex.forms import Form
from childindex.models import User
from registry.filters import SchoolFilter
from registry.models import Decision, Enrolment, School, Suspicion, SuspicionState

ANYBODY, NOBODY, ME = "", "nobody", "me"
AGES = {
    "new": ("This week", 7, True),
    "week": ("More than a week ago", 7, False),
    "month": ("More than a month ago", 30, False),
}


def _says(*reasons: tuple[str, str]) -> Q:
    found = Q()
    for field, level in reasons:
        found |= Q(reasons__contains=[[field, level]])
    return found


REASONS: dict[str, tuple[str, Q]] = {
    "twins": ("They may be twins", Q(may_be_twins=True)),
    "number": ("A number is the same", _says(("upn", "same"), ("nhs_number", "same"), ("uln", "same"))),
    "names": ("Both names are the same", _says(("forename", "same")) & _says(("surname", "same"))),
    "spelling": (
        "A name is spelt otherwise",
        _says(*((name, level) for name in ("forename", "surname") for level in ("nearly", "sounds", "form", "alike"))),
    ),
    "other_name": ("A former or other name", _says(("forename", "other name"), ("surname", "other name"))),
    "order": ("The names are changed round", _says(("order", "swapped"))),
    "birth": ("The date of birth differs", ~_says(("date_of_birth", "same"))),
    "moved": ("The homes are far apart", _says(("place", "elsewhere"))),
}


class DuplicatesFilter(django_filters.FilterSet):
    """School, reason, age of the case, and whose it is."""

    school = SchoolFilter(label="School", method="at_school", help_text="Its name, URN or LAESTAB.")
    reason = django_filters.ChoiceFilter(
        label="Why they are here",
        method="for_reason",
        choices=[(code, label) for code, (label, _) in REASONS.items()],
        empty_label="Any reason",
    )
    age = django_filters.ChoiceFilter(
        label="Came on the list",
        method="of_age",
        choices=[(code, label) for code, (label, *_) in AGES.items()],
        empty_label="At any time",
    )
    owner = django_filters.ChoiceFilter(
        label="Asked of", method="owned_by", choices=[], empty_label="Anybody or nobody"
    )

    class Meta:
        model = Suspicion
        fields: tuple[str, ...] = ()
        form = Form

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        owners = User.objects.filter(pk__in=self.queryset.exclude(owner=user).values("owner")).order_by("full_name")
        named = [(str(one.pk), one.full_name) for one in owners]
        self.form.fields["owner"].choices = [(ME, "Me"), (NOBODY, "Nobody"), *named]

    def at_school(self, pairs: QuerySet[Suspicion], name: str, school: School | None) -> QuerySet[Suspicion]:
        """Either of the two is on its roll."""
        if school is None:
            return pairs
        either = Q(child=OuterRef("first")) | Q(child=OuterRef("second"))
        return pairs.filter(Exists(Enrolment.objects.open().filter(either, school=school)))

    def for_reason(self, pairs: QuerySet[Suspicion], name: str, reason: str) -> QuerySet[Suspicion]:
        return pairs.filter(REASONS[reason][1])

    def of_age(self, pairs: QuerySet[Suspicion], name: str, age: str) -> QuerySet[Suspicion]:
        _, days, is_new = AGES[age]
        since = timezone.localdate() - timedelta(days=days)
        return pairs.filter(proposed_on__gt=since) if is_new else pairs.filter(proposed_on__lte=since)

    def owned_by(self, pairs: QuerySet[Suspicion], name: str, owner: str) -> QuerySet[Suspicion]:
        if owner == NOBODY:
            return pairs.filter(owner__isnull=True)
        return pairs.filter(owner=self.user.pk if owner == ME else int(owner))

    @cached_property
    def found(self) -> QuerySet[Suspicion]:
        """The pairs that fit; none where a filter is not understood."""
        return self.qs if self.form.is_valid() else Suspicion.objects.none()

    @property
    def understood(self) -> dict[str, str]:
        """What is filtered by, as it was typed, for the entry written about it."""
        return {name: str(self.data[name]) for name in self.filters if self.data.get(name)}


def _open(user: User) -> Q:
    return Q(state=SuspicionState.PROPOSED) & (Q(put_off_until=None) | Q(put_off_until__lte=timezone.localdate()))


PARTS: dict[str, tuple[str, Callable[[User], Q]]] = {
    "open": ("To be looked at", _open),
    "mine": ("Asked of me", lambda user: Q(state=SuspicionState.PROPOSED, owner=user)),
    "later": ("Later", lambda user: Q(state=SuspicionState.PROPOSED, put_off_until__gt=timezone.localdate())),
    "same": ("The same, not merged yet", lambda user: Q(state=SuspicionState.SAME)),
    "different": ("Not the same", lambda user: Q(state=SuspicionState.DIFFERENT)),
}


def counts(pairs: QuerySet[Suspicion], user: User) -> dict[str, int]:
    """How many there are in each part of the list."""
    return pairs.order_by().aggregate(**{code: Count("pk", filter=part(user)) for code, (_, part) in PARTS.items()})


def part_of(pairs: QuerySet[Suspicion], code: str, user: User) -> QuerySet[Suspicion]:
    """One part of the list, the likeliest first."""
    return pairs.filter(PARTS[code][1](user)).best_first()  # type: ignore[attr-defined]


def decided_today(user: User) -> int:
    """How many pairs somebody has decided today."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return Decision.objects.filter(by=user, act__at__gte=midnight).values("first", "second").distinct().count()


def next_for(pairs: QuerySet[Suspicion], user: User) -> Suspicion | None:
    """The likeliest pair that nobody else was asked about."""
    mine = Q(owner=None) | Q(owner=user)
    return part_of(pairs, "open", user).filter(mine).first()
