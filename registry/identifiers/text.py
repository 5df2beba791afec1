"""What every identifier shares: how text is made plain, and how it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable


class NotValid(ValueError):
    """What was given is not a number of its kind; the text says why and what to look for."""


def squeezed(text: str) -> str:
    """The text in capitals without spaces, hyphens or dashes."""
    return re.sub(r"[\s\-‐-―]", "", text).upper()


def quoted(text: str) -> str:
    """What was typed, short enough to repeat back."""
    plain = " ".join(text.split())
    return f"“{plain}”" if len(plain) <= 30 else f"“{plain[:30]}…”"


def either(characters: list[str]) -> str:
    return " or ".join(characters)


def digits(text: str, *, length: int, name: str) -> str:
    """Exactly `length` digits. Raises NotValid, calling the number by its `name`."""
    value = squeezed(text)
    if not re.fullmatch(r"\d+", value, re.ASCII):
        raise NotValid(f"The {name} {quoted(text)} is not valid: it should be {length} digits.")
    if len(value) != length:
        raise NotValid(f"The {name} {quoted(text)} is not valid: it has {len(value)} digits and should have {length}.")
    return value


def is_valid(read: Callable[[str], object], text: str) -> bool:
    """Whether `read`, one of the functions here, takes `text`."""
    try:
        read(text)
    except NotValid:
        return False
    return True
