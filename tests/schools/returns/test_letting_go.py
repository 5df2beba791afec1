"""Rows of national tables are let go of with the deliveries that they became."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from registry import letting_go
from registry.intake import stages
from schools.models import Collection
from tests.registry.intake.lists import HEADINGS, child_health, received

pytestmark = pytest.mark.django_db


def test_rows_of_a_school_that_is_not_known_yet_wait_and_are_kept(monkeypatch):
    became = stages.read(received(HEADINGS, "A1,Begum,Amina,28/02/2017,F,,,,", source=child_health()), by=None)
    collection = Collection.objects.create(name="pupils.csv", as_of=date(2026, 10, 1))
    part = {"feed": "census_on_roll", "table": "pupils.csv", "rows": 1, "content": b"rows"}
    collection.parts.create(code="SCH1", delivery=became, **part)
    collection.parts.create(code="SCH2", **part)
    moment = timezone.now() + timedelta(days=91)
    monkeypatch.setattr(timezone, "now", lambda: moment)

    letting_go.let_go(by=None)

    assert [bytes(one.content) for one in collection.parts.order_by("code")] == [b"", b"rows"]
