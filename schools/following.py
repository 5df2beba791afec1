"""What is being followed of a child, on its record: a case of missing education, home education, the register, and that
nobody may contact the home."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from childindex import words
from registry.access.noting import context_of
from registry.disclosure import RecordView
from registry.sections import Section
from schools import not_in_school
from schools.home_education import keeping
from schools.missing import cases
from schools.models import NoContact
from schools.not_in_school.keeping import visible as register_of
from schools.roles import WORK_CASES


def content(request: HttpRequest, view: RecordView) -> dict[str, Any] | None:
    """The open case, home education and the entry in the register, each with its page; nothing where there is none."""
    if view.withheld:
        return None
    to, rows = context_of(request), []
    for case in cases.visible(to).filter(child=view.child_id, closed_at=None):
        told = f"Open since {words.day(case.opened_on)}. Next step by {words.day(case.due_date)}."
        rows.append(_row("Missing education", told, "schools:case", case.pk, str(case.owner or "Nobody’s yet")))
    for home in keeping.visible(to).filter(child=view.child_id, to_date=None):
        told = f"From {words.day(home.from_date)}. {home.get_suitability_display()}."
        rows.append(_row("Home education", told, "schools:home", home.pk, str(home.owner or "Nobody’s yet")))
    if not_in_school.is_kept():
        for entry in register_of(to).filter(child=view.child_id, to_date=None):
            told = f"Since {words.day(entry.registered_on)}."
            rows.append(_row("Children not in school", told, "schools:register_entry", entry.pk, ""))
    return {"rows": rows} if rows else None


def _row(key: str, told: str, page: str, pk: int, owner: str) -> dict[str, str]:
    return {"key": key, "value": told, "href": reverse(page, args=[pk]), "source": owner}


def tags(request: HttpRequest, view: RecordView) -> list[dict[str, str]]:
    """That nobody may contact the home, beside the name, so that nobody does."""
    if view.withheld or not NoContact.objects.in_force().filter(child=view.child_id).exists():
        return []
    return [{"text": "Nobody may contact the home", "tone": "alert"}]


SECTION = Section("following", "Followed up", WORK_CASES, "schools/following.html", content, order=8)
