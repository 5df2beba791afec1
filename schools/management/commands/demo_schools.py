"""Bring the demonstration's schools to life: posts for its accounts, and an open campaign: `manage.py demo_schools`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from childindex import acts
from childindex.models import Source, User
from registry.dates import school_year_label, term
from registry.models import School, SchoolStatus
from schools import roles
from schools.models import Campaign, CampaignSchool, Post

REASON = "Made for the demonstration"
DUE_IN = timedelta(weeks=2)


class Command(BaseCommand):
    help = (
        "Give the demonstration's school accounts a post at its largest primary school, and open a return campaign of"
        " this term for every school. Refuses anywhere else."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Posts are given by hand except in the demonstration: on the page School staff.")
        _give_posts()
        if not Campaign.objects.exists():
            _open_campaign()


def _ours() -> QuerySet[School]:
    return School.objects.filter(in_area=True).exclude(status=SchoolStatus.CLOSED)


def _give_posts() -> None:
    on_roll = Count("enrolments", filter=Q(enrolments__to_date=None))
    primaries = _ours().filter(phase__icontains="primary").annotate(pupils=on_roll)
    school = primaries.order_by("-pupils", "urn").first()
    without = User.objects.filter(role__in=roles.ALL, email__endswith="@example.org", posts=None)
    if school is None or not without.exists():
        return
    with acts.act(by=None, source=Source.council(), reason_code="post_given", reason=REASON):
        Post.objects.bulk_create(Post(user=user, school=school) for user in without)


def _open_campaign() -> None:
    """A campaign of the rolls since this term began."""
    schools, today = list(_ours()), timezone.localdate()
    if not schools:
        return
    with acts.act(by=None, source=Source.council(), reason_code="campaign_opened", reason=REASON):
        campaign = Campaign.objects.create(
            name=f"Return of this term, {school_year_label(today.year if today.month >= 9 else today.year - 1)}",
            reference_date=term(today).first_day,
            due_date=today + DUE_IN,
        )
        CampaignSchool.objects.bulk_create(CampaignSchool(campaign=campaign, school=school) for school in schools)
