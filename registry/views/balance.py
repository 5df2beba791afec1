"""The balance: the page of every morning, the children behind each line, and who moved from line to line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from childindex.forms import DateField, Form
from childindex.tables import csv_lines
from registry import access, disclosure
from registry.access.noting import context_of
from registry.balance import counting, listing, moving
from registry.balance.counting import Balance
from registry.balance.lines import HEADLINE, LINES, NOTHING, STATUTORY, Line, Part
from registry.balance.reasons import reasons
from registry.disclosure import Context, Summary
from registry.editing.reasons import words_for
from registry.filters import ChildFilter
from registry.models import BalanceDay

SECTION, PERMISSION, EXPORT = "registry:balance", "see_balance", "export_balance"
ON_A_PAGE, AT_A_TIME, DRAWN = 50, 500, 60
BY = {"area": "Area", "school": "School", "age": "Age", "sex": "Sex"}
COMPARED = {"yesterday": "yesterday", "week": "last week", "term": "the end of last term"}
HEADINGS = ["Index number", "Name", "Date of birth", "Sex", "Area", "School", "Line", "Why"]
COURSE = ["Day", {"text": "Headline", "numeric": True}, {"text": "Missing education", "numeric": True}]
SHORT = {Part.BESIDE: "Beside them", Part.GONE: "Not to be accounted for any more"}


@never_cache
@requires(PERMISSION)
def balance(request: HttpRequest) -> HttpResponse:
    """How many children stand in each line this morning, and what has changed."""
    today, behind = timezone.localdate(), context_of(request).may_see_shielded
    found = counting.present(today, behind_shields=behind)
    earlier, days = counting.earlier(today), list(reversed(BalanceDay.objects.order_by("-day")[:DRAWN]))
    told = counting.published([*days, *filter(None, earlier.values())], behind_shields=behind)
    before = {name: told[day.day] if day else None for name, day in earlier.items()}
    most = max((found.lines[line] for line in HEADLINE), default=0)
    course = [(day.day, told[day.day]) for day in days]
    context = {
        "found": found,
        "today": today,
        "parts": [_part(part, found, before, most) for part in Part],
        "total_row": ["Every child, once", f"{found.total:,}"],
        "statutory": found.statutory,
        "withheld_changes": _changes({name: found.withheld - one.withheld for name, one in before.items() if one}),
        "not_published": words.listed([COMPARED[name] for name, one in before.items() if one is None], "or"),
        "course": [(day, one.headline) for day, one in course],
        "course_rows": [[words.day(day), f"{one.headline:,}", f"{one.statutory:,}"] for day, one in reversed(course)],
        "course_columns": COURSE,
        "movements": f"{reverse('registry:balance_movements')}?{_span(today - timedelta(days=1), today)}",
        "section": SECTION,
    }
    return render(request, "registry/balance/balance.html", context)


def _part(part: Part, found: Balance, before: dict[str, Balance | None], most: int) -> dict[str, Any]:
    lines = [line for line, about in LINES.items() if about.part == part]
    total = sum(found.lines[line] for line in lines)
    return {
        "title": SHORT.get(part, "Children of compulsory school age living here"),
        "is_headline": part == Part.HEADLINE,
        "total": total,
        "rows": [_line(line, found, before, most) for line in lines],
        "count": words.count(total, "child", "children"),
    }


def _line(line: Line, found: Balance, before: dict[str, Balance | None], most: int) -> dict[str, Any]:
    about, count = LINES[line], found.lines[line]
    return {
        "label": about.label,
        "href": reverse("registry:balance_line", args=[str(line)]),
        "count": count,
        "most": most,
        "is_missing": line in STATUTORY,
        "changes": _changes({name: count - one.lines[line] for name, one in before.items() if one}),
        "owner": about.owner,
        "next_step": about.next_step if count and about.next_step != NOTHING else "",
    }


def _by(more: int, than: str) -> str:
    return f"{abs(more):,} {'more' if more > 0 else 'fewer'} than {than}"


def _changes(by: dict[str, int]) -> str:
    """How a line has changed since each day that it is compared with: *1,204 more than yesterday, as many as…*"""
    if not any(by.values()):
        return f"As many as {words.listed([COMPARED[name] for name in by], 'and')}" if by else ""
    said = [
        f"{abs(more):,} {'more' if more > 0 else 'fewer'} than {COMPARED[name]}" for name, more in by.items() if more
    ]
    return ", ".join([*said, *(f"as many as {COMPARED[name]}" for name, more in by.items() if not more)])


@never_cache
@requires(PERMISSION)
def balance_line(request: HttpRequest, code: str) -> HttpResponse:
    """The children of one line, each with the reason; narrowed by filters, and counted by area, school, age or sex."""
    line, to = _called(code), context_of(request)
    filters = ChildFilter(request.GET, behind_shields=to.may_see_shielded)
    is_sound = filters.is_valid()
    by = request.GET.get("by", "")
    context: dict[str, Any] = {
        "line": line,
        "about": LINES[line],
        "filters": filters.form.render(),
        "clear": reverse("registry:balance_line", args=[code]),
        "by": by if by in BY else "",
        "tabs": _tabs(request, by),
        "section": SECTION,
    }
    if is_sound:
        context |= _counted(request, line, by, filters, to) if by in BY else _listed(request, line, filters, to)
    said = [text for _, text in filters.words] if is_sound else []
    access.note(request, kind="listed", asked={"page": "balance", "line": str(line), "understood": said, "by": by})
    return render(request, "registry/balance/line.html", context)


def _listed(request: HttpRequest, line: Line, filters: ChildFilter, to: Context) -> dict[str, Any]:
    """One page of the children of a line, each with its reason."""
    number = page_number(request)
    found = listing.children_of(
        line, filters.chosen, behind_shields=to.may_see_shielded, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
    )
    children = disclosure.disclose([pk for pk in found.child_ids if pk not in to.family], to=to)
    return {
        "rows": _children(children, _reasons(children, line)),
        "columns": ["Child", "Born", "Where", "Why"],
        "count": words.count(found.total, "child", "children"),
        "page": Paginator(range(found.total), ON_A_PAGE).get_page(number),
        "export": _export(request, str(line)) if to.may(EXPORT) and found.total else "",
    }


def _counted(request: HttpRequest, line: Line, by: str, filters: ChildFilter, to: Context) -> dict[str, Any]:
    """The children of a line counted by area, school, age or sex; nobody is named."""
    shares = listing.breakdown(line, by, filters.chosen, behind_shields=to.may_see_shielded)
    return {
        "shares": [_share(request, by, share) for share in shares],
        "share_columns": [BY[by], {"text": "Children", "numeric": True}],
        "count": words.count(sum(share.count for share in shares), "child", "children"),
    }


def _reasons(children: dict[int, Summary], line: Line) -> dict[int, str]:
    """Why each child stands in the line; nothing of one of whom the reader is shown no more than a name."""
    return reasons({pk: child for pk, child in children.items() if not child.withheld}, line)


def _called(code: str) -> Line:
    try:
        return Line(code)
    except ValueError as fault:
        raise Http404("The balance has no such line.") from fault


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for; the first where that is no number."""
    said = request.GET.get("page", "1")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _children(children: dict[int, Summary], why: dict[int, str]) -> list[list[Any]]:
    return [
        [
            {"text": child.name, "href": child.url, "note": child.index_number},
            {
                "text": words.day(child.date_of_birth) if child.date_of_birth else "Not known",
                "note": f"{child.age} years old" if child.age is not None else "",
            },
            {"text": child.school or "At no school", "note": child.area or "Area not known"}
            if not child.withheld
            else "Withheld",
            why.get(child_id, "Withheld"),
        ]
        for child_id, child in children.items()
    ]


