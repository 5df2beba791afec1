"""Confirming pupils: the school says again, today, what the council has of them and the page has shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from childindex import acts
from childindex.models import User
from registry import recording
from registry.intake.contested import refresh_confirmed
from registry.models import School
from schools.returns.belonging import source_of
from schools.rolls.reading import Pupil


def confirm(school: School, pupils: Iterable[Pupil], *, enrolments: Collection[int], by: User) -> int:
    """Confirm those whose enrolments these are, with all that is shown of them; how many they were. One act.

    Of pupils who are not on the roll any more nothing is said. What two sources contest is left to be decided.
    """
    chosen = [pupil for pupil in pupils if pupil.enrolment_id in enrolments and pupil.can_be_confirmed]
    said = [(kind, fact_id, pupil.child.child_id) for pupil in chosen for kind, fact_id in pupil.facts]
    if not chosen:
        return 0
    source = source_of(school)
    with acts.act(by=by, source=source, reason_code="roll_confirmed", reason="The school confirmed it online") as deed:
        recording.confirm_all(said)
    refresh_confirmed([deed])
    return len(chosen)
