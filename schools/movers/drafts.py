"""Forms begun and put off: what was typed waits for whoever typed it, at their school, and for nobody else."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict

from childindex.models import User
from registry.models import School
from schools.models import Draft

OURS = {"csrfmiddlewaretoken", "keep"}


def keep(typed: QueryDict, *, form: str, school: School, by: User) -> None:
    """Put a form off."""
    held = {name: values for name, values in typed.lists() if name not in OURS}
    Draft.objects.update_or_create(user=by, school=school, form=form, defaults={"typed": held})


def take(*, form: str, school: School, by: User) -> tuple[QueryDict, datetime] | None:
    """What was typed, and when it was put off."""
    found = Draft.objects.filter(user=by, school=school, form=form).first()
    if found is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in found.typed.items():
        typed.setlist(name, values)
    return typed, found.kept_at


def drop(*, form: str, school: School, by: User) -> None:
    Draft.objects.filter(user=by, school=school, form=form).delete()
