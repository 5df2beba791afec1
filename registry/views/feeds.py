"""The pages of feeds: what lists come and by what right, which are late, what each may change, and who said so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from childindex.forms import Form
from childindex.models import Source, User
from registry.access.noting import context_of
from registry.intake import declaring, jobs, rhythm, stages
from registry.intake.columns import codes_of, headings_of, last_of, shape_of
from registry.intake.declared import declarations
from registry.intake.feed_forms import RULE_HINTS, AddSourceForm, ExplainForm, FeedForm, RuleForm
from registry.intake.formats import label_of
from registry.intake.rhythm import Expected
from registry.intake.ruling import rules_for, usual_for
from registry.intake.seeing import files_for
from registry.models import Delivery, Feed, FeedRule, Reading, Rule, Says
from registry.views.deliveries import address_of
from registry.views.merging import user_of

SECTION, SEES, MANAGES = "registry:feeds", "load_files", "manage_feeds"
ON_A_PAGE, LATEST = 50, 5
COLUMNS = ["Feed", "What it carries", "Comes", "Last came", "Now"]
SOURCE_COLUMNS = ["Source", "Last came", "Told of", "Next", "Now", "Columns"]
RULE_SHORT = {Rule.TAKE: "Take", Rule.TAKE_IF_EMPTY: "If empty", Rule.ASK: "Ask", Rule.NEVER: "Leave"}
RULE_TONES = {Rule.TAKE: "good", Rule.TAKE_IF_EMPTY: "info", Rule.ASK: "doubt", Rule.NEVER: "stale"}


@requires(SEES)
def feeds(request: HttpRequest) -> HttpResponse:
    """Every feed, those in use first: what it carries, its rhythm, what came last and what is late."""
    found = list(Feed.objects.select_related("source").order_by("-is_active", "name"))
    today = timezone.localdate()
    by_feed: dict[int, list[Expected]] = {}
    expected = rhythm.expected(found, files_for(context_of(request)))
    for one in expected:
        by_feed.setdefault(one.feed.pk, []).append(one)
    context = {
        "rows": [_line(feed, by_feed.get(feed.pk, []), today) for feed in found],
        "columns": COLUMNS,
        "caption": words.count(len(found), "feed"),
        "late": list(rhythm.sentences(rhythm.late(expected, today), today))[:LATEST],
        "may_manage": user_of(request).may(MANAGES),
        "section": SECTION,
    }
    return render(request, "registry/feeds/list.html", context)


def _line(feed: Feed, sources: Sequence[Expected], today: date) -> list[Any]:
    last = max((one.came for one in sources if one.came), default=None)
    text, tone = _standing(feed, sources, today)
    return [
        {"text": feed.name, "href": feed_address(feed), "note": f"Comes under: {feed.gateway}"},
        words.sentence(_carried(feed)),
        words.sentence(rhythm.spoken(feed)),
        {"text": words.day(last), "note": words.ago(last, today)} if last else "Never",
        {"text": "", "tag": text, "tone": tone},
    ]


def _standing(feed: Feed, sources: Sequence[Expected], today: date) -> tuple[str, str]:
    """How a feed stands, in a word or two."""
    if not feed.is_active:
        return "Not in use", "stale"
    if late := sum(1 for one in sources if one.days_late(today)):
        return f"{late:,} late", "alert"
    if not any(one.came for one in sources):
        return "Nothing yet", ""
    return ("In time", "good") if feed.rhythm_days else ("In use", "")


def _carried(feed: Feed) -> str:
    return words.listed([words.inside(str(Says(one).label)) for one in feed.carries])


def feed_address(feed: Feed) -> str:
    return reverse("registry:feed", args=[feed.code])


def _feed(code: str) -> Feed:
    return get_object_or_404(Feed.objects.select_related("source"), code=code)


@requires(SEES)
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """One feed: what is declared, its rules, its sources with what is late, and what was changed."""
    found, today, may_manage = _feed(code), timezone.localdate(), user_of(request).may(MANAGES)
    sources = sorted(
        rhythm.expected([found], files_for(context_of(request))),
        key=lambda one: (-one.days_late(today), one.source.name),
    )
    page = Paginator(sources, ON_A_PAGE).get_page(request.GET.get("page"))
    changes = declarations(found)
    context = {
        "feed": found,
        "facts": _facts(found),
        "rules": _rules(found, may_manage=may_manage),
        "sources": [_source_line(one, today) for one in page],
        "source_columns": SOURCE_COLUMNS,
        "sources_caption": words.count(len(sources), "source"),
        "page": page,
        "changes": [_change(one) for one in changes],
        "may_manage": may_manage,
        "section": SECTION,
    }
    return render(request, "registry/feeds/feed.html", context)


def _facts(feed: Feed) -> list[dict[str, Any]]:
    whose = str(feed.source) if feed.source else f"Several, each a {words.inside(feed.get_source_kind_display())}"
    return [
        {"key": "Lawful gateway", "value": feed.gateway},
        {"key": "Whose lists", "value": whose},
        {"key": "Written as", "value": label_of(feed.format)},
        {"key": "A row may say", "value": words.sentence(_carried(feed))},
        {"key": "A child nobody knows", "value": "Is added" if feed.may_create else "Is never added by these lists"},
        {
            "key": "A child who is missing",
            "value": "Is a question: a list is full" if feed.is_full else "Says nothing: a list is a part",
        },
        {
            "key": "When nothing is held",
            "value": "It is applied by itself" if feed.applies_itself else "A person has it applied",
        },
        {"key": "Comes", "value": words.sentence(rhythm.spoken(feed))},
        {"key": "Its code, for commands", "value": feed.code},
    ]


def _rules(feed: Feed, *, may_manage: bool) -> list[dict[str, Any]]:
    rules, own = rules_for(feed), set(FeedRule.objects.filter(feed=feed).values_list("says", flat=True))
    return [
        {
            "key": Says(says).label,
            "value": Rule(rules[says]).label,
            "note": "Said for this feed" if says in own else "As usual",
            "actions": [
                {
                    "text": "Change",
                    "what": f"the rule for {words.inside(str(Says(says).label))}",
                    "href": reverse("registry:feed_rule", args=[feed.code, says]),
                }
            ]
            if may_manage
            else [],
        }
        for says in feed.carries
    ]


def _source_line(one: Expected, today: date) -> list[Any]:
    late = one.days_late(today)
    if late:
        tag, tone = f"{words.count(late, 'day')} late", "alert"
    elif one.due and one.due < today:
        tag, tone = "Due", "doubt"
    else:
        tag, tone = ("In time", "good") if one.due else ("", "")
    columns = reverse("registry:feed_columns", args=[one.feed.code, one.source.code])
    return [
        one.source.name,
        {"text": words.day(one.came), "note": words.ago(one.came, today)} if one.came else "Never",
        words.day(one.as_of) if one.as_of else "",
        words.day(one.due) if one.due else "Not expected",
        {"text": "", "tag": tag, "tone": tone} if tag else "",
        {"text": "What they mean", "href": columns},
    ]


def _change(one: Any) -> dict[str, Any]:
    first = one.differences[0].label if one.differences else "Changed"
    more = len(one.differences) - 1
    return {
        "title": f"{first} and {words.count(more, 'more thing')}" if more else first,
        "by": one.by,
        "at": one.at,
        "why": one.why,
        "changes": [{"label": each.label, "old": each.old, "new": each.new} for each in one.differences],
    }


@requires(SEES)
def feed_rules(request: HttpRequest) -> HttpResponse:
    """The rules of all feeds in use, side by side: whom the index believes about what."""
    found = list(Feed.objects.filter(is_active=True).prefetch_related("rules"))
    rows = []
    for feed in found:
        rules = usual_for(feed) | {one.says: one.rule for one in feed.rules.all()}
        cells: list[Any] = [{"text": feed.name, "href": feed_address(feed)}]
        for says in Says.values:
            if says in feed.carries:
                rule = Rule(rules[says])
                cells.append({"text": "", "tag": RULE_SHORT[rule], "tone": RULE_TONES[rule]})
            else:
                cells.append({"text": "–"})
        rows.append(cells)
    context = {
        "rows": rows,
        "columns": ["Feed", *(str(label) for label in Says.labels)],
        "caption": words.count(len(found), "feed"),
        "meanings": [{"key": RULE_SHORT[rule], "value": str(rule.label), "note": RULE_HINTS[rule]} for rule in Rule],
        "section": SECTION,
    }
    return render(request, "registry/feeds/rules.html", context)


@never_cache
@requires(MANAGES)
def feed_rule(request: HttpRequest, code: str, says: str) -> HttpResponse:
    """Change the rule for one kind of thing."""
    found = _feed(code)
    if says not in found.carries:
        raise Http404
    label = str(Says(says).label)
    stands = {"rule": rules_for(found)[says], "version": declaring.version_of(found)}
    form = RuleForm(request.POST or None, initial=stands)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            declaring.rule(found, says, said["rule"], version=form.seen, by=user_of(request), because=said["because"])
        except declaring.CannotDeclare as refusal:
            form = _refused(form, refusal, stands)
        else:
            done = f"{label}: {words.inside(str(Rule(said['rule']).label))}, from the next file on."
            messages.success(request, done)
            return redirect(feed_address(found))
    context = {"feed": found, "what": words.inside(label), "form": form, "usual": _usual(found, says)}
    return _form(request, "registry/feeds/rule.html", context)


def _usual(feed: Feed, says: str) -> str:
    return str(Rule(usual_for(feed)[says]).label)


def _refused(form: Form, refusal: Exception, stands: dict[str, Any]) -> Any:
    """The form with what was typed, the refusal, and the version that stands now."""
    typed = QueryDict(mutable=True)
    typed.update(form.data)
    typed["version"] = str(stands["version"])
    form.data = typed
    form.add_error(None, str(refusal))
    return form


def _form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {**context, "section": SECTION})


@requires(MANAGES)
def feed_add(request: HttpRequest) -> HttpResponse:
    """Set up a feed of lists: a page, and no code."""
    form = FeedForm(request.POST or None, initial={"is_active": True, "applies_itself": True})
    if form.is_bound and form.is_valid():
        try:
            made = declaring.set_up(_said(form), by=user_of(request), because=form.cleaned_data["because"])
        except declaring.CannotDeclare as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{made} is set up. A list can be sent now.")
            return redirect(feed_address(made))
    context = {"form": form, "title": "Set up a feed", "doing": "Set it up", "back": reverse(SECTION)}
    return _form(request, "registry/feeds/edit.html", context)


def _said(form: FeedForm) -> dict[str, Any]:
    return {key: value for key, value in form.cleaned_data.items() if key in declaring.DECLARED}


@never_cache
@requires(MANAGES)
def feed_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is declared of a feed."""
    found = _feed(code)
    stands = {key: getattr(found, key) for key in declaring.DECLARED} | {"version": declaring.version_of(found)}
    form = FeedForm(request.POST or None, initial=stands, feed=found, is_used=declaring.is_used(found))
    if form.is_bound and form.is_valid():
        because = form.cleaned_data["because"]
        try:
            declaring.change(found, _said(form), version=form.seen, by=user_of(request), because=because)
        except declaring.CannotDeclare as refusal:
            form = _refused(form, refusal, stands)
        else:
            messages.success(request, "Changed.")
            return redirect(feed_address(found))
    context = {"form": form, "title": f"Change {found}", "doing": "Change it", "back": feed_address(found)}
    return _form(request, "registry/feeds/edit.html", context)


