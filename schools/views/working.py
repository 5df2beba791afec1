"""What the pages of cases, home education, the register and requests have in common: lists in parts, and one thing with
what can be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from childindex import roles, words
from childindex.models import User
from childindex.models.users import UserState
from registry import access, disclosure
from registry.access.noting import context_of
from registry.balance.lines import LINES, Line
from registry.disclosure import Context, Summary
from registry.models import BalancePlace, Child
from registry.views.merging import user_of

ON_A_PAGE = 50


class Part(NamedTuple):
    """One part of a list: what it is called, and which rows are in it."""

    label: str
    rows: Callable[[User, date], Q]


@dataclass(frozen=True)
class Listed:
    """One page of a list in parts: which part, its rows, and the tabs with a count each."""

    show: str
    page: Any
    tabs: list[dict[str, Any]]

    @property
    def total(self) -> int:
        return int(self.page.paginator.count)


def listed(
    request: HttpRequest,
    rows: QuerySet[Any],
    parts: Mapping[str, Part],
    *,
    first: tuple[str, ...],
    order: tuple[str, ...],
) -> Listed:
    """The part that is asked for, or the first of `first` in which there is anything, or all."""
    user, today = context_of(request).user, timezone.localdate()
    counted = rows.aggregate(**{name: Count("pk", filter=one.rows(user, today)) for name, one in parts.items()})
    show = request.GET.get("show", "")
    if show not in parts:
        show = next((name for name in first if counted[name]), list(parts)[-1])
    found = rows.filter(parts[show].rows(user, today)).order_by(*order)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"text": one.label, "href": f"?show={name}", "current": name == show, "count": counted[name]}
        for name, one in parts.items()
    ]
    return Listed(show, page, tabs)


def shown(child_id: int, to: Context) -> Summary:
    """The child of whom a page is. Raises Http404 for one whom this person may not work on."""
    child = disclosure.disclose([child_id], to=to).get(child_id)
    if child is None or child.withheld:
        raise Http404("Nothing of yours has this number.")
    return child


def standing(child: Child, to: Context) -> Summary:
    """The same of a child to whom something is to be added. Raises Http404 where another record stands for it."""
    if child.superseded_by_id is not None:
        raise Http404("Another record stands for this child. Write it down there.")
    return shown(child.pk, to)


def found_in(rows: QuerySet[Any], pk: int) -> Any:
    """The row of this number. Raises Http404 where there is none for this person."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("Nothing of yours has this number.")
    return found


def people(permission: str) -> QuerySet[User]:
    """Whoever can sign in and holds a permission."""
    able = [role.code for role in roles.everyone() if permission in role.permissions]
    return User.objects.filter(state=UserState.ACTIVE, role__in=able).order_by("full_name")


def due_cell(day: date, today: date) -> dict[str, Any]:
    """By when: the date, and how late it is."""
    late = (today - day).days
    tag = f"{words.count(late, 'day')} late" if late > 0 else "Today" if late == 0 else ""
    return {"text": words.day(day), "tag": tag, "tone": "alert" if late > 0 else "info"}


def child_cell(child: Summary, href: str) -> dict[str, Any]:
    return {"text": child.name, "href": href, "note": child.index_number}


class Deed(NamedTuple):
    """One thing that can be done: what is asked, the button, what is said when it is done, who may, and how."""

    title: str
    button: str
    done: str
    permission: str
    form: Callable[[Any, Any, Context], forms.BaseForm]
    do: Callable[[Any, Any, User], Any]
    lead: str = ""


@dataclass(frozen=True)
class Doing:
    """A deed on its way: on what, called what, by which page one goes back, and which refusal its room raises."""

    row: Model
    name: str
    back: str
    section: str
    refusal: type[Exception]
    page: str


def do(request: HttpRequest, deeds: Mapping[str, Deed], code: str, doing: Doing) -> HttpResponse:
    """Ask what the deed asks, and do it; what was typed stays where it cannot be done."""
    deed, to = deeds.get(code), context_of(request)
    if deed is None:
        raise Http404("This cannot be done.")
    if not to.may(deed.permission):
        raise disclosure.NotDisclosed("A manager says this. Ask one.")
    access.note(request, kind="edited", asked={"page": doing.page, doing.page: doing.row.pk, "doing": code})
    form = deed.form(request.POST or None, doing.row, to)
    if request.method == "POST" and form.is_valid():
        try:
            deed.do(doing.row, form, user_of(request))
        except doing.refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, deed.done)
            return redirect(doing.back)
    asked = {"title": deed.title.format(doing.name), "lead": deed.lead, "button": deed.button, "back": doing.back}
    return ask(request, form, asked, section=doing.section)


def ask(
    request: HttpRequest, form: forms.BaseForm, asked: dict[str, str], *, section: str, **more: Any
) -> HttpResponse:
    return render(request, "schools/ask.html", {"form": form, "asked": asked, "section": section, **more})


def line_of(child_id: int) -> tuple[Line | None, list[dict[str, str]]]:
    """In which line of the balance a child stands, and a row of a list of facts that says so."""
    place = BalancePlace.objects.filter(child=child_id).first()
    if place is None:
        return None, []
    line = Line(place.line)
    href = reverse("registry:balance_line", args=[line])
    return line, [{"key": "Line", "value": LINES[line].label, "href": href}]


def facts(*pairs: tuple[str, Any]) -> list[dict[str, str]]:
    """Rows of a list of facts, without those of which nothing is said."""
    return [{"key": key, "value": value} for key, value in pairs if value]
