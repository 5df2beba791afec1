"""Which kinds of long work there are. The rooms register their own when they are imported, from `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error
from django.urls import NoReverseMatch, reverse

from childindex import roles

if TYPE_CHECKING:
    from childindex.jobs.running import Running
    from childindex.models import User
    from childindex.models.jobs import JobQuerySet

Result = dict[str, Any]
WHOLE = 1 << 40
"""Weighs more than any file."""
Work = Callable[["Running"], Result | None]


class UnknownKind(LookupError):
    """A kind was named that nobody registered."""


@dataclass(frozen=True)
class Kind:
    """One kind of long work: what it is called, who may ask for it and stop it, and where its result is looked at.

    `page` is the name of an address that takes what follows the colon of a subject (12 of `delivery:12`), or nothing
    where the subject has no colon. `tells` makes a sentence of a result. `weight` is how much there is to do where
    whoever asks does not say: `WHOLE` for what reads the whole index. That work which `is_secret` is done at all is
    seen by nobody but who holds its permission.
    """

    code: str
    label: str
    work: Work
    permission: str
    page: str = ""
    may_be_stopped: bool = True
    is_secret: bool = False
    tells: Callable[[Result], str] | None = None
    weight: int = 0

    def address(self, subject: str) -> str:
        """Where the result is looked at; nothing where it has no page."""
        particular = subject.partition(":")[2]
        return reverse(self.page, args=[particular] if particular else []) if self.page else ""


_kinds: dict[str, Kind] = {}


def kind(code: str, *, label: str, permission: str, **options: Any) -> Callable[[Work], Work]:
    """Register what does a kind of work; `options` are the other fields of `Kind`.

    Raises UnknownPermission for a permission nobody declared, ValueError for a code that is taken.
    """
    roles.known(permission)

    def register(work: Work) -> Work:
        if code in _kinds:
            raise ValueError(f"The kind of work {code} is registered already.")
        _kinds[code] = Kind(code, label, work, permission, **options)
        return work

    return register


def named(code: str) -> Kind:
    """The kind itself. Raises UnknownKind."""
    if code not in _kinds:
        raise UnknownKind(f"No kind of work is called {code}.")
    return _kinds[code]


def secret_from(user: User) -> list[str]:
    """The codes of the kinds of work of which somebody may not know."""
    return [kind.code for kind in _kinds.values() if kind.is_secret and not user.may(kind.permission)]


Narrows = Callable[["JobQuerySet", "User"], "JobQuerySet"]

NARROWING: list[Narrows] = []


def narrow(narrows: Narrows) -> Narrows:
    """Register which pieces of work of a room somebody may know of: the others are not there for them."""
    if narrows not in NARROWING:
        NARROWING.append(narrows)
    return narrows


def everything() -> list[Kind]:
    """All registered kinds, by what they are called."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def check_pages(**kwargs: object) -> list[CheckMessage]:
    """Every kind's page exists (run by the system checks)."""
    return [
        Error(f"Work of the kind {kind.code} shows its result on {kind.page}, which is no page.", id="childindex.E102")
        for kind in everything()
        if kind.page and not any(_resolves(kind, subject) for subject in _SUBJECTS)
    ]


_SUBJECTS = ("everything", "something:1")


def _resolves(kind: Kind, subject: str) -> bool:
    try:
        return bool(kind.address(subject))
    except NoReverseMatch:
        return False
