"""Say which lists have not come: `manage.py late_feeds [--json] [--mail]`, weekly by a scheduler.

Ends with status 0 where nothing is late, and 3 where something is. With --mail those who manage feeds are written to
where something is late.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand
from django.utils import timezone

from childindex import words
from childindex.models import User
from registry.intake.rhythm import expected, late, sentences
from registry.intake.seeing import told_of
from registry.models import Delivery, Feed

LATE = 3
MANAGES = "manage_feeds"


class Command(BaseCommand):
    help = "Say which lists that were expected have not come."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", action="store_true", help="write to those who manage feeds, if anything is late")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        found = late(expected(Feed.objects.all(), told_of(Delivery.objects.all())), today)
        said = list(sentences(found, today)) or ["Every list that was expected has come."]
        self.stdout.write("\n".join(said))
        if options["mail"] and found:
            self.stdout.write(f"Written to {words.count(_mail(said), 'person')}.")
        if options["json"]:
            told = [
                {
                    "feed": one.feed.code,
                    "source": one.source.code,
                    "came": one.came.isoformat() if one.came else None,
                    "due": one.due.isoformat() if one.due else None,
                    "days_late": one.days_late(today),
                }
                for one in found
            ]
            self.stdout.write(json.dumps({"late": told}))
        if found:
            sys.exit(LATE)


def _mail(said: list[str]) -> int:
    to = [user.email for user in User.objects.all() if user.is_active and user.may(MANAGES)]
    send_mail(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}lists that have not come",
        message="\n\n".join([*said, "What is late stands on the page Feeds, with whom to ask."]),
        from_email=None,
        recipient_list=to,
    )
    return len(to)
