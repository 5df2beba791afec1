"""New passwords held against those that were stolen elsewhere. Nobody is asked: the lists come with the packages.

Django brings the 20,000 that are tried first. zxcvbn brings 30,000 of one great theft and, since whoever guesses puts
them together with names, years and rows of keys, reckons how many guesses such a password takes.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from childindex.models import User

GUESSES = 10_000_000_000
"""What zxcvbn calls very unguessable: somebody with the stolen table needs days, somebody at the door for ever."""
JUDGED = 72  # characters, by which a password is judged: zxcvbn takes no more, and more are no easier to guess
CHOOSE = "Choose another: three or four words that only you would put together."
STOLEN = f"This password is on the lists of stolen passwords, which are tried first. {CHOOSE}"
GUESSED = (
    "This password would soon be guessed: it is made of names, dates, rows of keys or passwords that were stolen"
    f" elsewhere. {CHOOSE}"
)


class NotStolenElsewhere:
    """Refuse a password that is on a list of stolen ones, or is soon arrived at from them."""

    def __init__(self) -> None:
        self.tried_first = CommonPasswordValidator()

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with a sentence that says what to do."""
        if password.lower().strip() in self.tried_first.passwords:
            raise ValidationError(STOLEN, code="stolen")
        from zxcvbn import zxcvbn  # its lists take a moment to load, and few requests need them

        judged = zxcvbn(password[:JUDGED], user_inputs=_of_the_place(user), max_length=JUDGED)
        if judged["guesses"] < GUESSES:
            raise ValidationError(STOLEN if _is_one_of_them(judged) else GUESSED, code="guessed")

    def get_help_text(self) -> str:
        return "Three or four words that only you would put together are hard to guess and easy to remember."


def _of_the_place(user: User | None) -> list[str]:
    """Words that whoever guesses at this account begins with."""
    said = f"child index {settings.COUNCIL_NAME} {user.full_name if user else ''} {user.email if user else ''}"
    return re.findall(r"\w{3,}", said.lower())


def _is_one_of_them(judged: dict[str, Any]) -> bool:
    parts = judged["sequence"]
    return len(parts) == 1 and parts[0].get("dictionary_name") == "passwords"
