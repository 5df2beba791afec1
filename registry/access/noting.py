"""What a page says of itself, for the entry that is written about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, cast

from django.http import HttpRequest

from childindex.models import User
from registry.disclosure import Context
from registry.models import AccessKind


class LookingNotRecorded(Exception):
    """A page showed a child without saying what it is: a fault of the page, which is then not answered."""


class NotRecordable(TypeError):
    """What was asked holds something that cannot be written down as plain text, numbers, lists and mappings."""


class DisclosingRequest(HttpRequest):
    """A request that has passed the middleware and `requires`: somebody is signed in, and may be shown children."""

    user: User
    disclosure: Context


@dataclass(frozen=True)
class Note:
    """What a page is, and what was asked of it."""

    kind: AccessKind
    asked: dict[str, Any]


def note(
    request: HttpRequest, *, kind: str, asked: Mapping[str, Any] | None = None, purpose: str = "", case: str = ""
) -> None:
    """Say what this request is, for the record. Said twice, the later stands.

    `asked` is plain values and dates; under "understood" it may hold the parts of a query in words, which the page of
    who looked then shows. `purpose` and `case` are kept from what the context has, unless given.
    Raises ValueError for an unknown kind, NotRecordable for a value that is not plain.
    """
    context = context_of(request)
    context.purpose = purpose or context.purpose
    context.case = case or context.case
    _set(request, Note(AccessKind(kind), cast(dict[str, Any], plain(asked or {}))))


def declare(request: HttpRequest, child_ids: Iterable[int]) -> None:
    """Say beforehand whom a streamed answer will show, so that one entry covers them all."""
    context = context_of(request)
    for child_id in context.within_scope(child_ids):
        context.hand_out(child_id)


def context_of(request: HttpRequest) -> Context:
    """The request's claim to see children."""
    return cast(DisclosingRequest, request).disclosure


def noted(request: HttpRequest) -> Note | None:
    """What the page has said of itself, if it has."""
    return getattr(request, "_looking", None)


def _set(request: HttpRequest, said: Note) -> None:
    request._looking = said  # type: ignore[attr-defined]


def plain(value: Any) -> Any:
    """The value as JSON keeps it, so that it reads back as it was written and its digest can be made again."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int():
            return value
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(plain(key)): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case set() | frozenset():
            return sorted(plain(one) for one in value)
    raise NotRecordable(f"The record of looking cannot hold a {type(value).__name__}.")
