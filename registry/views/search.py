"""Finding a child: one box, or a field for each thing; filters beside the results. The address bar is the question."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from childindex import words
from childindex.accounts.permissions import requires
from childindex.forms import Form
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Summary
from registry.filters import ChildFilter
from registry.models import School
from registry.search import FIELDS, PAGE, Filters, Part, Query, Results, listed, search, understand
from registry.views.opening import address_of

LONGEST = 300
BOX = "q"
WITHHELD = "Address withheld. Ask the index team to make contact."


class FieldsForm(Form):
    """A field for each thing, for those who prefer it to the one box. Nothing here refuses: the search says its say."""

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


@cache
def _empty(form: type[FieldsForm | ChildFilter]) -> SafeString:
    """A form nobody has filled in yet, rendered once: it is the same on nearly every page of results."""
    return SafeString((form({}).form if issubclass(form, ChildFilter) else form()).render())


def _fields(asked: dict[str, str]) -> SafeString:
    given = {name: text for name, text in asked.items() if name in FIELDS}
    return FieldsForm(initial=given).render() if given else _empty(FieldsForm)


@requires("search_children")
def search_page(request: HttpRequest) -> HttpResponse:
    """The question, what was understood of it, and the children it may mean, best first."""
    asked = _asked(request)
    query = understand(asked, today=timezone.localdate())
    filters = ChildFilter(request.GET)
    page: dict[str, Any] = {
        "form": filters.form,
        "filters": filters.form if any(request.GET.get(name) for name in filters.filters) else _empty(ChildFilter),
        "query": query,
        "box": asked.get(BOX, ""),
        "header_query": asked.get(BOX, ""),
        "fields": _fields(asked),
        "fields_open": any(name in asked for name in FIELDS),
        "asked": list(asked.items()),
        "section": "registry:search",
    }
    if query.places and (school := _school(query)):
        return redirect(f"{request.path}?{urlencode({'school': school.urn})}")
    if filters.is_valid():
        chosen = filters.chosen
        if query.places and not query.parts[1:]:
            page |= {"no_such_school": query.parts[0].words}
        elif query:
            results, number = _searched(request, query, chosen)
            if results.total == 1 and results.page[0].exact and len(query.parts) == 1:
                return _straight_to(request, query, results)
            page |= _shown(request, query, results, number)
        elif chosen.given:
            page |= _listed(request, chosen)
        page |= {"chips": [*_parts(query, request), *_filtered(filters, request)], "is_filtered": bool(chosen.given)}
    understood = [part.words for part in query.parts] + [said for _, said in filters.words if filters.is_valid()]
    access.note(request, kind="search", asked={**asked, "understood": understood, "page": page.get("number", 1)})
    page["add"] = address_of("child_add") if context_of(request).may("edit_child") else ""
    return render(request, "registry/search/search.html", page)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The question's parameters, as far as anybody types them."""
    given = {name: request.GET.get(name, "").replace("\0", " ").strip()[:LONGEST] for name in (BOX, *FIELDS)}
    return {name: text for name, text in given.items() if text}


