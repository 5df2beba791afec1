"""Signing looks off, and what managers have asked about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from agencies import patterns, reviewing, roles
from agencies.looking_forms import CloseQueryForm, NewsForm
from agencies.models import InTheNews, LookReview, Pattern
from agencies.models.reviews import Verdict
from agencies.overriding import GOVERNANCE
from agencies.reviewing import CannotReview
from agencies.views.asking import Asked, ask
from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.access.reading import Log, Told

LOOKS, QUERIES, PATTERNS = "agencies:looks", "agencies:queries", "agencies:patterns"
ON_A_PAGE = 20


def _told(request: HttpRequest, reviews: list[LookReview]) -> dict[int, Told]:
    """What each look was, as far as whoever reads may know, by its entry."""
    log = Log(context_of(request))
    entries = list(log.entries().filter(pk__in=[one.entry for one in reviews]))
    return {one.id: one for one in log.tell(entries, at_most=3)}


@never_cache
@requires(roles.MANAGE)
def looks(request: HttpRequest) -> HttpResponse:
    """The sample of a manager's people, the reason beside each look."""
    by = context_of(request).user
    if request.method == "POST":
        verdicts = {
            int(name[5:]): str(value)
            for name, value in request.POST.items()
            if name.startswith("look-") and name[5:].isascii() and name[5:].isdigit()
        }
        try:
            count = reviewing.answer(verdicts, words=request.POST.get("words", "")[:300], by=by)
            messages.success(request, f"{words.sentence(words.count(count, 'look'))} signed off.")
        except CannotReview as refusal:
            messages.warning(request, str(refusal))
        access.note(request, kind="log_read", asked={"page": "looks", "answered": len(verdicts)})
        return redirect(LOOKS)
    page = Paginator(reviewing.waiting_for(by), ON_A_PAGE).get_page(request.GET.get("page"))
    reviews = list(page)
    told = _told(request, reviews)
    access.note(request, kind="log_read", asked={"page": "looks"})
    context = {
        "looks": [_look(one, told.get(one.entry)) for one in reviews],
        "count": words.count(page.paginator.count, "look"),
        "verdicts": Verdict.choices,
        "page": page,
        "section": LOOKS,
    }
    return render(request, "agencies/looks.html", context)


def _look(one: LookReview, told: Told | None) -> dict[str, Any]:
    shown = [child.name for child in told.children] if told else []
    if told and told.more:
        shown.append(f"and {told.more:,} more")
    return {
        "id": one.pk,
        "who": str(one.looker),
        "did": told.did if told else "",
        "at": told.at if told else None,
        "children": ", ".join(shown),
        "purpose": (told.purpose if told else "") or "No reason is recorded",
        "service": str(one.service),
    }


@never_cache
@requires(GOVERNANCE)
def queries(request: HttpRequest) -> HttpResponse:
    """What managers have asked about, the open ones first."""
    page = Paginator(reviewing.queries(), ON_A_PAGE * 2).get_page(request.GET.get("page"))
    rows = [
        [
            {"text": str(one.looker), "href": reverse("agencies:query", args=[one.pk]), "note": str(one.service)},
            one.words,
            str(one.answered_by),
            one.closed_how or {"text": "", "tag": "Open", "tone": "alert"},
        ]
        for one in page
    ]
    context = {
        "rows": rows,
        "columns": ["Who looked", "What is to be asked", "By", "What came of it"],
        "caption": words.count(page.paginator.count, "query", "queries"),
        "page": page,
        "section": QUERIES,
    }
    return render(request, "agencies/queries.html", context)


@never_cache
@requires(GOVERNANCE)
def query(request: HttpRequest, review_id: int) -> HttpResponse:
    """One look that is asked about, and what came of it."""
    found = get_object_or_404(reviewing.queries(), pk=review_id)
    look = _look(found, _told(request, [found]).get(found.entry))
    access.note(request, kind="log_read", asked={"page": "query", "entry": found.entry})
    form = CloseQueryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.close(found, how=form.cleaned_data["how"], by=context_of(request).user)
            messages.success(request, "It is closed.")
        except CannotReview as refusal:
            messages.warning(request, str(refusal))
        return redirect(QUERIES)
    when = words.day(timezone.localtime(look["at"]).date()) if look["at"] else ""
    told = [
        {"key": "Who looked", "value": f"{look['who']}, {look['service']}"},
        {"key": "What", "value": f"{look['did']}: {look['children']}" if look["children"] else look["did"]},
        {"key": "When", "value": when},
        {"key": "Reason given", "value": look["purpose"]},
        {"key": "Asked", "value": f"{found.words} ({found.answered_by})"},
    ]
    if found.closed_at:
        told.append({"key": "What came of it", "value": f"{found.closed_how} ({found.closed_by})"})
    open_form: Any = None if found.closed_at else form
    asked = Asked("A look to be asked about", "", "Close it", reverse(QUERIES))
    return ask(request, open_form, asked, section=QUERIES, told=told)


