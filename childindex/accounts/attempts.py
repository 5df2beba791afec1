"""How often signing in may fail: by account and address together, by account, and, much more freely, by address.

Many people sit behind one address, such as a school's. One of them who has forgotten a password shuts out nobody else;
somebody there who tries many accounts is slowed, and so is the whole address for as long, but nobody is ever shut out
by what others do. An address that has no account is counted and answered like one that has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from allauth.core.internal import ratelimit  # the public one cannot take back what was counted
from allauth.core.internal.ratelimit import RateLimitUsage, get_ip
from django.conf import settings
from django.http import HttpRequest

APP = "childindex"
PAIR, ACCOUNT, ADDRESS, SLOWED = "pair", "account", "address", "slowed"


class TooMany(Exception):
    """An attempt is not made at all. `code` is that of the sentence: wait for minutes, or for seconds."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Attempt:
    """One attempt, counted as a failure until it has succeeded."""

    counted: list[RateLimitUsage] = field(default_factory=list)

    def uncount(self) -> None:
        for one in self.counted:
            one.rollback()


def begin(request: HttpRequest, email: str) -> Attempt:
    """Count an attempt to sign in to the account of `email`. Raises TooMany, and then nothing was counted."""
    attempt = Attempt()
    keys = _keys(request, email)
    for action in (PAIR, ACCOUNT):
        if not _counts(attempt, request, [action], keys[action]):
            raise TooMany("too_many_login_attempts")
    if not _counts(attempt, request, [ADDRESS, SLOWED], None):
        raise TooMany("slow_down")
    return attempt


def forget(request: HttpRequest, email: str) -> None:
    """Let go of what failed for an account: its owner has chosen another password."""
    for action, key in _keys(request, email).items():
        ratelimit.clear(request, app=APP, action=action, config=settings.SIGN_IN_LIMITS, key=key)


def _counts(attempt: Attempt, request: HttpRequest, actions: Iterable[str], key: str | None) -> bool:
    """Whether one of the limits has room for the attempt, which it then counts; where none has, nothing is counted."""
    for action in actions:
        usage = ratelimit.consume(request, app=APP, action=action, config=settings.SIGN_IN_LIMITS, key=key)
        if usage:
            attempt.counted.append(usage)
            return True
    attempt.uncount()
    return False


def _keys(request: HttpRequest, email: str) -> dict[str, str]:
    account = email.strip().lower()
    return {PAIR: f"{get_ip(request)} {account}", ACCOUNT: account}
