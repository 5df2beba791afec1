"""The page of one piece of long work, and the list of what is under way and what ended lately."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from childindex.jobs import telling
from childindex.jobs.asking import ask, stop
from childindex.jobs.kinds import NARROWING, secret_from
from childindex.models import Job, JobState, User
from childindex.models.jobs import JobQuerySet

LATELY = timedelta(days=14)
ON_A_PAGE = 50


@never_cache
@requires("watch_jobs")
def jobs(request: HttpRequest) -> HttpResponse:
    """What is under way, and what ended in the last two weeks."""
    found = seen_by(user_of(request)).select_related("by")
    ended = found.ended().filter(ended_at__gte=timezone.now() - LATELY).order_by("-ended_at", "-pk")
    page = Paginator(ended, ON_A_PAGE).get_page(request.GET.get("page"))
    under_way = list(found.under_way().order_by("pk"))
    context = {
        "under_way": [telling.row(job) for job in under_way],
        "under_way_caption": f"{words.count(len(under_way), 'piece')} of work under way",
        "under_way_columns": telling.UNDER_WAY_COLUMNS,
        "hindrances": sorted({telling.hindrance(job) for job in under_way} - {""}),
        "page": page,
        "ended": [telling.row(job) for job in page],
        "ended_columns": telling.ENDED_COLUMNS,
        "section": "jobs",
    }
    return render(request, "jobs/list.html", context)


@never_cache
@login_required
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one piece of work has come, and once it has ended its result; stop it, or begin it again."""
    user = user_of(request)
    found = get_object_or_404(seen_by(user).select_related("by"), pk=pk)
    if request.method == "POST":
        return done(request, found, request.POST.get("doing", ""))
    context = {
        "job": found,
        "label": telling.label(found),
        "tone": telling.TONES.get(JobState(found.state), ""),
        "ending": "" if found.is_under_way else telling.ending(found),
        "failed": found.state == JobState.FAILED,
        "facts": telling.facts(found),
        "may_stop": may_stop(user, found),
        "may_begin_again": may_begin_again(user, found),
        "result": telling.result_page(found, to=user) if found.state == JobState.DONE else "",
        "subject": "" if found.state == JobState.DONE else telling.result_page(found, to=user),
        "list": reverse("jobs") if user.may("watch_jobs") else "",
        "section": "jobs",
    }
    return render(request, "jobs/job.html", context)


def seen_by(user: User) -> JobQuerySet:
    """The work that somebody may know of."""
    found = Job.objects.visible_to(user).exclude(kind__in=secret_from(user))
    for narrow in NARROWING:
        found = narrow(found, user)
    return found


def done(request: HttpRequest, found: Job, doing: str) -> HttpResponse:
    """What the button asked for. Raises PermissionDenied for what is not on the page."""
    user = user_of(request)
    if doing == "stop" and found.is_under_way and not found.stop_asked:
        if not may_stop(user, found):
            raise PermissionDenied("You may not stop this work.")
        stop(found)
    if doing == "again" and not found.is_under_way:
        if not may_begin_again(user, found):
            raise PermissionDenied("You may not begin this work again.")
        begun = ask(found.kind, subject=found.subject, arguments=found.arguments, by=user, weight=found.weight)
        messages.success(request, "The work is asked for again.")
        return redirect("job", begun.pk)
    return redirect("job", found.pk)


def may_stop(user: User, found: Job) -> bool:
    """Whoever may ask for such work or watches over all of it may stop it, where the kind allows that at all."""
    kind = telling.kind_of(found)
    may = kind is not None and kind.may_be_stopped and user.may_any([kind.permission, "watch_jobs"])
    return may and found.is_under_way and not found.stop_asked


def may_begin_again(user: User, found: Job) -> bool:
    """Whoever may ask for such work may begin again what failed or was stopped."""
    kind = telling.kind_of(found)
    return found.state in (JobState.FAILED, JobState.STOPPED) and kind is not None and user.may(kind.permission)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
