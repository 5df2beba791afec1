"""Which rows of a file somebody may be shown, and what they come to, counted over those alone.

What becomes of a row says whether what it has agrees with the index. Of a shielded child that would tell where the
child lives to anybody who can send a guess; so such rows, and those that could mean a shielded child, are for
custodians, and stand in nobody else's list or count. How many there are is said, as it is of any list.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from registry.disclosure import Context
from registry.models import Delivery, DeliveryRow, IndexEntry, Outcome, Stage

ABSENT, WITHHELD = "absent", "withheld"
COMPARED = (Stage.COMPARED, Stage.HELD, Stage.APPLIED, Stage.UNDONE)
UNREADABLE = Q(number__isnull=False) & (~Q(problems=[]) | Q(outcome=Outcome.REFUSED, decided_by=None))
"""Rows of a file with something that could not be read, or of which nothing could."""
COULD_MEAN = """
    SELECT DISTINCT r.id FROM registry_deliveryrow r CROSS JOIN LATERAL jsonb_array_elements(r.candidates) AS could
    WHERE r.delivery_id = %s AND r.outcome = 'to_decide' AND (could ->> 0)::bigint IN (
        SELECT child_id FROM registry_indexentry WHERE shielded
      UNION SELECT c.id FROM registry_child c JOIN registry_indexentry e ON e.child_id = c.superseded_by_id
            WHERE e.shielded)
"""


def rows_for(delivery: Delivery, to: Context) -> QuerySet[DeliveryRow]:
    """The rows of a file that this person may be shown, in the file's order, and then who is missing from it."""
    rows = delivery.all_rows.order_by("number", "pk")
    if to.may_see_shielded:
        return rows
    shielded = IndexEntry.objects.filter(shielded=True).values("child_id")
    hidden = rows.filter(child__in=shielded) | rows.filter(child__superseded_by__in=shielded)
    with connection.cursor() as cursor:
        cursor.execute(COULD_MEAN, [delivery.pk])
        could_mean = [pk for (pk,) in cursor.fetchall()]
    return rows.exclude(pk__in=hidden.order_by().values("pk")).exclude(pk__in=could_mean)


def unreadable_for(delivery: Delivery, to: Context) -> QuerySet[DeliveryRow]:
    """The rows with something that could not be read, as far as this person may be shown what that is.

    The sentence repeats the cell, and a column that was taken for another may hold anything, also where a shielded
    child lives. Until rows are compared nobody knows whom they mean, and custodians alone are shown any.
    """
    found = rows_for(delivery, to).filter(UNREADABLE)
    return found if to.may_see_shielded or delivery.stage in COMPARED else found.none()


def counts_for(delivery: Delivery, to: Context) -> dict[str, int]:
    """How many rows come to each outcome, how many children are absent, and how many rows are withheld."""
    if to.may_see_shielded:
        found = {str(outcome): getattr(delivery, outcome) for outcome in Outcome.values}
        return {**found, ABSENT: delivery.absent, WITHHELD: 0}
    seen = rows_for(delivery, to).order_by()
    counted = dict(seen.exclude(number=None).values_list("outcome").annotate(Count("pk")))
    absent = seen.filter(number=None).count()
    found = {str(outcome): counted.get(outcome, 0) for outcome in Outcome.values}
    withheld = delivery.rows + delivery.absent - sum(found.values()) - absent
    return {**found, ABSENT: absent, WITHHELD: withheld}


def asking(rows: QuerySet[DeliveryRow]) -> QuerySet[DeliveryRow]:
    """Those that wait for a person: what was put off comes last."""
    return rows.filter(outcome=Outcome.TO_DECIDE).order_by(F("put_off_at").asc(nulls_first=True), "number", "pk")
