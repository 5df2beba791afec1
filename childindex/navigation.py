"""What stands in the service navigation, and for whom.

The rooms above register their items from `AppConfig.ready`; the ground floor knows none of them. A page shows an item
only to an account that has the item's permission, and the item's own page refuses everybody else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.core.checks import CheckMessage, Error
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


class Viewer(Protocol):
    """The account that a page is shown to."""

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def may(self) -> Callable[[str], bool]: ...


@dataclass(frozen=True)
class Item:
    """One page that the navigation leads to. `section` is what a page says to mark the item as current."""

    url_name: str
    label: str
    permission: str
    order: int
    section: str

    @property
    def address(self) -> str:
        return _address(self.url_name)


@cache
def _address(url_name: str) -> str:
    return reverse(url_name)


@dataclass(frozen=True)
class Place:
    """Where somebody is in a list that they work through: how far, and the address of what comes next."""

    text: str
    next_text: str
    next_address: str


WhereNow = Callable[[HttpRequest], Place | None]

_items: dict[str, Item] = {}
_working: list[WhereNow] = []
_search: dict[str, Item] = {}


def register(url_name: str, label: str, *, permission: str, order: int, section: str = "") -> None:
    """Offer a page to everyone who has `permission`; lower `order` comes first.

    A page marks the item as current when it sets `section`, which is the url name unless stated.
    """
    _items[url_name] = Item(url_name, label, permission, order, section or url_name)


def register_search(url_name: str, *, permission: str, label: str = "Search for a child") -> None:
    """The page that the search box in the header asks, by GET, with what was typed as `q`."""
    _search["header"] = Item(url_name, label, permission, 0, "")


def register_working(where_now: WhereNow) -> None:
    """`where_now` says how far somebody is in the list that they work through, on each page."""
    _working[:] = [where_now]


def place_for(request: HttpRequest) -> Place | None:
    """How far this person is in their list; nothing where they work through none."""
    return next((place for one in _working if (place := one(request)) is not None), None)


def items_for(user: Viewer | None) -> list[Item]:
    """The navigation of this account, in order; empty for somebody signed out."""
    return sorted((item for item in _items.values() if _offered(item, user)), key=lambda item: (item.order, item.label))


def search_for(user: Viewer | None) -> Item | None:
    """The search box of this account, or None if it may not search."""
    return next((item for item in _search.values() if _offered(item, user)), None)


def _offered(item: Item, user: Viewer | None) -> bool:
    return user is not None and user.is_authenticated and user.may(item.permission) and _resolves(item)


def _resolves(item: Item) -> bool:
    try:
        return bool(item.address)
    except NoReverseMatch:
        return False


def check_items(**kwargs: object) -> list[CheckMessage]:
    """Every registered page exists (run by the system checks)."""
    names = [item.url_name for item in (*_items.values(), *_search.values()) if not _resolves(item)]
    return [Error(f"The navigation leads to {name}, which is no page.", id="childindex.E101") for name in names]
