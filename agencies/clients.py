"""Client lists: one file says whom a service knows, and keeps its involvements in step.

A list comes through the intake like any other. What it says of who a child is, is compared there; that the child is
known to the service follows when it is applied. A child whom nobody knows is never added. Who is missing from a full
list is not ended by it: that is asked, on the caseload. Lists of sensitive services are not taken, since a source's
name stands beside whatever it said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, BinaryIO

from django.db import connection

from agencies.belonging import source_of
from agencies.models import EndReason, Involvement, Service
from childindex.models import Act, User
from registry.intake import consequences
from registry.intake.applying import WILL_DO
from registry.intake.consequences import Consequence
from registry.intake.receiving import CannotReceive, receive
from registry.models import Delivery, Feed

FULL, PART = "client_list", "client_list_part"
FEEDS = (FULL, PART)
KNOWN = """
    INSERT INTO agencies_involvement (child_id, service_id, contact, from_date, confirmed_on, is_lead, end_reason,
        consent_of, consent_capacity, suspected_harm)
    SELECT DISTINCT r.child_id, %(service)s::bigint, '', %(day)s::date, %(day)s::date, false, '', '', '', ''
    FROM registry_deliveryrow r
    WHERE r.delivery_id = %(delivery)s AND r.child_id IS NOT NULL AND r.outcome = ANY(%(outcomes)s)
      AND r.id <> ALL(%(left)s)
    ON CONFLICT (child_id, service_id) WHERE to_date IS NULL DO UPDATE
        SET confirmed_on = excluded.confirmed_on, missing_since = NULL
        WHERE agencies_involvement.confirmed_on < excluded.confirmed_on
           OR agencies_involvement.missing_since <= excluded.confirmed_on
"""
MISSING = """
    UPDATE agencies_involvement i SET missing_since = %(day)s::date
    WHERE i.service_id = %(service)s AND i.to_date IS NULL AND i.confirmed_on < %(day)s::date
      AND i.missing_since IS NULL
      AND NOT EXISTS (SELECT FROM registry_indexentry e WHERE e.child_id = i.child_id AND e.shielded)
      AND NOT EXISTS (
        SELECT FROM registry_deliveryrow r WHERE r.delivery_id = %(delivery)s AND r.child_id = i.child_id)
"""
MADE = "SELECT id FROM agencies_historicalinvolvement WHERE act_id = ANY(%s) AND history_type = '+'"


def register() -> None:
    for feed in FEEDS:
        consequences.register(feed, Consequence(follow, take_back))


def send(file: BinaryIO, *, name: str, service: Service, is_full: bool, as_of: date, by: User) -> Delivery:
    """Receive a service's list. Raises CannotReceive; AlreadyReceived for one that came before."""
    if service.is_sensitive:
        raise CannotReceive(
            "Lists of a sensitive service are not taken, since its name would stand beside what they say. Say on each"
            " child’s record that the child is known to you."
        )
    feed = Feed.objects.get(code=FULL if is_full else PART)
    return receive(file, name=name, feed=feed, source=source_of(service), as_of=as_of, by=by)


def service_of(delivery: Delivery) -> Service:
    """The service whose list it is."""
    return Service.objects.get(pk=int(delivery.source.code.rpartition("-")[2]))


def follow(delivery: Delivery, deed: Act, left: Collection[int] = ()) -> None:
    """Have the service know every child of its list; of a full one, mark those who are missing from it."""
    values: dict[str, Any] = {
        "service": service_of(delivery).pk,
        "delivery": delivery.pk,
        "day": delivery.as_of,
        "outcomes": [str(outcome) for outcome in WILL_DO],
        "left": list(left),
    }
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, values)
        if delivery.feed.code == FULL:
            cursor.execute(MISSING, values)


def take_back(delivery: Delivery, deeds: Sequence[Act]) -> None:
    """What a list began was never so; whom it missed is missing no more. What it confirmed stays confirmed."""
    with connection.cursor() as cursor:
        cursor.execute(MADE, [[deed.pk for deed in deeds]])
        made = [pk for (pk,) in cursor.fetchall()]
    service = service_of(delivery)
    begun = Involvement.objects.filter(pk__in=made, to_date=None, confirmed_on=delivery.as_of)
    begun.update(to_date=delivery.as_of, end_reason=EndReason.MISTAKE)
    Involvement.objects.filter(service=service, missing_since=delivery.as_of).update(missing_since=None)
