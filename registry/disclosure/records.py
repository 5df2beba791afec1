"""A child's whole record, now or as at a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from registry import precedence
from registry.disclosure.context import Context, NotDisclosed
from registry.disclosure.shielding import shielded_among
from registry.disclosure.summaries import HIDDEN_BY_A_SHIELD, UNNAMED
from registry.disclosure.views import AddressView, CarerView, FactView, PlaceView, RecordView
from registry.models import (
    Address,
    Care,
    Carer,
    Child,
    ChildState,
    EducationArrangement,
    Enrolment,
    Fact,
    Identifier,
    Name,
    NameKind,
    Pin,
    Practice,
    Registration,
    Residence,
    School,
    SealedLink,
)
from registry.models.facts import kind_of

SECTIONS: dict[str, type[Fact]] = {
    "names": Name,
    "identifiers": Identifier,
    "residences": Residence,
    "cares": Care,
    "enrolments": Enrolment,
    "arrangements": EducationArrangement,
    "registrations": Registration,
}
RELATED = ("source", "address", "carer", "carer__address", "school", "destination_school", "practice")
READABLE_BEHIND_A_SHIELD = ("names", "cares")


@dataclass(frozen=True)
class Moment:
    """Which record is asked for: now, as it was true on a day, or as it was believed at the end of one."""

    on: date | None = None
    believed: date | None = None

    @property
    def day(self) -> date | None:
        return self.believed or self.on

    @property
    def before(self) -> datetime | None:
        """The first moment after the day whose beliefs are asked for."""
        if self.believed is None:
            return None
        return timezone.make_aware(datetime.combine(self.believed + timedelta(days=1), time.min))


def record(child: Child, *, to: Context, on: date | None = None, believed: date | None = None) -> RecordView:
    """The record of a child as this person may see it, in a fixed number of queries.

    `on` shows what was true on that day as we know it now, `believed` what the index held at the end of that day; facts
    that did not hold on the day are left out. Without either, past facts are included. Raises NotDisclosed where the
    child is outside what this person may see, and where it is of the person's own family.
    """
    if not to.may("view_child") or child.pk not in to.within_scope([child.pk]):
        raise NotDisclosed("Your role does not open children's records.")
    to.refuse_family(child)
    moment = Moment(on=on, believed=believed)
    shielded = bool(shielded_among([child.pk]))
    hidden = shielded and not to.may_see_shielded
    if hidden:
        moment = Moment()
    sections = READABLE_BEHIND_A_SHIELD if hidden else tuple(SECTIONS)
    facts = {section: _facts(SECTIONS[section], child, moment) for section in sections}
    if moment.before is not None and not to.may_see_shielded:
        facts = {section: _not_of_the_shielded(rows, child) for section, rows in facts.items()}
    if hidden:
        closed_on = _closed_on(child)
        facts = {
            section: sorted((one for one in rows if _is_readable(one, closed_on)), key=_by_what_is_shown)
            for section, rows in facts.items()
        }
    views = _views(facts, child, moment, to, hidden=hidden)
    told = _as_believed(child, moment)
    to.hand_out(child.pk, child.index_number)
    if told.superseded_by_id:
        to.hand_out(told.superseded_by_id)
    return _record_view(told, views, shielded=shielded, hidden=hidden, moment=moment)


def believed_relation(kind: str, child: Child, before: datetime) -> str:
    """SQL for a kind's facts of one child as history had them before a moment, in the shape of the kind's table."""
    return f"""(
        SELECT b.* FROM (
            SELECT DISTINCT ON (h.id) h.* FROM registry_historical{kind} h
            WHERE h.id IN (SELECT id FROM registry_historical{kind} WHERE child_id = {child.pk:d})
              AND h.history_date < '{before.isoformat()}'
            ORDER BY h.id, h.history_date DESC, h.history_id DESC
        ) b WHERE b.history_type <> '-' AND b.child_id = {child.pk:d}
    )"""


def _facts(model: type[Fact], child: Child, moment: Moment) -> list[Fact]:
    related = [name for name in RELATED if name.partition("__")[0] in {field.name for field in model._meta.fields}]
    if moment.before is None:
        found = list(model._default_manager.filter(child=child).select_related(*related))
    else:
        columns = ", ".join(f"b.{field.column}" for field in model._meta.concrete_fields)
        relation = believed_relation(kind_of(model), child, moment.before)
        found = list(model._default_manager.raw(f"SELECT {columns} FROM {relation} b"))
        _attach(found, related)
    if moment.day is not None:
        found = [fact for fact in found if fact.is_true_on(moment.day)]
    return sorted(found, key=_newest_first, reverse=True)


def _not_of_the_shielded(facts: list[Fact], child: Child) -> list[Fact]:
    """The facts without those that are now another child's whom a shield hides: merged by mistake, and taken apart."""
    if not facts:
        return []
    now = type(facts[0])._default_manager.filter(pk__in=[fact.pk for fact in facts]).exclude(child=child)
    owners = dict(now.values_list("pk", "child_id"))
    hidden = shielded_among(owners.values()) if owners else set()
    return [fact for fact in facts if owners.get(fact.pk) not in hidden]


