"""Finding a child: one box, or a field for each thing; filters beside the results. The address bar is the question."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from childindex import words
from childindex.accounts.permissions import requires
from childindex.forms import Error, Form, error_lines
from registry import access, disclosure, quotas
from registry.access.noting import context_of
from registry.filters import ChildFilter, asked_too
from registry.models import School
from registry.search import FIELDS, PAGE, Filters, Query, Results, listed, search, understand
from registry.views.opening import address_of
from registry.views.results import groups_of, row_of

LONGEST = 300
BOX, TOO_MANY = "q", 429
FILTERS = tuple(ChildFilter.base_filters)
NOTHING_UNDERSTOOD = "Nothing in “{}” could be understood. Enter a name, a date of birth, a postcode or a number."


class FieldsForm(Form):
    """A field for each thing, for those who prefer it to the one box. What cannot be read is said beside its field."""

    surname = forms.CharField(label="Surname", required=False)
    forename = forms.CharField(label="Forename", required=False)
    date_of_birth = forms.CharField(label="Date of birth", required=False, help_text="Like 3 10 2016, or a year.")
    postcode = forms.CharField(label="Postcode", required=False, help_text="Whole, or its first part.")
    address = forms.CharField(label="Address", required=False, help_text="House number and street.")
    carer = forms.CharField(label="Carer’s name", required=False)
    telephone = forms.CharField(label="Carer’s telephone", required=False)
    identifier = forms.CharField(
        label="Number", required=False, help_text="UPN, ULN, NHS number, index number, or a school’s URN."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, text in list(cleaned.items()):
            for fault in understand({name: text}, today=timezone.localdate()).faults if text else ():
                self.add_error(name, fault)
        return cleaned


def _fields(form: FieldsForm) -> SafeString:
    return render_to_string("registry/search/fields.html", {"form": form})


@cache
def _no_fields() -> SafeString:
    """The fields that nobody has filled in, rendered once: they are the same on nearly every page of results."""
    return _fields(FieldsForm())


@cache
def _no_filters() -> SafeString:
    return SafeString(ChildFilter({}).form.render())


@requires("search_children")
def search_page(request: HttpRequest) -> HttpResponse:
    """The question, what was understood of it, and the children it may mean, best first."""
    asked, today = _asked(request), timezone.localdate()
    query = understand(asked, today=today)
    school = _school(query)
    if school is not None:
        return redirect(_by_school(request, query, school))
    fields = FieldsForm(asked) if any(name in asked for name in FIELDS) else None
    filters = _filters(request)
    page = _frame(request, asked, query, fields, filters)
    if (asked or filters) and (refusal := quotas.refusal_of_search(by=context_of(request).user)):
        return _refused(request, asked, page, refusal)
    is_sound = filters is None or filters.is_valid()
    if is_sound:
        chosen = filters.chosen if filters else Filters()
        if query.places:
            page["not_a_school"] = query.places[0][0] != "practice"
        elif query.is_crowd:
            page |= _listed(request, asked_too(query, chosen, today=today), today) | {"is_crowd": True}
        elif query:
            results, number = _searched(request, query, chosen, today)
            if results.total == 1 and results.page[0].exact and len(query.parts) == 1:
                return _straight_to(request, query, results)
            page |= _shown(request, results, number, today)
        elif chosen.given:
            page |= _listed(request, chosen, today)
        page["is_filtered"] = bool(chosen.given)
    said = filters.words if filters and is_sound else []
    page["chips"] = [*_parts(query, request), *_filtered(said, request)]
    understood = [part.words for part in query.parts] + [text for _, text in said]
    access.note(request, kind="search", asked={**asked, "understood": understood, "page": page.get("number", 1)})
    return render(request, "registry/search/search.html", page)


def _filters(request: HttpRequest) -> ChildFilter | None:
    """The filters, where any is given."""
    if not any(request.GET.get(name) for name in FILTERS):
        return None
    return ChildFilter(request.GET, behind_shields=context_of(request).may_see_shielded)


def _refused(
    request: HttpRequest, asked: dict[str, str], page: dict[str, Any], refusal: quotas.OverQuota
) -> HttpResponse:
    """The question as it was asked, why it is not answered now, and when to ask it again."""
    page["errors"] = [Error(str(refusal), "#search-box"), *page["errors"]]
    page["faults"] = [str(refusal), *page["faults"]]
    access.note(request, kind="refused", asked={**asked, **quotas.asked("searches", refusal)})
    return render(request, "registry/search/search.html", page | {"query": None}, status=TOO_MANY)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The question's parameters, as far as anybody types them."""
    given = {name: request.GET.get(name, "").replace("\0", " ").strip()[:LONGEST] for name in (BOX, *FIELDS)}
    return {name: text for name, text in given.items() if text}


def _frame(
    request: HttpRequest, asked: dict[str, str], query: Query, fields: FieldsForm | None, filters: ChildFilter | None
) -> dict[str, Any]:
    """What stands around the results whatever is found: the box, both forms as they were filled in, what is wrong."""
    context, box = context_of(request), asked.get(BOX, "")
    faults = _faults(box, query if not fields else understand({BOX: box}, today=timezone.localdate()))
    errors = [Error(text, "#search-box") for text in faults]
    errors += [line for form in (fields, filters and filters.form) if form for line in error_lines(form)]
    return {
        "errors": errors,
        "has_errors": bool(errors),
        "faults": faults,
        "query": query,
        "box": box,
        "header_query": box,
        "asked": list(asked.items()),
        "fields": _fields(fields) if fields else _no_fields(),
        "filters": filters.form.render() if filters else _no_filters(),
        "clear": _address(asked, []) if filters else "",
        "add": _adding(query) if context.may("edit_child") else "",
        "may_see_shielded": context.may_see_shielded,
        "section": "registry:search",
    }


