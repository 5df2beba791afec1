"""What can be done to one fact of a child: add, change, correct, end, remove. Decided first, then done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from childindex.models import User
from registry import recording
from registry.editing.effects import EffectRow, effect
from registry.editing.forms import EndForm, FactForm, ReasonForm
from registry.intake import behind_shields
from registry.models import Child, Fact, Identifier, Pin
from registry.recording import CannotRecord

ALREADY = "This is already on the record. Open the record to see it."


@dataclass(frozen=True)
class Deed:
    """One thing somebody means to do to one fact, with what they typed; nothing is written until `do`."""

    doing: str
    child: Child
    fact: Fact | None
    form: ReasonForm

    @property
    def rows(self) -> list[EffectRow]:
        """The fact as it is and as it would become."""
        return effect(self._before(), self._after())

    def do(self, *, revision: int, by: User) -> None:
        """Write it, as one act. Raises CannotRecord, SavedMeanwhile among them, and then nothing is written."""
        try:
            with recording.editing(
                self.child,
                revision=revision,
                by=by,
                source=self.form.source,
                reason_code=self.form.cleaned_data["reason_code"],
                reason=self.form.cleaned_data["reason"],
            ):
                _WRITERS[self.doing](self)
        except ValidationError as refusal:
            raise CannotRecord(" ".join(refusal.messages)) from refusal
        except IntegrityError as refusal:
            raise CannotRecord(ALREADY) from refusal

    def _before(self) -> Fact | None:
        """The fact as it is; for a change, as it will have ended."""
        if self.doing != "change" or self.fact is None:
            return self.fact
        last = self.form.cleaned_data["from_date"] - timedelta(days=1)
        return type(self.fact)(**{**_values(self.fact), "to_date": last})

    def _after(self) -> Fact | None:
        if self.doing == "remove":
            return None
        if isinstance(self.form, EndForm) and self.fact is not None:
            ended = type(self.fact)(**_values(self.fact))
            for name, value in {"to_date": self.form.cleaned_data["to_date"], **self.form.ending()}.items():
                setattr(ended, name, value)
            return ended
        assert isinstance(self.form, FactForm)
        values = self.form.fact_values()
        if self.fact is not None and self.doing == "correct":
            values = {**_values(self.fact), **values}
        return self.form.model(child=self.child, **{k: v for k, v in values.items() if k != "child"})


def _values(fact: Fact) -> dict[str, Any]:
    return {field.name: getattr(fact, field.name) for field in fact._meta.concrete_fields}


def _held(deed: Deed) -> Fact:
    """The fact as it stands now that the child is locked."""
    assert deed.fact is not None
    held = type(deed.fact)._default_manager.filter(pk=deed.fact.pk, child=deed.child).first()
    if held is None:
        raise CannotRecord("Somebody removed this entry while you were working. Add it again if it is true.")
    return held


def _note_number(fact: Fact) -> None:
    """A number that is a shielded child's, or a closed identity's, is one like any other to whoever gives it."""
    if isinstance(fact, Identifier):
        behind_shields.note_number(fact.child_id, fact.value)


def _add(deed: Deed) -> None:
    assert isinstance(deed.form, FactForm)
    fact = deed.form.model(child=deed.child, **deed.form.settle())
    _note_number(recording.assert_fact(fact))


def _change(deed: Deed) -> None:
    assert isinstance(deed.form, FactForm)
    values = deed.form.settle()
    changed = recording.change(_held(deed), from_date=values.pop("from_date"), **values)
    _note_number(changed)


def _correct(deed: Deed) -> None:
    assert isinstance(deed.form, FactForm)
    _note_number(recording.correct(_held(deed), **deed.form.settle()))


def _end(deed: Deed) -> None:
    assert isinstance(deed.form, EndForm)
    recording.end(_held(deed), on=deed.form.cleaned_data["to_date"], **deed.form.ending())


def _remove(deed: Deed) -> None:
    held = _held(deed)
    Pin.objects.filter(child=deed.child, fact_id=held.pk).delete()
    recording.withdraw(held)


_WRITERS: dict[str, Callable[[Deed], None]] = {
    "add": _add,
    "change": _change,
    "correct": _correct,
    "end": _end,
    "remove": _remove,
}
