"""Which child each row is about, and what the row would change: the stage between *checked* and *compared*.

Every row ends in exactly one outcome, and the delivery counts them. It can be repeated for all rows or for some of them
(those whose child has changed since), and writes nothing of any child.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from django.db.models import Count, F

from registry.intake.asking import Asks, asks, of_flags
from registry.intake.bodies import Bodies
from registry.intake.comparing import Terms
from registry.intake.holding import held_of
from registry.intake.outcomes import come_to, obey
from registry.intake.repeating import forget, recognise
from registry.intake.ruling import rules_of
from registry.intake.storing import write_weighed
from registry.intake.together import ask_about_twice, follow_each_other
from registry.linking.lists import Link, link
from registry.matching import linking
from registry.matching.known import Held
from registry.models import (
    Child,
    ChildState,
    Delivery,
    DeliveryRow,
    Outcome,
    Stage,
)

AT_ONCE = 2_000
MATCHED = (
    *("forename", "middle_names", "surname", "former_surname", "date_of_birth", "sex", "postcode"),
    *("upn", "nhs_number", "uln", "telephone"),
)
BORN_WITH = ("surname", "date_of_birth")
Progress = Callable[[int, int], None]


def weigh(delivery: Delivery, *, progress: Progress | None = None) -> Delivery:
    """Weigh all rows that could be read, and count the outcomes."""
    unrefused = delivery.all_rows.exclude(number=None).exclude(outcome=Outcome.REFUSED).filter(decided_by=None)
    unrefused.exclude(outcome="").update(outcome="", changes=[], questions=[])
    recognise(delivery)
    _weigh(delivery, list(unrefused.filter(outcome="").order_by("number").defer("cells", "problems")), progress)
    return settle(delivery, stage=Stage.COMPARED)


def weigh_again(delivery: Delivery, rows: Sequence[DeliveryRow]) -> None:
    """Weigh some rows anew, since the record of their child has changed."""
    _weigh(delivery, list(rows), None)
    settle(delivery, stage=delivery.stage)


def settle(delivery: Delivery, *, stage: str) -> Delivery:
    """Count the outcomes of all rows, and say how far the delivery has come."""
    counted = dict.fromkeys(Outcome.values, 0)
    numbered = delivery.all_rows.exclude(number=None)
    counted |= dict(
        numbered.values_list("outcome").annotate(Count("pk")).order_by().values_list("outcome", "pk__count")
    )
    for outcome in Outcome.values:
        setattr(delivery, outcome, counted[outcome])
    delivery.absent = delivery.all_rows.filter(number=None).count()
    delivery.rows, delivery.stage = sum(counted.values()), stage
    delivery.save(update_fields=["rows", "stage", "act", "weights", "absent", *Outcome.values])
    return delivery


def terms_for(delivery: Delivery) -> Callable[[Mapping[str, str]], Terms]:
    """On what terms each claim of a delivery is compared."""
    bodies, rules = Bodies(delivery), rules_of(delivery)
    return lambda claim: bodies.terms(claim, rules)


def _weigh(delivery: Delivery, rows: list[DeliveryRow], progress: Progress | None) -> None:
    rows = [*rows, *_recognise(delivery, [row for row in rows if row.number is not None])]
    bodies, rules, done = Bodies(delivery), rules_of(delivery), 0
    if progress:
        progress(0, len(rows))
    queue = iter(rows)
    while chunk := list(islice(queue, AT_ONCE)):
        held = held_of({row.child_id for row in chunk if row.child_id})
        for row in chunk:
            come_to(row, held.get(row.child_id or 0), bodies.terms(row.claim, rules))
        write_weighed(chunk)
        done += len(chunk)
        if progress:
            progress(done, len(rows))


def _recognise(delivery: Delivery, rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
    """Say of each row whom it is about, or ask; gives rows that only repeat, of a child whom one of these is about."""
    if not rows:
        return []
    references = [row.claim.get("reference", "") for row in rows]
    linked = link(_columns(rows), source=delivery.source, references=references)
    delivery.weights = linked.weights
    for row, found in zip(rows, linked, strict=True):
        _say_whom(row, found)
    numbered = _by_index_number(rows)
    for row in rows:
        _take_index_number(row, numbered)
        if not row.child_id and not row.questions:
            _ask_about_nobody(delivery, row)
    beside = _repeated_beside(delivery, rows)
    together = [*rows, *beside]
    follow_each_other(together)
    ask_about_twice(together)
    obey(together)
    return beside


def _repeated_beside(delivery: Delivery, rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
    """Rows that only repeat, but of a child of whom another row says something: they are seen together."""
    forgotten = forget(delivery, {row.child_id for row in rows if row.child_id})
    return list(delivery.all_rows.filter(pk__in=forgotten).defer("cells", "problems"))


def _columns(rows: Sequence[DeliveryRow]) -> dict[str, list[str]]:
    """The rows as the matcher takes them."""
    claims = [row.claim for row in rows]
    columns = {name: [claim.get(name, "") for claim in claims] for name in MATCHED}
    columns["address"] = [_joined(claim, "saon", "paon", "street") for claim in claims]
    columns["carer"] = [_joined(claim, "carer_forename", "carer_surname") for claim in claims]
    return columns


def _joined(claim: Mapping[str, str], *keys: str) -> str:
    return " ".join(filter(None, (claim.get(key, "") for key in keys)))


def _say_whom(row: DeliveryRow, found: Link) -> None:
    row.child_id, row.score, row.questions = found.child_id, found.score if found.candidates else None, []
    is_anybody = found.outcome != linking.Outcome.NONE
    row.candidates = [[each.child_id, each.score, each.reasons] for each in found.candidates if is_anybody]
    if found.held == Held.CONTRADICTED:
        row.questions = [asks(Asks.CONTRADICTED, "People have said of this reference what does not go together.")]
    elif found.outcome == linking.Outcome.MANY:
        row.questions = [asks(Asks.MANY, "Two children fit about as well as each other.")]
    elif found.outcome == linking.Outcome.POSSIBLE:
        row.questions = of_flags(int(found.flags))


def _by_index_number(rows: Sequence[DeliveryRow]) -> dict[str, int]:
    numbers = {row.claim["index_number"] for row in rows if row.claim.get("index_number")}
    current = Child.objects.filter(index_number__in=numbers).exclude(state=ChildState.SUPERSEDED)
    merged = Child.objects.filter(index_number__in=numbers, state=ChildState.SUPERSEDED)
    return dict(current.values_list("index_number", "pk")) | dict(
        merged.annotate(stands_for=F("superseded_by")).values_list("index_number", "stands_for")
    )


def _take_index_number(row: DeliveryRow, numbered: Mapping[str, int]) -> None:
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


def _ask_about_nobody(delivery: Delivery, row: DeliveryRow) -> None:
    if not delivery.feed.may_create:
        row.questions = [asks(Asks.NOBODY, "Nobody in the index fits, and this feed may not add a child.")]
    elif not all(row.claim.get(key) for key in BORN_WITH):
        text = "Nobody in the index fits, and without a surname and a date of birth no child can be added."
        row.questions = [asks(Asks.NOBODY, text)]
