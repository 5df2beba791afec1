"""Client lists: one file says whom a service knows, and keeps its involvements in step.

A list comes through the intake like any other. What it says of who a child is, is compared there; when it is applied
each child whom it means is *listed* by the service: others may be told so, marked, and the service itself is told
nothing of it, reads nothing by it and hears nothing (`agencies/listed.py`). A child whom nobody knows is never added.

Whom a person of the service has confirmed, the list confirms again where it names the child as the record does, or in
words that the person has said to mean the child: not by what the matcher makes of it, since who is confirmed and who is
missing is shown to the service. Who is missing from a full list is not ended by it: that is asked, on the caseload.
Whoever was only listed, and is not any more, is listed no more. Lists of sensitive services are not taken, since a
source's name stands beside whatever it said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, BinaryIO

from django.db import connection

from agencies.belonging import CODE, source_of
from agencies.listed import CALLED, FEEDS, FULL, PART, READABLE, SAME, SAYS
from agencies.models import EndReason, Involvement, Service
from childindex.models import Act, User
from registry.intake import consequences
from registry.intake.applying import WILL_DO
from registry.intake.consequences import Consequence
from registry.intake.receiving import CannotReceive, receive
from registry.models import Delivery, Feed

LISTED = f"""
    INSERT INTO agencies_involvement (child_id, service_id, contact, from_date, confirmed_on, is_lead, end_reason,
        consent_of, consent_capacity, suspected_harm, listed_forename, listed_surname, listed_born)
    SELECT DISTINCT ON (child_id) child_id, %(service)s::bigint, '', %(day)s::date, %(day)s::date, false, '',
           '', '', '', forename, surname, born
    FROM (SELECT r.child_id, r.number, {SAYS} FROM registry_deliveryrow r
          WHERE r.delivery_id = %(delivery)s AND r.child_id IS NOT NULL AND r.outcome = ANY(%(outcomes)s)
            AND r.id <> ALL(%(left)s)) said
    WHERE forename || surname || born <> '' ORDER BY child_id, number
    ON CONFLICT (child_id, service_id) WHERE to_date IS NULL DO UPDATE
        SET confirmed_on = excluded.confirmed_on, listed_forename = excluded.listed_forename,
            listed_surname = excluded.listed_surname, listed_born = excluded.listed_born
        WHERE agencies_involvement.confirmed_by_id IS NULL
          AND agencies_involvement.confirmed_on <= excluded.confirmed_on
"""
NAMED = f"""
    SELECT k.id FROM ({CALLED}) k
    JOIN (SELECT {SAYS} FROM registry_deliveryrow r WHERE r.delivery_id = %(delivery)s AND {READABLE}) said ON {SAME}
"""
CONFIRMED = f"""
    UPDATE agencies_involvement SET confirmed_on = greatest(confirmed_on, %(day)s::date), missing_since = NULL
    WHERE to_date IS NULL AND (confirmed_on < %(day)s::date OR missing_since <= %(day)s::date) AND id IN ({NAMED})
"""
MISSING = f"""
    UPDATE agencies_involvement SET missing_since = %(day)s::date
    WHERE service_id = %(service)s AND to_date IS NULL AND confirmed_by_id IS NOT NULL
      AND confirmed_on < %(day)s::date AND missing_since IS NULL AND id NOT IN ({NAMED})
"""
UNLISTED = """
    UPDATE agencies_involvement i SET to_date = %(day)s::date, end_reason = 'unlisted'
    WHERE i.service_id = %(service)s AND i.to_date IS NULL AND i.confirmed_by_id IS NULL
      AND i.confirmed_on < %(day)s::date
      AND NOT EXISTS (SELECT FROM registry_indexentry e WHERE e.child_id = i.child_id AND e.shielded)
      AND NOT EXISTS (
        SELECT FROM registry_deliveryrow r WHERE r.delivery_id = %(delivery)s AND r.child_id = i.child_id)
"""
WRITTEN = "SELECT DISTINCT id, history_type FROM agencies_historicalinvolvement WHERE act_id = ANY(%s)"


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
    """Have the service list every child of its list, and confirm whom it knew; of a full one, mark who is missing."""
    service = service_of(delivery)
    values: dict[str, Any] = {
        "service": service.pk,
        "services": [service.pk],
        "prefix": CODE.format(pk=""),
        "delivery": delivery.pk,
        "day": delivery.as_of,
        "outcomes": [str(outcome) for outcome in WILL_DO],
        "left": list(left),
    }
    with connection.cursor() as cursor:
        cursor.execute(LISTED, values)
        cursor.execute(CONFIRMED, values)
        if delivery.feed.code == FULL:
            cursor.execute(MISSING, values)
            cursor.execute(UNLISTED, values)


def take_back(delivery: Delivery, deeds: Sequence[Act]) -> None:
    """Whom a list began to list was never listed, and whom it left out is listed again, or missing no more.

    What it confirmed, and what a person has confirmed since, stays confirmed.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [[deed.pk for deed in deeds]])
        written = cursor.fetchall()
    service = service_of(delivery)
    made, changed = ([pk for pk, how in written if how == sort] for sort in "+~")
    listed = Involvement.objects.filter(service=service, confirmed_by=None)
    begun = listed.filter(pk__in=made, to_date=None, confirmed_on=delivery.as_of)
    begun.update(to_date=delivery.as_of, end_reason=EndReason.MISTAKE)
    unlisted = listed.filter(pk__in=changed, to_date=delivery.as_of, end_reason=EndReason.UNLISTED)
    held = Involvement.objects.filter(service=service, to_date=None)
    unlisted.exclude(child__in=held.values("child")).update(to_date=None, end_reason="")
    Involvement.objects.filter(service=service, missing_since=delivery.as_of).update(missing_since=None)