def _tabs(request: HttpRequest, by: str) -> list[dict[str, Any]]:
    """The list, and the ways of counting it."""
    kept = {name: value for name, value in request.GET.items() if name not in ("by", "page") and value}
    found = [{"text": "Children", "href": f"?{urlencode(kept)}", "current": by not in BY}]
    for code, label in BY.items():
        asked = urlencode({**kept, "by": code})
        found.append({"text": f"By {label.lower()}", "href": f"?{asked}", "current": by == code})
    return found


def _share(request: HttpRequest, by: str, share: listing.Share) -> list[Any]:
    """One row, with a link to the children that it counts."""
    kept = {name: value for name, value in request.GET.items() if name not in ("by", "page") and value}
    narrowed = {"age_from": share.value, "age_to": share.value} if by == "age" else {by: share.value}
    href = f"?{urlencode({**kept, **narrowed})}" if share.value else ""
    return [{"text": share.label, "href": href}, {"text": f"{share.count:,}", "numeric": True}]


def _export(request: HttpRequest, code: str) -> str:
    kept = {name: value for name, value in request.GET.items() if name not in ("by", "page") and value}
    address = reverse("registry:balance_csv", args=[code])
    return f"{address}?{urlencode(kept)}" if kept else address


@never_cache
@requires(EXPORT)
def balance_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The children of a line as a file, each with the reason. Whoever is in it is written down before it leaves."""
    line, to = _called(code), context_of(request)
    filters = ChildFilter(request.GET, behind_shields=to.may_see_shielded)
    if not filters.is_valid():
        raise Http404("These filters leave nobody in.")
    everybody = listing.all_of(line, filters.chosen, behind_shields=to.may_see_shielded)
    ids = [pk for pk in everybody if pk not in to.family]
    said = [text for _, text in filters.words]
    access.note(request, kind="exported", asked={"page": "balance", "line": str(line), "understood": said})
    access.declare(request, ids)
    answer = StreamingHttpResponse(csv_lines(HEADINGS, _lines(ids, line, to)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="balance-{code}-{timezone.localdate():%Y-%m-%d}.csv"'
    return answer


def _lines(ids: list[int], line: Line, to: Context) -> Iterator[list[Any]]:
    for start in range(0, len(ids), AT_A_TIME):
        children = disclosure.disclose(ids[start : start + AT_A_TIME], to=to)
        why = _reasons(children, line)
        for child_id, child in children.items():
            born = child.date_of_birth.isoformat() if child.date_of_birth else ""
            place = ["Withheld", "Withheld"] if child.withheld else [child.area or "", child.school or ""]
            told = why.get(child_id, "Withheld")
            yield [child.index_number, child.name, born, child.sex, *place, LINES[line].label, told]


class SpanForm(Form):
    """Between which two days."""

    since = DateField(label="From the end of", noun="the first day", latest=timezone.localdate)
    until = DateField(label="To the end of", noun="the second day", latest=timezone.localdate)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] >= cleaned["until"]:
            self.add_error("until", "The second day has to be after the first.")
        return cleaned


def _span(since: date, until: date) -> str:
    days = {"since": since, "until": until}
    parts = ("day", "month", "year")
    return urlencode({f"{name}_{part}": getattr(day, part) for name, day in days.items() for part in parts})


@never_cache
@requires(PERMISSION)
def balance_movements(request: HttpRequest) -> HttpResponse:
    """How many children went from which line to which between two days; and who, of one pair of lines."""
    to, today = context_of(request), timezone.localdate()
    asked = "since_day" in request.GET or "until_day" in request.GET
    usual = {"since": today - timedelta(days=1), "until": today}
    form = SpanForm(request.GET if asked else None, initial=usual)
    span = (form.cleaned_data["since"], form.cleaned_data["until"]) if asked and form.is_valid() else None
    since, until = span or (usual["since"], usual["until"])
    before, after = request.GET.get("from", ""), request.GET.get("to", "")
    context: dict[str, Any] = {"form": form, "since": since, "until": until, "section": SECTION}
    if not asked or span:
        pair = (before, after)
        if "to" in request.GET and all(code == "" or code in set(Line) for code in pair):
            context |= _moved(request, since, until, before, after, to)
        else:
            context |= _matrix(since, until, to)
    return render(request, "registry/balance/movements.html", context)


def _label(code: str, otherwise: str) -> str:
    return LINES[Line(code)].label if code else otherwise


def _matrix(since: date, until: date, to: Context) -> dict[str, Any]:
    counts = moving.matrix(since, until, behind_shields=to.may_see_shielded)
    order = {str(line): place for place, line in enumerate(Line)}
    rows = []
    for (before, after), count in sorted(counts.items(), key=lambda one: (order.get(one[0][0], -1), -one[1])):
        href = f"?{_span(since, until)}&{urlencode({'from': before, 'to': after})}"
        rows.append(
            [
                _label(before, "New in the index"),
                _label(after, "Another record stands for the child"),
                {"text": f"{count:,}", "href": href, "numeric": True},
            ]
        )
    return {
        "rows": rows,
        "columns": ["From", "To", {"text": "Children", "numeric": True}],
        "count": words.count(sum(counts.values()), "child", "children"),
    }


def _moved(request: HttpRequest, since: date, until: date, before: str, after: str, to: Context) -> dict[str, Any]:
    number = page_number(request)
    found, total = moving.movers(
        since, until, before, after, behind_shields=to.may_see_shielded, limit=ON_A_PAGE,
        offset=(number - 1) * ON_A_PAGE,
    )  # fmt: skip
    children = disclosure.disclose([one.child_id for one in found if one.child_id not in to.family], to=to)
    access.note(request, kind="listed", asked={"page": "balance movements", "from": before, "to": after})
    rows = [
        [
            {"text": child.name, "href": child.url, "note": child.index_number},
            words_for(one.reason_code),
            one.source,
            words.day(timezone.localdate(one.at)),
        ]
        for one in found
        if (child := children.get(one.child_id))
    ]
    return {
        "pair": [_label(before, "New in the index"), _label(after, "Another record stands for the child")],
        "rows": rows,
        "columns": ["Child", "By what", "On whose word", "When"],
        "count": words.count(total, "child", "children"),
        "page": Paginator(range(total), ON_A_PAGE).get_page(number),
        "whole": f"?{_span(since, until)}",
    }
