"""Which services know a child, as far as whoever asks may know.

| who asks | an ordinary service | a sensitive one, shareable | a sensitive one, not shareable | of a shielded child |
|---|---|---|---|---|
| its own people | named | named | named | named |
| custodians | named | named | named | named |
| practitioners, the index team | named | that there is one | nothing | nothing |
| schools | named | nothing | nothing | nothing |

Shareable is what consent, or suspected significant harm, allows to be told. What a service's list alone says is marked
so for others, and its own people are not told: what the index made of a list is nothing that they said.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from agencies.belonging import services_of
from agencies.models import Involvement
from agencies.roles import SEE
from registry.disclosure import Context, shielded_among
from registry.supporting import Support


@dataclass(frozen=True)
class InvolvementView:
    """One service that knows a child, named."""

    id: int
    service_id: int
    service: str
    organisation: str
    kind: str
    practitioner: str
    telephone: str
    contact: str
    since: date
    until: date | None
    confirmed_on: date
    is_lead: bool
    has_faded: bool
    is_own: bool
    is_sensitive: bool
    is_universal: bool
    is_listed: bool = False
    end_words: str = ""


@dataclass(frozen=True)
class Involved:
    """The services that know one child: those that are named, and whether an unnamed sensitive one does."""

    now: tuple[InvolvementView, ...] = ()
    before: tuple[InvolvementView, ...] = ()
    has_sensitive: bool = False
    is_withheld: bool = False


def involved(child_ids: Collection[int], *, to: Context) -> dict[int, Involved]:
    """Which services know each of some children. Three queries, however many; nothing without the permission."""
    known = to.within_scope(child_ids) if to.may(SEE) else set()
    hidden = set() if to.may_see_shielded else shielded_among(known)
    own = services_of(to.user)
    known -= to.family
    found: dict[int, list[Involvement]] = {pk: [] for pk in known}
    told = Involvement.objects.filter(child__in=known).exclude(service__in=own, confirmed_by=None)
    rows = told.select_related("service__organisation", "practitioner__user")
    for one in rows.order_by("-is_lead", "service__name", "pk"):
        found[one.child_id].append(one)
    return {pk: _involved(rows, own, to, is_hidden=pk in hidden) for pk, rows in found.items()}


def _involved(rows: list[Involvement], own: frozenset[int], to: Context, *, is_hidden: bool) -> Involved:
    named = [one for one in rows if _is_named(one, own, to, is_hidden=is_hidden)]
    unnamed = [] if is_hidden else [one for one in rows if one not in named and one.is_shareable]
    return Involved(
        now=tuple(_view(one, own) for one in named if one.to_date is None),
        before=tuple(_view(one, own) for one in named if one.to_date is not None),
        has_sensitive=any(one.to_date is None for one in unnamed),
        is_withheld=is_hidden,
    )


def _is_named(one: Involvement, own: frozenset[int], to: Context, *, is_hidden: bool) -> bool:
    if one.service_id in own or to.may_see_shielded:
        return True
    return not (is_hidden or one.service.is_sensitive)


def _view(one: Involvement, own: frozenset[int]) -> InvolvementView:
    practitioner = one.practitioner
    return InvolvementView(
        id=one.pk,
        service_id=one.service_id,
        service=one.service.name,
        organisation=one.service.organisation.name,
        kind=str(one.service.get_kind_display()),
        practitioner=str(practitioner.user) if practitioner else "",
        telephone=(practitioner.telephone if practitioner else "") or one.service.rung_at,
        contact=one.contact,
        since=one.from_date,
        until=one.to_date,
        confirmed_on=one.confirmed_on,
        is_lead=one.is_lead,
        has_faded=one.to_date is None and one.has_faded(),
        is_own=one.service_id in own,
        is_sensitive=one.service.is_sensitive,
        is_universal=one.service.is_universal,
        is_listed=one.is_listed,
        end_words=str(one.get_end_reason_display()) if one.to_date else "",
    )


def supports(child_ids: Collection[int], to: Context) -> dict[int, list[Support]]:
    """Who supports pupils, for their school: ordinary services alone, of children who are not shielded."""
    known = to.within_scope(child_ids) - to.family
    open_ones = Involvement.objects.open().filter(child__in=known - shielded_among(known), service__is_sensitive=False)
    found: dict[int, list[Support]] = {}
    for one in open_ones.select_related("service", "practitioner__user").order_by("-is_lead", "service__name", "pk"):
        practitioner = one.practitioner
        support = Support(
            service=one.service.name,
            kind=str(one.service.get_kind_display()),
            practitioner=str(practitioner.user) if practitioner else "",
            telephone=(practitioner.telephone if practitioner else "") or one.service.rung_at,
            since=one.from_date,
            confirmed_on=one.confirmed_on,
            is_lead=one.is_lead,
            has_faded=one.has_faded(),
            is_listed=one.is_listed,
        )
        found.setdefault(one.child_id, []).append(support)
    return found