@requires(MANAGES)
def feed_source_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a sender of lists of this feed's kind."""
    found = _feed(code)
    form = AddSourceForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = declaring.add_source(found, said["name"], by=user_of(request), because=said["because"])
        except declaring.CannotDeclare as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{made} is known now. Send its list.")
            return redirect("registry:delivery_send_by", found.code)
    kind = words.inside(found.get_source_kind_display())
    context = {"form": form, "title": f"Add a {kind}", "doing": "Add it", "back": feed_address(found)}
    return _form(request, "registry/feeds/edit.html", context)


@never_cache
@requires(MANAGES)
def feed_columns(request: HttpRequest, code: str, source_code: str) -> HttpResponse:
    """What the columns and codes of one source's lists mean; the last list can be read anew by it."""
    found, source = _feed(code), get_object_or_404(Source, code=source_code)
    if source.kind != found.source_kind:
        raise Http404
    to = context_of(request)
    last, reading = last_of(found, source, to), Reading.objects.filter(feed=found, source=source).first()
    headings, codes = headings_of(last, reading), codes_of(last, reading, to)
    stands: dict[str, Any] = {
        "is_expected": reading.is_expected if reading else True,
        "version": declaring.version_of(found),
    }
    stands["shape"] = shape_of(headings, codes)
    is_same = request.POST.get("shape", "") == stands["shape"]
    if request.method == "POST" and not is_same:
        messages.warning(request, "Another list has come meanwhile. Its columns are shown below: say what they mean.")
    form = ExplainForm(request.POST if is_same else None, initial=stands, headings=headings, codes=codes)
    again = last if last is not None and last.stage in stages.UNWRITTEN and last.let_go_at is None else None
    if form.is_bound and form.is_valid():
        try:
            _explain(found, source, form, user_of(request))
        except declaring.CannotDeclare as refusal:
            form = _refused(form, refusal, stands)
        else:
            return _explained(request, found, again)
    context = {
        "feed": found,
        "source": source,
        "form": form,
        "last": last,
        "again": again,
        "decided": again.all_rows.exclude(decided_by=None).count() if again else 0,
    }
    return _form(request, "registry/feeds/columns.html", context)


def _explain(feed: Feed, source: Source, form: ExplainForm, by: User) -> None:
    said = form.cleaned_data
    declaring.explain(
        feed,
        source,
        headings=form.explained,
        codes=form.meanings,
        is_expected=said["is_expected"],
        version=said["version"] or 0,
        by=by,
        because=said["because"],
    )


def _explained(request: HttpRequest, feed: Feed, again: Delivery | None) -> HttpResponse:
    """Kept; and where it was asked, the last list is read anew."""
    if "again" in request.POST and again is not None:
        if jobs.ask_to_read_again(again, user_of(request)) is not None:
            messages.success(request, "Kept. The file is read again.")
        else:
            messages.warning(request, "Kept. The file is being worked on, and was not read again.")
        return redirect(address_of(again))
    messages.success(request, "Kept. The next list is read by it.")
    return redirect(feed_address(feed))
