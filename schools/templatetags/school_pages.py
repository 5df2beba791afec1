"""The pages of one school, for its own people."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from registry.models import School
from schools.roles import SUPPORT

register = template.Library()
PAGES = [
    ("roll_of", "Our roll"),
    ("own_returns", "Returns"),
    ("own_movers", "Who comes and goes"),
    ("own_corrections", "Corrections"),
    ("own_whereabouts", "Where our pupils are"),
    ("own_staff", "Staff"),
    ("own_terms", "Term dates"),
    ("supported", "Who supports our pupils"),
    ("taken_from_us", "What the council takes"),
]


@register.inclusion_tag("schools/rolls/pages.html", takes_context=True)
def school_pages(context: dict[str, Any], school: School, at: str) -> dict[str, Any]:
    """The pages that this person may open; `at` is the name of the one that is open."""
    may_see_support = context["request"].user.may(SUPPORT)
    items = [
        {"text": text, "href": reverse(f"schools:{name}", args=[school.urn]), "current": name == at}
        for name, text in PAGES
        if name != "supported" or may_see_support
    ]
    return {"items": items, "label": str(school)}
