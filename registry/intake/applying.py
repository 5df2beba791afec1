"""Applying what a compared delivery says: one act, set-wise, all of it or nothing.

Rows whose child has changed since they were compared are weighed again first; what then needs a person waits. Rows to
be decided are left, and so is all that a rule or a pin said no to; once they are decided they are applied in a further
act. Applying twice changes nothing.
"""

from __future__ import annotations

from django.db import connection, transaction

from childindex import acts
from childindex.models import Act, User
from registry.intake import consequences, corrections, repeating
from registry.intake.contested import refresh_confirmed
from registry.intake.weighing import settle, weigh_again
from registry.intake.writing import Writing
from registry.models import Delivery, DeliveryAct, Outcome, Stage

REASON_CODE = "applied_a_file"
WILL_DO = (Outcome.CONFIRMED, Outcome.CHANGED, Outcome.JOINED, Outcome.LEFT)
LOCK = """
    SELECT id FROM registry_child WHERE id IN (
        SELECT child_id FROM registry_deliveryrow WHERE delivery_id = %s AND outcome = ANY(%s)
        AND NOT changes @> '[{"do": "repeat"}]' AND (waits OR NOT %s)
    ) ORDER BY id FOR NO KEY UPDATE
"""
MOVED_ON = """
    SELECT r.id FROM registry_deliveryrow r JOIN registry_child c ON c.id = r.child_id
    WHERE r.delivery_id = %s AND r.outcome = ANY(%s) AND c.revision IS DISTINCT FROM r.revision
    AND (r.waits OR NOT %s)
"""


class CannotApply(Exception):
    """Nothing was written; the text says why and what to do."""


def apply(delivery: Delivery, *, by: User | None) -> Act:
    """Apply every row that needs no person; of an applied delivery, those decided since. Raises CannotApply."""
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        _refuse_unless_ready(locked)
        _see_to_those_moved_on(locked)
        reason = f"{locked.feed}: {locked.name}, as of {locked.as_of:%-d %B %Y}"
        with acts.act(by=by, source=locked.source, reason_code=REASON_CODE, reason=reason) as deed:
            Writing(locked, deed).write(WILL_DO)
            corrections.note(locked, deed)
            consequences.of_applying(locked, deed)
            if not locked.is_applied:
                repeating.repeat(locked, deed)
        refresh_confirmed([deed])
        repeating.remember(locked, deed)
        _note(locked, deed)
        settle(locked, stage=Stage.APPLIED)
    delivery.refresh_from_db()
    return deed


def _note(delivery: Delivery, deed: Act) -> None:
    """Keep by which acts the delivery was applied, and that none of its rows waits any more."""
    if delivery.is_applied:
        DeliveryAct.objects.create(delivery=delivery, act=deed)
        delivery.all_rows.filter(waits=True, outcome__in=WILL_DO).update(waits=False)
    else:
        delivery.act = deed


def _refuse_unless_ready(delivery: Delivery) -> None:
    if delivery.is_applied and not delivery.all_rows.filter(waits=True, outcome__in=WILL_DO).exists():
        raise CannotApply("This file has been applied already. Nothing was written again.")
    if delivery.stage == Stage.HELD:
        held = " ".join(brake["sentence"] for brake in delivery.brakes)
        raise CannotApply(f"This file is held: {held} Release it, with a reason, first.")
    if delivery.stage not in (Stage.COMPARED, Stage.APPLIED):
        raise CannotApply("This file has not been compared with the index yet. Wait until it has.")
    newer = Delivery.objects.of(delivery.feed, delivery.source).standing().filter(as_of__gt=delivery.as_of).first()
    if newer is not None and delivery.released_by_id is None:
        raise CannotApply(
            f"A later file of this feed has been applied, as of {newer.as_of:%-d %B %Y}. This one comes too late."
        )


def _see_to_those_moved_on(delivery: Delivery) -> None:
    """Lock the children in the one order; rows whose child has changed since are compared again first."""
    _lock(delivery)
    repeating.forget_moved_on(delivery)
    with connection.cursor() as cursor:
        cursor.execute(MOVED_ON, [delivery.pk, list(WILL_DO), delivery.is_applied])
        moved_on = [pk for (pk,) in cursor.fetchall()]
    stale = delivery.all_rows.filter(pk__in=moved_on) | delivery.all_rows.filter(outcome="")
    if pks := list(stale.order_by("number").values_list("pk", flat=True)):
        weigh_again(delivery, pks)
        _lock(delivery)


def _lock(delivery: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [delivery.pk, list(WILL_DO), delivery.is_applied])
