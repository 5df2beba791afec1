"""Which child each row is about, and what the row would change: the stage between *checked* and *compared*.

Every row ends in exactly one outcome, and the delivery counts them. It can be repeated for all rows or for some of them
(those whose child has changed since), and writes nothing of any child.

All of it is the open look (`registry.linking.looks`): what comes of a row is a function of the file and of what is open
to everybody. A row that meets a child behind a shield is received, and no more; the look behind shields is custodians'
(`behind_shields`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count

from registry.intake import suspected
from registry.intake.asking import Asks, asks, of_flags
from registry.intake.bodies import Bodies
from registry.intake.claiming import says_enough
from registry.intake.comparing import Terms
from registry.intake.holding import held_of
from registry.intake.meeting import Family, Shielded, look_of
from registry.intake.open_rows import AT_ONCE, Columns, OpenRow, in_parts, read, together
from registry.intake.outcomes import come_to, obey
from registry.intake.repeating import forget, recognise
from registry.intake.ruling import rules_of
from registry.intake.standing import standing_for
from registry.intake.storing import write_weighed
from registry.intake.together import ask_about_twice, follow_each_other
from registry.linking.lists import Link, Linked, link
from registry.matching import linking
from registry.matching.known import Held
from registry.models import (
    Child,
    Delivery,
    Outcome,
    Stage,
)

MATCHED = (
    *("forename", "middle_names", "surname", "former_surname", "date_of_birth", "sex", "postcode"),
    *("upn", "nhs_number", "uln", "telephone"),
)
JOINED = {"address": ("saon", "paon", "street"), "carer": ("carer_forename", "carer_surname")}
BORN_WITH = ("surname", "date_of_birth")
TOO_LITTLE = "A child fits, but what the list says is too little to be sure of one. Is it this child?"
Progress = Callable[[int, int], None]


def weigh(delivery: Delivery, *, progress: Progress | None = None) -> Delivery:
    """Weigh all rows that could be read, and count the outcomes."""
    unrefused = delivery.all_rows.exclude(number=None).exclude(outcome=Outcome.REFUSED).filter(decided_by=None)
    unrefused.exclude(outcome="").update(outcome="", changes=[], questions=[])
    recognise(delivery)
    _weigh(delivery, list(unrefused.filter(outcome="").order_by("number").values_list("pk", flat=True)), progress)
    return settle(delivery, stage=Stage.COMPARED)


def weigh_again(delivery: Delivery, pks: Sequence[int]) -> None:
    """Weigh some rows anew, since the record of their child has changed."""
    _weigh(delivery, pks, None)
    settle(delivery, stage=delivery.stage)


def settle(delivery: Delivery, *, stage: str) -> Delivery:
    """Count the outcomes of all rows, and say how far the delivery has come."""
    counted = dict.fromkeys(Outcome.values, 0)
    numbered = delivery.all_rows.exclude(number=None).filter(for_custodians=False)
    counted |= dict(
        numbered.values_list("outcome").annotate(Count("pk")).order_by().values_list("outcome", "pk__count")
    )
    counted[Outcome.RECEIVED] = delivery.all_rows.filter(for_custodians=True, number__isnull=False).count()
    for outcome in Outcome.values:
        setattr(delivery, outcome, counted[outcome])
    delivery.absent = delivery.all_rows.filter(number=None, for_custodians=False).count()
    delivery.rows, delivery.stage = sum(counted.values()), stage
    delivery.save(update_fields=["rows", "stage", "act", "weights", "absent", *Outcome.values])
    return delivery


def terms_for(delivery: Delivery) -> Callable[[Mapping[str, str]], Terms]:
    """On what terms each claim of a delivery is compared."""
    bodies, rules = Bodies(delivery), rules_of(delivery)
    return lambda claim: bodies.terms(claim, rules)


def _weigh(delivery: Delivery, pks: Sequence[int], progress: Progress | None) -> None:
    seen = _Recognised(delivery, pks)
    bodies, rules, done = Bodies(delivery), rules_of(delivery), 0
    if progress:
        progress(0, seen.size)
    for part in seen.parts():
        rows = read(part)
        seen.say_whom(rows)
        held = held_of({row.child_id for row in rows if row.child_id})
        for row in rows:
            if not row.for_custodians:
                come_to(row, held.get(row.child_id or 0), bodies.terms(row.claim, rules))
        write_weighed(rows)
        done += len(rows)
        if progress:
            progress(done, seen.size)


class _Recognised:
    """Whom the rows of a file are about: linked all at once, and then said of each row a part at a time.

    Of the whole file only what ties rows together is kept: their references, and the children they were linked to.
    """

    def __init__(self, delivery: Delivery, pks: Sequence[int]) -> None:
        self.delivery = delivery
        self.places: dict[int, int] = {}
        self.absent: list[int] = []
        self.references: list[str] = []
        self.index_numbers: dict[int, str] = {}
        self.shielded, self.met = Shielded(), set[int]()
        self.family, self.own, self.of_family = Family(delivery.received_by), set[int](), dict[int, Link]()
        columns = self._read(pks)
        self.linked = self._link(columns) if self.places else None
        if self.linked:
            delivery.weights = self.linked.weights
            self._say_whose_turn(self.linked)
        self.settled = suspected.fits_best(self.linked) if self.linked else {}
        self.numbered = _by_index_number(set(self.index_numbers.values()))
        self.beside = self._repeated_beside()

    @property
    def size(self) -> int:
        """How many rows are weighed."""
        return len(self.places) + len(self.beside) + len(self.absent)

    def _link(self, columns: Columns) -> Linked:
        """Link all rows. Of its sender's own family what is closed to the sender has no part in it."""
        source, look = self.delivery.source, look_of(self.delivery)
        family, own = self.family.ids, sorted(self.own)
        linked = link(columns.texts, source=source, references=self.references, look=look, hidden=frozenset(family))
        if own:
            texts = {name: [cells[place] for place in own] for name, cells in columns.texts.items()}
            references = [self.references[place] for place in own]
            again = link(texts, source=source, references=references, look=look, whole=False)
            self.of_family = dict(zip(own, again, strict=True))
        return linked

    def _found(self, place: int, linked: Linked) -> Link:
        return self.of_family.get(place) or linked[place]

    def _say_whose_turn(self, linked: Linked) -> None:
        """Note which rows are for custodians: those that meet a shielded child, and what stands under one reference."""
        self.met |= linked.rows_that_could_be(self.shielded.ids)
        references = {self.references[place] for place in self.met} - {""}
        self.met |= {place for place, reference in enumerate(self.references) if reference in references}

    def _read(self, pks: Sequence[int]) -> Columns:
        """The rows as the matcher takes them."""
        columns = empty_columns()
        for rows in in_parts(pks):
            for row in rows:
                if row.number is None:
                    self.absent.append(row.pk)
                    continue
                self.places[row.pk] = place = len(self.references)
                self.references.append(row.claim.get("reference", ""))
                if number := row.claim.get("index_number"):
                    self.index_numbers[place] = number
                if self.shielded.met_by(row.claim):
                    self.met.add(place)
                if self.family.met_by(row.claim):
                    self.own.add(place)
                add_to(columns, row.claim)
        return columns

    def _meant(self, place: int) -> Iterator[int]:
        """The children that a row is linked to, or names by their index number."""
        if child := self._linked_to(place):
            yield child
        if meant := self.numbered.get(self.index_numbers.get(place, "")):
            yield meant

    def _linked_to(self, place: int) -> int | None:
        """Whom a row is linked to: of two records that are suspected to be one child, to the one that fits better."""
        if place in self.of_family:
            return self.of_family[place].child_id
        return self.settled.get(place) or (self.linked.child_of(place) if self.linked else None)

    def _repeated_beside(self) -> dict[int, tuple[int, str]]:
        """Rows that only repeat, but of a child of whom another row says something: they are seen together."""
        forgotten = forget(self.delivery, {child for place in self.places.values() for child in self._meant(place)})
        found = self.delivery.all_rows.filter(pk__in=forgotten).values_list("pk", "child_id", "claim__reference")
        return {pk: (child_id, reference or "") for pk, child_id, reference in found}

    def parts(self) -> Iterator[list[int]]:
        """The rows, a part at a time; who is missing comes last."""
        yield from together(self._ties())
        for start in range(0, len(self.absent), AT_ONCE):
            yield self.absent[start : start + AT_ONCE]

    def _ties(self) -> Iterator[tuple[int, list[tuple[str, Any]]]]:
        for pk, place in self.places.items():
            children = [("child", child) for child in self._meant(place)]
            reference = self.references[place]
            yield pk, [*children, ("reference", reference)] if reference else children
        for pk, (child, reference) in self.beside.items():
            yield pk, [("child", child), *([("reference", reference)] if reference else [])]

    def say_whom(self, rows: Sequence[OpenRow]) -> None:
        """Say of each row whom it is about, or ask."""
        for row in rows:
            row.for_custodians = self.places.get(row.pk) in self.met
            if row.for_custodians:
                _set_aside(row)
            elif self.linked and row.pk in self.places:
                place = self.places[row.pk]
                _say_whom(row, self._found(place, self.linked))
                if place in self.settled and place not in self.of_family:
                    row.child_id, row.questions = self.settled[place], []
                _take_index_number(row, self.numbered)
                if row.child_id and not says_enough(self.delivery, row, self._found(place, self.linked)):
                    row.child_id, row.questions = None, [asks(Asks.TOO_LITTLE, TOO_LITTLE)]
                if not row.child_id and not row.questions:
                    _ask_about_nobody(self.delivery, row)
        named = [row for row in rows if row.number is not None and not row.for_custodians]
        follow_each_other(named)
        ask_about_twice(named)
        obey(named)