def _newest_first(fact: Fact) -> tuple[bool, date, int]:
    return fact.is_open, fact.from_date or date.min, fact.pk


def _closed_on(child: Child) -> date | None:
    """The day on which the child's identity was closed, where it was."""
    link = SealedLink.objects.filter(old=child).first()
    return timezone.localdate(link.sealed_at) if link else None


def _is_readable(fact: Fact, closed_on: date | None) -> bool:
    """Behind a shield a former name could lead somebody to the child as surely as an address.

    What ended only because the identity was closed is shown as it stood: a record without carers would tell of that.
    """
    stood = fact.is_open or (closed_on is not None and fact.to_date is not None and fact.to_date >= closed_on)
    return stood and not (isinstance(fact, Name) and fact.kind == NameKind.FORMER)


def _by_what_is_shown(fact: Fact) -> tuple[str, str]:
    """Behind a shield the order tells nothing of days or of what was written first."""
    return label_of(fact), str(fact)


def _attach(facts: list[Any], related: list[str]) -> None:
    """Give facts read from history the rows they point at, a query for each kind of row."""
    if not facts:
        return
    for path in (path for path in related if "__" not in path):
        field = facts[0]._meta.get_field(path)
        deeper = [other.partition("__")[2] for other in related if other.startswith(f"{path}__")]
        wanted = {getattr(fact, field.attname) for fact in facts} - {None}
        rows = field.related_model._default_manager.select_related(*deeper).in_bulk(wanted)
        for fact in facts:
            setattr(fact, path, rows.get(getattr(fact, field.attname)))


def _as_believed(child: Child, moment: Moment) -> Child:
    """The child's own row as history had it, where beliefs are asked for."""
    if moment.before is None:
        return child
    past = child.history.filter(history_date__lt=moment.before).order_by("-history_date", "-history_id").first()
    if past is None:
        raise NotDisclosed("The index did not know this child on that day.")
    instance = past.instance
    instance.revision = child.revision
    return instance


def _views(
    facts: dict[str, list[Fact]], child: Child, moment: Moment, to: Context, *, hidden: bool
) -> dict[str, tuple[FactView, ...]]:
    relations = (
        {kind_of(model): believed_relation(kind_of(model), child, moment.before) for model in SECTIONS.values()}
        if moment.before
        else None
    )
    leads = precedence.leads([child.pk], on=moment.day, facts=relations).get(child.pk, {})
    places = {}
    for slot, lead in leads.items():
        kind = precedence.PLACES[slot].kind
        for fact_id in (lead.fact_id, *lead.rivals):
            places[kind, fact_id] = (slot, fact_id == lead.fact_id, lead.is_contested)
    confirmed = {} if hidden else _confirmations(facts, moment, to)
    pinned = set(Pin.objects.filter(child=child).values_list("slot", "fact_id"))
    return {
        section: tuple(
            _fact_view(
                fact,
                place=places.get((kind_of(fact), fact.pk)),
                confirmed=confirmed,
                pinned=pinned,
                hidden=hidden,
            )
            for fact in rows
        )
        for section, rows in facts.items()
    }


