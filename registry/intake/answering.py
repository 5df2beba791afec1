"""From what somebody chose to what is decided of a row: a choice that answers nothing the row asks is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from registry.intake.asking import WHOM, Asks, codes_of
from registry.models import Child, ChildState, Delivery, DeliveryRow

Decision = dict[str, Any]
BORN_WITH = ("surname", "date_of_birth")
OF_WHOM = ("child", "index_number", "same", "nobody")


class CannotDecide(Exception):
    """Nothing was decided; the text says why and what to do."""


def answer(row: DeliveryRow, choice: Mapping[str, Any], delivery: Delivery, because: str) -> Decision:
    """The decision of a row with a choice added to what was decided before. Raises CannotDecide."""
    decision = {**(row.decision or {}), **({"because": because} if because else {})}
    if "leave_out" in choice:
        return {**decision, "leave_out": True}
    if any(key in choice for key in OF_WHOM):
        return {**decision, **_whom(row, choice, delivery, because)}
    if "left" in choice or "still_here" in choice:
        return {**decision, **_of_the_absent(row, choice)}
    return {**decision, **_which(row, choice, decision)}


def _whom(row: DeliveryRow, choice: Mapping[str, Any], delivery: Delivery, because: str) -> Decision:
    if not codes_of(row.questions) & WHOM:
        raise CannotDecide("It is known whom this row means. Look at what it asks now.")
    if choice.get("nobody"):
        return _nobody(row, delivery, because)
    return {"child": _child(row, choice).pk}


def _nobody(row: DeliveryRow, delivery: Delivery, because: str) -> Decision:
    """A new child; where the feed may add none, or too little is said of one, the row is set aside with a reason."""
    if delivery.feed.may_create and all(row.claim.get(key) for key in BORN_WITH):
        return {"nobody": True}
    if not because:
        raise CannotDecide("This row cannot become a new child. Say why it is set aside.")
    return {"nobody": True, "leave_out": True}


def _child(row: DeliveryRow, choice: Mapping[str, Any]) -> Child:
    """The child chosen, by whichever record stands for theirs."""
    if choice.get("same"):
        if not row.candidates:
            raise CannotDecide("No child of the index fits this row. Give an index number, or say that it is nobody.")
        wanted = {"pk": row.candidates[0][0]}
    else:
        wanted = {"pk": choice["child"]} if "child" in choice else {"index_number": str(choice["index_number"]).strip()}
    child = Child.objects.filter(**wanted).first()
    while child is not None and child.state == ChildState.SUPERSEDED:
        child = child.superseded_by
    if child is None:
        raise CannotDecide("No child has this index number. Check it and try again.")
    return child


def _which(row: DeliveryRow, choice: Mapping[str, Any], decision: Mapping[str, Any]) -> Decision:
    asked = {question["says"] for question in row.questions if question["code"] == Asks.DIFFERS}
    take, keep = set(choice.get("take", ())), set(choice.get("keep", ()))
    if not take | keep:
        raise CannotDecide("Choose what to do with this row.")
    if take & keep:
        raise CannotDecide("One thing cannot be both taken and kept.")
    if not take | keep <= asked:
        raise CannotDecide("This row does not ask about that any more. Look at it again.")
    before = {key: set(decision.get(key, ())) for key in ("take", "keep")}
    return {"take": sorted(before["take"] - keep | take), "keep": sorted(before["keep"] - take | keep)}


def _of_the_absent(row: DeliveryRow, choice: Mapping[str, Any]) -> Decision:
    if Asks.ABSENT not in codes_of(row.questions):
        raise CannotDecide("This row is in the file: whether the child has left is not asked.")
    if choice.get("still_here"):
        return {"still_here": True}
    try:
        left = date.fromisoformat(str(choice["left"]))
    except ValueError as error:
        raise CannotDecide("Give the last day as a date.") from error
    begun = next((question.get("since", "") for question in row.questions), "")
    if left > timezone.localdate():
        raise CannotDecide("The last day cannot be in the future.")
    if begun and left.isoformat() < begun:
        raise CannotDecide("The last day cannot be before the first.")
    return {"left": left.isoformat()}
