"""Reading the record of looking, as far as the reader may know whom it shows.

Whoever may not see behind shields learns nothing from the log that a shield hides. A custodian's search by address
finds a shielded child, a household lists one, and so does what anybody did before the shield went up: there the child
is left out, silently. What is left is the entries about the shielded child's own record, without particulars where they
tell of what is hidden, and what people who could not see behind the shield were shown while it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from childindex.models import User
from registry.disclosure import Context, Summary, disclose
from registry.models import AccessEntry, AccessKind, AccessPayload, Child

ABOUT, BEHIND_SHIELDS = "index_number", "behind_shields"
Asked = tuple[tuple[str, str], ...]
TYPED = ("understood", "q", "page")
LABELS = {
    ABOUT: "Record",
    "understood": "Asked",
    "q": "Typed",
    "on": "As at",
    "why": "Because",
    "continues": "Continues entry",
}
INDEX_NUMBER = re.compile(r"\bCI-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]\b")

# Whoever a shield covers today, and since when it did: from the act that put it up. A record superseded by a shielded
# one is covered, but nobody can say since when it could be told from the other's, so only its own page is spoken of.
COVERED = """
    WITH RECURSIVE covered(child_id, since) AS (
        SELECT s.child_id, min(h.history_date) FROM registry_shield s JOIN registry_historicalshield h ON h.id = s.id
        WHERE s.from_date <= current_date AND coalesce(s.lifted_date, 'infinity') > current_date GROUP BY s.child_id
        UNION
        SELECT c.id, 'infinity'::timestamptz FROM registry_child c JOIN covered v ON c.superseded_by_id = v.child_id
    )
    SELECT v.child_id, c.index_number, nullif(max(v.since), 'infinity')
    FROM covered v JOIN registry_child c ON c.id = v.child_id GROUP BY v.child_id, c.index_number
