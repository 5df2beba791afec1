"""What a person does with a row that asks: answers it, asks somebody else, puts it off, or takes an answer back.

A choice is one of

    {"child": id}  {"index_number": "CI-…"}  {"same": True}  {"nobody": True}      whom the row means
    {"take": ["birth", …]}  {"keep": ["birth", …]}                                  which of two values holds
    {"left": "2026-09-30"}  {"still_here": True}                                    of a child missing from a full list
    {"leave_out": True}                                                             nothing is done with the row

`same` is the likeliest candidate, and `nobody` a new child, or a row set aside where the feed may not add one. What a
person says about whom a row means is remembered by the source's reference, so that its next list asks nothing. A row
once decided is compared under the decision, and asks again only what has not been answered.

Of two people who decide one row the second is told who was first, and nothing is overwritten. What children who look
like one are, twins above all, is never decided in bulk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from childindex.models import Act, User
from registry import conflicts, disclosure
from registry.intake import looking_behind, remembering
from registry.intake.answering import CannotDecide, answer
from registry.intake.asking import ALONE, WHOM, codes_of
from registry.intake.holding import held_of
from registry.intake.outcomes import come_to, obey
from registry.intake.together import belong_together
from registry.intake.weighing import settle, terms_for, weigh_again
from registry.models import Delivery, DeliveryRow, FindingKind, Outcome, ShieldedFinding, Stage

WELL_ABOVE = 10.0
"""Bits by which the first candidate must lead in bulk: a thousand times likelier than the second."""
DECIDED = ("outcome", "child", "revision", "changes", "questions", "decision", "decided_by", "decided_at")
WRITTEN = (*DECIDED, "waits", "put_off_at")
HANDED_OVER = ("outcome", "for_custodians", "child", "revision", "score", "candidates", "changes", "questions", "waits")
FAMILY = "This record is closed to you, as the child is of your family. Ask a colleague to decide this row."
WILL_DO = (Outcome.CONFIRMED, Outcome.CHANGED, Outcome.JOINED, Outcome.LEFT)
OPEN = (Stage.COMPARED, Stage.HELD, Stage.APPLIED)


class DecidedMeanwhile(CannotDecide):
    """The row is not as it was when the page was opened; nothing was overwritten."""


@dataclass
class Alike:
    """What became of rows that were decided in one go: those decided, and those left, each with the reason."""

    decided: list[DeliveryRow] = field(default_factory=list)
    refused: list[tuple[DeliveryRow, str]] = field(default_factory=list)


def version_of(row: DeliveryRow) -> str:
    """What a page was made from: how the row stood and when anybody last decided it."""
    moment = f"{row.decided_at.timestamp():.6f}" if row.decided_at else ""
    return f"{row.outcome}-{row.revision}-{moment}"


def decide(row: DeliveryRow, choice: Mapping[str, Any], by: User, because: str = "", version: str = "") -> DeliveryRow:
    """Answer what a row asks. Raises CannotDecide; DecidedMeanwhile where somebody was faster."""
    with _desk(row.delivery_id, [row.pk], by) as desk:
        if not desk.rows:
            raise DecidedMeanwhile("This row asks nothing any more. Look at it again.")
        [locked] = desk.rows
        if version and version != version_of(locked):
            raise DecidedMeanwhile(_who(locked))
        desk.decide(locked, choice, because)
    return desk.rows[0]


def decide_alike(rows: Sequence[DeliveryRow], choice: Mapping[str, Any], by: User, because: str = "") -> Alike:
    """Answer many rows of one delivery that ask what the first asks; the others are left, each with the reason."""
    done = Alike()
    if not rows:
        return done
    with _desk(rows[0].delivery_id, [row.pk for row in rows], by) as desk:
        for row in desk.rows:
            if reason := _why_alone(row, desk.rows[0]):
                done.refused.append((row, reason))
                continue
            try:
                desk.decide(row, choice, because)
            except CannotDecide as refusal:
                done.refused.append((row, str(refusal)))
            else:
                done.decided.append(row)
    return done


def ask_of(row: DeliveryRow, user: User, note: str, by: User) -> DeliveryRow:
    """Somebody else is to find out; the note says what. Raises CannotDecide."""
    if not user.may("decide_rows"):
        raise CannotDecide(f"{user.full_name} may not decide rows. Ask somebody who may.")
    return _about_the_question(row, by, asked_of=user, note=note, put_off_at=None)


def put_off(row: DeliveryRow, by: User) -> DeliveryRow:
    """Leave it for later: it goes behind all that nobody has put off. Raises CannotDecide."""
    return _about_the_question(row, by, put_off_at=timezone.now())


def take_back(row: DeliveryRow, by: User) -> DeliveryRow:
    """Take an answer back while nothing of it is applied, and with it what was remembered. Raises CannotDecide."""
    with transaction.atomic():
        delivery = _locked(row.delivery_id)
        row = DeliveryRow.objects.select_for_update().get(pk=row.pk)
        if row.decision is None:
            raise CannotDecide("Nobody has decided this row, so there is nothing to take back.")
        if delivery.stage == Stage.APPLIED and row.outcome in WILL_DO and not row.waits:
            raise CannotDecide("This row has been applied. Correct the record, or undo the whole file.")
        remembering.forget(delivery.source, row, by=by)
        row.decision = row.decided_by = row.decided_at = None
        row.questions, row.waits = [], False
        row.save(update_fields=WRITTEN)
        weigh_again(delivery, [row.pk])
        row.refresh_from_db()
        row.waits = delivery.stage == Stage.APPLIED and row.outcome in WILL_DO
        row.save(update_fields=["waits"])
    return row


def acts_of(delivery: Delivery) -> list[Act]:
    """The acts by which a delivery was applied, in order: the first, and those of rows decided since."""
    first = [delivery.act] if delivery.act else []
    return [*first, *(further.act for further in delivery.further_acts.select_related("act").order_by("act_id"))]


@dataclass
class _Desk:
    """The rows of one delivery that somebody decides, locked; they are compared and saved at the end, together."""

    delivery: Delivery
    rows: list[DeliveryRow]
    by: User
    decided: list[DeliveryRow] = field(default_factory=list)
    handed_over: list[DeliveryRow] = field(default_factory=list)

    def decide(self, row: DeliveryRow, choice: Mapping[str, Any], because: str) -> None:
        _refuse_decided(row, choice)
        decision = answer(row, choice, self.delivery, because)
        if child := decision.get("child"):
            if self._is_for_custodians(child):
                self._hand_over(row, child)
                return
            self._refuse_second(row, child)
        if {"child", "nobody"} & set(choice) or {"index_number", "same"} & set(choice):
            decision["acts"] = remembering.remember(self.delivery.source, row, decision, by=self.by)
        row.decision, row.decided_by, row.decided_at, row.put_off_at = decision, self.by, timezone.now(), None
        self.decided.append(row)

    def _is_for_custodians(self, child_id: int) -> bool:
        """Whether somebody has said that a row means a child of whom custodians alone write. Raises CannotDecide."""
        if child_id in conflicts.family_of(self.by, behind_shields=False):
            raise CannotDecide(FAMILY)
        return child_id in disclosure.shielded_among([child_id]) and not self.by.may("see_shielded")

    def _hand_over(self, row: DeliveryRow, child_id: int) -> None:
        """Leave a row to the custodians, who read that somebody meant it for this child."""
        row.outcome, row.for_custodians, row.child, row.revision, row.score = Outcome.RECEIVED, True, None, None, None
        row.candidates, row.changes, row.questions, row.waits = [], [], [], False
        row.save(update_fields=HANDED_OVER)
        ShieldedFinding.objects.get_or_create(
            row=row, child_id=child_id, defaults={"kind": FindingKind.MET, "delivery": self.delivery}
        )
        self.handed_over.append(row)

    def finish(self) -> None:
        """Compare what was decided under the decisions, save it, and count."""
        if self.handed_over:
            settle(self.delivery, stage=self.delivery.stage)
            looking_behind.ask_to_look(self.delivery)
        if not self.decided:
            return
        for row in self.decided:
            row.questions = []
        obey(self.decided)
        held, terms = held_of({row.child_id for row in self.decided if row.child_id}), terms_for(self.delivery)
        for row in self.decided:
            come_to(row, held.get(row.child_id or 0), terms(row.claim))
            row.waits = self.delivery.stage == Stage.APPLIED and row.outcome in WILL_DO
        DeliveryRow.objects.bulk_update(self.decided, WRITTEN)
        settle(self.delivery, stage=self.delivery.stage)

    def _refuse_second(self, row: DeliveryRow, child_id: int) -> None:
        """Two rows that say different things of one child are not both applied."""
        listed = self.delivery.all_rows.filter(child=child_id, outcome__in=WILL_DO, for_custodians=False)
        listed = listed.exclude(number=None)
        chosen = [one for one in self.decided if one.decision and one.decision.get("child") == child_id]
        for other in (*listed.exclude(pk=row.pk), *chosen):
            if not belong_together([row, other]):
                raise CannotDecide(
                    "Another row of this file is about the same child and is applied. Leave one of them out."
                )


@contextmanager
def _desk(delivery_id: int, row_ids: Sequence[int], by: User) -> Iterator[_Desk]:
    with transaction.atomic():
        delivery = _locked(delivery_id)
        rows = DeliveryRow.objects.select_for_update(of=("self",)).filter(pk__in=row_ids, delivery=delivery)
        rows = rows.filter(for_custodians=False)
        desk = _Desk(delivery, list(rows.select_related("decided_by").order_by("number", "pk")), by)
        yield desk
        desk.finish()


def _locked(delivery_id: int) -> Delivery:
    """The delivery, for one person at a time: the counts of its outcomes are everybody's."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("feed", "source").get(pk=delivery_id)
    if delivery.stage not in OPEN:
        stage = delivery.get_stage_display().lower()
        raise CannotDecide(f"This file is {stage}: its rows cannot be decided.")
    return delivery


