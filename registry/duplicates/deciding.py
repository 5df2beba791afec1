"""What a person says of two records that may be one child: remembered, and obeyed by every later match and merge."""

from __future__ import annotations

from childindex.acts import act
from childindex.models import Source, User
from registry.merging.decisions import REASON_CODE, remember
from registry.models import Suspicion, SuspicionState, Verdict

VERDICTS = {SuspicionState.SAME: Verdict.SAME, SuspicionState.DIFFERENT: Verdict.NOT_SAME}


def decide(suspicion: Suspicion, state: SuspicionState, *, by: User, reason: str) -> Suspicion:
    """Say that the two are the same child, that they are not, or that nobody can tell yet. Nothing is merged by it."""
    with act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=reason):
        decided = Suspicion.objects.select_for_update().get(pk=suspicion.pk)
        decided.state = state
        decided.save()
        if state in VERDICTS:
            remember(decided.first, decided.second, VERDICTS[state], reason=reason)
    return decided
