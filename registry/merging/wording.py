"""A merge and an unmerge in words: what is asked, and what each row would become.

For people who may see both records whole: the pages refuse everybody else before they come here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from childindex import words
from registry.disclosure import FactView, RecordView
from registry.disclosure.records import label_of
from registry.editing.effects import effect, in_words
from registry.merging import own
from registry.merging.combining import Combination
from registry.merging.own import Side
from registry.merging.parting import BACK, BOTH, REMOVED, Collision, Parting, Placement
from registry.merging.rehearsing import Contest, Rehearsal, details_key
from registry.merging.rules import is_told, said_of_row
from registry.models import BirthStanding, Child, ChildState, Fact, FactKind, Name, Sex, Slot, SourceRecord
from registry.models.facts import kind_of

Carried = Iterable[tuple[Model, str]]
LEAVE_TO_THE_RULES = "Leave it to the rules"
HOW = {
    "returns": "Goes back",
    "restored": "As it was before",
    "follows": "Made since, on the word of a source of this record",
    "copied": "A copy: sources of both have said it since",
    "stays": "Stays",
}


@dataclass(frozen=True)
class Asked:
    """One question of a form: its key, how it is put, and what may be answered."""

    key: str
    label: str
    choices: tuple[tuple[str, str], ...]
    hints: Mapping[str, str] = field(default_factory=dict)
    help_text: str = ""
    initial: str | None = None

    def answer(self, value: str) -> str:
        """An answer as it was offered."""
        return dict(self.choices).get(value, value)


def asked_before_merging(rehearsal: Rehearsal, views: Iterable[RecordView]) -> list[Asked]:
    """What somebody must or may choose before two records become one."""
    shown = {(fact.kind, fact.id): (fact, view) for view in views for fact in view.facts}
    sides = {Side.SURVIVOR: rehearsal.survivor, Side.SUPERSEDED: rehearsal.superseded}
    parts = [one.key for one in rehearsal.questions if one.key in own.PARTS]
    return [
        *(_part_asked(name, sides) for name in parts),
        *(_details_asked(one, shown) for one in rehearsal.combining if one.differing),
        *(_slot_asked(one, shown) for one in rehearsal.contests),
    ]


def asked_before_unmerging(parting: Parting) -> list[Asked]:
    """Who keeps what was edited since."""
    return [_collision_asked(one, parting) for one in parting.collisions]


def moving_rows(facts: Iterable[Fact], carried: Carried) -> list[list[Any]]:
    """What changes hands as rows of a table: kind, what is said, days, source; source records apart."""
    told = [[kind_words(fact), said(fact), days(fact), str(fact.source)] for fact in facts]
    return [*told, *([*row, "", ""] for row in _carried_rows(carried))]


def going_back_rows(placements: Iterable[Placement], carried: Carried) -> list[list[Any]]:
    """What the superseded record would have, as `placed_rows` gives it, with what was handed over whole."""
    told = placed_rows(placements, Side.SUPERSEDED)
    return [*told, *([*row, "", HOW["returns"]] for row in _carried_rows(carried))]


def references(carried: Carried) -> list[str]:
    """The source records among what is handed over whole, each with its source."""
    rows = [row for row, _ in carried if isinstance(row, SourceRecord)]
    return [f"{row.source}, by the reference {row.reference}" for row in rows]


def _carried_rows(carried: Carried) -> list[list[str]]:
    rows = [row for row, _ in carried if not isinstance(row, SourceRecord) and is_told(row)]
    return [[words.sentence(str(row._meta.verbose_name)), said_of_row(row)] for row in rows]


def combining_rows(combinations: Iterable[Combination], survivor: Child) -> list[list[Any]]:
    """Facts that become one as rows of a table: kind, what is said, the days on either record, the days together."""
    found = []
    for one in combinations:
        mine = [days(row) for row in one.rows if row.child_id == survivor.pk]
        theirs = [days(row) for row in one.rows if row.child_id != survivor.pk]
        together = days(type(one.kept)(from_date=one.values["from_date"], to_date=one.values["to_date"]))
        found.append([kind_words(one.kept), said(one.kept), words.listed(mine), words.listed(theirs), together])
    return found


def placed_rows(placements: Iterable[Placement], side: Side) -> list[list[Any]]:
    """What one record would have, as rows of a table: kind, what is said, days, and how it comes there."""
    mine = [one for one in placements if one.side == side]
    return [[kind_words(one.fact), said(one.fact), days(one.fact), HOW[one.how]] for one in mine]


def name_of(placements: Iterable[Placement], side: Side) -> str:
    """What a record would be called, as far as the facts it would have tell."""
    names = [one.fact for one in placements if one.side == side and isinstance(one.fact, Name)]
    names.sort(key=lambda name: (not name.is_open, name.kind != "registered"))
    return str(names[0]) if names else "no name"


def kind_words(fact: Fact) -> str:
    """The kind of a fact in a word or two."""
    return str(FactKind(kind_of(fact)).label)


def said(fact: Fact) -> str:
    """What a fact says, with its label where the kind alone does not tell."""
    told = kind_of(fact) in (FactKind.NAME, FactKind.IDENTIFIER)
    return f"{fact} ({words.inside(label_of(fact))})" if told else str(fact)


def days(fact: Fact) -> str:
    """The days a fact holds, in words."""
    since = f"from {words.day(fact.from_date)}" if fact.from_date else ""
    until = f"to {words.day(fact.to_date)}" if fact.to_date else ""
    text = " ".join(part for part in (since, until) if part) or "no days given"
    return f"{text[:1].upper()}{text[1:]}"


def part_words(child: Child, name: str) -> str:
    """What a record's own row says of one part."""
    match name:
        case "sex":
            return str(Sex(child.sex).label)
        case "state":
            return str(ChildState(child.state).label)
        case "death":
            return words.day(child.date_of_death) if child.date_of_death else "No death recorded"
    if child.date_of_birth is None:
        return "Missing"
    standing = words.inside(str(BirthStanding(child.date_of_birth_standing).label))
    other = f", also claimed: {words.day(child.other_date_of_birth)}" if child.other_date_of_birth else ""
    evidence = f", evidence: {child.date_of_birth_evidence}" if child.date_of_birth_evidence else ""
    return f"{words.day(child.date_of_birth)}, {standing}{other}{evidence}"


