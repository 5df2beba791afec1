"""That a child is known to a service: said, said again, handed over, ended.

Each is one act of the service's. A service knows a child once at a time: saying so again confirms it. Whose lead
professional somebody is cannot be said by a sensitive service, nor of a shielded child, since that another has it
would tell of a service that is hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from agencies.belonging import source_of
from agencies.listed import Entry
from agencies.models import EndReason, Involvement, Practitioner, Service
from childindex import acts, words
from childindex.models import User
from registry import conflicts
from registry.disclosure import shielded_among
from registry.models import Child

NO_BASIS = (
    "A sensitive service is recorded with consent, or with reasonable cause to suspect significant harm. Say which."
)


class CannotSay(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True)
class Basis:
    """On what footing a sensitive service is recorded."""

    consent_of: str = ""
    consent_capacity: str = ""
    consent_on: date | None = None
    suspected_harm: str = ""


@dataclass(frozen=True)
class Known:
    """What a service says of a child that it knows."""

    service: Service
    practitioner: Practitioner | None
    contact: str
    since: date
    is_lead: bool = False
    basis: Basis = Basis()


def say_known(
    child_ids: Collection[int], known: Known, *, by: User, listed: Mapping[int, Entry] | None = None
) -> list[Involvement]:
    """Say of one child, or of a family, that the service knows them; whom it listed it knows from now on.

    `listed` gives the entry of the service's list that means a child, where that is said. Raises CannotSay.
    """
    entries = listed or {}
    service, basis, today = known.service, known.basis, timezone.localdate()
    if service.is_sensitive and not (basis.consent_on or basis.suspected_harm):
        raise CannotSay(NO_BASIS)
    _refuse_family(child_ids, by)
    if known.since > today:
        raise CannotSay("A service cannot have known a child since a day to come.")
    reason = f"Known to {service}"[:200]
    with acts.act(by=by, source=source_of(service), reason_code="known_to_us", reason=reason):
        children = [child.pk for child in Child.objects.in_lock_order().filter(pk__in=child_ids)]
        is_lead = known.is_lead and not service.is_sensitive and not shielded_among(children)
        if is_lead:
            _refuse_a_second_lead(children, service)
        return [
            _said(child_id, known, entries.get(child_id), is_lead=is_lead, today=today, by=by) for child_id in children
        ]


def _said(child_id: int, known: Known, entry: Entry | None, *, is_lead: bool, today: date, by: User) -> Involvement:
    said = _begun(child_id, known, by=by)
    if entry is not None:
        said.listed_forename, said.listed_surname, said.listed_born = entry.forename, entry.surname, entry.born
    said.practitioner, said.contact, said.confirmed_on = known.practitioner, known.contact, today
    said.missing_since = None
    said.from_date = min(said.from_date, known.since)
    said.is_lead = is_lead or said.is_lead
    basis = known.basis if known.service.is_sensitive else Basis()
    if basis.consent_on:
        said.consent_of, said.consent_capacity = basis.consent_of, basis.consent_capacity
        said.consent_on, said.consent_withdrawn_on = basis.consent_on, None
    said.suspected_harm = basis.suspected_harm or said.suspected_harm
    said.save()
    return said


def _begun(child_id: int, known: Known, *, by: User) -> Involvement:
    """The service's involvement as a person says it: one that a list alone has begun begins with the person's word.

    Neither the day nor the words that the list had for it stay: they would tell whom the index took the list to mean.
    """
    held = Involvement.objects.filter(child_id=child_id, service=known.service, to_date=None).first()
    if held is not None and not held.is_listed:
        return held
    said = held or Involvement(child_id=child_id, service=known.service)
    said.from_date, said.confirmed_by, said.confirmed_at = known.since, by, timezone.now()
    said.listed_forename = said.listed_surname = said.listed_born = ""
    return said


def _refuse_family(child_ids: Collection[int], by: User) -> None:
    if closed := conflicts.closed_to(by, child_ids):
        raise CannotSay(closed)


def _refuse_a_second_lead(child_ids: Collection[int], service: Service) -> None:
    others = Involvement.objects.filter(child__in=child_ids, to_date=None, is_lead=True).exclude(service=service)
    held = others.select_related("service").first()
    if held is not None:
        raise CannotSay(f"The lead professional is at {held.service}. Ring {held.service.rung_at} and agree on it.")


def say_again(involvement_ids: Collection[int], *, service: Service, by: User) -> int:
    """Confirm that children are known still; how many of the service's own open involvements they were.

    Passed over are those whom a list alone says, and the person's own family.
    """
    family = conflicts.family_of(by, behind_shields=True)
    with acts.act(by=by, source=source_of(service), reason_code="still_known", reason=f"Known to {service}"[:200]):
        known = Involvement.objects.confirmed().filter(service=service, to_date=None)
        ours = known.filter(pk__in=list(involvement_ids)).exclude(child__in=family)
        return ours.update(confirmed_on=timezone.localdate(), missing_since=None)


def end(involvement: Involvement, *, on: date, reason: str, by: User) -> None:
    """End an involvement with its last day. Raises CannotSay where it has ended, or would end before it began."""
    service = involvement.service
    with acts.act(
        by=by, source=source_of(service), reason_code="not_known_any_more", reason=str(EndReason(reason).label)
    ):
        _end(_locked(involvement, by), on=on, reason=reason)


def hand_over(involvement: Involvement, *, to: Service, on: date, by: User) -> Involvement:
    """Have another service know the child from the day after. Raises CannotSay."""
    if to.pk == involvement.service_id or to.is_sensitive or not to.is_active:
        raise CannotSay("Choose another service that is in use. A sensitive service says itself whom it knows.")
    reason = f"Handed over to {to}"[:200]
    with acts.act(by=by, source=source_of(involvement.service), reason_code="handed_over", reason=reason):
        held = _locked(involvement, by)
        was_lead = held.is_lead
        _end(held, on=on, reason=EndReason.HANDED_OVER)
        after = _begun(held.child_id, Known(to, None, "", on), by=by)
        after.confirmed_on = timezone.localdate()
        after.is_lead = after.is_lead or was_lead
        after.save()
    return after


def withdraw_consent(involvement: Involvement, *, on: date, by: User) -> None:
    """Consent is withdrawn: others are not told any more, unless significant harm is suspected. Raises CannotSay."""
    service = involvement.service
    with acts.act(by=by, source=source_of(service), reason_code="consent_changed", reason="Consent was withdrawn"):
        held = _locked(involvement, by)
        if held.consent_on is None:
            raise CannotSay("No consent is recorded here that could be withdrawn.")
        if on < held.consent_on:
            raise CannotSay(f"Consent was given on {words.day(held.consent_on)}: it cannot be withdrawn before.")
        held.consent_withdrawn_on = on
        held.save()


def _locked(involvement: Involvement, by: User) -> Involvement:
    _refuse_family([involvement.child_id], by)
    Child.objects.in_lock_order().get(pk=involvement.child_id)
    held = Involvement.objects.select_related("service").get(pk=involvement.pk)
    if held.to_date is not None:
        raise CannotSay(f"It ended on {words.day(held.to_date)} already. Look at the record again.")
    return held


def _end(held: Involvement, *, on: date, reason: str) -> None:
    if on < held.from_date:
        raise CannotSay(f"The child has been known since {words.day(held.from_date)}. Give a later day.")
    if on > timezone.localdate():
        raise CannotSay("It cannot have ended on a day to come.")
    held.to_date, held.end_reason, held.is_lead = on, reason, False
    held.save()
