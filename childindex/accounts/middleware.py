"""What every request of a signed-in person is held to: the length of a sign-in, a second factor, and that no answer is
kept."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from childindex.accounts.permissions import return_address
from childindex.accounts.second_factor import needs_second_factor

Respond = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT, SEEN_AT, HAS_SECOND_FACTOR = "signed_in_at", "seen_at", "has_second_factor"
SEEN_EVERY = 30  # seconds: writing the session on each request would cost more than it tells
LOOKING_AGAIN = "X-Looking-Again"  # what a page sends along that brings itself up to date, with nobody there perhaps


class NotStored:
    """Nothing that somebody signed in is answered stays on the machine that they used, unless its view says otherwise.

    A shared computer in a staff room would show it to whoever presses *back*. Static files are answered before this.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.respond(request)
        if (was_signed_in or request.user.is_authenticated) and not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        return response


class SessionLimits:
    """Sign people out after some time without a request of their own, and after a working day whatever they do.

    They land on the sign-in page, which says what happened and brings them back to where they were. Both clocks begin
    with the answer that signs somebody in, whatever was sent along; a page that looks again by itself stops neither.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            ended = limit_reached(request)
            if ended:
                back = urlencode({"next": return_address(request), "ended": ended})
                logout(request)
                return HttpResponseRedirect(f"{reverse('account_login')}?{back}")
            if LOOKING_AGAIN not in request.headers:
                note_activity(request)
        response = self.respond(request)
        if request.user.is_authenticated:
            start_clocks(request)
        return response


def limit_reached(request: HttpRequest) -> str:
    """Which limit has ended this sign-in: "idle", "long", or none."""
    now = time.time()
    if now - request.session.get(SIGNED_IN_AT, now) > settings.SESSION_LONGEST_SECONDS:
        return "long"
    if now - request.session.get(SEEN_AT, now) > settings.SESSION_IDLE_SECONDS:
        return "idle"
    return ""


def start_clocks(request: HttpRequest) -> None:
    """From when a sign-in is measured, where nothing says so yet."""
    for clock in (SIGNED_IN_AT, SEEN_AT):
        if clock not in request.session:
            request.session[clock] = int(time.time())


def note_activity(request: HttpRequest) -> None:
    """Somebody did something: the idle clock begins anew. The other never does."""
    now = int(time.time())
    if now - request.session.get(SEEN_AT, 0) >= SEEN_EVERY:
        request.session[SEEN_AT] = now


class SecondFactorFirst:
    """Where a second factor is required, let nobody further than setting one up until they have."""

    open_to_everyone = ("/account/", "/static/", "/health/")

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and request.user.is_authenticated and self.is_still_to_do(request):
            return HttpResponseRedirect(f"{reverse('second_factor')}?{urlencode({'next': return_address(request)})}")
        return self.respond(request)

    def is_still_to_do(self, request: HttpRequest) -> bool:
        if request.path.startswith(self.open_to_everyone):
            request.session.pop(HAS_SECOND_FACTOR, None)  # the pages that could take it away: look again afterwards
            return False
        if request.session.get(HAS_SECOND_FACTOR):
            return False
        if needs_second_factor(request):
            return True
        request.session[HAS_SECOND_FACTOR] = True
        return False
