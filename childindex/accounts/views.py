"""The pages on which a data manager looks after accounts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from childindex import words
from childindex.accounts import approvals, invitations, offers, pages
from childindex.accounts.changes import CannotChange
from childindex.accounts.deeds import DEEDS, InviteForm, offered_for
from childindex.accounts.lists import UserFilter
from childindex.accounts.permissions import requires
from childindex.accounts.second_factor import has_second_factor
from childindex.accounts.story import story_of
from childindex.models import Approval, User
from childindex.models.users import UserState

PER_PAGE = 50

logger = logging.getLogger(__name__)


class ManagerRequest(HttpRequest):
    """A request that `requires` has let through: somebody is signed in."""

    user: User


@requires("manage_users")
def users(request: ManagerRequest) -> HttpResponse:
    """All accounts, by name."""
    asked = UserFilter(request.GET, queryset=User.objects.all())
    page = Paginator(asked.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": asked,
        "page": page,
        "caption": words.count(page.paginator.count, "account"),
        "columns": pages.COLUMNS,
        "rows": [pages.row(user) for user in page],
        "overdue": User.objects.overdue(timezone.localdate()).count(),
        "clashes": offers.how_many_clash(),
        "section": "users",
    }
    return render(request, "accounts/users.html", context)


@requires("manage_users")
def invite(request: ManagerRequest) -> HttpResponse:
    """Ask somebody in."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            made = approvals.invite(by=request.user, **form.cleaned_data)
        except CannotChange as refusal:
            form.add_error("email", str(refusal))
        else:
            if isinstance(made, Approval):
                return tell_waiting(request, made)
            write_invitation(request, made)
            messages.success(request, f"{made.full_name} is invited, with a letter to {made.email}.")
            return redirect("user", made.pk)
    context = {"form": form, "days": settings.INVITATION_DAYS, "section": "users"}
    return render(request, "accounts/invite.html", context)


@requires("manage_users")
def user(request: ManagerRequest, pk: int) -> HttpResponse:
    """One account: what it may do, its history, and what can be done to it."""
    person = get_object_or_404(User.objects.select_related("state_by"), pk=pk)
    context = {
        "person": person,
        "is_self": person == request.user,
        "tone": pages.TONES[UserState(person.state)],
        "rows": pages.facts(person, second_factor=has_second_factor(person)),
        "buttons": pages.buttons(person, offered_for(person, to=request.user)),
        "waiting": [pages.waits_for(one) for one in person.approvals.waiting().select_related("asked_by", "user")],
        "story": pages.timeline(story_of(person)),
        "overdue": [f"{review.capitalize()} should have been reviewed by now." for review in person.overdue_reviews()],
        "section": "users",
    }
    return render(request, "accounts/user.html", context)


@requires("manage_users")
def deed(request: ManagerRequest, pk: int, code: str) -> HttpResponse:
    """Do one thing to an account, with a reason."""
    person = get_object_or_404(User, pk=pk)
    asked = DEEDS.get(code)
    if asked is None:
        raise Http404
    if asked not in offered_for(person, to=request.user):
        return refuse(request, person, asked.label)
    form = asked.form(request.POST or None, initial=asked.answers(person))
    if form.is_valid():
        try:
            done = asked.does(person, by=request.user, **form.cleaned_data)
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            if isinstance(done, Approval):
                return tell_waiting(request, done)
            person = done
            write_about(request, person, code)
            messages.success(request, asked.done)
            return redirect("user", person.pk)
    kind = "warning" if asked.warning else ""
    context = {"form": form, "person": person, "deed": asked, "kind": kind, "section": "users"}
    return render(request, "accounts/deed.html", context)


def tell_waiting(request: HttpRequest, asked: Approval) -> HttpResponse:
    """Say that something was asked for, where it can be seen waiting."""
    told = (
        f"Asked for: {approvals.sentence(asked)}. It holds once a second person has approved it; they were written to."
    )
    messages.success(request, told)
    return redirect("user", asked.user_id) if asked.user_id else redirect("approvals")


def refuse(request: ManagerRequest, person: User, what: str) -> HttpResponse:
    """Say why a deed is not to be had on this account."""
    own = "You cannot change your own account. Ask another data manager."
    gone = f"{what} is not possible for this account: it is {person.get_state_display().lower()}."
    context = {"person": person, "why": own if person == request.user else gone, "section": "users"}
    return render(request, "accounts/not_possible.html", context, status=403)


def write_invitation(request: ManagerRequest, person: User) -> None:
    site = request.build_absolute_uri("/").rstrip("/")
    with letter(request, person.email):
        invitations.send(person, site=site, by=request.user)


def write_about(request: ManagerRequest, person: User, code: str) -> None:
    """The letters that some deeds send to the person concerned."""
    if code == "invite":
        write_invitation(request, person)
    if code == "second-factor":
        with letter(request, person.email):
            send_mail(
                subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}your second factor has been reset",
                message=render_to_string("accounts/email/second_factor_reset.txt", {"user": person}),
                from_email=None,
                recipient_list=[person.email],
            )


@contextmanager
def letter(request: HttpRequest, email: str) -> Iterator[None]:
    """Around sending: what was done stands, and whoever did it is told that the letter about it did not go out."""
    try:
        yield
    except OSError:
        logger.exception("A letter about an account could not be sent")
        messages.error(request, f"The email to {email} could not be sent. Tell the person another way.")


def not_offered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
    """What django-allauth could do and this site does not: nobody signs up, or changes their own address."""
    raise Http404