def _school(query: Query) -> School | None:
    """The school whose number was typed."""
    for kind, value in query.places:
        if kind == "urn":
            return School.objects.filter(urn=int(value)).first()
        if kind == "laestab":
            digits = value.replace("/", "")
            return School.objects.filter(la_code=digits[:3], estab_number=digits[3:]).order_by("close_date").first()
    return None


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def _searched(request: HttpRequest, query: Query, filters: Filters) -> tuple[Results, int]:
    """The results of the page asked for, or of the last one there is."""
    number = _number(request)
    results = _search(request, query, filters, number)
    if results.total and not results.page:
        number = -(-results.total // PAGE)
        results = _search(request, query, filters, number)
    return results, number


def _search(request: HttpRequest, query: Query, filters: Filters, number: int) -> Results:
    behind_shields = context_of(request).may_see_shielded
    today = timezone.localdate()
    offset = (number - 1) * PAGE
    return search(query, behind_shields=behind_shields, filters=filters, offset=offset, today=today)


def _straight_to(request: HttpRequest, query: Query, results: Results) -> HttpResponse:
    """A number that belongs to one child leads to the record; the search is recorded with whom it found."""
    found = disclosure.disclose([results.page[0].child_id], to=context_of(request))
    access.note(request, kind="search", asked={**query.asked, "understood": [part.words for part in query.parts]})
    return redirect(next(iter(found.values())).url)


def _shown(request: HttpRequest, query: Query, results: Results, number: int) -> dict[str, Any]:
    """What the page shows of results: strong ones, and beneath the line those less likely."""
    children = disclosure.disclose([one.child_id for one in results.page], to=context_of(request))
    return {
        "results": results,
        "strong": described(results, children, strong=True),
        "weak": described(results, children, strong=False),
        "count": _count(results),
        "page": _page(results.total, number),
        "number": number,
    }


def described(results: Results, children: dict[int, Summary], *, strong: bool) -> list[dict[str, Any]]:
    """The strong or the weak results of a page, each with why it is there."""
    return [
        _row(children[one.child_id], why=" · ".join(_sentence(one.reasons)))
        for one in results.page
        if one.strong == strong and one.child_id in children
    ]


def _listed(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    """Everybody whom the filters leave in, by name, where nothing else is asked."""
    context, number = context_of(request), _number(request)
    found = listed(filters, behind_shields=context.may_see_shielded, limit=PAGE, offset=(number - 1) * PAGE)
    if not found.total and number > 1:
        number = 1
        found = listed(filters, behind_shields=context.may_see_shielded, limit=PAGE)
    children = disclosure.disclose(found.child_ids, to=context)
    return {
        "listed": [_row(child) for child in children.values()],
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


def _sentence(reasons: Any) -> list[str]:
    """The reasons, the first with a capital letter."""
    said = [reason.words for reason in reasons]
    return [said[0][:1].upper() + said[0][1:], *said[1:]] if said else []


def _row(child: Summary, *, why: str = "") -> dict[str, Any]:
    """One child of the list, in the words of the page."""
    born = child.date_of_birth
    tags = [{"text": "Shielded", "tone": "alert"}] if child.shielded else []
    if child.state != "live":
        tags.append({"text": child.state.replace("_", " ").capitalize(), "tone": "info"})
    year = f", Year {child.year_group}" if (child.year_group or "").isdecimal() else ""
    return {
        "href": child.url,
        "name": child.name,
        "other_names": f"Also {words.listed(child.other_names)}" if child.other_names else "",
        "born": f"{words.day(born)} ({child.age})" if born and child.age is not None else "",
        "sex": child.sex_words.lower(),
        "index_number": child.index_number,
        "place": WITHHELD if "address" in child.withheld else child.address or "No address recorded",
        "school": f"{child.school}{year}" if child.school else "",
        "tags": tags,
        "why": why,
    }


def _parts(query: Query, request: HttpRequest) -> list[dict[str, str]]:
    """What was understood, each part removable."""
    kept = [(name, value) for name, value in _given(request) if name not in (BOX, *FIELDS)]
    return [{"text": _said(part), "remove": _address(query.without(part), kept)} for part in query.parts]


def _said(part: Part) -> str:
    return part.words[:1].upper() + part.words[1:]


def _filtered(filters: ChildFilter, request: HttpRequest) -> list[dict[str, str]]:
    return [
        {
            "text": said[:1].upper() + said[1:],
            "remove": _address({}, [one for one in _given(request) if one[0] != name]),
        }
        for name, said in filters.words
    ]


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in request.GET.items() if value and name != "page"]


def _address(asked: dict[str, str], kept: list[tuple[str, str]]) -> str:
    query = urlencode([*asked.items(), *kept])
    return f"{reverse('registry:search')}?{query}" if query else reverse("registry:search")