"""


@dataclass(frozen=True)
class Told:
    """One entry as its reader may know it. `children` are some of those shown; `total` says how many there are."""

    id: int
    at: datetime
    who: str
    email: str
    did: str
    page: str
    asked: tuple[tuple[str, str], ...]
    purpose: str
    case_reference: str
    children: tuple[Summary, ...]
    total: int
    is_expired: bool
    is_withheld: bool

    @property
    def title(self) -> str:
        return f"{self.who} {self.did}"

    @property
    def more(self) -> int:
        """How many are shown by the entry and not told here."""
        return self.total - len(self.children)


class Log:
    """The record of looking, for one reader."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def _covered(self) -> dict[int, tuple[str, datetime | None]]:
        """Those whom a shield hides from this reader: index number, and since when."""
        if self.context.may_see_shielded:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(COVERED)
            return {child_id: (number, since) for child_id, number, since in cursor.fetchall()}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {number: child_id for child_id, (number, _) in self._covered.items()}

    def entries(self) -> QuerySet[AccessEntry]:
        """Every entry, newest first."""
        return AccessEntry.objects.select_related("user").order_by("-pk")

    def showing(self, entries: QuerySet[AccessEntry], child: Child) -> QuerySet[AccessEntry]:
        """Those of the entries that show a child, as far as this reader may know."""
        payloads = AccessPayload.objects.filter(children__contains=[child.pk])
        others = [number for number in self._numbers if number != child.index_number]
        payloads = payloads.exclude(Q(**{f"asked__{ABOUT}__in": others}) & Q(asked__has_key=ABOUT))
        if child.pk in self._covered:
            _, since = self._covered[child.pk]
            seen = Q(**{f"asked__{ABOUT}": child.index_number})
            if since is not None:
                seen |= Q(at__gte=since) & ~Q(asked__has_key=BEHIND_SHIELDS)
            payloads = payloads.filter(seen)
        return entries.filter(pk__in=payloads.values("entry_id"))

    def tell(self, entries: Sequence[AccessEntry], *, skip: int = 0, at_most: int | None = None) -> list[Told]:
        """The entries with whom they show, in a fixed number of queries; of each, `at_most` children after `skip`."""
        told = slice(skip, None if at_most is None else skip + at_most)
        payloads = _payloads(entries)
        shown = {entry.pk: self.children_of(entry, payloads.get(entry.pk)) for entry in entries}
        asked = {pk: self._asked(one) for pk, one in payloads.items()}
        asked |= {entry.pk: () for entry in entries if self._hides_particulars(entry, payloads.get(entry.pk))}
        wanted = {child for ids in shown.values() for child in ids[told]} | _spoken_of(asked.values())
        summaries = disclose(sorted(wanted), to=self.context)
        return [
            self._told(
                entry,
                payloads.get(entry.pk),
                asked=asked.get(entry.pk, ()),
                children=tuple(summaries[child] for child in shown[entry.pk][told] if child in summaries),
                total=len(shown[entry.pk]),
            )
            for entry in entries
        ]

    def number_in(self, entry: AccessEntry) -> int:
        """How many children an entry shows."""
        return len(self.children_of(entry, _payloads([entry]).get(entry.pk)))

    def everybody_in(self, entries: Sequence[AccessEntry]) -> set[int]:
        """Ids of all whom `tell` would name of these entries."""
        payloads = _payloads(entries)
        shown = {child for entry in entries for child in self.children_of(entry, payloads.get(entry.pk))}
        told = [one for one in entries if one.pk in payloads and not self._hides_particulars(one, payloads[one.pk])]
        return shown | _spoken_of(self._asked(payloads[entry.pk]) for entry in told)

    def children_of(self, entry: AccessEntry, payload: AccessPayload | None) -> list[int]:
        """Ids of the children whom an entry shows, as far as this reader may know."""
        if payload is None:
            return []
        about = payload.asked.get(ABOUT)
        if about in self._numbers:
            return [self._numbers[about]]
        return [child for child in payload.children if self._was_in_sight(child, entry.at, payload)]

    def _was_in_sight(self, child: int, at: datetime, payload: AccessPayload) -> bool:
        """Whether a child was shown by what anybody may see: nothing hidden can have led there."""
        if child not in self._covered:
            return True
        _, since = self._covered[child]
        return since is not None and at >= since and BEHIND_SHIELDS not in payload.asked

    def _told(
        self,
        entry: AccessEntry,
        payload: AccessPayload | None,
        *,
        asked: Asked,
        children: tuple[Summary, ...],
        total: int,
    ) -> Told:
        withheld = self._hides_particulars(entry, payload)
        return Told(
            id=entry.pk,
            at=entry.at,
            who=entry.user.full_name if entry.user else "The index itself",
            email=entry.user.email if entry.user else "",
            did=str(AccessKind(entry.kind).label),
            page=payload.page if payload else "",
            asked=asked,
            purpose=payload.purpose if payload and not withheld else "",
            case_reference=payload.case_reference if payload and not withheld else "",
            children=children,
            total=total,
            is_expired=payload is None,
            is_withheld=withheld,
        )

    def _hides_particulars(self, entry: AccessEntry, payload: AccessPayload | None) -> bool:
        """Whether what was done to a shielded child's record would tell what the record holds."""
        child = self._numbers.get(payload.asked.get(ABOUT, "")) if payload else None
        if child is None or payload is None:
            return False
        _, since = self._covered[child]
        return BEHIND_SHIELDS in payload.asked or since is None or entry.at < since

    def _asked(self, payload: AccessPayload) -> Asked:
        """What was asked, in words. Of what a custodian was answered, somebody else reads only the question."""
        plain = BEHIND_SHIELDS in payload.asked and not self.context.may_see_shielded
        told = {key: value for key, value in payload.asked.items() if key in TYPED or not plain}
        about = told.pop(ABOUT, "")
        if about and about not in payload.index_numbers:
            told[ABOUT] = about
        told.pop(BEHIND_SHIELDS, None)
        if told.get("page") == 1:
            del told["page"]
        return tuple(
            (LABELS.get(key, key.replace("_", " ").capitalize()), _said(value)) for key, value in told.items() if value
        )


def local_day(day: date) -> datetime:
    """The first moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def between(entries: QuerySet[AccessEntry], since: date | None, until: date | None) -> QuerySet[AccessEntry]:
    """Entries of the days from one to another, both included."""
    if since:
        entries = entries.filter(at__gte=local_day(since))
    return entries.filter(at__lt=local_day(until + timedelta(days=1))) if until else entries


def by_people(entries: QuerySet[AccessEntry], text: str) -> QuerySet[AccessEntry]:
    """Entries of the people whose names or email addresses hold every word."""
    people = User.objects.all()
    for word in text.split():
        people = people.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
    return entries.filter(user__in=people.values("pk"))


def _payloads(entries: Iterable[AccessEntry]) -> dict[int, AccessPayload]:
    """What the entries were about, looked for in their own months alone."""
    moments = {entry.pk: entry.at for entry in entries}
    if not moments:
        return {}
    found = AccessPayload.objects.filter(
        entry_id__in=moments, at__gte=min(moments.values()), at__lte=max(moments.values())
    )
    return {payload.entry_id: payload for payload in found}


def _spoken_of(asked: Iterable[Asked]) -> set[int]:
    """Ids of the children whose index numbers stand in what was asked: whoever reads it is told of them too."""
    numbers = {number for pairs in asked for _, text in pairs for number in INDEX_NUMBER.findall(text)}
    return set(Child.objects.filter(index_number__in=numbers).values_list("pk", flat=True))


def _said(value: Any) -> str:
    match value:
        case list():
            return "; ".join(_said(one) for one in value)
        case dict():
            return ", ".join(f"{key} {_said(one)}" for key, one in value.items())
        case True:
            return "yes"
        case False:
            return "no"
    return str(value)