def empty_columns() -> Columns:
    """The columns by which rows are matched."""
    return Columns((*MATCHED, "address", "carer"))


def add_to(columns: Columns, claim: Mapping[str, str]) -> None:
    """Add a row to them."""
    columns.add({**claim, **{name: _joined(claim, *parts) for name, parts in JOINED.items()}})


def _joined(claim: Mapping[str, str], *keys: str) -> str:
    return " ".join(filter(None, (claim.get(key, "") for key in keys)))


def _set_aside(row: OpenRow) -> None:
    """What is for custodians comes to one and the same, whatever it says, and holds nothing of any child."""
    row.outcome, row.child_id, row.score = Outcome.RECEIVED, None, None
    row.candidates, row.changes, row.questions = [], [], []


def _say_whom(row: OpenRow, found: Link) -> None:
    row.child_id, row.score, row.questions = found.child_id, found.score if found.candidates else None, []
    is_anybody = found.outcome != linking.Outcome.NONE
    row.candidates = [[each.child_id, each.score, each.reasons] for each in found.candidates if is_anybody]
    if found.held == Held.CONTRADICTED:
        row.questions = [asks(Asks.CONTRADICTED, "People have said of this reference what does not go together.")]
    elif found.outcome == linking.Outcome.MANY:
        row.questions = [asks(Asks.MANY, "Two children fit about as well as each other.")]
    elif found.outcome == linking.Outcome.POSSIBLE:
        row.questions = of_flags(int(found.flags))


