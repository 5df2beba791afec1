"""What people say of rows is remembered by the source's own reference, so that its next list asks nothing.

Each row's word is an act of its own, by which it can be taken back alone. A row without a reference is decided for
itself: there is nothing by which the next list would know it.
"""

from __future__ import annotations

from typing import Any

from childindex import acts
from childindex.models import Act, Source, User
from registry.intake.answering import CannotDecide, Decision
from registry.linking.known import said_of
from registry.linking.recognising import CannotRecognise, recognise
from registry.matching.known import Standing
from registry.models import Child, DeliveryRow, IndexEntry, SourceRecord, Verdict

REASON_CODE = "decided_a_row"
TAKEN_BACK = "Taken back"
LOOKED_AT = "Looked at beside the row of the list"


def remember(source: Source, row: DeliveryRow, decision: Decision, *, by: User) -> list[dict[str, Any]]:
    """Write down whom the source means; gives the act, with the child whom its reference was linked to until now."""
    reference = row.claim.get("reference", "")
    if not reference:
        return []
    said = said_of(source, [reference]).get(reference, [])
    others = [one.child_id for one in said if one.standing != Standing.APART and one.child_id != decision.get("child")]
    linked = _linked(source, reference)
    reason = decision.get("because") or LOOKED_AT
    if others and not decision.get("because"):
        raise CannotDecide(f"{source}'s reference {reference} was another child's until now. Say why it is not.")
    not_same = dict.fromkeys((*others, *_turned_down(row, decision)))
    if not (not_same or decision.get("child")):
        return []
    try:
        with acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=reason) as deed:
            _say(source, reference, list(not_same), Verdict.NOT_SAME, reason)
            _say(source, reference, [decision["child"]] if decision.get("child") else [], Verdict.SAME, reason)
    except CannotRecognise as refusal:
        raise CannotDecide(str(refusal)) from refusal
    return [*(row.decision or {}).get("acts", []), {"act": deed.pk, "linked": linked if linked in not_same else None}]


def forget(source: Source, row: DeliveryRow, *, by: User) -> None:
    """Take back what was remembered of a row: it counts no more, and the reference is whose it was."""
    reference = row.claim.get("reference", "")
    for said in reversed((row.decision or {}).get("acts", [])):
        deed = Act.objects.get(pk=said["act"])
        with acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=TAKEN_BACK, undoes=deed):
            if said["linked"]:
                records = SourceRecord.objects.filter(source=source, reference=reference, child=None)
                records.update(child=said["linked"])


def _turned_down(row: DeliveryRow, decision: Decision) -> list[int]:
    """Whom the row does not mean: all that it could have meant, where it means nobody."""
    return [candidate[0] for candidate in row.candidates] if decision.get("nobody") else []


def _linked(source: Source, reference: str) -> int | None:
    """Whom the source means by a reference, as far as it is no shielded child."""
    held = SourceRecord.objects.filter(source=source, reference=reference)
    hidden = IndexEntry.objects.filter(shielded=True).values("child")
    return held.exclude(child__in=hidden).values_list("child", flat=True).first()


def _say(source: Source, reference: str, child_ids: list[int], verdict: Verdict, reason: str) -> None:
    for child in Child.objects.filter(pk__in=child_ids):
        recognise(source=source, reference=reference, child=child, verdict=verdict, reason=reason)
