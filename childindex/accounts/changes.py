"""The one door for changing an account.

    with changing(by=manager, reason="Left the council"):
        ...

The database writes a row of history for each account changed inside, naming who and why, and refuses the change
outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from childindex.models import User


class CannotChange(Exception):
    """An account may not be changed as asked; the text says why, for the person asking."""


@contextmanager
def changing(*, by: User | None, reason: str) -> Iterator[None]:
    """Say who changes accounts and why, for the length of one transaction (or savepoint).

    `by` is None only for a deed of the installation itself. Raises CannotChange without a reason.
    """
    if not reason.strip():
        raise CannotChange("Give a reason.")
    with transaction.atomic():
        _say(str(by.pk) if by else "", reason.strip())
        yield
        _say("", "")


def _say(by: str, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('childindex.user_by', %s, true), set_config('childindex.user_reason', %s, true)",
            [by, reason],
        )
