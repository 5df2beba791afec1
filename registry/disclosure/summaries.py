"""Children in a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from registry import precedence
from registry.disclosure.context import Context
from registry.disclosure.shielding import shielded_among
from registry.disclosure.views import Summary
from registry.models import Child, ChildState, Enrolment, Name, NameKind, Residence, Slot

HIDDEN_BY_A_SHIELD = frozenset({"address", "school", "practice", "identifiers", "carer_contact", "history", "state"})
UNNAMED = "No name recorded"


def disclose(child_ids: Iterable[int], *, to: Context) -> dict[int, Summary]:
    """What may be shown of these children in a list, by id and in the order asked; unknown children are left out.

    Six queries, however many children.
    """
    asked = list(dict.fromkeys(child_ids))
    within = to.within_scope(asked)
    children = Child.objects.in_bulk(within)
    shielded = shielded_among(within)
    leads = precedence.leads(within)
    names = defaultdict(list)
    for said in Name.objects.filter(child_id__in=within, to_date=None).order_by("id"):
        names[said.child_id].append(said)
    homes = _leading(leads, Slot.HOME, Residence.objects.select_related("address"))
    enrolments = _leading(leads, Slot.SCHOOL, Enrolment.objects.select_related("school"))
    today = timezone.localdate()
    found = {}
    for child_id in asked:
        if child_id not in children:
            continue
        lead = leads.get(child_id, {}).get(Slot.REGISTERED_NAME)
        hidden = child_id in shielded and not to.may_see_shielded
        readable = [said for said in names[child_id] if not (hidden and said.kind == NameKind.FORMER)]
        name, others = spoken_of(readable, leading=lead.fact_id if lead else None)
        found[child_id] = _summary(
            children[child_id],
            to=to,
            name=name,
            others=others,
            home=homes.get(child_id),
            enrolment=enrolments.get(child_id),
            shielded=child_id in shielded,
            today=today,
        )
        to.hand_out(child_id)
    return found


def spoken_of(names: list[Name], *, leading: int | None) -> tuple[str, tuple[str, ...]]:
    """The name a child is shown by, and the others: forename and surname, each once."""
    order = sorted(names, key=lambda name: (name.pk != leading, name.kind != NameKind.REGISTERED, str(name)))
    said = list(dict.fromkeys(" ".join(part for part in (n.forename, n.surname) if part) for n in order))
    return (said[0], tuple(said[1:])) if said else (UNNAMED, ())


def _leading(leads: dict[int, dict[str, precedence.Lead]], slot: str, facts: QuerySet) -> dict[int, Any]:
    wanted = {child_id: slots[slot].fact_id for child_id, slots in leads.items() if slot in slots}
    held = facts.in_bulk(wanted.values())
    return {child_id: held[fact_id] for child_id, fact_id in wanted.items()}


def _summary(
    child: Child,
    *,
    to: Context,
    name: str,
    others: tuple[str, ...],
    home: Residence | None,
    enrolment: Enrolment | None,
    shielded: bool,
    today: date,
) -> Summary:
    hidden = shielded and not to.may_see_shielded
    plain = to.may_see_details
    shown_home = home if plain and not hidden else None
    shown_school = enrolment if plain and not hidden else None
    address = shown_home.address if shown_home else None
    return Summary(
        child_id=child.pk,
        index_number=child.index_number,
        name=name,
        other_names=others if plain else (),
        sex=child.sex if plain else "",
        sex_words=child.get_sex_display() if plain else "",
        date_of_birth=child.date_of_birth if plain else None,
        age=child.age_on(today) if plain else None,
        state=ChildState.LIVE if hidden else child.state,
        shielded=shielded,
        address=str(shown_home) if shown_home else None,
        area=(address.ward_name or address.postcode.partition(" ")[0]) if address else None,
        school=str(shown_school.school) if shown_school else None,
        year_group=shown_school.year_group if shown_school else None,
        withheld=HIDDEN_BY_A_SHIELD if hidden else frozenset(),
    )
