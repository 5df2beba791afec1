"""The change of the school year: what is expected of each school, and moving every roll up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from childindex import words
from childindex.accounts.permissions import requires
from registry.dates import school_year_label
from registry.views.merging import user_of
from schools import rollover
from schools.models import Cohort, Rollover
from schools.roles import CAMPAIGN

ON_A_PAGE = 100
COUNTED = ("staying", "leaving", "unplaced", "joining")
COLUMNS = [
    "School",
    *({"text": name, "numeric": True} for name in ("Go up a year", "Leave", "No next school known", "Join")),
]


@requires(CAMPAIGN)
def school_year(request: HttpRequest) -> HttpResponse:
    """What is expected, by school; and the button that moves everybody up, from September on."""
    today = timezone.localdate()
    year = rollover.year_in_hand(today)
    if request.method == "POST":
        moves = request.POST.get("do") == "move" and rollover.is_due(year, today)
        rollover.ask(year, moves=moves, by=user_of(request))
        told = "Every roll is being moved up a year." if moves else "What is expected is being reckoned."
        messages.success(request, told)
        return redirect("schools:school_year")
    cohorts = Cohort.objects.filter(school_year=year).select_related("school").order_by("school__name", "school__urn")
    page = Paginator(cohorts, ON_A_PAGE).get_page(request.GET.get("page"))
    made = Rollover.objects.filter(school_year=year).select_related("made_by").first()
    context = {
        "label": school_year_label(year),
        "begins": rollover.first_day(year),
        "has_begun": today >= rollover.first_day(year),
        "made": made,
        "is_due": rollover.is_due(year, today),
        "sums": cohorts.aggregate(**{name: Sum(name) for name in COUNTED}) if page.paginator.count else None,
        "rows": [_row(one) for one in page],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "school"),
        "page": page,
        "job": rollover.under_way(),
        "section": "schools:campaigns",
    }
    return render(request, "schools/school_year.html", context)


def _row(cohort: Cohort) -> list[Any]:
    return [
        {"text": cohort.school.name, "note": str(cohort.school.urn)},
        *({"text": f"{getattr(cohort, name):,}", "numeric": True} for name in COUNTED),
    ]
