"""Whose cases, notices and requests somebody may work on."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from registry.disclosure.context import Context
from registry.disclosure.shielding import everybody_shielded

Row = TypeVar("Row", bound=Model)


def workable(rows: QuerySet[Row], to: Context) -> QuerySet[Row]:
    """The rows about children on whom this person may work: a shielded child's are for custodians, and nobody works on
    their own family's. Rows about no child of the index stay."""
    found = rows.exclude(child__in=to.family) if to.family else rows
    return found if to.may_see_shielded else found.exclude(child__in=everybody_shielded())
