"""By which return a roll is measured: the campaign that is open, or else the latest return that was due.

A return that is only just asked for does not undo the last one: until it is due, a roll outside any campaign is
measured from the start of the term before. So no figure falls to nothing on the first of September.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from childindex import words
from registry.dates import term
from registry.models import School
from schools.models import Campaign, CampaignSchool

USUALLY_DUE = timedelta(weeks=4)
"""How far into a term its return is taken to be due, where no campaign says it."""


@dataclass(frozen=True)
class Due:
    """A pupil is confirmed whom the school has said to be on its roll since this day."""

    since: date
    campaign: Campaign | None = None
    is_this_term: bool = False

    def __str__(self) -> str:
        if self.campaign is not None:
            return f"for {self.campaign}"
        return "this term" if self.is_this_term else f"since {words.day(self.since)}"

    @property
    def is_late(self) -> bool:
        return self.campaign is not None and self.campaign.due_date < timezone.localdate()


def due_of(school: School, *, on: date | None = None) -> Due:
    """By what one school is measured."""
    return due_of_all([school.pk], on=on)[school.pk]


def due_of_all(school_ids: Collection[int], *, on: date | None = None) -> dict[int, Due]:
    """By what each school is measured: the campaign asked for last, else what is usual. One query."""
    today = on or timezone.localdate()
    asked = CampaignSchool.objects.filter(
        school__in=list(school_ids), campaign__reference_date__lte=today
    ).select_related("campaign")
    latest: dict[int, Campaign] = {}
    for member in asked.order_by("campaign__reference_date", "campaign_id"):
        latest[member.school_id] = member.campaign
    usual = usually(today)
    return {pk: Due(latest[pk].reference_date, latest[pk]) if pk in latest else usual for pk in school_ids}


def usually(on: date) -> Due:
    """Without campaigns: the start of this term once its return would be due, before that the start of the last."""
    this = term(on).first_day
    if this + USUALLY_DUE <= on:
        return Due(this, is_this_term=True)
    return Due(term(this - timedelta(days=1)).first_day)


def confirmed_since(school: School) -> date:
    return due_of(school).since