def _part_asked(name: str, sides: Mapping[Side, Child]) -> Asked:
    return Asked(
        key=name,
        label=f"Which {own.WORDS[name]} stands?",
        choices=tuple((str(side), part_words(child, name)) for side, child in sides.items()),
        hints={str(side): _since_when(child, name) for side, child in sides.items()},
    )


def _since_when(child: Child, name: str) -> str:
    """Whose part it is, and who wrote it when."""
    found = own.provenance(child).get(name)
    return f"{child}{f', {found.source}, {words.day(found.act.at.date())}' if found else ''}"


def _details_asked(combination: Combination, shown: Mapping[tuple[str, int], tuple[FactView, RecordView]]) -> Asked:
    return Asked(
        key=details_key(combination),
        label=f"{said(combination.kept)}: whose details stand?",
        choices=tuple((str(row.pk), _details(row, combination.differing)) for row in combination.rows),
        hints={str(row.pk): _by_whom(*shown[combination.kind, row.pk]) for row in combination.rows},
        initial=str(combination.details.pk),
    )


def _details(row: Fact, columns: Iterable[str]) -> str:
    told = []
    for name in columns:
        column = next(one for one in row._meta.concrete_fields if one.attname == name)
        value = str(getattr(row, f"get_{name}_display")()) if column.choices else in_words(getattr(row, name))
        told.append(f"{column.verbose_name}: {words.inside(value) if value else 'not given'}")
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}"


def _slot_asked(contest: Contest, shown: Mapping[tuple[str, int], tuple[FactView, RecordView]]) -> Asked:
    facts = {str(pk): shown[contest.kind, pk] for pk in contest.fact_ids}
    return Asked(
        key=contest.key,
        label=f"Which {words.inside(str(Slot(contest.slot).label))} is shown first?",
        choices=(("", LEAVE_TO_THE_RULES), *((pk, fact.text) for pk, (fact, _) in facts.items())),
        hints={
            "": "By how far each source is believed, and how recently it spoke.",
            **{pk: f"Pin it: {_by_whom(fact, view)}" for pk, (fact, view) in facts.items()},
        },
        initial="",
    )


def _by_whom(fact: FactView, view: RecordView) -> str:
    confirmed = f", confirmed on {words.day(fact.confirmed_on)}" if fact.confirmed_on else ""
    return f"{view.index_number}, {fact.source_name}{confirmed}"


def _collision_asked(collision: Collision, parting: Parting) -> Asked:
    mine, theirs = str(parting.survivor), str(parting.superseded)
    either = {str(Side.SURVIVOR): f"{mine} only", str(Side.SUPERSEDED): f"{theirs} only", BOTH: "Both records"}
    put_back = {BACK: f"Put it back on {theirs}", REMOVED: "Leave it removed"}
    offered = put_back if BACK in collision.options else either
    return Asked(
        key=collision.key,
        label=_collision_label(collision),
        choices=tuple((option, offered[option]) for option in collision.options),
        hints={str(collision.suggested): "What has been said since points to this."},
        help_text=_collision_words(collision),
    )


def _collision_label(collision: Collision) -> str:
    if isinstance(collision.merged, Child):
        return f"Who keeps what was changed in the {own.WORDS[collision.subject]}?"
    assert isinstance(collision.merged, Fact)
    what = f"{kind_words(collision.merged)} ({collision.merged})"
    return f"{what} was removed. What now?" if BACK in collision.options else f"{what}: who keeps the change?"


def _collision_words(collision: Collision) -> str:
    """What the merge left, and what it is now."""
    if isinstance(collision.merged, Child) and isinstance(collision.now, Child):
        before, after = (part_words(row, collision.subject) for row in (collision.merged, collision.now))
        return f"When merged: {before}. Now: {after}."
    if collision.now is None:
        return "Somebody removed it after the merge."
    changed = [row for row in effect(collision.merged, collision.now) if row.is_different]
    told = [f"{row.key}: {row.left or 'nothing'} when merged, {row.right or 'nothing'} now" for row in changed]
    return f"{'; '.join(told)}." if told else "Who said it has changed."
