"""Reminding schools whose return is outstanding: one letter a school, to its office and its head. No child is named."""

from __future__ import annotations

from collections.abc import Collection
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from childindex import jobs, words
from childindex.models import Job, User
from childindex.models.users import UserState
from schools.campaigns.board import Line, lines_of
from schools.models import Campaign, Post, Reminder
from schools.roles import CAMPAIGN, HEAD, OFFICE

KIND = "remind_schools"


def ask(campaign: Campaign, school_ids: Collection[int], *, site: str, by: User) -> Job:
    """Have the outstanding ones of some schools reminded, in the background."""
    only = [str(pk) for pk in school_ids]
    return jobs.ask(KIND, subject=f"campaign:{campaign.pk}", by=by, arguments={"schools": only, "site": site})


def under_way(campaign: Campaign) -> Job | None:
    return Job.objects.under_way().about(KIND, f"campaign:{campaign.pk}").first()


def addresses_of(school_ids: Collection[int]) -> dict[int, list[str]]:
    """The email addresses of the offices and heads of schools, by school."""
    found: dict[int, list[str]] = {pk: [] for pk in school_ids}
    posts = Post.objects.filter(school__in=school_ids, user__role__in=[OFFICE, HEAD], user__state=UserState.ACTIVE)
    for school_id, email in posts.order_by("pk").values_list("school_id", "user__email"):
        found[school_id].append(email)
    return found


def told(result: dict[str, Any]) -> str:
    """What came of it, in a sentence."""
    sent = f"{words.sentence(words.count(result['sent'], 'school'))} reminded."
    failed = result["failed"]
    return f"{sent} {words.sentence(words.count(failed, 'school'))} could not be." if failed else sent


@jobs.kind(KIND, label="Reminding schools", permission=CAMPAIGN, page="schools:campaign", tells=told, weight=jobs.WHOLE)
def remind(running: jobs.Running) -> dict[str, int]:
    """Write to each school; one that cannot be written to is noted, and the others go on."""
    campaign = Campaign.objects.get(pk=int(running.job.subject.partition(":")[2]))
    given = running.job.arguments
    wanted = {int(pk) for pk in given["schools"]}
    outstanding = [line for line in lines_of(campaign) if line.is_outstanding and line.school.pk in wanted]
    addresses = addresses_of([line.school.pk for line in outstanding])
    running.say("Writing", total=len(outstanding), unit="schools")
    result = {"sent": 0, "failed": 0}
    for number, line in enumerate(outstanding, start=1):
        failure = _send(campaign, line, addresses[line.school.pk], given["site"])
        Reminder.objects.create(
            campaign=campaign,
            school=line.school,
            to=", ".join(addresses[line.school.pk]),
            by=running.job.by,
            failure=failure,
        )
        result["failed" if failure else "sent"] += 1
        running.advance(number)
        running.check_stop()
    return result


def _send(campaign: Campaign, line: Line, to: list[str], site: str) -> str:
    """Why the letter could not be sent; nothing where it was."""
    if not to:
        return "Nobody of the office has an account, nor the head: invite somebody."
    link = site + reverse("schools:roll_of", args=[line.school.urn])
    text = render_to_string("schools/campaigns/reminder.txt", {"campaign": campaign, "line": line, "link": link})
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{campaign}: your roll"
    try:
        EmailMessage(subject, text, to=to).send()
    except (OSError, SMTPException) as fault:
        return f"The letter could not be sent: {fault}"[:500]
    return ""


def latest(campaign: Campaign) -> dict[int, Reminder]:
    """The last reminder of each school."""
    found: dict[int, Reminder] = {}
    for reminder in Reminder.objects.filter(campaign=campaign).order_by("sent_at", "pk"):
        found[reminder.school_id] = reminder
    return found
