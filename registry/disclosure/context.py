"""Who is asking, when, why, and what has been handed to them so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from childindex.models import User

if TYPE_CHECKING:
    from registry.models import Child

Scope = Callable[[User, list[int]], set[int]]

OwnWord = Callable[[User], frozenset[int]]

_scopes: dict[str, Scope] = {}
_own_words: dict[str, OwnWord] = {}
_detailed = ["search_children", "view_child"]


class NotDisclosed(PermissionDenied):
    """This person may not see this of this child; the text says so in words fit to show."""


def register_scope(role: str, scope: Scope) -> None:
    """Say which of some children a role may know of at all: a school's people, their own pupils. Council roles, all."""
    _scopes[role] = scope


def register_own_word(role: str, sources: OwnWord) -> None:
    """Say by which sources' word whoever has a role would learn whom a list of their own was taken to mean."""
    _own_words[role] = sources


def register_details(permission: str) -> None:
    """Say that whoever holds this permission sees more than the names of the children in their scope."""
    if permission not in _detailed:
        _detailed.append(permission)


@dataclass
class Context:
    """One request's claim to see children. Every view handed out is noted in `shown`.

    `numbers` holds the index numbers of those shown, as far as whoever read them has said.
    """

    user: User
    at: datetime = field(default_factory=timezone.now)
    purpose: str = ""
    case: str = ""
    shown: set[int] = field(default_factory=set)
    numbers: dict[int, str] = field(default_factory=dict)
    overriding: bool = False
    """Whether this one request looks behind a shield by an override, which its room has written down."""

    @property
    def may_see_shielded(self) -> bool:
        """Whether what a shield hides is shown: to the index team's custodians, and to an override."""
        return self.overriding or self.may("see_shielded")

    @property
    def may_see_details(self) -> bool:
        """Whether more than a name is shown: governance reads who was looked at, not where they live."""
        return any(map(self.may, _detailed))

    def override(self) -> None:
        """Look behind shields from here on, in this request alone. Who is of one's family is found out anew."""
        self.overriding = True
        self.__dict__.pop("family", None)

    @cached_property
    def family(self) -> frozenset[int]:
        """Ids of children who are declared, or likely, to be of this person's own family: nothing of them is shown."""
        from registry import conflicts

        return conflicts.family_of(self.user, behind_shields=self.may_see_shielded)

    def refuse_family(self, child: Child) -> None:
        """Raise NotDisclosed for a child who is of this person's own family."""
        from registry import conflicts

        if closed := conflicts.refusal(self.user, child, family=self.family):
            raise NotDisclosed(closed)

    def may(self, permission: str) -> bool:
        """Whether the person asking holds a permission; a signed-out visitor holds none."""
        return bool(self.user.is_authenticated) and self.user.may(permission)

    def may_edit(self, view: Any) -> bool:
        """Whether this person may correct the child of `view`; a shielded child's record is for custodians."""
        return self.may("edit_child") and (self.may_see_shielded or not view.shielded)

    def within_scope(self, child_ids: Iterable[int]) -> set[int]:
        """Those of `child_ids` whom this person may know of. Raises NotDisclosed for a signed-out visitor."""
        if not self.user.is_authenticated or not self.user.is_active:
            raise NotDisclosed("Sign in to see this.")
        ids = list(child_ids)
        scope = _scopes.get(self.user.role)
        return scope(self.user, ids) if scope else set(ids)

    @cached_property
    def own_word(self) -> frozenset[int]:
        """Ids of the sources that are this person's own, and of which a record does not say that they confirmed it."""
        sources = _own_words.get(self.user.role)
        return sources(self.user) if sources else frozenset()

    def hand_out(self, child_id: int, index_number: str = "") -> None:
        """Note that a view of this child leaves through this request."""
        self.shown.add(child_id)
        if index_number:
            self.numbers[child_id] = index_number