def _refuse_decided(row: DeliveryRow, choice: Mapping[str, Any]) -> None:
    if row.outcome == Outcome.TO_DECIDE:
        return
    if row.decided_by:
        raise DecidedMeanwhile(_who(row))
    if "leave_out" not in choice or row.outcome == Outcome.REFUSED or row.delivery.stage == Stage.APPLIED:
        raise DecidedMeanwhile("This row asks nothing any more. Look at it again.")


def _who(row: DeliveryRow) -> str:
    if row.decided_by is None or row.decided_at is None:
        return "This row has been compared again since you opened it. Look again before you decide."
    moment = f"{timezone.localtime(row.decided_at):%H:%M on %-d %B %Y}"
    return f"{row.decided_by.full_name} decided this row at {moment}. Nothing was overwritten: look at it again."


def _why_alone(row: DeliveryRow, first: DeliveryRow) -> str:
    """Why a row is not decided together with others, or nothing."""
    codes = codes_of(row.questions)
    if locked := [question for question in row.questions if question["code"] in ALONE]:
        return f"{locked[0]['text']} Decide this row by itself."
    if _asked(row) != _asked(first):
        return "This row asks something else."
    scores = [score for _, score, *_ in row.candidates]
    if codes & WHOM and len(scores) > 1 and scores[0] - scores[1] < WELL_ABOVE:
        return "A second child fits nearly as well. Decide this row by itself."
    return ""


def _asked(row: DeliveryRow) -> set[tuple[str, str]]:
    return {(question["code"], question.get("says", "")) for question in row.questions}


def _about_the_question(row: DeliveryRow, by: User, **values: Any) -> DeliveryRow:
    with transaction.atomic():
        locked = DeliveryRow.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=row.pk)
        if locked.outcome != Outcome.TO_DECIDE:
            raise DecidedMeanwhile(_who(locked))
        for name, value in values.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(values))
    return locked
