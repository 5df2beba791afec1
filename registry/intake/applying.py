"""Applying what a compared delivery says: one act, set-wise, all of it or nothing.

Rows whose child has changed since they were compared are weighed again first; what then needs a person waits. Rows to
be decided are left, and so is all that a rule or a pin said no to; once they are decided they are applied in a further
act. Applying twice changes nothing.

Rows for custodians are none of it: custodians write those themselves (`behind_shields`). Rows about somebody's own
family are left for another to apply, and wait until then.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import QuerySet

from childindex import acts
from childindex.models import Act, User
from registry import conflicts
from registry.intake import consequences, corrections, looking_behind, repeating
from registry.intake.contested import refresh_confirmed
from registry.intake.seeing import told_of
from registry.intake.weighing import settle, weigh_again
from registry.intake.writing import Writing
from registry.models import Delivery, DeliveryAct, DeliveryRow, Outcome, Stage

REASON_CODE = "applied_a_file"
WILL_DO = (Outcome.CONFIRMED, Outcome.CHANGED, Outcome.JOINED, Outcome.LEFT)
LOCK = """
    SELECT id FROM registry_child WHERE id IN (
        SELECT child_id FROM registry_deliveryrow WHERE delivery_id = %s AND outcome = ANY(%s)
        AND NOT changes @> '[{"do": "repeat"}]' AND (waits OR NOT %s) AND NOT for_custodians
    ) ORDER BY id FOR NO KEY UPDATE
"""
MOVED_ON = """
    SELECT r.id FROM registry_deliveryrow r JOIN registry_child c ON c.id = r.child_id
    WHERE r.delivery_id = %s AND r.outcome = ANY(%s) AND c.revision IS DISTINCT FROM r.revision
    AND (r.waits OR NOT %s) AND NOT r.for_custodians
"""


class CannotApply(Exception):
    """Nothing was written; the text says why and what to do."""


def apply(delivery: Delivery, *, by: User | None) -> Act:
    """Apply every row that needs no person; of an applied delivery, those decided since. Raises CannotApply."""
    with transaction.atomic():
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        family = conflicts.family_of(by, behind_shields=False) if by else frozenset()
        _refuse_unless_ready(locked, family)
        _see_to_those_moved_on(locked, family)
        left = _leave(locked, family)
        reason = f"{locked.feed}: {locked.name}, as of {locked.as_of:%-d %B %Y}"
        with acts.act(by=by, source=locked.source, reason_code=REASON_CODE, reason=reason) as deed:
            Writing(locked, deed, left=left).write(WILL_DO)
            corrections.note(locked, deed)
            consequences.of_applying(locked, deed, left)
            if not locked.is_applied:
                repeating.repeat(locked, deed)
        refresh_confirmed([deed])
        repeating.remember(locked, deed)
        _note(locked, deed, left)
        settle(locked, stage=Stage.APPLIED)
        looking_behind.ask_to_look(locked)
    delivery.refresh_from_db()
    return deed


def waiting(delivery: Delivery, family: Collection[int]) -> QuerySet[DeliveryRow]:
    """The rows of an applied delivery that wait to be applied, as far as somebody of this family may."""
    return delivery.all_rows.filter(waits=True, outcome__in=WILL_DO, for_custodians=False).exclude(child__in=family)


def _leave(delivery: Delivery, family: Collection[int]) -> list[int]:
    """The rows about somebody's own family, which somebody else applies."""
    if not family:
        return []
    own = delivery.all_rows.filter(child__in=family, outcome__in=WILL_DO, for_custodians=False)
    own = own.filter(waits=True) if delivery.is_applied else own
    return list(own.values_list("pk", flat=True))


def _note(delivery: Delivery, deed: Act, left: Collection[int]) -> None:
    """Keep by which acts the delivery was applied, and that none of its rows waits any more but those left."""
    if delivery.is_applied:
        DeliveryAct.objects.create(delivery=delivery, act=deed)
        rows = delivery.all_rows.filter(waits=True, outcome__in=WILL_DO, for_custodians=False)
        rows.exclude(pk__in=left).update(waits=False)
    else:
        delivery.act = deed
        delivery.all_rows.filter(pk__in=left).update(waits=True)


def _refuse_unless_ready(delivery: Delivery, family: Collection[int]) -> None:
    if delivery.is_applied and not waiting(delivery, family).exists():
        raise CannotApply("This file has been applied already. Nothing was written again.")
    if delivery.stage == Stage.HELD:
        held = " ".join(brake["sentence"] for brake in delivery.brakes)
        raise CannotApply(f"This file is held: {held} Release it, with a reason, first.")
    if delivery.stage not in (Stage.COMPARED, Stage.APPLIED):
        raise CannotApply("This file has not been compared with the index yet. Wait until it has.")
    others = told_of(Delivery.objects.of(delivery.feed, delivery.source).standing())
    newer = others.filter(as_of__gt=delivery.as_of).first()
    if newer is not None and delivery.released_by_id is None:
        raise CannotApply(
            f"A later file of this feed has been applied, as of {newer.as_of:%-d %B %Y}. This one comes too late."
        )


def _see_to_those_moved_on(delivery: Delivery, family: Collection[int]) -> None:
    """Lock the children in the one order; rows whose child has changed since are compared again first.

    So are those that only repeat what was said of somebody's own family: they are no part of what everybody may apply.
    """
    _lock(delivery)
    repeating.forget_moved_on(delivery)
    if family:
        repeating.forget(delivery, family)
    with connection.cursor() as cursor:
        cursor.execute(MOVED_ON, [delivery.pk, list(WILL_DO), delivery.is_applied])
        moved_on = [pk for (pk,) in cursor.fetchall()]
    stale = delivery.all_rows.filter(pk__in=moved_on) | delivery.all_rows.filter(outcome="")
    stale = stale.filter(for_custodians=False)
    if pks := list(stale.order_by("number").values_list("pk", flat=True)):
        weigh_again(delivery, pks)
        _lock(delivery)


def _lock(delivery: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [delivery.pk, list(WILL_DO), delivery.is_applied])