def _by_index_number(numbers: Collection[str]) -> dict[str, int]:
    """The child of each index number, by the number; of a record that was merged, the one that stands for it."""
    if not numbers:
        return {}
    found = dict(Child.objects.filter(index_number__in=numbers).values_list("index_number", "pk"))
    stands = standing_for(found.values())
    return {number: stands[pk] for number, pk in found.items()}


def _take_index_number(row: OpenRow, numbered: Mapping[str, int]) -> None:
    """Our own number says who is meant, unless all else says somebody else."""
    number = row.claim.get("index_number", "")
    meant = numbered.get(number)
    if meant is None:
        if number:
            row.questions = [asks(Asks.NO_SUCH_NUMBER, f"No child has the index number {number}.")]
    elif row.child_id not in (None, meant):
        row.child_id = None
        text = "The index number is one child's, and everything else another's."
        row.questions = [asks(Asks.TWO_CHILDREN, text)]
    else:
        row.child_id, row.questions = meant, []


def _ask_about_nobody(delivery: Delivery, row: OpenRow) -> None:
    if not delivery.feed.may_create:
        row.questions = [asks(Asks.NOBODY, "Nobody in the index fits, and this feed may not add a child.")]
    elif not all(row.claim.get(key) for key in BORN_WITH):
        text = "Nobody in the index fits, and without a surname and a date of birth no child can be added."
        row.questions = [asks(Asks.NOBODY, text)]
