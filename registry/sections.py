"""What the rooms above add to a child's record: sections of the overview, pages of their own, and tags by the name.

A room registers from its `AppConfig.ready`. The function it gives gets the request and the RecordView and returns what
its template needs, or None where there is nothing to show. It sees of the child what the view shows and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from childindex import roles
from registry.disclosure import RecordView

Content = Callable[[HttpRequest, RecordView], dict[str, Any] | None]
Tags = Callable[[HttpRequest, RecordView], list[dict[str, str]]]


@dataclass(frozen=True)
class Section:
    """One part of the record: within the overview, or a page of its own with a tab that leads to it."""

    code: str
    title: str
    permission: str
    template: str
    content: Content
    is_page: bool = False
    order: int = 50


_sections: dict[str, Section] = {}
_tags: list[tuple[str, Tags]] = []
_offers: list[tuple[str, str, str]] = []


def register(section: Section) -> None:
    """Offer a section to everyone who holds its permission. Raises UnknownPermission."""
    roles.known(section.permission)
    _sections[section.code] = section


def register_tags(permission: str, tags: Tags) -> None:
    """Offer tags (each text and tone) beside the child's name to everyone who holds a permission."""
    roles.known(permission)
    if (permission, tags) not in _tags:
        _tags.append((permission, tags))


def register_offer(permission: str, text: str, url_name: str) -> None:
    """Offer a page about the child, under what else may be done, to everyone who holds a permission."""
    roles.known(permission)
    if (permission, text, url_name) not in _offers:
        _offers.append((permission, text, url_name))


def offers_for(request: HttpRequest, view: RecordView) -> list[tuple[str, str]]:
    """What the rooms above offer to do about a child of whom this person reads more than a name: text and address."""
    if view.withheld or view.superseded_by:
        return []
    may = request.user.may  # type: ignore[union-attr]
    return [(text, reverse(name, args=[view.index_number])) for permission, text, name in _offers if may(permission)]


def forget(code: str) -> None:
    """Take a section away."""
    _sections.pop(code, None)


def pages_for(request: HttpRequest) -> list[Section]:
    """The sections that are pages of their own, for the person asking, in order."""
    return [section for section in _offered(request) if section.is_page]


def page_for(request: HttpRequest, code: str) -> Section | None:
    """The page of this code, if the person asking may see it."""
    return next((section for section in pages_for(request) if section.code == code), None)


def shown_on_overview(request: HttpRequest, view: RecordView) -> list[dict[str, Any]]:
    """The title, template and content of each section within the overview that has something to show."""
    found = [
        {"title": one.title, "template": one.template, "content": one.content(request, view)}
        for one in _offered(request)
        if not one.is_page
    ]
    return [one for one in found if one["content"] is not None]


def tags_for(request: HttpRequest, view: RecordView) -> list[dict[str, str]]:
    """The tags that the rooms above show beside the name."""
    offered = [tags for permission, tags in _tags if request.user.may(permission)]  # type: ignore[union-attr]
    return [tag for tags in offered for tag in tags(request, view)]


def _offered(request: HttpRequest) -> list[Section]:
    mine = [one for one in _sections.values() if request.user.may(one.permission)]  # type: ignore[union-attr]
    return sorted(mine, key=lambda one: (one.order, one.title))
