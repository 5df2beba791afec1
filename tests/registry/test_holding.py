"""Whether something dated holds on a day: two dates, a queryset and SQL say the same."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection

from registry.dates.holding import holds, holds_on, true_on
from registry.models import Name
from tests.factories import make_child, said_by

DAY = date(2026, 11, 23)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
SPANS = [pair for pair in product((None, BEFORE, DAY, AFTER), repeat=2) if None in pair or pair[0] <= pair[1]]


@pytest.mark.parametrize(
    ("first", "last", "is_so"),
    [
        (None, None, True),
        (None, DAY, True),
        (None, BEFORE, False),
        (DAY, DAY, True),
        (DAY, None, True),
        (AFTER, None, False),
        (BEFORE, AFTER, True),
    ],
)
def test_both_days_are_inclusive_and_what_is_not_known_to_have_begun_holds(first, last, is_so):
    assert holds_on(first, last, DAY) is is_so


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), SPANS)
def test_two_dates_a_queryset_and_sql_agree(first, last):
    [name] = make_child().names.all()
    with said_by():
        Name.objects.filter(pk=name.pk).update(from_date=first, to_date=last)

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {holds('f', on='%s')} FROM registry_name f", [DAY, DAY])
        [(in_sql,)] = cursor.fetchall()

    assert holds_on(first, last, DAY) == Name.objects.filter(true_on(DAY)).exists() == in_sql
