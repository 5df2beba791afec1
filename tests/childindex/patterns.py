"""Pages that show every component with invented content: for tests and for looking at, never part of the site."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from childindex.forms import DateField, Form, RadioSelect


@dataclass
class Officer:
    """Somebody signed in, without a database behind them."""

    full_name: str = "Olu Officer"
    is_authenticated: bool = True
    granted: frozenset[str] = field(default_factory=lambda: frozenset({"search_children", "view_child"}))

    def may(self, permission: str) -> bool:
        return permission in self.granted


class Change(Form):
    """A form with every kind of control."""

    forename = forms.CharField(help_text="As on the birth certificate")
    date_of_birth = DateField(label="Date of birth", noun="a date of birth", latest=date(2026, 11, 23))
    sex = forms.ChoiceField(choices=[("F", "Girl"), ("M", "Boy")], widget=forms.RadioSelect)
    meaning = forms.ChoiceField(
        label="What happened?",
        choices=[("change", "Change"), ("correct", "Correct")],
        widget=RadioSelect(hints={"change": "It stopped being true.", "correct": "It was never true."}),
    )
    seen = forms.MultipleChoiceField(
        label="Evidence seen",
        choices=[("passport", "Passport"), ("certificate", "Birth certificate")],
        widget=forms.CheckboxSelectMultiple,
    )
    school = forms.ChoiceField(choices=[("", "Choose a school"), ("1", "Hollyfield Primary")])
    upn = forms.CharField(label="UPN", widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}))
    why = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}))
    sure = forms.BooleanField(label="The family has been told")
    letter = forms.FileField(label="Letter", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class Filters(Form):
    school = forms.ChoiceField(choices=[("", "Any"), ("1", "Hollyfield Primary")], required=False)
    born_after = DateField(label="Born after", required=False)


def rendered(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    """One of the templates beside this file, as a page of the site for somebody who may search."""
    source = (Path(__file__).parent / "templates/patterns" / f"{name}.html").read_text()
    signed_in = {"user": Officer(), "section": "record", **context}
    return HttpResponse(engines["django"].from_string(source).render(signed_in, request))


SENTENCES = [
    {
        "text": "Amina lives at Flat 2, 14 Example Road, B4 7DA, with Farah Khan (mother).",
        "how": "Hollyfield Primary confirmed this on 3 October 2026, 51 days ago.",
        "mark": "fresh",
    },
    {
        "text": "She is in Year 5 at Hollyfield Primary, on roll since 7 September 2022.",
        "how": "Confirmed by the school’s summer return.",
        "mark": "ageing",
    },
    {
        "text": "Her GP practice is Example Health Centre.",
        "how": "From the practice list of March 2025. Not confirmed for 20 months.",
        "mark": "stale",
    },
    {
        "text": "Two sources disagree about her surname: Khan (school), Khan-Begum (health visiting).",
        "mark": "contested",
        "word": "To decide",
    },
    {"text": "Nobody has said whether she has a second home.", "mark": "unknown"},
]
FACTS = [
    {
        "key": "Registered name",
        "value": "Amina Khan",
        "note": "Hollyfield Primary, 7 September 2022",
        "actions": [
            {"text": "Change", "href": "#", "what": "registered name"},
            {"text": "Correct", "href": "#", "what": "registered name"},
        ],
    },
    {"key": "UPN", "value": "H330203126001", "tag": "Current", "tone": "good", "actions": []},
    {"key": "Address", "withheld": True},
]
DETAILS = ["born 28 February 2017 (9)", "girl", "CI-4F7K-29QX-M"]
TAGS = [{"text": "On roll, confirmed this term", "tone": "fresh"}, {"text": "Cause for concern open", "tone": "alert"}]
SECTIONS = [{"text": "Overview", "href": "#", "current": True}, {"text": "History", "href": "/history/"}]
RESULTS = [
    {
        "href": "/record/",
        "name": f"{forename} Khan",
        "other_names": "Also known as Minnie",
        "about": "Born 28 February 2017 (9), girl",
        "index_number": "CI-4F7K-29QX-M",
        "place": "14 Example Road, B4 7DA",
        "school": "Hollyfield Primary, Year 5",
        "tags": [{"text": "Two sources disagree", "tone": "contested"}],
        "why": "Surname sounds the same · born on the same day · used to live in B15",
    }
    for forename in ("Amina", "Aminah", "Ameena")
]
GROUPS = [{"title": "", "results": RESULTS}, {"title": "Less likely", "results": RESULTS}]
HISTORY = [
    {
        "title": "Preferred name added",
        "by": "Hollyfield Primary’s roll return",
        "at": datetime(2024, 1, 12, 9, 14, tzinfo=UTC),
        "changes": [{"label": "Preferred name", "new": "Minnie"}],
        "why": "Applied from the spring return",
    },
    {
        "title": "Address corrected",
        "by": "Olu Officer",
        "at": datetime(2023, 6, 1, 15, 2, tzinfo=UTC),
        "changes": [
            {"label": "House number", "old": "41", "new": "14"},
            {"label": "Telephone", "withheld": True},
        ],
        "href": "#",
        "action": "Undo this",
    },
]
COMPARED = [
    {"key": "Surname", "left": "Khan", "right": "Khan-Begum", "is_different": True},
    {"key": "Date of birth", "left": "28 February 2017", "right": "28 February 2017", "word": "Same"},
    {"key": "UPN", "left": "H330203126001", "right": ""},
    {"key": "Address", "withheld": True},
]
BALANCE = {
    "columns": ["Line", {"text": "Children", "numeric": True}],
    "rows": [
        [{"text": "On a roll, confirmed this term", "href": "#"}, {"text": "151,902", "numeric": True}],
        [{"text": "Educated at home", "href": "#"}, {"text": 1846, "numeric": True, "note": "3 more than yesterday"}],
        ["No roll, no reason", {"tag": "New today: 12", "tone": "alert"}],
    ],
    "totals": ["Every child, once", {"text": "168,214"}],
}
TABS = [
    {"text": "To decide", "href": "#", "count": 2, "current": True},
    {"text": "Changed", "href": "#", "count": 11},
    {"text": "Refused", "href": "#", "count": 0},
]
CHIPS = [
    {"text": "Surname or forename: khan, mohamed", "remove": "?"},
    {"text": "Postcode starts B15", "remove": "?q=khan"},
]
RETURN = [
    {"value": 389, "label": "confirmed", "tone": "good"},
    {"value": 11, "label": "changed", "tone": "pale"},
    {"value": 4, "label": "left", "tone": "ageing"},
    {"value": 2, "label": "to decide", "tone": "contested", "href": "#"},
    {"value": 1, "label": "refused", "tone": "alert"},
]


def everything(request: HttpRequest) -> HttpResponse:
    return rendered(
        request,
        "everything",
        page=Paginator(range(400), 20).get_page(request.GET.get("page", 5)),
        facts=FACTS,
        compared=COMPARED,
        balance=BALANCE,
        parts=RETURN,
        tabs=TABS,
    )


def record(request: HttpRequest) -> HttpResponse:
    return rendered(request, "record", sentences=SENTENCES, facts=FACTS, tabs=SECTIONS, tags=TAGS, details=DETAILS)


def results(request: HttpRequest) -> HttpResponse:
    return rendered(request, "results", groups=GROUPS, chips=CHIPS, filters=Filters(request.GET), section="search")


def history(request: HttpRequest) -> HttpResponse:
    return rendered(request, "history", items=HISTORY)


def change(request: HttpRequest) -> HttpResponse:
    form = Change(request.POST or None) if request.method == "POST" else Change(initial={"revision": 1})
    return rendered(request, "change", form=form)


DONE = [0]


def work(request: HttpRequest) -> HttpResponse:
    """Work of three rows, which goes on by one whenever somebody looks."""
    DONE[0] += 1
    return rendered(request, "work", done=DONE[0], refresh=1 if DONE[0] < 3 else None)


urlpatterns = [
    path("", everything, name="everything"),
    path("record/", record, name="record"),
    path("search/", results, name="search"),
    path("history/", history, name="history"),
    path("change/", change, name="change"),
    path("work/", work, name="work"),
]

STATIC = settings.BASE_DIR / "static" / "dist"