def _faults(box: str, query: Query) -> list[str]:
    """What of the box was not understood."""
    if box and not query and not query.faults:
        return [NOTHING_UNDERSTOOD.format(box)]
    return list(query.faults)


def _adding(query: Query) -> str:
    """Where a child is added, begun with what was asked."""
    *before, last = query.name.split() or [""]
    begun = {
        "forename": query.forename or " ".join(before),
        "surname": query.surname or last,
        "date_of_birth": query.born.isoformat() if query.born else "",
        "postcode": query.postcode,
    }
    given = urlencode({name: value for name, value in begun.items() if value})
    return f"{address_of('child_add')}?{given}" if given else address_of("child_add")


def _school(query: Query) -> School | None:
    """The school whose number was typed."""
    for kind, value in query.places:
        if kind == "urn":
            return School.objects.filter(urn=int(value)).first()
        if kind == "laestab":
            digits = value.replace("/", "")
            return School.objects.numbered(digits[:3], digits[3:], on=timezone.localdate()).first()
    return None


def _by_school(request: HttpRequest, query: Query, school: School) -> str:
    """The same question with the school's number as a filter."""
    part = next(part for part in query.parts if part.kind == "places")
    kept = [(name, value) for name, value in _given(request) if name not in (BOX, *FIELDS, "school")]
    return _address(query.without(part), [*kept, ("school", str(school.urn))])


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def _searched(request: HttpRequest, query: Query, filters: Filters, today: date) -> tuple[Results, int]:
    """The results of the page asked for, or of the last one there is."""
    behind_shields, number = context_of(request).may_see_shielded, _number(request)

    def page(number: int) -> Results:
        offset = (number - 1) * PAGE
        return search(query, behind_shields=behind_shields, filters=filters, offset=offset, today=today)

    results = page(number)
    if results.total and not results.page:
        number = -(-results.total // PAGE)
        results = page(number)
    return results, number


def _straight_to(request: HttpRequest, query: Query, results: Results) -> HttpResponse:
    """A number that belongs to one child leads to the record; the search is recorded with whom it found."""
    found = disclosure.disclose([results.page[0].child_id], to=context_of(request))
    access.note(request, kind="search", asked={**query.asked, "understood": [part.words for part in query.parts]})
    return redirect(next(iter(found.values())).url)


def _shown(request: HttpRequest, results: Results, number: int, today: date) -> dict[str, Any]:
    """What the page shows of results: strong ones, and beneath the line those less likely."""
    children = disclosure.disclose([one.child_id for one in results.page], to=context_of(request))
    return {
        "results": results,
        "groups": groups_of(results, children, today=today),
        "count": words.sentence(_count(results)),
        "page": _page(results.total, number),
        "number": number,
    }


def _listed(request: HttpRequest, filters: Filters | None, today: date) -> dict[str, Any]:
    """Everybody whom the filters leave in, by name, where nothing else is asked; nobody without filters."""
    if filters is None:
        return {"groups": []}
    context, number = context_of(request), _number(request)
    found = listed(filters, behind_shields=context.may_see_shielded, limit=PAGE, offset=(number - 1) * PAGE)
    if not found.total and number > 1:
        number = 1
        found = listed(filters, behind_shields=context.may_see_shielded, limit=PAGE)
    children = disclosure.disclose(found.child_ids, to=context)
    return {
        "groups": [{"results": [row_of(child, today=today) for child in children.values()]}] if children else [],
        "count": f"{words.count(found.total, 'child')}, in order of surname",
        "page": _page(found.total, number),
        "number": number,
    }


def _page(total: int, number: int) -> Page[int]:
    return Paginator(range(total), PAGE).get_page(number)


def _count(results: Results) -> str:
    likely, all_found = results.strong, results.total
    if results.too_many:
        return f"{results.count_words} children fit this name"
    if likely and likely < all_found:
        return f"{words.count(likely, 'child')} likely, {all_found - likely} less so"
    return f"{words.count(all_found, 'child')} found"


def _parts(query: Query, request: HttpRequest) -> list[dict[str, str]]:
    """What was understood, each part removable."""
    kept = [(name, value) for name, value in _given(request) if name not in (BOX, *FIELDS)]
    return [{"text": words.sentence(part.words), "remove": _address(query.without(part), kept)} for part in query.parts]


def _filtered(said: list[tuple[str, str]], request: HttpRequest) -> list[dict[str, str]]:
    given = _given(request)
    return [
        {"text": words.sentence(text), "remove": _address({}, [one for one in given if one[0] != name])}
        for name, text in said
    ]


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in request.GET.items() if value and name != "page"]


def _address(asked: dict[str, str], kept: list[tuple[str, str]]) -> str:
    query = urlencode([*asked.items(), *kept])
    return f"{reverse('registry:search')}?{query}" if query else reverse("registry:search")