def _confirmations(
    facts: dict[str, list[Fact]], moment: Moment, to: Context
) -> dict[tuple[str, int], tuple[date, str, str]]:
    """The last confirmation of each fact by anybody but this person's own lists: its day, the source's name and kind.

    What was undone since the moment counted then: it is the one question that what was undone has a part in.
    """
    pairs = [(kind_of(fact), fact.pk) for rows in facts.values() for fact in rows]
    children = {fact.child_id for rows in facts.values() for fact in rows}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (c.kind, c.fact_id) c.kind, c.fact_id, c.day, s.name, s.kind
            FROM unnest(%s::text[], %s::bigint[]) AS wanted(kind, fact_id)
            CROSS JOIN LATERAL (
                SELECT * FROM registry_ever_said n WHERE n.kind = wanted.kind AND n.fact_id = wanted.fact_id OFFSET 0
            ) c
            JOIN registry_sourcerecord r ON r.id = c.source_record_id AND (%s OR r.child_id = ANY(%s))
            JOIN childindex_source s ON s.id = r.source_id
            JOIN childindex_act a ON a.id = c.act_id
            LEFT JOIN childindex_act undo ON undo.undoes_id = c.act_id
            WHERE c.day <= coalesce(%s::date, 'infinity') AND a.at < coalesce(%s::timestamptz, 'infinity')
              AND (undo.id IS NULL OR undo.at >= coalesce(%s::timestamptz, 'infinity')) AND s.id <> ALL(%s)
            ORDER BY c.kind, c.fact_id, c.day DESC, c.act_id DESC
            """,
            [
                [kind for kind, _ in pairs],
                [pk for _, pk in pairs],
                moment.before is not None,
                list(children),
                moment.day,
                moment.before,
                moment.before,
                list(to.own_word),
            ],
        )
        return {(kind, fact_id): (day, name, source) for kind, fact_id, day, name, source in cursor.fetchall()}


def _fact_view(
    fact: Fact,
    *,
    place: tuple[str, bool, bool] | None,
    confirmed: dict[tuple[str, int], tuple[date, str, str]],
    pinned: set[tuple[str, int]],
    hidden: bool,
) -> FactView:
    slot, leads, contested = place or (None, False, False)
    day, by, by_kind = confirmed.get((kind_of(fact), fact.pk), (None, "", ""))
    return FactView(
        kind=kind_of(fact),
        id=0 if hidden else fact.pk,
        label=label_of(fact),
        text=str(fact),
        values={} if hidden else _values(fact),
        from_date=None if hidden else fact.from_date,
        to_date=None if hidden else fact.to_date,
        slot=slot,
        leads=leads,
        contested=contested,
        pinned=not hidden and (slot, fact.pk) in pinned,
        source_name="" if hidden else fact.source.name,
        source_kind="" if hidden else fact.source.kind,
        confirmed_on=day,
        confirmed_by=by,
        confirmed_by_kind=by_kind,
        address=None if hidden else address_view(getattr(fact, "address", None)),
        carer=_carer_view(fact.carer, hidden=hidden) if isinstance(fact, Care) else None,
        school=_school_view(getattr(fact, "school", None)),
        practice=_practice_view(getattr(fact, "practice", None)),
    )


def label_of(fact: Fact | Model) -> str:
    """What a fact is, in a word or two: *Registered*, *UPN*, *Lives here*, *Mother*."""
    for field in ("kind", "standing", "status"):
        display = getattr(fact, f"get_{field}_display", None)
        if display is not None:
            return str(display())
    return str(fact._meta.verbose_name).capitalize()


def _values(fact: Fact) -> dict[str, Any]:
    return {field.name: field.value_from_object(fact) for field in fact._meta.concrete_fields}


def address_view(address: Address | None) -> AddressView | None:
    """The plain value of an address."""
    if address is None:
        return None
    return AddressView(
        id=address.pk,
        lines=tuple(address.lines),
        postcode=address.postcode,
        ward=address.ward_name,
        is_institution=address.is_institution,
        kind_words=address.get_kind_display(),
    )


def _carer_view(carer: Carer, *, hidden: bool) -> CarerView:
    if hidden:
        return CarerView(id=0, name=str(carer))
    return CarerView(
        id=carer.pk,
        name=str(carer),
        telephone=carer.telephone,
        other_telephone=carer.other_telephone,
        email=carer.email,
        address=address_view(carer.address),
    )


def _school_view(school: School | None) -> PlaceView | None:
    if school is None:
        return None
    return PlaceView(id=school.pk, name=school.name, code=str(school.urn), in_area=school.in_area, phase=school.phase)


def _practice_view(practice: Practice | None) -> PlaceView | None:
    return None if practice is None else PlaceView(id=practice.pk, name=practice.name, code=practice.ods_code)


def _record_view(
    child: Child, views: dict[str, tuple[FactView, ...]], *, shielded: bool, hidden: bool, moment: Moment
) -> RecordView:
    day = moment.day or timezone.localdate()
    return RecordView(
        child_id=child.pk,
        index_number=child.index_number,
        revision=0 if hidden else child.revision,
        name=_shown_name(views["names"]),
        sex=child.sex,
        sex_words=child.get_sex_display(),
        date_of_birth=child.date_of_birth,
        date_of_birth_standing="" if hidden else child.date_of_birth_standing,
        other_date_of_birth=None if hidden else child.other_date_of_birth,
        evidence="" if hidden else child.date_of_birth_evidence,
        date_of_death=None if hidden else child.date_of_death,
        age=child.age_on(day),
        state=ChildState.LIVE if hidden else child.state,
        state_words="" if hidden else child.get_state_display(),
        shielded=shielded,
        superseded_by=_survivor(child),
        withheld=HIDDEN_BY_A_SHIELD if hidden else frozenset(),
        **views,
    )


def _survivor(child: Child) -> str | None:
    return child.superseded_by.index_number if child.superseded_by else None


def _shown_name(names: Iterable[FactView]) -> str:
    order = sorted(names, key=lambda name: (not (name.leads and name.slot == "registered_name"), not name.is_open))
    if not order:
        return UNNAMED
    return order[0].text
