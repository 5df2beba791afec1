"""What a row comes to: by what the index holds of its child, by the rules, and by what a person has decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from childindex import words
from registry.intake.asking import Asks, Question, asks
from registry.intake.comparing import KEPT, Difference, Do, Terms, compare
from registry.intake.holding import Held, HeldFact
from registry.intake.open_rows import Weighable
from registry.models import FactKind, Outcome, Says

Decision = Mapping[str, Any]
ABSENT = "The child was in the last list and is not in this one. Has the child left?"


def come_to(row: Weighable, held: Held | None, terms: Terms) -> None:
    """Compare a row with what is held of its child, or say why that cannot be done. A decision stands."""
    row.revision = held.revision if held else None
    decision = row.decision or {}
    if decision.get("leave_out"):
        row.outcome, row.changes = Outcome.REFUSED, []
        row.questions = [asks(Asks.LEFT_OUT, decision.get("because") or "It was left out by whoever decided.")]
    elif row.number is None and held is not None:
        _come_to_absence(row, held, terms, decision)
    elif row.questions:
        row.outcome, row.changes = Outcome.TO_DECIDE, []
    else:
        _compare(row, held, terms, decision)


def _compare(row: Weighable, held: Held | None, terms: Terms, decision: Decision) -> None:
    found = [decided(each, decision) for each in compare(row.claim, held, terms)]
    row.changes = [difference.as_json() for difference in found]
    row.questions = [_question(difference) for difference in found if difference.why == "ask"]
    row.outcome = outcome_of(found, is_new=held is None, asks=bool(row.questions))


def _come_to_absence(row: Weighable, held: Held, terms: Terms, decision: Decision) -> None:
    """What becomes of a child missing from a full list: asked, left on a day, or still here and the list wrong."""
    row.changes, row.questions = [], []
    spell = spell_of(held, terms)
    if decision.get("left") and spell is not None:
        says, kind, fact = spell
        row.changes = [Difference(says, Do.END, kind, fact.id, {"to_date": decision["left"]}).as_json()]
        row.outcome = Outcome.LEFT
    elif "left" in decision or decision.get("still_here"):
        row.outcome = Outcome.CONFIRMED
    else:
        since = spell[2].from_date if spell else None
        row.questions = [asks(Asks.ABSENT, ABSENT, **({"since": since.isoformat()} if since else {}))]
        row.outcome = Outcome.TO_DECIDE


def spell_of(held: Held, terms: Terms) -> tuple[str, str, HeldFact] | None:
    """The open fact that a full list of this source stands for: the place on its roll, or on its practice's list."""
    for says, kind, column, body in (
        (Says.SCHOOL, FactKind.ENROLMENT, "school_id", terms.school_id),
        (Says.PRACTICE, FactKind.REGISTRATION, "practice_id", terms.practice_id),
    ):
        if says in terms.rules and body is not None:
            for fact in held.open(kind, **{column: body}):
                return str(says), str(kind), fact
    return None


def obey(rows: Iterable[Weighable]) -> None:
    """Where a person has said whom a row means, or that it is left out, that is so, whatever was found."""
    for row in rows:
        decision = row.decision or {}
        if "child" in decision:
            row.child_id, row.questions = decision["child"], []
        elif decision.get("nobody"):
            row.child_id, row.questions = None, []


def decided(difference: Difference, decision: Decision) -> Difference:
    """A difference under what a person said to do about things of its kind."""
    if difference.why != "ask":
        return difference
    if difference.says in decision.get("take", ()):
        return difference.but(why="")
    return difference.but(do=Do.NOTHING, why=KEPT) if difference.says in decision.get("keep", ()) else difference


def outcome_of(found: Iterable[Difference], *, is_new: bool, asks: bool) -> str:
    done = {(each.do, each.kind) for each in found}
    if asks:
        return Outcome.TO_DECIDE
    if any(do == Do.END for do, _ in done) or any(each.do == Do.ADD and each.values.get("to_date") for each in found):
        return Outcome.LEFT
    if is_new or (Do.ADD, "enrolment") in done:
        return Outcome.JOINED
    return Outcome.CHANGED if {do for do, _ in done} & {Do.ADD, Do.CHANGE, Do.SET} else Outcome.CONFIRMED


def _question(difference: Difference) -> Question:
    was, now = difference.was or "nothing", difference.now
    text = f"{Says(difference.says).label}: the index has {_written(was)}, the file has {_written(now)}."
    return asks(Asks.DIFFERS, text, says=str(difference.says), was=difference.was, now=now)


def _written(value: str) -> str:
    """A day as people write it; anything else as it is."""
    try:
        return words.day(date.fromisoformat(value))
    except ValueError:
        return value
