"""Give the demonstration’s school accounts a post at one of its schools: `manage.py demo_posts`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Q

from childindex import acts
from childindex.models import Source, User
from registry.models import School, SchoolStatus
from schools import roles
from schools.models import Post


class Command(BaseCommand):
    help = "Give the demonstration's school accounts a post at its largest primary school. Refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Posts are given by hand except in the demonstration: on the page School staff.")
        school = _largest_primary()
        without = User.objects.filter(role__in=roles.ALL, email__endswith="@example.org", posts=None)
        if school is None or not without.exists():
            return
        reason = "Made for the demonstration"
        with acts.act(by=None, source=Source.council(), reason_code="post_given", reason=reason):
            Post.objects.bulk_create(Post(user=user, school=school) for user in without)


def _largest_primary() -> School | None:
    ours = School.objects.filter(in_area=True, phase__icontains="primary").exclude(status=SchoolStatus.CLOSED)
    on_roll = Count("enrolments", filter=Q(enrolments__to_date=None))
    return ours.annotate(pupils=on_roll).order_by("-pupils", "urn").first()
