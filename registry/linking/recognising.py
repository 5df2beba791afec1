"""Writing down whom a source means by a reference: what a person decided, with a reason, for every later list to obey.

Refused is what would contradict what stands: a reference that is another child's already, or said to be, is first said
not to be that child's.
"""

from __future__ import annotations

from childindex import acts
from childindex.models import Source
from registry.linking.known import said_of
from registry.matching.known import Standing
from registry.models import Child, Recognition, SourceRecord, Verdict


class CannotRecognise(Exception):
    """What was decided contradicts what stands; the text says what to do."""


def recognise(*, source: Source, reference: str, child: Child, verdict: Verdict, reason: str) -> Recognition:
    """Note inside the open act that its author means, or does not mean, this child by a source's reference.

    Saying *not the same* of the child to whom the reference was linked takes the link away. Raises CannotRecognise.
    """
    deed = acts.current()
    if not reference:
        raise CannotRecognise("Without a reference there is nothing to remember this by.")
    if not reason:
        raise CannotRecognise("Say why.")
    _refuse_contradictions(source, reference, child, verdict)
    if verdict == Verdict.NOT_SAME:
        SourceRecord.objects.filter(source=source, reference=reference, child=child).update(child=None)
    return Recognition.objects.create(
        source=source, reference=reference, child=child, verdict=verdict, by=deed.by, reason=reason, act=deed
    )


def _refuse_contradictions(source: Source, reference: str, child: Child, verdict: Verdict) -> None:
    if verdict != Verdict.SAME:
        return
    for said in said_of(source, [reference]).get(reference, ()):
        if said.child_id == child.pk or said.standing == Standing.APART:
            continue
        other = Child.objects.get(pk=said.child_id)
        how = "is linked to" if said.standing == Standing.JOINED else "was said to be"
        raise CannotRecognise(
            f"{source}'s reference {reference} {how} {other}. Say first that it is not that child, or merge the two."
        )