@never_cache
@requires(GOVERNANCE)
def patterns_page(request: HttpRequest) -> HttpResponse:
    """What in people's looking, files, lists and searches is worth a question, the open ones first."""
    found = Pattern.objects.select_related("looker").order_by("closed_at", "-day", "pk")
    page = Paginator(found, ON_A_PAGE * 2).get_page(request.GET.get("page"))
    rows = [
        [
            {"text": str(one.looker), "href": reverse("agencies:pattern", args=[one.pk])},
            words.day(one.day),
            str(one.get_kind_display()),
            one.evidence,
            one.closed_how or {"text": "", "tag": "Open", "tone": "alert"},
        ]
        for one in page
    ]
    context = {
        "rows": rows,
        "columns": ["Who", "Day", "What", "Evidence", "What came of it"],
        "caption": words.count(page.paginator.count, "pattern"),
        "page": page,
        "section": PATTERNS,
    }
    return render(request, "agencies/patterns.html", context)


@never_cache
@requires(GOVERNANCE)
def pattern(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """One pattern with its evidence, and what came of asking."""
    found = get_object_or_404(Pattern.objects.select_related("looker", "closed_by"), pk=pattern_id)
    access.note(request, kind="log_read", asked={"page": "pattern", "pattern": found.pk})
    form = CloseQueryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            patterns.close(found, how=form.cleaned_data["how"], by=context_of(request).user)
            messages.success(request, "It is closed.")
        except patterns.CannotClose as refusal:
            messages.warning(request, str(refusal))
        return redirect(PATTERNS)
    entry = reverse("registry:access_log_entry", args=[found.entry]) if found.entry else ""
    told = [
        {"key": "Who", "value": str(found.looker)},
        {"key": "Day", "value": words.day(found.day)},
        {"key": "Evidence", "value": found.evidence, "href": entry},
    ]
    if found.closed_at:
        told.append({"key": "What came of it", "value": f"{found.closed_how} ({found.closed_by})"})
    open_form: Any = None if found.closed_at else form
    asked = Asked(str(found.get_kind_display()), "Ask before you judge.", "Close it", reverse(PATTERNS))
    return ask(request, open_form, asked, section=PATTERNS, told=told)


@never_cache
@requires(GOVERNANCE)
def news(request: HttpRequest) -> HttpResponse:
    """Children who are in the news, and adding one."""
    to, today = context_of(request), timezone.localdate()
    form = NewsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        patterns.news_of(form.cleaned_data["index_number"], until=form.cleaned_data["until"], by=to.user)
        access.note(request, kind="log_read", asked={"page": "news"})
        messages.success(request, "From now on whoever opens the record without working with the child is asked why.")
        return redirect("agencies:news")
    standing = InTheNews.objects.filter(to_date__gte=today).exclude(child__in=to.family)
    standing = standing.select_related("said_by").order_by("to_date", "pk")
    page = Paginator(standing, ON_A_PAGE).get_page(request.GET.get("page"))
    children = disclosure.disclose([one.child_id for one in page], to=to)
    access.note(request, kind="log_read", asked={"page": "news"})
    rows = [
        [
            {"text": children[one.child_id].name, "note": children[one.child_id].index_number},
            words.day(one.from_date),
            words.day(one.to_date),
            str(one.said_by),
        ]
        for one in page
        if one.child_id in children
    ]
    context = {
        "rows": rows,
        "columns": ["Child", "From", "Until", "Said by"],
        "caption": words.count(page.paginator.count, "child", "children"),
        "page": page,
        "form": form,
        "section": PATTERNS,
    }
    return render(request, "agencies/news.html", context)
